"""Right before what cannot be taken back, the phone is asked whether it is the one that the run is for."""

from __future__ import annotations

import pytest

from phonefleet.errors import OtherHardware
from tasks.context import RunContext
from tasks.once import Deed, perform


class Elsewhere:
    """Another phone is at the address for as long as `lasts`."""

    def __init__(self) -> None:
        self.lasts, self.asked, self.touched = True, 0, 0

    def confirm(self) -> None:
        self.asked += 1
        if self.lasts:
            raise OtherHardware

    def touch(self) -> None:
        self.touched += 1

    def deed(self) -> Deed:
        return Deed("follow", "anna", lambda: None, lambda: self.touched > 0, self.touch)


def states(context: RunContext) -> list[str]:
    return [action.state for action in context.ledger.actions.of_task(context.task_id)]


def test_nothing_is_touched_on_another_phone_and_the_action_happens_once_on_the_right_one(context: RunContext) -> None:
    elsewhere = Elsewhere()
    context.confirm = elsewhere.confirm
    for _ in range(3):
        with pytest.raises(OtherHardware):
            perform(elsewhere.deed())
    assert (elsewhere.touched, states(context)) == (0, ["intended"])
    elsewhere.lasts = False
    assert perform(elsewhere.deed()) == "done"
    assert (elsewhere.touched, elsewhere.asked, states(context)) == (1, 4, ["done"])


def test_what_is_done_already_needs_no_question(context: RunContext) -> None:
    elsewhere = Elsewhere()
    context.confirm = elsewhere.confirm
    elsewhere.touched = 1
    assert perform(elsewhere.deed()) == "already"
    assert elsewhere.asked == 0
