"""When each fault was seen and when all worked again, computed from what was watched. Pure.

Seconds are those of the observer's clock since the first task was sent, whatever a fault does to the fleet's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from deployments.chaos.kinds import MAIN_HOST
from deployments.chaos.plan import Fault, process_of

LAG: Final = 10.0
"""Seconds after its end in which a fault may still show for the first time; what shows later has another reason."""


ON_MAIN_HOST: Final[Mapping[int, int]] = MappingProxyType({})
"""The hosts of phones that are all at the main one."""


@dataclass(frozen=True, slots=True)
class Sight:
    """That a subject, such as `phone 3` or `worker`, was found well or not; told when it changes."""

    at: float
    subject: str
    well: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """That a task was found ended, on a phone."""

    at: float
    task: int
    phone: int


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault of the plan that has struck at `at`; `over` is when it was ended, by itself or by the person.

    `met` is when a phone met what had been ordered for its next occasion; None for faults that strike at once, and for
    those that were never met.
    """

    fault: Fault
    at: float
    over: float
    met: float | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What came of a strike: seconds from it until it was first seen, and until all worked again; None: never."""

    strike: Strike
    seen: float | None
    recovered: float | None

    def window(self, end: float) -> tuple[float, float]:
        """Return from when to when it mattered; `end` is the end of the run."""
        last = end if self.recovered is None else max(self.strike.at + self.recovered, self.strike.over)
        return self.strike.at, last


def subject_of(fault: Fault) -> str:
    """Return whose health tells of a fault."""
    if fault.phone is not None:
        return f"phone {fault.phone}"
    host = fault.host or MAIN_HOST
    if fault.process is not None:
        return process_of(fault.process, host)
    if fault.kind == "power_cut":
        return power_of(host)
    return "all" if fault.host is None else f"host {host}"


def power_of(host: int) -> str:
    """Return the subject that tells whether a host has power."""
    return "power" if host == MAIN_HOST else f"power of host {host}"


def course_of(
    strike: Strike, sights: Sequence[Sight], ended: Sequence[Ended], hosts: Mapping[int, int] = ON_MAIN_HOST
) -> Course:
    """Tell what came of a strike.

    It was seen when a phone met it, or when its subject was first found not well, while it lasted or soon after. All
    worked again when the subject was found well after the fault was over, and then a task ended: on the same phone for
    a fault of a phone, on a phone of the same host for a fault of a host. Where no task was left, being well is enough.
    What no phone has met never mattered. `hosts` are the hosts of the phones, by number.
    """
    if strike.fault.of.waits is not None and strike.met is None:
        return Course(strike, None, 0.0)
    mine = [sight for sight in sights if sight.subject == subject_of(strike.fault)]
    ill = next((sight.at for sight in mine if strike.at <= sight.at <= strike.over + LAG and not sight.well), None)
    seen = min((at for at in (strike.met, ill) if at is not None), default=None)
    well = _well_again(strike, mine, seen)
    recovered = None if well is None else _at_work(strike.fault, well, ended, hosts)
    return Course(strike, _since(strike, seen), _since(strike, recovered))


def _well_again(strike: Strike, mine: Sequence[Sight], seen: float | None) -> float | None:
    """Return when the subject was well, after the fault was over and had been seen."""
    begin = max(strike.over, strike.at if seen is None else seen)
    before = [sight for sight in mine if sight.at <= begin]
    if not before or before[-1].well:
        return begin
    return next((sight.at for sight in mine if sight.at > begin and sight.well), None)


def can_meet(fault: Fault, phone: int, hosts: Mapping[int, int]) -> bool:
    """Tell whether a fault can be met by a phone: it is its own, or one of its host, or one of the whole fleet."""
    if fault.phone is not None:
        return fault.phone == phone
    return fault.meets_host in {None, hosts.get(phone, MAIN_HOST)}


def _at_work(fault: Fault, well: float, ended: Iterable[Ended], hosts: Mapping[int, int]) -> float:
    mine = (one.at for one in ended if can_meet(fault, one.phone, hosts))
    return min((at for at in mine if at >= well), default=well)


def _since(strike: Strike, at: float | None) -> float | None:
    return None if at is None else at - strike.at
