"""Writing to one person: each message and profile card once in a task, seen to stand in the conversation.

That an equal text stands there already says nothing: another task may have sent it, and this one is to send its own. So
how the conversation ends is kept before the first touch, and only what was added since counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from phonefleet.apps.pages.conversation import Bubble, Ending, added_since, folded
from phonefleet.apps.pages.names import plain
from phonefleet.apps.pages.thread import ThreadPage
from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.errors import OutcomeUnknown, TakesNoMessages
from phonefleet.ledger.values import ChosenText
from phonefleet.scripts.fields import AccessMethod
from phonefleet.scripts.message import MessageText
from tasks.context import current
from tasks.once import Deed, Outcome, perform
from tasks.people import show_profile
from tasks.readiness import driver
from tasks.retries import device_task
from tasks.texts import Wording, text_for

KIND: Literal["message"] = "message"

_NOT_SEEN = "nobody knows how the conversation ended before"
_CHANGED = "the conversation no longer shows how it ended before"
_ALIKE = "the conversation is full of the same message"


@device_task(run_name="write to @{target}")
def send_message(
    target: str, content: MessageText, access_method: AccessMethod, place: int = 0
) -> Outcome | Literal["skipped"]:
    """Send a person a message, and before it the account's profile card if wanted; who takes none is skipped.

    `place` is the person's among those of the task: where texts come one after the other, it is that much further.
    """
    context = current()
    wording = Wording(
        content.message_contents, content.message_order, insert_emoji=content.insert_emoji, chat=content.chat
    )
    text = text_for(KIND, target, wording, context.ordinal + place)
    try:
        if content.send_profile_card:
            _send_card(target, access_method)
        outcome = _send_text(target, access_method, text)
    except TakesNoMessages as error:
        context.report.outcomes.append({"target": target, "outcome": "skipped", "detail": error.message})
        return "skipped"
    context.report.outcomes.append({"target": target, "outcome": outcome})
    return outcome


def _send_text(target: str, access_method: AccessMethod, text: str) -> Outcome:
    sending = _Sending.of(target, target, access_method, Bubble("mine", "text", folded(text)))
    page = sending.page
    return perform(sending.deed(prepare=lambda: page.write(text), act=page.send, left=lambda: not page.holds(text)))


def _send_card(target: str, access_method: AccessMethod) -> Outcome:
    context = current()
    key, me = f"{target} (profile card)", context.account or ""
    card = context.ledger.texts.choose(context.task_id, KIND, key, lambda: ChosenText(me)).content
    sending = _Sending.of(key, target, access_method, Bubble("mine", "card", plain(card)))
    page = sending.page
    return perform(sending.deed(prepare=page.attach, act=page.send_card, left=lambda: False))


@dataclass(slots=True)
class _Sending:
    """One message on its way; `key` is what the ledger calls it, `before` how the conversation ended without it."""

    page: ThreadPage
    profile: ProfilePage
    key: str
    target: str
    access_method: AccessMethod
    bubble: Bubble
    touched: bool
    before: Ending | None = None
    left: Callable[[], bool] | None = None
    """Once it was touched in this try: tells whether it has left the field."""

    @classmethod
    def of(cls, key: str, target: str, access_method: AccessMethod, bubble: Bubble) -> _Sending:
        """Return it as the ledger knows it: perhaps an earlier try has touched."""
        context, driven = current(), driver()
        actions = context.ledger.actions.of_task(context.task_id)
        touched = any((each.kind, each.target) == (KIND, key) and each.acting_at is not None for each in actions)
        return cls(ThreadPage(driven), ProfilePage(driven), key, target, access_method, bubble, touched)

    def deed(self, prepare: Callable[[], None], act: Callable[[], None], left: Callable[[], bool]) -> Deed:
        """Return the action; `left` tells, after the touch, whether what was written has left the field."""

        def touch() -> None:
            self.touched, self.left = True, left
            act()

        return Deed(
            kind=KIND,
            target=self.key,
            person=self.target,
            show=self.show,
            is_done=self.is_done,
            prepare=prepare,
            act=touch,
        )

    def show(self) -> None:
        """Open the conversation by the person's profile.

        Raises:
            TakesNoMessages: the person takes none, and nothing was sent.
            OutcomeUnknown: the person takes none any more, and something may have been sent.

        """
        self.page.leave_choice()
        show_profile(self.profile, self.target, self.access_method)
        try:
            self.page.open_from(self.profile)
        except TakesNoMessages as error:
            if self.touched:
                raise self._unknown(error.message) from error
            raise

    def is_done(self) -> bool:
        """Tell whether the message was added since the first touch; before that, keep how the conversation ends."""
        context = current()
        if not self.touched:
            self.before = self.page.ending().shortened(self.bubble)
            context.ledger.sightings.keep(context.task_id, KIND, self.key, self.before.dump(), context.clock.now())
            return False
        self.before = self.before or self._kept()
        return self._was_added(self.before)

    def _kept(self) -> Ending:
        context = current()
        kept = context.ledger.sightings.find(context.task_id, KIND, self.key)
        if kept is None:
            raise self._unknown(_NOT_SEEN)
        return Ending.load(kept)

    def _was_added(self, before: Ending) -> bool:
        if not before.is_distinct_from(self.bubble):
            return self._has_left()
        now = self.page.ending_until(lambda seen: bool(added_since(before, seen)))
        answers = self._answers(added_since(before, now))
        if answers != {True} and self.left is not None:
            return self._has_left()
        if len(answers) != 1:
            raise self._unknown(_CHANGED)
        return answers.pop()

    def _answers(self, added: Sequence[tuple[Bubble, ...]]) -> set[bool]:
        """Return what may be true; what holds more of ours than this account has sent is not what was added."""
        context = current()
        since = context.ledger.sightings.others_since(context.task_id, KIND, self.key)
        possible = [each for each in added if sum(one.side == "mine" for one in each) <= since.all + 1]
        return {each.count(self.bubble) > since.equal for each in possible}

    def _has_left(self) -> bool:
        """Tell whether it has left the field, where one more among so many equal ones does not show."""
        if self.left is None:
            raise self._unknown(_ALIKE)
        return self.left() and self.page.ending().bubbles[-1:] == (self.bubble,)

    def _unknown(self, why: str) -> OutcomeUnknown:
        message = f"the message to @{self.target} may have been sent: {why}; look at the conversation before a retry"
        return self.page.witnessed(OutcomeUnknown(message))
