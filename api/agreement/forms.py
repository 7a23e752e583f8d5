"""Keeps the forms of Prefect's deployments offering the phones and accounts that there are.

Only the schema of a deployment's parameters is written, and only where it differs: what people have changed of a
deployment, such as its schedules or whether it is paused, is not touched. What the schema looks like is decided in
`phonefleet.runs.forms`.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Never

from api.loops.threads import in_thread
from api.prefect.client import OUTAGES, PrefectApi, PrefectNotFound, PrefectRefused
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger
from phonefleet.loops import every
from phonefleet.runs.forms import Choices, with_choices
from phonefleet.settings import CAMPAIGNS, POOL

_log = logging.getLogger(__name__)

_EVERY = timedelta(seconds=2)
_LOOK_AGAIN = timedelta(seconds=30)
"""How often all forms are compared while no name changes: a new start or a campaign's change writes them anew."""

_QUIET_BY = timedelta(minutes=1)
"""While names change in each round, such as when many phones arrive, forms are written this long after the first."""

_DUE_SOON = timedelta(seconds=30)
"""Prefect removes the coming runs of a deployment's schedule when the deployment changes, and makes them again within
seconds: one that is due meanwhile would be lost."""

_PAGE = 200
"""As many deployments as Prefect's API returns at once."""


class FormChoices:
    """Writes the names of phones and accounts into forms, moments after they have changed.

    await FormChoices(ledger, prefect, clock).run()
    """

    def __init__(self, ledger: Ledger, prefect: PrefectApi, clock: Clock) -> None:
        self._ledger = ledger
        self._prefect = prefect
        self._clock = clock
        self._read: Choices | None = None
        self._changed_at: datetime | None = None
        self._look_at: datetime | None = None
        self._refused: set[str] = set()

    async def run(self) -> Never:
        """Keep forms up to date until cancelled."""
        await every(_EVERY, self.refresh, "Forms in Prefect do not offer new phones and accounts", OUTAGES)

    async def refresh(self) -> None:
        """Read the names, and write the forms when names have changed and then rested, or after `_LOOK_AGAIN`."""
        choices, now = await in_thread(self._ledger.choices.read), self._clock.now()
        if choices != self._read:
            first, self._read = self._read is None, choices
            self._changed_at = self._changed_at or now
            if not first and now - self._changed_at < _QUIET_BY:
                return
        if self._changed_at is not None or self._look_at is None or now >= self._look_at:
            await self.write(choices)
            self._changed_at, self._look_at = None, now + _LOOK_AGAIN

    async def write(self, choices: Choices) -> None:
        """Let every form of scripts and campaigns offer these names."""
        for pool in (POOL, CAMPAIGNS):
            for deployment in await self._deployments(pool):
                await self._write(deployment, choices)

    async def _write(self, deployment: dict[str, Any], choices: Choices) -> None:
        form: dict[str, Any] = deployment["parameter_openapi_schema"] or {}
        wanted = with_choices(form, choices)
        if wanted == form or await self._is_due_soon(deployment):
            return
        try:
            change = {"parameter_openapi_schema": wanted}
            await self._prefect.call("PATCH", f"/deployments/{deployment['id']}", change)
        except PrefectNotFound:
            return  # somebody has deleted it
        except PrefectRefused as error:
            self._note(deployment, error)

    def _note(self, deployment: dict[str, Any], error: PrefectRefused) -> None:
        if deployment["id"] not in self._refused:
            self._refused.add(deployment["id"])
            _log.warning("the form of %s cannot be changed: %s", deployment["name"], error.message)

    async def _is_due_soon(self, deployment: dict[str, Any]) -> bool:
        """Tell whether a schedule of the deployment is about to fire; its form is written in a later round."""
        if deployment["paused"] or not any(each["active"] for each in deployment["schedules"]):
            return False
        now = self._clock.now()
        soon = {"after_": now.isoformat(), "before_": (now + _DUE_SOON).isoformat()}
        runs = {"state": {"type": {"any_": ["SCHEDULED"]}}, "expected_start_time": soon}
        of_it = {"deployments": {"id": {"any_": [deployment["id"]]}}, "flow_runs": runs}
        return int(await self._prefect.call("POST", "/flow_runs/count", of_it)) > 0

    async def _deployments(self, pool: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            wanted = {"work_pools": {"name": {"any_": [pool]}}, "limit": _PAGE, "offset": len(found)}
            page = await self._prefect.call("POST", "/deployments/filter", {**wanted, "sort": "NAME_ASC"})
            found += page
            if len(page) < _PAGE:
                return found
