"""Shows in Prefect that campaigns are looked after: without it their pool and deployments would seem abandoned.

Prefect calls a deployment ready while somebody asks for its runs, and a pool while a worker gives signs of life.
"""

from __future__ import annotations

import platform
from datetime import timedelta
from typing import Never

from api.prefect_api import OUTAGES, PrefectApi
from phonefleet.loops import every
from phonefleet.settings import CAMPAIGNS

_EVERY = timedelta(seconds=20)
_PAST = "2000-01-01T00:00:00+00:00"
"""Nothing is due before it: who is asked for such runs answers with none, and remembers that it was asked."""


class CampaignPresence:
    """Gives Prefect signs of life, in the name of this API."""

    def __init__(self, prefect: PrefectApi) -> None:
        self._prefect = prefect
        self._name = f"the API on {platform.node()}"

    async def run(self) -> Never:
        """Do so until cancelled."""
        await every(_EVERY, self.show, "Prefect does not see who runs campaigns", OUTAGES)

    async def show(self) -> None:
        """Give one sign of life."""
        alive = {"name": self._name, "heartbeat_interval_seconds": int(_EVERY.total_seconds())}
        await self._prefect.call("POST", f"/work_pools/{CAMPAIGNS}/workers/heartbeat", alive)
        await self._prefect.call(
            "POST", f"/work_pools/{CAMPAIGNS}/get_scheduled_flow_runs", {"scheduled_before": _PAST}
        )
