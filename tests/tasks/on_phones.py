"""Verbs on a virtual phone in this process, called as the runs of one task call them: again after every trouble."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from phonefleet.errors import Transient
from phonefleet.ledger.values import NewTask
from phonefleet.scripts.script import UnknownConfig
from tasks.context import RunContext
from tests.tasks.stormy import StormyPhone
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import SampleApp
from virtual_phones.world import World

ME = "shop_001"

T = TypeVar("T")


class Killed(BaseException):
    """The process ends here: nobody catches it."""


class _Drawn(StormyPhone):
    """One that draws its screen: for what is told from pictures."""

    def screenshot(self) -> bytes:
        return DirectPhone.screenshot(self)


def on_a_phone(  # noqa: PLR0913 - each says one thing about the phone
    context: RunContext,
    world: World,
    version: str,
    *,
    faults: Faults | None = None,
    rate: float = 0.0,
    seed: int = 0,
    trouble: type[BaseException] | None = None,
    drawn: bool = False,
    language: str = "en-US",
) -> StormyPhone:
    """Let the run work on a new phone, as the first account that is signed in on it."""
    faults = faults or Faults()
    app = SampleApp(world, world.signed_in(1), faults, version, language.partition("-")[0])
    virtual = VirtualPhone("serial", "Test", faults, [app])
    virtual.traits = replace(virtual.traits, locale=language)
    phone = (_Drawn if drawn else StormyPhone)(virtual, seed, rate, *([trouble] if trouble else []))
    context.phone, context.account, context.driver = phone, world.signed_in(1)[0], None
    return phone


def another_task(context: RunContext, script: str = "message") -> None:
    """Let the context be that of a new task on another day, so that no budget is in the way."""
    clock: Any = context.clock
    clock.time += timedelta(days=1)
    now = context.clock.now()
    new = NewTask(script, UnknownConfig(), context.serial, context.app, now, now, username=context.account)
    [context.task_id] = context.ledger.tasks.create([new])


def until_done(
    act: Callable[[], T], trouble: type[BaseException] = Transient, after: Callable[[], None] | None = None
) -> T:
    """Begin anew after every trouble, and return what the verb returned in the end."""
    for _ in range(300):
        try:
            return act()
        except trouble:
            if after is not None:
                after()
    return pytest.fail("it never came to an end")


def states(context: RunContext) -> list[str]:
    """Return how the actions of the task ended, in the ledger's words."""
    return [action.state for action in context.ledger.actions.of_task(context.task_id)]
