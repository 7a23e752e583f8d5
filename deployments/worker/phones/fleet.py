"""The lanes of this computer's phones: one for each phone that has been ready, by whatever names it comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from prefect.client.orchestration import PrefectClient

from deployments.describing import queue_description
from deployments.registration import describe_queue
from deployments.worker.phones.coalescing_queue import passes_by_itself
from deployments.worker.phones.idle_servers import Idling
from deployments.worker.phones.lane import Lane
from deployments.worker.phones.quarantine import Quarantine
from deployments.worker.prefect.queues import Queues
from deployments.worker.resources import Resources
from phonefleet.device.routes import Routes
from phonefleet.device.seen import DeviceSeen
from phonefleet.ledger.fleet.addresses import AddressSeen, Whereabouts
from tasks.media import sweep

_log = logging.getLogger(__name__)


class Fleet:
    """Lanes by identity. A phone's queue exists in Prefect before the phone is offered work.

    A phone is online while any of its addresses is ready and the phone there has said that it is this one.
    """

    def __init__(self, resources: Resources, quarantine: Quarantine, on_free: Callable[[], None]) -> None:
        self._resources = resources
        self._quarantine = quarantine
        self._on_free = on_free
        self._routes = resources.sessions.routes or Routes()
        self._lanes: dict[str, Lane] = {}
        self._online: set[str] = set()
        self._described: dict[str, str] = {}
        self._placing = asyncio.Lock()
        self._idling = Idling(resources.sessions, resources.clock)
        self.queues = Queues()

    async def device_changed(self, seen: DeviceSeen, client: PrefectClient) -> None:
        """Take note of what adb says about an address: a phone that came, changed its state or went."""
        async with self._placing:  # what the ledger says last is what the routes say in the end
            concerned = await asyncio.to_thread(self._remember, seen)
            for phone in concerned:
                self._take(phone)
        for phone in concerned:
            await self._open(phone, client)
        _log.info("phone %s at %s: %s", ", ".join(phone.serial for phone in concerned), seen.address, seen.state)

    def _take(self, phone: Whereabouts) -> None:
        """Let the phone's session know where it is; without an address it gets no more runs."""
        self._routes.set(phone.serial, phone.hardware, phone.addresses)
        if not phone.addresses:
            self._online.discard(phone.serial)

    async def _open(self, phone: Whereabouts, client: PrefectClient) -> None:
        """Let a phone that has an address get runs."""
        if not phone.addresses or phone.serial in self._online:
            return
        await self.queues.ready(client, phone)
        if phone.serial not in self._lanes:
            self._lanes[phone.serial] = lane = Lane(phone.serial, self._on_free)
            lane.submit(lambda _: sweep(self._resources.sessions.get(phone.serial)))  # what a crash may have left
        if self._routes.of(phone.serial).addresses:  # it may have left meanwhile
            self._online.add(phone.serial)
            self._on_free()

    def free(self) -> set[str]:
        """Return the phones that can take a run now."""
        return {serial for serial in self._online - self._quarantine.serials if self._lanes[serial].free}

    def busy(self) -> set[str]:
        """Return the connected phones that do something now."""
        return {serial for serial in self._online if not self._lanes[serial].free}

    def lane(self, serial: str) -> Lane:
        """Return the lane of a phone that has been ready."""
        return self._lanes[serial]

    async def describe_queues(self, client: PrefectClient) -> None:
        """Say in Prefect which phones the queues belong to, as far as that has changed; each is tried by itself."""
        known = {device.serial: device for device in await asyncio.to_thread(self._resources.ledger.devices.all)}
        failed: list[Exception] = []
        for serial in list(self._lanes):
            description = queue_description(serial, known.get(serial))
            if serial not in known and serial not in self._online:
                self._forget(serial)
            elif self._described.get(serial) != description:
                failed.extend(await self._describe(client, serial, description))
        for error in failed[:1]:  # the next turn tries again
            raise error

    async def _describe(self, client: PrefectClient, serial: str, description: str) -> list[Exception]:
        """Describe one queue; return the error if that is to be tried again. What is refused is not."""
        try:
            await describe_queue(client, serial, description)
        except Exception as error:  # noqa: BLE001 - the edge of the process: one queue's trouble is one queue's
            if passes_by_itself(error):
                return [error]
            _log.error("the queue of %s keeps its description: %s", serial, error)
        self._described[serial] = description
        return []

    def probe(self) -> None:
        """Let the connected phones that are unwell be looked at, each in its lane."""
        for serial in self._online & self._quarantine.ailing:
            if self._lanes[serial].free:
                self._lanes[serial].submit(lambda _, serial=serial: self._quarantine.probe(serial))

    def stop_idle_servers(self) -> None:
        """Stop what listens on phones that have nothing to do."""
        self._idling.stop_servers(self._lanes)

    @property
    def serials(self) -> Iterable[str]:
        """The identities of all phones that were ready since the worker's start."""
        return self._lanes.keys()

    async def close(self, within: float) -> bool:
        """End all lanes after what they are doing; True when all have ended within `within` seconds together."""
        for lane in self._lanes.values():
            lane.close()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        ended = [await asyncio.to_thread(lane.join, max(deadline - loop.time(), 0.0)) for lane in self._lanes.values()]
        return all(ended)

    def _forget(self, serial: str) -> None:
        """End the lane of a phone that people have forgotten."""
        self._lanes.pop(serial).close()
        self._described.pop(serial, None)
        self._routes.drop(serial)
        self._resources.sessions.close(serial)
        self.queues.forget(serial)

    def _remember(self, seen: DeviceSeen) -> list[Whereabouts]:
        resources = self._resources
        told = AddressSeen(
            seen.address,
            seen.state,
            resources.host,
            seen.hardware,
            seen.advice,
            model=seen.model,
            android_version=seen.android_version,
            battery=seen.battery,
        )
        return resources.ledger.devices.at_address(told, resources.clock.now())
