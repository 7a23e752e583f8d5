"""Tasks as a plan sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from phonefleet.limits.kinds import Cost
from phonefleet.plans.durations import Spread


class Actor(NamedTuple):
    """Who acts: an account of an app, by its folded name."""

    app: str
    name: str


@dataclass(frozen=True, slots=True)
class Work:
    """So many equal tasks that a phone will do: not before `due`, each after a `wait`, for as long as it `takes`.

    `account` is who acts, None where nobody knows or nothing is limited; `asked` tells the tasks that the plan is about
    from those that wait already; `campaign` is whose they are.
    """

    due: datetime
    wait: Spread
    takes: Spread
    account: Actor | None = None
    cost: Cost = ()
    asked: bool = True
    number: int = 1
    campaign: int | None = None
