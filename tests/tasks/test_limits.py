"""What a run does at a limit: it touches nothing, and waits in the lane, waits in the queue, or fails."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from phonefleet.clock import StopSignal, SystemClock
from phonefleet.errors import DoNotContact, Interrupted, LedgerUnreachable, LimitReached, LinkLost, Postponed
from phonefleet.ledger import Ledger
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from phonefleet.limits import Kind, Rules
from phonefleet.scripts.script import ScriptConfig
from tasks.context import RunContext
from tasks.lifecycle import Requeued, script
from tasks.limits import await_turn
from tasks.once import Deed, Outcome, perform
from tests.outages import losing

MIDNIGHT = datetime.fromisoformat("2026-05-05T00:00+00:00")


class Screen:
    """A screen on which each target is done by one touch."""

    def __init__(self) -> None:
        self.done: set[str] = set()
        self.touches = 0
        self.looks = 0
        self.trouble: LinkLost | None = None

    def follow(self, target: str, **more: Any) -> Outcome:
        return perform(
            Deed("follow", target, lambda: self._look(target), lambda: target in self.done, self._act, **more)
        )

    def _look(self, target: str) -> None:
        self.looks += 1
        self.target = target

    def _act(self) -> None:
        self.touches += 1
        if self.trouble:
            raise self.trouble
        self.done.add(self.target)


@pytest.fixture
def screen(context: RunContext) -> Screen:
    assert context.account == "shop"
    return Screen()


def let(context: RunContext, **rules: Any) -> None:
    context.ledger.limits.replace(Rules.model_validate(rules), context.clock.now())


def states(context: RunContext) -> dict[str, str]:
    return {action.target: action.state for action in context.ledger.actions.of_task(context.task_id)}


def remark(context: RunContext) -> str | None:
    task = context.ledger.tasks.get(context.task_id)
    assert task is not None
    return task.remark


def test_a_used_budget_puts_the_run_off_to_the_next_day_and_touches_nothing(
    context: RunContext, screen: Screen
) -> None:
    let(context, budgets={"follow": 1})
    screen.follow("anna")
    with pytest.raises(Postponed) as put_off:
        screen.follow("bob")
    assert put_off.value.until == MIDNIGHT
    assert put_off.value.message == "waits until 2026-05-05 00:00: @shop has used its 1 follow of today"
    assert (screen.touches, states(context)) == (1, {"anna": "done"})


def test_where_tasks_are_to_fail_the_run_fails_and_touches_nothing(context: RunContext, screen: Screen) -> None:
    let(context, budgets={"follow": 1}, when_met="fail", timezone="Europe/Berlin")
    screen.follow("anna")
    with pytest.raises(LimitReached, match=r"@shop has used its 1 follow of today; it may go on at 2026-05-04 22:00"):
        screen.follow("bob")
    assert screen.touches == 1


def test_without_any_budget_there_is_nothing_to_wait_for(context: RunContext, screen: Screen) -> None:
    let(context, budgets={"follow": 0})
    with pytest.raises(LimitReached, match="@shop has a budget of 0 follows a day"):
        screen.follow("anna")


@pytest.mark.parametrize("when_met", ["wait", "fail"])
def test_a_short_pause_passes_in_the_lane(context: RunContext, screen: Screen, when_met: str) -> None:
    let(context, gap=90, when_met=when_met)
    screen.follow("anna")
    before = context.clock.now()
    screen.follow("bob")
    assert context.clock.now() - before == timedelta(seconds=90)
    assert (screen.touches, remark(context)) == (2, None)


class Listening(SystemClock):
    """A clock that passes each wait at once, and hears what the task says meanwhile."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._now = context.clock.now()
        self.heard: list[str | None] = []

    def now(self) -> datetime:
        return self._now

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        assert stop is self._context.stop
        self.heard.append(remark(self._context))
        self._now += duration


def test_while_it_waits_the_task_says_so(context: RunContext, screen: Screen) -> None:
    let(context, gap=90)
    screen.follow("anna")
    context.clock = clock = Listening(context)
    screen.follow("bob")
    assert clock.heard == ["waits until 12:01:30: @shop pauses between its actions, 90 s more"]
    assert remark(context) is None


