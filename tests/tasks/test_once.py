"""Irreversible actions: intent, look, act, verify, record; whatever happens in between, never a second time blindly."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from phonefleet.errors import ActionBlocked, Interrupted, LinkLost, NotVerified, OutcomeUnknown
from tasks.context import RunContext
from tasks.once import Deed, Seen, perform


@dataclass
class Screen:
    """What stands on a screen: whether it is done, and how often it was touched."""

    done: bool = False
    touches: int = 0
    reacts: bool = True
    trouble: Exception | None = None
    shown: list[str] = field(default_factory=list[str])

    def act(self) -> None:
        self.touches += 1
        self.done = self.done or self.reacts
        if self.trouble:
            raise self.trouble

    def deed(self) -> Deed:
        return Deed("follow", "anna", lambda: self.shown.append("profile"), lambda: self.done, self.act)


def states(context: RunContext) -> list[str]:
    return [action.state for action in context.ledger.actions.of_task(context.task_id)]


def test_what_is_not_done_is_done_and_recorded(context: RunContext) -> None:
    screen = Screen()
    assert perform(screen.deed()) == "done"
    assert (screen.touches, states(context)) == (1, ["done"])


def test_what_is_done_already_is_not_touched(context: RunContext) -> None:
    screen = Screen(done=True)
    assert perform(screen.deed()) == "already"
    assert (screen.touches, states(context)) == (0, ["already"])


def test_a_lost_reply_is_reconciled_by_looking_again(context: RunContext) -> None:
    screen = Screen(trouble=LinkLost())
    with pytest.raises(LinkLost):
        perform(screen.deed())
    assert states(context) == ["acting"]
    assert perform(screen.deed()) == "done"
    assert (screen.touches, states(context)) == (1, ["done"])


def test_a_touch_that_did_nothing_is_repeated_after_a_look(context: RunContext) -> None:
    screen = Screen(reacts=False)
    with pytest.raises(NotVerified):
        perform(screen.deed())
    screen.reacts = True
    assert perform(screen.deed()) == "done"
    assert (screen.touches, len(screen.shown), states(context)) == (2, 2, ["done"])


def test_a_refused_action_is_recorded_as_failed(context: RunContext) -> None:
    screen = Screen(reacts=False, trouble=ActionBlocked())
    with pytest.raises(ActionBlocked):
        perform(screen.deed())
    assert states(context) == ["failed"]


def test_a_stop_before_the_touch_leaves_it_undone(context: RunContext) -> None:
    context.stop.set("stopped")
    screen = Screen()
    with pytest.raises(Interrupted):
        perform(screen.deed())
    assert (screen.touches, states(context)) == (0, ["intended"])


@dataclass
class Doubtful(Screen):
    """A screen of which one of three things is said, in turn; the last one stays."""

    says: list[Seen] = field(default_factory=list[Seen])

    def look(self) -> Seen:
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]

    def doubtful(self) -> Deed:
        return Deed("follow", "anna", lambda: None, self.look, self.act, why=lambda: "it says something else")


def test_what_the_screen_cannot_tell_before_a_touch_is_not_touched(context: RunContext) -> None:
    screen = Doubtful(says=[Seen.UNCLEAR])
    with pytest.raises(OutcomeUnknown, match="may be done already, and was not touched: it says something else"):
        perform(screen.doubtful())
    assert (screen.touches, states(context)) == (0, ["failed"])


@pytest.mark.parametrize("later", [Seen.UNCLEAR, Seen.DONE])
def test_what_the_screen_cannot_tell_after_a_touch_is_never_touched_again(context: RunContext, later: Seen) -> None:
    screen = Doubtful(says=[Seen.ABSENT, Seen.UNCLEAR])
    with pytest.raises(NotVerified):
        perform(screen.doubtful())
    for _ in range(2):  # a person may ask for another try
        screen.says = [later]
        if later is Seen.DONE:
            assert perform(screen.doubtful()) == "done"
        else:
            with pytest.raises(OutcomeUnknown, match="may have happened: it says something else"):
                perform(screen.doubtful())
    assert (screen.touches, states(context)) == (1, ["done" if later is Seen.DONE else "unknown"])


def test_only_what_is_positively_not_done_is_touched_again(context: RunContext) -> None:
    screen = Doubtful(says=[Seen.ABSENT, Seen.UNCLEAR])
    with pytest.raises(NotVerified):
        perform(screen.doubtful())
    screen.says = [Seen.ABSENT, Seen.DONE]
    assert perform(screen.doubtful()) == "done"
    assert (screen.touches, states(context)) == (2, ["done"])
