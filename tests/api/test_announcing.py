"""Holds reach Prefect as events: later when it is away, and once although they are sent again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.agreement.announcer import HELD, Announcer, event_of
from api.prefect.client import PrefectApi, PrefectUnreachable
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger
from tests.integration.stack import PATIENCE

pytestmark = pytest.mark.timeout(180)  # the first use starts a Prefect server

NOWHERE = "http://127.0.0.1:1/api"


@asynccontextmanager
async def _prefect(url: str) -> AsyncGenerator[PrefectApi]:
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        yield PrefectApi(client)


@dataclass(frozen=True)
class Hold:
    """An account that was just put on hold; its time tells it from accounts of other tests, which have the same id."""

    resource: str
    since: datetime


@pytest.fixture
def held(ledger: Ledger) -> Hold:
    [account] = ledger.accounts.matching(["shop_1"])
    hold = Hold(f"phonefleet.account.{account.id}", datetime.now(UTC))
    ledger.accounts.hold_id(account.id, "the app asks for a code", hold.since)
    return hold


async def _events(prefect: PrefectApi, hold: Hold) -> list[dict[str, Any]]:
    day = timedelta(days=1)
    occurred = {"since": (datetime.now(UTC) - day).isoformat(), "until": (datetime.now(UTC) + day).isoformat()}
    wanted = {"resource": {"id": [hold.resource]}, "event": {"name": [HELD]}, "occurred": occurred}
    events = (await prefect.call("POST", "/events/filter", {"filter": wanted}))["events"]
    return [event for event in events if datetime.fromisoformat(event["payload"]["since"]) == hold.since]


async def _recorded(prefect: PrefectApi, hold: Hold) -> list[dict[str, Any]]:
    """Wait until Prefect shows an event: it writes some seconds after it has taken one."""
    deadline = time.monotonic() + PATIENCE
    while not (found := await _events(prefect, hold)):
        assert time.monotonic() < deadline, "the event was never recorded"
        await asyncio.sleep(0.2)
    return found


def test_prefect_hears_when_it_is_back_and_only_once(ledger: Ledger, prefect_api_url: str, held: Hold) -> None:
    async def tell() -> list[dict[str, Any]]:
        async with _prefect(NOWHERE) as away:
            with pytest.raises(PrefectUnreachable):
                await Announcer(ledger, away, SystemClock()).look()
        news = ledger.announcements.due(datetime.now(UTC))
        async with _prefect(prefect_api_url) as prefect:
            # As an API does that is killed before it can mark what Prefect has taken.
            await prefect.send_events(
                [event_of(one, ledger.id) | {"occurred": datetime.now(UTC).isoformat()} for one in news]
            )
            await Announcer(ledger, prefect, SystemClock()).look()
            return await _recorded(prefect, held)

    [event] = asyncio.run(tell())
    assert "the app asks for a code" in event["payload"]["message"]
    assert ledger.announcements.due(datetime.now(UTC)) == []
