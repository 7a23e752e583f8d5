"""The resources of one running API: built once by the lifespan, and injected into routes by FastAPI.

A route asks for what it needs:

    @router.get("/limits")
    def show_limits(ledger: TheLedger) -> Envelope[LimitsOut]: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from random import Random
from typing import Annotated, cast

from fastapi import Depends, Request

from api.loops.retention import HistoryState
from api.prefect.client import PrefectApi
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger
from phonefleet.own_scripts.scripts import Scripts
from phonefleet.settings import Settings
from phonefleet.waiting import PrefectFacts


@dataclass(frozen=True, slots=True)
class Resources:
    """Settings, ledger, Prefect client, clock, time zone, random numbers and scripts of one running API.

    `tasks_created` wakes the submitter, `campaigns_changed` the campaign runner; both may be called from any thread.
    `prefect_facts` returns what was last seen in Prefect to keep runs from starting, `history` what was last deleted.
    """

    settings: Settings
    ledger: Ledger
    prefect: PrefectApi
    clock: Clock
    zone: tzinfo
    rng: Random
    tasks_created: Callable[[], None]
    campaigns_changed: Callable[[], None]
    prefect_facts: Callable[[], PrefectFacts]
    history: Callable[[], HistoryState]
    scripts: Scripts = field(default_factory=Scripts)


async def _resources(request: Request) -> Resources:
    return cast("Resources", request.app.state.resources)


async def _ledger(request: Request) -> Ledger:
    return cast("Resources", request.app.state.resources).ledger


TheResources = Annotated[Resources, Depends(_resources)]
TheLedger = Annotated[Ledger, Depends(_ledger)]