def test_a_long_pause_passes_in_the_queue(context: RunContext, screen: Screen) -> None:
    let(context, gap=600)
    screen.follow("anna")
    with pytest.raises(Postponed) as put_off:
        screen.follow("bob")
    assert put_off.value.until - context.clock.now() == timedelta(minutes=10)


def test_a_stop_ends_the_wait_and_gives_nothing_away(context: RunContext, screen: Screen) -> None:
    let(context, gap=60)
    screen.follow("anna")
    context.stop.set("stopped")
    with pytest.raises(Interrupted):
        screen.follow("bob")
    assert screen.touches == 1


def test_who_wants_no_contact_is_not_even_looked_at(context: RunContext, screen: Screen) -> None:
    context.ledger.do_not_contact.put([DoNotContactEntry("Anna", None, "asked us", context.clock.now())])
    with pytest.raises(DoNotContact, match="asked us"):
        screen.follow("anna")
    with pytest.raises(DoNotContact):
        screen.follow("sample://post/7", person="@ANNA")
    assert (screen.looks, screen.touches) == (0, 0)


def test_limits_that_close_between_the_look_and_the_touch_hold(context: RunContext, screen: Screen) -> None:
    with pytest.raises(Postponed):
        perform(
            Deed(
                "follow",
                "anna",
                show=lambda: let(context, hours=["14:00-15:00"]),
                is_done=lambda: False,
                act=lambda: screen.done.add("anna"),
            )
        )
    assert not screen.done
    let(context, budgets={"follow": 1})
    screen.follow("bob")  # the place was given back
    assert states(context) == {"anna": "intended", "bob": "done"}


def test_what_an_earlier_try_has_done_is_neither_looked_at_nor_done_again(context: RunContext, screen: Screen) -> None:
    let(context, budgets={"follow": 1})
    assert [screen.follow("anna") for _ in range(3)] == ["done"] * 3
    assert (screen.looks, screen.touches) == (1, 1)


def test_without_the_ledger_nothing_is_touched(context: RunContext, screen: Screen) -> None:
    with Ledger("postgresql://nobody@127.0.0.1:1/nothing") as away:
        context.ledger = away
        with pytest.raises(LedgerUnreachable):
            screen.follow("anna")
    assert (screen.looks, screen.touches) == (0, 0)


def test_what_waits_for_the_ledger_right_before_the_touch_looks_again_first(
    context: RunContext, screen: Screen
) -> None:
    context.ledger = losing(context.ledger).patient(context.patience)
    assert screen.follow("anna") == "done"
    assert context.patience.waits
    assert (screen.looks, screen.touches) == (2, 1)


# --- before the phone is touched at all --------------------------------------------------------------------


def test_outside_of_its_hours_an_account_waits_before_the_phone_is_touched(context: RunContext) -> None:
    let(context, hours=["14:00-15:00"])
    with pytest.raises(Postponed, match=r"waits until 2026-05-04 14:00: @shop works at other times \(14:00-15:00\)"):
        await_turn(None)


def test_a_script_of_one_kind_waits_for_its_budget_before_the_phone_is_touched(
    context: RunContext, screen: Screen
) -> None:
    let(context, budgets={"follow": 1})
    screen.follow("anna")
    with pytest.raises(Postponed):
        await_turn("follow")
    await_turn("unfollow")
    await_turn(None)


class OwnConfig(ScriptConfig):
    """A user's own script, which says what it does."""

    only_action: ClassVar[Kind | None] = "follow"


def test_a_users_own_script_waits_for_the_budget_of_what_it_says_to_do(context: RunContext, screen: Screen) -> None:
    let(context, budgets={"follow": 1})
    screen.follow("anna")
    touched: list[OwnConfig] = []

    def body(config: OwnConfig) -> None:
        touched.append(config)

    with pytest.raises(Requeued, match="waits until"):
        script(body)("serial", OwnConfig(), username="shop")
    assert not touched


def test_what_has_begun_is_looked_at_whatever_the_limits_say(context: RunContext, screen: Screen) -> None:
    screen.trouble = LinkLost()
    with pytest.raises(LinkLost):
        screen.follow("anna")
    let(context, hours=["14:00-15:00"], budgets={"follow": 0})
    await_turn("follow")
