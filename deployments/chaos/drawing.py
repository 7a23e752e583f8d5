"""Makes a plan from a seed: the same numbers give the same plan. A pure function."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from deployments.chaos.kinds import KINDS, MAIN_HOST, OF_JOINED_HOSTS, PROCESSES, Process
from deployments.chaos.plan import Fault, Fleet, Plan, Work

ON_PHONES: Final = tuple(kind.name for kind in KINDS.values() if kind.of == "phone")
_LONGEST_DELAY: Final = 2.0
_JUMPS: Final = (-300, 300)
"""Seconds by which a clock jumps, in turn back and forth."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan shall hold.

    `faults` are those of phones; each process of each of the `hosts` is killed `kills` and stopped `stops` times.
    `also` are further kinds, each struck once.
    """

    seed: int = 0
    phones: int = 3
    tasks: int = 24
    faults: int = 6
    kills: int = 1
    stops: int = 0
    fault_rate: float = 0.0
    also: tuple[str, ...] = ()
    over: timedelta = timedelta(0)
    hosts: int = 1


def draw(wanted: Wanted) -> Plan:
    """Draw a plan."""
    chance = random.Random(f"chaos {wanted.seed}")  # noqa: S311 - a repeatable plan, no secrets
    fleet = Fleet(phones=wanted.phones, hosts=wanted.hosts, fault_rate=wanted.fault_rate)
    work = Work(tasks=wanted.tasks, over=wanted.over)
    return Plan(seed=wanted.seed, fleet=fleet, work=work, faults=tuple(_spread(chance, wanted)))


def _spread(chance: random.Random, wanted: Wanted) -> list[Fault]:
    """Strike in any order, evenly over the work, from its beginning to shortly before its end."""
    struck = list(_struck(chance, wanted))
    chance.shuffle(struck)
    share = wanted.tasks / (len(struck) + 1)
    return [
        fault.model_copy(update={"after": int(place * share), "delay": _delay(chance)})
        for place, fault in enumerate(struck)
    ]


def _struck(chance: random.Random, wanted: Wanted) -> Iterator[Fault]:
    kinds = _in_turn(chance, wanted.faults)
    yield from (Fault(kind=kind, phone=chance.randint(1, wanted.phones)) for kind in kinds)
    for process, host in _processes(wanted.hosts):
        yield from [Fault(kind="process_killed", process=process, host=host)] * wanted.kills
        yield from [Fault(kind="process_stopped", process=process, host=host)] * wanted.stops
    for number, kind in enumerate(wanted.also):
        yield _further(kind, number, chance, wanted)


def _processes(hosts: int) -> list[tuple[Process, int | None]]:
    """Return each process of the main host, and those of each joined one with its number."""
    joined = range(MAIN_HOST + 1, hosts + 1)
    return [*((process, None) for process in PROCESSES), *((each, host) for host in joined for each in OF_JOINED_HOSTS)]


def _in_turn(chance: random.Random, number: int) -> list[str]:
    """Return so many kinds of faults of phones, each as often as the others or once more."""
    rounds = -(-number // len(ON_PHONES))
    return [kind for _ in range(rounds) for kind in chance.sample(ON_PHONES, len(ON_PHONES))][:number]


def _further(kind: str, number: int, chance: random.Random, wanted: Wanted) -> Fault:
    match KINDS[kind]:
        case found if found.of == "phone":
            return Fault(kind=kind, phone=chance.randint(1, wanted.phones))
        case found if found.of == "process":
            return Fault(kind=kind, process=chance.choice(PROCESSES))
        case found if found.of == "host":
            return Fault(kind=kind, host=chance.randint(min(MAIN_HOST + 1, wanted.hosts), wanted.hosts))
        case found if found.needs == "clock":
            return Fault(kind=kind, by=timedelta(seconds=_JUMPS[number % len(_JUMPS)]))
        case _:
            return Fault(kind=kind)


def _delay(chance: random.Random) -> timedelta:
    return timedelta(seconds=round(chance.uniform(0, _LONGEST_DELAY), 1))
