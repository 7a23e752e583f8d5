"""Writing to one person: each message and profile card once in a task, seen to stand in the conversation.

That an equal text stands there already says nothing: another task may have sent it, and this one is to send its own. So
how the conversation ends is kept before the first touch, and only what was added since counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from phonefleet.apps.pages.conversation import Bubble, Ending, added_since
from phonefleet.apps.pages.thread import ThreadPage
from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.apps.shown_text import look, plain
from phonefleet.errors import OutcomeUnknown, TakesNoMessages
from phonefleet.ledger.actions.sightings import OthersSince
from phonefleet.ledger.values import ChosenText
from phonefleet.scripts.fields import AccessMethod
from phonefleet.scripts.message import MessageText
from tasks.context import current
from tasks.once import Deed, Outcome, Seen, perform, was_touched
from tasks.people import show_profile
from tasks.readiness import driver
from tasks.retries import device_task
from tasks.texts import Wording, text_for

KIND: Literal["message"] = "message"

_NOT_SEEN = "nobody knows how the conversation ended before"
_CHANGED = "the conversation no longer shows how it ended before, or something new that reads differently"
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
    sending = _Sending.of(target, target, access_method, Bubble("mine", "text", look(text)))
    page = sending.page
    return perform(sending.deed(prepare=lambda: page.write(text), act=page.send, left=lambda: not page.holds(text)))


def _send_card(target: str, access_method: AccessMethod) -> Outcome:
    context = current()
    key, me = _card_of(target), context.account or ""
    card = context.ledger.texts.choose(context.task_id, KIND, key, lambda: ChosenText(me)).content
    sending = _Sending.of(key, target, access_method, Bubble("mine", "card", plain(card)))
    page = sending.page
    return perform(sending.deed(prepare=page.attach, act=page.send_card, left=lambda: False))


def _card_of(target: str) -> str:
    """Return what the ledger calls the profile card that a person is sent."""
    return f"{target} (profile card)"


@dataclass(slots=True)
class _Sending:
    """One message on its way; `key` is what the ledger calls it, `before` how the conversation ended without it.

    Done: below that end stands one more of ours that reads like it than other tasks have sent. Absent: below that end,
    down to the last message, stands nothing of ours but what other tasks are known to have sent.
    """

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

    why: str = ""

    @classmethod
    def of(cls, key: str, target: str, access_method: AccessMethod, bubble: Bubble) -> _Sending:
        """Return it as the ledger knows it: perhaps an earlier try has touched."""
        driven = driver()
        page, profile = ThreadPage(driven), ProfilePage(driven)
        return cls(page, profile, key, target, access_method, bubble, was_touched(KIND, key))

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
            is_done=self.look,
            prepare=prepare,
            act=touch,
            why=lambda: self.why,
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

    def look(self) -> Seen:
        """Tell whether the message was added since the first touch; before that, keep how the conversation ends."""
        context = current()
        if not self.touched:
            self.before = self.page.ending().shortened(self.bubble)
            context.ledger.sightings.keep(context.task_id, KIND, self.key, self.before.dump(), context.clock.now())
            return Seen.ABSENT
        self.before = self.before or self._kept()
        return self._unclear(_NOT_SEEN) if self.before is None else self._since(self.before)

    def _kept(self) -> Ending | None:
        context = current()
        kept = context.ledger.sightings.find(context.task_id, KIND, self.key)
        return None if kept is None else Ending.load(kept)

    def _since(self, before: Ending) -> Seen:
        if self.left is None:
            self.page.to_end()
        if not before.is_distinct_from(self.bubble):
            return self._by_the_field(_ALIKE)
        now = self.page.ending_until(lambda seen: bool(added_since(before, seen)))
        answers = self._answers(added_since(before, now))
        if answers == {Seen.ABSENT}:
            return self._unless_elsewhere() if self.left is None else Seen.ABSENT
        return Seen.DONE if answers == {Seen.DONE} else self._by_the_field(_CHANGED)

    def _answers(self, added: Sequence[tuple[Bubble, ...]]) -> set[Seen]:
        """Return what may be true, for each place where the earlier end was found.

        What holds more of ours than this account may have sent, or less than it has, is not what was added.
        """
        others = self._others()
        possible = [
            each
            for each in added
            if others.here <= sum(one.side == "mine" for one in each) <= others.here + others.perhaps + 1
        ]
        return {self._answer(each, others) for each in possible}

    def _answer(self, added: tuple[Bubble, ...], others: OthersSince) -> Seen:
        if added.count(self.bubble) > others.equal + others.perhaps_equal:
            return Seen.DONE
        new = sum(bubble.side == "mine" for bubble in added) > others.here
        return Seen.UNCLEAR if new else Seen.ABSENT

    def _others(self) -> OthersSince:
        context = current()
        places = (self.target, _card_of(self.target))
        return context.ledger.sightings.others_since(context.task_id, KIND, self.key, look=look, places=places)

    def _unless_elsewhere(self) -> Seen:
        """Return that nothing was sent, unless something of an unknown kind reads like it."""
        if self.bubble.content == "text" and self.page.reads_elsewhere(self.bubble.text):
            return self._unclear(_CHANGED)
        return Seen.ABSENT

    def _by_the_field(self, why: str) -> Seen:
        """Tell whether it has left the field and stands last, where one more among so many does not show."""
        if self.left is not None and self.left() and self.page.ending().bubbles[-1:] == (self.bubble,):
            return Seen.DONE
        return self._unclear(why)

    def _unclear(self, why: str) -> Seen:
        self.why = why
        return Seen.UNCLEAR

    def _unknown(self, why: str) -> OutcomeUnknown:
        message = f"the message to @{self.target} may have been sent: {why}; look at the conversation before a retry"
        return self.page.witnessed(OutcomeUnknown(message))
