"""The lanes of this computer's phones: one for each phone ever seen, open while the phone is connected."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from prefect.client.orchestration import PrefectClient

from deployments.describing import queue_description
from deployments.registration import describe_queue, ensure_queue
from deployments.worker.lane import Lane
from deployments.worker.quarantine import Quarantine
from deployments.worker.resources import Resources
from phonefleet.device.seen import DeviceSeen
from tasks.media import sweep

_log = logging.getLogger(__name__)

ONLINE = "device"
"""adb's word for a phone that is connected and authorized."""


class Fleet:
    """Lanes by serial. A phone's queue exists in Prefect before the ledger knows the phone."""

    def __init__(self, resources: Resources, quarantine: Quarantine, on_free: Callable[[], None]) -> None:
        self._resources = resources
        self._quarantine = quarantine
        self._on_free = on_free
        self._lanes: dict[str, Lane] = {}
        self._online: set[str] = set()
        self._described: dict[str, str] = {}

    async def device_changed(self, seen: DeviceSeen, client: PrefectClient) -> None:
        """Take note of a phone that came, changed its state or went."""
        if seen.address not in self._lanes:
            await ensure_queue(client, seen.address)
            self._lanes[seen.address] = Lane(seen.address, self._on_free)
            if seen.state == ONLINE:  # a crash may have left pictures on it
                self._lanes[seen.address].submit(lambda _: sweep(self._resources.sessions.get(seen.address)))
        await asyncio.to_thread(self._remember, seen)
        if seen.state == ONLINE:
            self._online.add(seen.address)
            self._on_free()
        else:
            self._online.discard(seen.address)
        _log.info("phone %s: %s", seen.address, seen.state)

    def free(self) -> set[str]:
        """Return the phones that can take a run now."""
        return {serial for serial in self._online - self._quarantine.serials if self._lanes[serial].free}

    def busy(self) -> set[str]:
        """Return the connected phones that do something now."""
        return {serial for serial in self._online if not self._lanes[serial].free}

    def lane(self, serial: str) -> Lane:
        """Return the lane of a phone that has been seen."""
        return self._lanes[serial]

    async def describe_queues(self, client: PrefectClient) -> None:
        """Say in Prefect which phones the queues belong to, as far as that has changed."""
        known = {device.serial: device for device in await asyncio.to_thread(self._resources.ledger.devices.all)}
        for serial in list(self._lanes):
            description = queue_description(serial, known.get(serial))
            if self._described.get(serial) != description:
                await describe_queue(client, serial, description)
                self._described[serial] = description

    def probe(self) -> None:
        """Let the connected phones that are unwell be looked at, each in its lane."""
        for serial in self._online & self._quarantine.ailing:
            if self._lanes[serial].free:
                self._lanes[serial].submit(lambda _, serial=serial: self._quarantine.probe(serial))

    @property
    def serials(self) -> Iterable[str]:
        """The serials of all phones seen since the worker's start."""
        return self._lanes.keys()

    async def close(self, within: float) -> bool:
        """End all lanes after what they are doing; True when all have ended within `within` seconds together."""
        for lane in self._lanes.values():
            lane.close()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        ended = [await asyncio.to_thread(lane.join, max(deadline - loop.time(), 0.0)) for lane in self._lanes.values()]
        return all(ended)

    def _remember(self, seen: DeviceSeen) -> None:
        self._resources.ledger.devices.seen(
            seen.address,
            seen.state,
            self._resources.host,
            model=seen.model,
            android_version=seen.android_version,
            at=self._resources.clock.now(),
            battery=seen.battery,
        )
