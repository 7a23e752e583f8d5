"""Sends heartbeats to Prefect for the campaigns' work pool, so that it and its deployments show as ready.

Prefect shows a pool as ready while a worker sends heartbeats, and a deployment while a worker asks for its runs.
"""

from __future__ import annotations

import platform
from datetime import timedelta
from typing import Never

from api.prefect.client import OUTAGES, PrefectApi
from phonefleet.loops import every
from phonefleet.settings import CAMPAIGNS
from phonefleet.words import say

_EVERY = timedelta(seconds=20)
_PAST = "2000-01-01T00:00:00+00:00"
"""No run is scheduled before it: Prefect answers with none, and remembers that it was asked."""


class CampaignPresence:
    """Sends heartbeats in the name of this API."""

    def __init__(self, prefect: PrefectApi) -> None:
        self._prefect = prefect
        self._name = say("campaigns.api", "the API on {node}", node=platform.node())

    async def run(self) -> Never:
        """Send heartbeats until cancelled."""
        await every(_EVERY, self.show, "Prefect does not see who runs campaigns", OUTAGES)

    async def show(self) -> None:
        """Send one heartbeat, and ask for runs once."""
        alive = {"name": self._name, "heartbeat_interval_seconds": int(_EVERY.total_seconds())}
        await self._prefect.call("POST", f"/work_pools/{CAMPAIGNS}/workers/heartbeat", alive)
        await self._prefect.call(
            "POST", f"/work_pools/{CAMPAIGNS}/get_scheduled_flow_runs", {"scheduled_before": _PAST}
        )
