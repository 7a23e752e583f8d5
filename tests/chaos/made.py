"""Runs that never were: what the ledger and the world would say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deployments.chaos.plan import Fault
from deployments.chaos.timeline import Course, Strike
from deployments.chaos.verdict import COMPLETED, Action, Found, State, Told
from deployments.chaos.work import ME, Ask

ACCOUNTS = {1: "shop_001", 2: "shop_002"}
END = 100.0


def follow(phone: int, person: str) -> Ask:
    return Ask(phone, "follow", {"target_users": [person]}, (("follows", ME, person),))


def told(  # noqa: PLR0913 - a task is described by these
    number: int,
    ask: Ask,
    status: int = COMPLETED,
    *,
    state: State | None = "done",
    times: tuple[float, float] = (1.0, 2.0),
    remark: str | None = None,
) -> Told:
    """Return a task with one action for each of its deeds, all in a state; None: it has no actions."""
    account = ACCOUNTS[ask.phone]
    kinds = {"follows": "follow", "likes": "like", "messages": "message"}
    actions = () if state is None else tuple(Action(kinds[deed[0]], account, deed[2], state) for deed in ask.deeds)
    return Told(number, ask, status, remark, 0, actions, *times)


def followed(*pairs: tuple[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Return a world in which these follows have happened."""
    return {"follows": [{"follower": who, "followee": whom, "at": "2026-11-30T10:00:00+00:00"} for who, whom in pairs]}


def course(fault: Fault, at: float = 0.0, seen: float | None = 1.0, recovered: float | None = 5.0) -> Course:
    return Course(Strike(fault, at, at + fault.duration.total_seconds()), seen, recovered)


def found(
    tasks: Sequence[Told], world: Mapping[str, Sequence[dict[str, Any]]], courses: Sequence[Course] = (), **more: Any
) -> Found:
    return Found(told=tasks, accounts=ACCOUNTS, world=world, courses=courses, end=END, **more)
