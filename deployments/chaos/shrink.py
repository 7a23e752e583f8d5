"""Makes a failing plan smaller as long as it still fails: delta debugging. Pure: what fails is asked of a function.

Source of the algorithm: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002 (ddmin).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from deployments.chaos.plan import Fault, Plan

T = TypeVar("T")
Fails = Callable[[Plan], bool]


def shrink(plan: Plan, fails: Fails) -> Plan:
    """Return the smallest plan that was found to fail: fewest faults, then tasks, then hosts, then phones.

    `fails` runs a plan; no plan is tried twice. The plan given is taken to fail.
    """
    known = _Remembered(fails)
    before = None
    while plan != before:
        before = plan
        plan = _with_fewest_faults(plan, known)
        plan = _with_less(plan, known, _with_tasks)
        plan = _with_less(plan, known, _with_hosts)
        plan = _with_less(plan, known, _with_phones)
    return plan


def _with_fewest_faults(plan: Plan, fails: Fails) -> Plan:
    return plan.with_faults(tuple(minimized(plan.faults, lambda some: fails(plan.with_faults(tuple(some))))))


def minimized(parts: Sequence[T], fails: Callable[[Sequence[T]], bool]) -> Sequence[T]:
    """Return parts that fail together, of which none can be left out; `parts` as they are fail."""
    pieces = 2
    while parts:
        smaller = next((some for some in _without_a_piece(parts, pieces) if fails(some)), None)
        if smaller is not None:
            parts, pieces = smaller, max(pieces - 1, 2)
        elif pieces >= len(parts):
            return parts
        else:
            pieces = min(2 * pieces, len(parts))
    return parts


def _without_a_piece(parts: Sequence[T], pieces: int) -> Iterator[Sequence[T]]:
    """Yield the parts without the first piece, without the second, and so on."""
    size = max(len(parts) // pieces, 1)
    for start in range(0, len(parts), size):
        yield [*parts[:start], *parts[start + size :]]


def _with_less(plan: Plan, fails: Fails, smaller: Callable[[Plan], Plan | None]) -> Plan:
    while (less := smaller(plan)) is not None and fails(less):
        plan = less
    return plan


def _with_tasks(plan: Plan) -> Plan | None:
    """Return the plan with half of its tasks; faults that came after so many strike at their last."""
    tasks = plan.work.tasks // 2
    if tasks < 1:
        return None
    work = plan.work.model_copy(update={"tasks": tasks})
    faults = tuple(fault.model_copy(update={"after": fault.after // 2}) for fault in plan.faults)
    return plan.model_copy(update={"work": work, "faults": faults})


def _with_phones(plan: Plan) -> Plan | None:
    """Return the plan with half of its phones; what struck one that is gone strikes one that is left."""
    phones = plan.fleet.phones // 2
    if phones < plan.fleet.hosts:
        return None
    fleet = plan.fleet.model_copy(update={"phones": phones})
    return plan.model_copy(update={"fleet": fleet, "faults": tuple(_on(fault, phones) for fault in plan.faults)})


def _with_hosts(plan: Plan) -> Plan | None:
    """Return the plan with one host less; what struck the last one strikes the one before."""
    hosts = plan.fleet.hosts - 1
    if hosts < 1 or (hosts == 1 and any(fault.of.needs == "hosts" for fault in plan.faults)):
        return None
    fleet = plan.fleet.model_copy(update={"hosts": hosts})
    return plan.model_copy(update={"fleet": fleet, "faults": tuple(_at(fault, hosts) for fault in plan.faults)})


def _at(fault: Fault, hosts: int) -> Fault:
    if (fault.host or 0) <= hosts:
        return fault
    return fault.model_copy(update={"host": None if hosts == 1 else hosts})


def _on(fault: Fault, phones: int) -> Fault:
    if fault.phone is None:
        return fault
    return fault.model_copy(update={"phone": (fault.phone - 1) % phones + 1})


class _Remembered:
    """Asks about each plan once: a run takes half a minute."""

    def __init__(self, fails: Fails) -> None:
        self._fails = fails
        self._known: dict[str, bool] = {}

    def __call__(self, plan: Plan) -> bool:
        key = plan.model_dump_json()
        if key not in self._known:
            self._known[key] = self._fails(plan)
        return self._known[key]
