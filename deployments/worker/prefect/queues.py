"""Ensures the phones' work queues in Prefect, and migrates queues that bear a name of earlier versions.

A queue is named after its phone's identity. In earlier versions it was named after the phone's address: such a queue is
renamed, and keeps its runs and its pause. Where queues of both names exist, runs are taken from both.
"""

from __future__ import annotations

from collections.abc import Iterable

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import WorkQueue
from prefect.exceptions import ObjectNotFound

from deployments.registration import ensure_queue
from phonefleet.ledger.fleet.addresses import Whereabouts
from phonefleet.runs.queues import queue_name
from phonefleet.settings import POOL


class Queues:
    """Which queues belong to which phone. Not thread-safe: use it in the worker's event loop."""

    def __init__(self) -> None:
        self._older: dict[str, set[str]] = {}

    async def ensure(self, client: PrefectClient, phone: Whereabouts) -> None:
        """Make sure that the phone's queue exists, by renaming one with an older name or by making one."""
        wanted = queue_name(phone.serial)
        before = {queue_name(name) for name in phone.names} - {wanted}
        older = await _named(client, before)
        if older and await _read(client, wanted) is None:
            await client.update_work_queue(older.pop(0).id, name=wanted)
        await ensure_queue(client, phone.serial)
        if any(queue.is_paused for queue in older) and (queue := await _read(client, wanted)):
            await client.update_work_queue(queue.id, is_paused=True)
        self._older[phone.serial] = {queue.name for queue in older}

    def names(self, serials: Iterable[str]) -> list[str]:
        """Return the names of the queues in which runs of these phones may wait."""
        return [name for serial in serials for name in (queue_name(serial), *sorted(self._older.get(serial, ())))]

    def forget(self, serial: str) -> None:
        """Forget a phone."""
        self._older.pop(serial, None)


async def _named(client: PrefectClient, names: Iterable[str]) -> list[WorkQueue]:
    found = [await _read(client, name) for name in sorted(names)]
    return [queue for queue in found if queue is not None]


async def _read(client: PrefectClient, name: str) -> WorkQueue | None:
    try:
        return await client.read_work_queue_by_name(name, work_pool_name=POOL)
    except ObjectNotFound:
        return None
