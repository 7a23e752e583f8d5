"""Sends a message or profile card to one person, at most once in a task, and verifies it in the conversation.

An equal text in the conversation is no proof, because another task may have sent it. So the end of the conversation is
stored before the first touch, and only messages that were added since count.
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
from phonefleet.words import say
from tasks.context import current
from tasks.once import Deed, Outcome, Seen, perform, was_touched
from tasks.people import show_profile
from tasks.readiness import driver
from tasks.retries import device_task
from tasks.texts import Wording, text_for

KIND: Literal["message"] = "message"

_NOT_SEEN = say("runs.nobody_knows_how_conversation_ended", "nobody knows how the conversation ended before")
_CHANGED = say(
    "runs.conversation_no_longer_shows_how",
    "the conversation no longer shows how it ended before, or something new that reads differently",
)
_ALIKE = say("runs.conversation_full_same_message", "the conversation is full of the same message")


@device_task(run_name="write to @{target}")
def send_message(
    target: str, content: MessageText, access_method: AccessMethod, place: int = 0
) -> Outcome | Literal["skipped"]:
    """Send a person a message, preceded by the account's profile card if configured; "skipped" if they accept none.

    `place` is the person's index among those of the task; with `message_order` sequential it selects the text.
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
    """Return the ledger's name for the profile card that is sent to a person."""
    return f"{target} (profile card)"


@dataclass(slots=True)
class _Sending:
    """One message being sent, and the rules for telling whether it was.

    `key` is its name in the ledger, `before` the end of the conversation before the first touch. DONE: below that end
    there is one more message of the account that reads like it than other tasks have sent. ABSENT: below that end, down
    to the last message, the account's messages are all known to be of other tasks.
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
    """After a touch in this try: tells whether the input field is empty again."""

    why: str = ""

    @classmethod
    def of(cls, key: str, target: str, access_method: AccessMethod, bubble: Bubble) -> _Sending:
        """Make it, with `touched` as the ledger knows it from earlier tries."""
        driven = driver()
        page, profile = ThreadPage(driven), ProfilePage(driven)
        return cls(page, profile, key, target, access_method, bubble, was_touched(KIND, key))

    def deed(self, prepare: Callable[[], None], act: Callable[[], None], left: Callable[[], bool]) -> Deed:
        """Return the action; `left` tells, after the touch, whether the text has left the input field."""

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
        """Open the conversation from the person's profile.

        Raises:
            TakesNoMessages: the person accepts no messages, and nothing was sent.
            OutcomeUnknown: the person no longer accepts messages, and this one may have been sent before.

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
        """Tell whether the message was added since the first touch; before that, store the conversation's end."""
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
        """Return the possible answers, one for each position at which the stored end was found.

        Positions below which the account has more messages than it can have sent, or fewer than it has sent, are
        ruled out.
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
        """Return ABSENT, or UNCLEAR if a view of an unknown kind contains the text."""
        if self.bubble.content == "text" and self.page.reads_elsewhere(self.bubble.text):
            return self._unclear(_CHANGED)
        return Seen.ABSENT

    def _by_the_field(self, why: str) -> Seen:
        """Decide by the input field: DONE if the text has left it and is the last message, otherwise UNCLEAR.

        Used where the conversation has so many equal messages that one more cannot be told.
        """
        if self.left is not None and self.left() and self.page.ending().bubbles[-1:] == (self.bubble,):
            return Seen.DONE
        return self._unclear(why)

    def _unclear(self, why: str) -> Seen:
        self.why = why
        return Seen.UNCLEAR

    def _unknown(self, why: str) -> OutcomeUnknown:
        message = say(
            "runs.message_may_been_sent_look",
            "the message to @{target} may have been sent: {why}; look at the conversation before a retry",
            target=self.target,
            why=why,
        )
        return self.page.witnessed(OutcomeUnknown(message))
