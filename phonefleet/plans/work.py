"""One task as a plan sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from phonefleet.plans.deeds import Deeds
from phonefleet.plans.durations import Spread


@dataclass(frozen=True, slots=True)
class Work:
    """A task that a phone will do: not before `due`, after a `wait`, for as long as it `takes`.

    `account` is who acts, None where nobody knows or nothing is limited; `asked` tells the tasks that the plan is about
    from those that wait already.
    """

    due: datetime
    wait: Spread
    takes: Spread
    account: str | None = None
    deeds: Deeds = ()
    asked: bool = True
