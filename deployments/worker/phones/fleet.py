"""The phones of this computer: which are online, and a lane for each that has been ready since the worker's start.

A phone is known by its identity, whatever addresses adb has it under. This module does not know flow runs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping

from prefect.client.orchestration import PrefectClient

from deployments.descriptions import queue_description
from deployments.registration import describe_queue, ensure_queue, wrong_queues
from deployments.worker.phones.attention import Attention
from deployments.worker.phones.coalescing_queue import is_retryable
from deployments.worker.phones.idle_servers import IdleServerStopper
from deployments.worker.phones.lane import Lane
from deployments.worker.phones.quarantine import Quarantine
from deployments.worker.prefect.queues import Queues
from deployments.worker.resources import Resources
from phonefleet.device.discovery.seen import DeviceSeen
from phonefleet.device.sessions.routes import Routes
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import PhonefleetError
from phonefleet.ledger.fleet.addresses import ABSENT, READY, AddressSeen, Whereabouts
from phonefleet.ledger.tasks.holding import at_work_elsewhere
from phonefleet.ledger.values import Device
from phonefleet.words import say
from tasks.media import sweep

_log = logging.getLogger(__name__)


class Fleet:
    """The lanes, by the phone's identity (serial).

    A phone is online while adb has it ready at one of its addresses and it has been identified there. Its work queue is
    made in Prefect before it gets its first run. `on_free` is called, from any thread, when a lane becomes free.
    """

    def __init__(
        self, resources: Resources, quarantine: Quarantine, attention: Attention, on_free: Callable[[], None]
    ) -> None:
        self._resources = resources
        self._quarantine = quarantine
        self._attention = attention
        self._on_free = on_free
        self._routes = resources.sessions.routes or Routes()
        self._lanes: dict[str, Lane] = {}
        self._online: set[str] = set()
        self._described: dict[str, str] = {}
        self._applying = asyncio.Lock()
        self._idle_servers = IdleServerStopper(resources.sessions, resources.clock)
        self.queues = Queues()
        self.elsewhere: dict[str, str] = {}
        """The phones that were carried to another host: why their runs have to go back to the queue, by serial."""
        self._contended: dict[str, str] = {}

    async def device_changed(self, seen: DeviceSeen, client: PrefectClient) -> None:
        """Apply what adb reports of an address: a phone that appeared, changed its state or went."""
        async with self._applying:  # one at a time, so that the routes end up as the ledger's last answer says
            concerned = await asyncio.to_thread(self._record, seen)
            self._note_contended(seen, concerned)
            for phone in concerned:
                self._update_routes(phone)
        for phone in concerned:
            await self._bring_online(phone, client)
        if seen.address in self._contended:
            return
        _log.info("phone %s at %s: %s", ", ".join(phone.serial for phone in concerned), seen.address, seen.state)

    @property
    def contended(self) -> list[str]:
        """The addresses of phones that are ready here and at work at another host, which may have lost them by now."""
        return list(self._contended)

    def _note_contended(self, seen: DeviceSeen, concerned: Iterable[Whereabouts]) -> None:
        """Note whether the phone at an address is at work at another host, and say so when that begins."""
        before = self._contended.pop(seen.address, None)
        here = next((phone for phone in concerned if phone.elsewhere is not None), None)
        if here is None or here.elsewhere is None or seen.state != READY:
            return
        self._contended[seen.address] = here.elsewhere
        if before != here.elsewhere:
            _log.warning("%s", at_work_elsewhere(here.serial, here.elsewhere))

    def _update_routes(self, phone: Whereabouts) -> None:
        """Give the phone's current addresses to its session; a phone without an address goes offline."""
        self._routes.set(phone.serial, phone.hardware, phone.addresses)
        if not phone.addresses:
            self._online.discard(phone.serial)

    async def _bring_online(self, phone: Whereabouts, client: PrefectClient) -> None:
        """Let a phone that has an address get runs: ensure its queue and its lane, then count it as online."""
        if not phone.addresses or phone.serial in self._online:
            return
        await self.queues.ensure(client, phone)
        if phone.serial not in self._lanes:
            self._lanes[phone.serial] = lane = Lane(phone.serial, self._on_free)
            lane.submit(lambda _: _prepare(self._resources.sessions.get(phone.serial)))
        if self._routes.of(phone.serial).addresses:  # it may have gone while its queue was made
            self._online.add(phone.serial)
            self._on_free()

    def free(self) -> set[str]:
        """Return the phones that can take a run now."""
        barred = self._quarantine.serials | self._attention.taken
        return {serial for serial in self._online - barred if self._lanes[serial].free}

    def busy(self) -> set[str]:
        """Return the online phones whose lanes run or hold a job."""
        return {serial for serial in self._online if not self._lanes[serial].free}

    def is_queue_of_busy(self, queue: str | None) -> bool:
        """Tell whether a queue belongs to a phone whose lane runs or holds a job."""
        return queue is not None and queue in self.queues.names(self.busy())

    def lane(self, serial: str) -> Lane:
        """Return the lane of a phone that has been ready."""
        return self._lanes[serial]

    async def describe_queues(self, client: PrefectClient) -> None:
        """Update the descriptions of the phones' queues in Prefect where they have changed.

        Also ends the lanes of phones that are no longer in the ledger. A failure at one queue does not stop the others;
        the first retryable error is raised at the end.
        """
        known = {device.serial: device for device in await asyncio.to_thread(self._resources.ledger.devices.all)}
        self.elsewhere = dict(self._elsewhere(known))
        failed: list[Exception] = []
        for serial in list(self._lanes):
            description = queue_description(serial, known.get(serial))
            if serial not in known and serial not in self._online:
                self._forget(serial)
            elif self._described.get(serial) != description:
                failed.extend(await self._describe(client, serial, description))
        for error in failed[:1]:  # the next call tries again
            raise error

    def _elsewhere(self, known: Mapping[str, Device]) -> Iterator[tuple[str, str]]:
        """Yield the phones without an address here that another host has, and why nothing runs on them here."""
        for serial in self._lanes.keys() - self._online:
            phone = known.get(serial)
            if phone is not None and phone.host != self._resources.host and phone.state != ABSENT:
                yield serial, say("worker.phone_carried", "the phone is on the host {host} now", host=phone.host)

    async def restore_queues(self, client: PrefectClient) -> None:
        """Make the queues of online phones again that somebody has deleted in Prefect."""
        for serial in await wrong_queues(client, sorted(self._online)):
            await ensure_queue(client, serial)
            self._described.pop(serial, None)
            _log.warning("the queue of %s is made again in Prefect", serial)

    async def _describe(self, client: PrefectClient, serial: str, description: str) -> list[Exception]:
        """Describe one queue; return the error in a list if it is retryable, otherwise log it and return none."""
        try:
            await describe_queue(client, serial, description)
        except Exception as error:  # noqa: BLE001 - the edge of the process: an error at one queue must not stop the others
            if is_retryable(error):
                return [error]
            _log.error("the queue of %s keeps its description: %s", serial, error)
        self._described[serial] = description
        return []

    def probe(self) -> None:
        """Check the health of the online phones in the worker's quarantine, each in its own lane."""
        for serial in (self._online & self._quarantine.to_probe) - self._attention.taken:
            if self._lanes[serial].free:
                self._lanes[serial].submit(lambda _, serial=serial: self._quarantine.probe(serial))

    def stop_idle_servers(self) -> None:
        """Stop the uiautomator servers of phones that have been idle for a while, and that nobody looks at."""
        attended = self._attention.attended
        self._idle_servers.stop_servers({s: lane for s, lane in self._lanes.items() if s not in attended})

    def attend(self) -> None:
        """Hand phones over to those who wait for them, and start what watched phones need."""
        self._attention.attend({serial: self._lanes[serial] for serial in self._online})

    @property
    def serials(self) -> Iterable[str]:
        """The identities of all phones that have been ready since the worker's start."""
        return self._lanes.keys()

    async def close(self, within: float) -> bool:
        """End all lanes after their current jobs; True when all have ended within `within` seconds altogether."""
        for lane in self._lanes.values():
            lane.close()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        ended = [await asyncio.to_thread(lane.join, max(deadline - loop.time(), 0.0)) for lane in self._lanes.values()]
        return all(ended)

    def _forget(self, serial: str) -> None:
        """End the lane of a phone that was deleted from the ledger."""
        self._lanes.pop(serial).close()
        self._described.pop(serial, None)
        self._routes.drop(serial)
        self._resources.sessions.close(serial)
        self.queues.forget(serial)

    def _record(self, seen: DeviceSeen) -> list[Whereabouts]:
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
        return resources.ledger.devices.record_address(told, resources.clock.now())


def _prepare(phone: PhoneSession) -> None:
    """Prepare a phone that has just come, in its lane, so that its first task or visitor waits for less."""
    try:
        phone.install_server()
    except PhonefleetError as error:
        _log.info("%s gets its automation server when it is needed: %s", phone.serial, error.message)
    else:
        sweep(phone)  # files that a crash may have left there
