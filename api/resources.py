"""What the routes work with; built once by the lifespan and injected, never imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from random import Random
from typing import Annotated, cast

from fastapi import Depends, Request

from api.live.broadcast import Broadcast
from api.prefect.client import PrefectApi
from api.tasks.cache import TaskCache
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger
from phonefleet.ledger.tasks.reading import TaskReader
from phonefleet.settings import Settings


@dataclass(frozen=True, slots=True)
class Facade:
    """The resources of one running API.

    `tasks_created` wakes the submitter and `campaigns_changed` the runner of campaigns, from any thread.
    """

    settings: Settings
    ledger: Ledger
    prefect: PrefectApi
    clock: Clock
    zone: tzinfo
    rng: Random
    tasks_created: Callable[[], None]
    broadcast: Broadcast
    shown_tasks: TaskCache
    reader: TaskReader
    campaigns_changed: Callable[[], None]


async def _facade(request: Request) -> Facade:
    return cast("Facade", request.app.state.facade)


async def _ledger(request: Request) -> Ledger:
    return cast("Facade", request.app.state.facade).ledger


TheFacade = Annotated[Facade, Depends(_facade)]
TheLedger = Annotated[Ledger, Depends(_ledger)]
