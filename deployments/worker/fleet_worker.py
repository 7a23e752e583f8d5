"""The Prefect worker of the pool type `phonefleet`: it claims a run when the phone's lane is free, and runs it there.

Prefect's process worker starts a Python interpreter for each run, which takes seconds; here a run costs a few calls to
the server. What this worker leaves out of `BaseWorker`'s path (deployment, flow and label calls, the Submitting state,
worker events) is listed in docs/decisions/0003-in-process-worker.md with its figures.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import anyio
import anyio.abc
from prefect.client.schemas.objects import FlowRun
from prefect.events.schemas.events import Event
from prefect.exceptions import ObjectNotFound
from prefect.states import Failed
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from deployments.own_scripts.registering import register_own, restore_own
from deployments.registration import JOB_TEMPLATE, restore
from deployments.worker.ending import ENDS_WITHIN
from deployments.worker.hints import hear_hints
from deployments.worker.loops import sleep_unless, unless_stopped
from deployments.worker.phones.attention import Attention
from deployments.worker.phones.coalescing_queue import CoalescingQueue
from deployments.worker.phones.fleet import Fleet
from deployments.worker.phones.quarantine import Quarantine
from deployments.worker.prefect.cancelling import recalled_runs, stopped_runs
from deployments.worker.prefect.events import (
    QUEUE_OPENED_OR_SOMETHING_DELETED,
    RUN_TO_TAKE_OR_STOP,
    AdaptivePoll,
    is_deletion,
    is_scheduled,
    listen,
    queue_of,
)
from deployments.worker.prefect.recovery import orphaned_runs, reschedule
from deployments.worker.resources import Resources
from deployments.worker.runs.claims import next_due, queues_to_ask, startable
from deployments.worker.runs.lane_runner import LaneRunner
from deployments.worker.runs.phones_of_runs import phones_of_runs
from phonefleet.device.discovery.discovery import Discovery
from phonefleet.device.discovery.seen import DeviceSeen
from phonefleet.disk import why_full
from phonefleet.hosts.tunnels.link import Hint
from phonefleet.ledger.fleet.addresses import READY
from phonefleet.loops import Job, Survives, every, until_done
from phonefleet.own_scripts.catalogue import Look
from phonefleet.words import say

_log = logging.getLogger(__name__)

LONGEST_POLL = timedelta(seconds=30)
"""How often the worker asks for runs while no event wakes it: the fallback for events that were lost."""
SHORTEST_POLL = timedelta(seconds=1)
"""How soon it asks again after an event, because Prefect may announce a run before it can be read."""
CANCEL_POLL = timedelta(seconds=1)
"""How soon it asks again which of its runs are to be cancelled, after an event and while it has any."""
LONGEST_CANCEL_POLL = timedelta(seconds=5)
"""How often it asks so while no event comes."""
CLAIM_INTERVAL = timedelta(milliseconds=250)
"""Between two requests for runs at least: lanes that become free one after the other are served together."""
RECOVERY_INTERVAL = timedelta(seconds=60)
"""How often it looks for orphaned runs, and for how long a run must have been orphaned to be rescheduled."""
HELD_INTERVAL = timedelta(seconds=15)
"""How often the worker records in the ledger which runs it has in hand."""
CONTENDED_POLL = timedelta(seconds=5)
"""How often it asks for phones that are ready here and at work at another host."""
PROBE_INTERVAL = timedelta(seconds=15)
"""How often phones in quarantine are checked, and idle phones looked for."""
DESCRIBE_INTERVAL = timedelta(seconds=15)
"""How often the queues' descriptions are updated and the busy phones' queues polled."""
RESTORE_INTERVAL = timedelta(seconds=30)
"""How often it looks whether deployments or queues were deleted in Prefect while no event says so: reading the queues
of two hundred phones costs Prefect's server a quarter of a second."""
OWN_SCRIPTS_POLL = timedelta(seconds=2)
"""How often it looks whether own scripts have changed."""
QUARANTINE_POLL = timedelta(seconds=2)
"""How often the ledger is asked which phones people have put into quarantine or disabled."""
ATTENTION_POLL = timedelta(seconds=1)
"""How often the ledger is asked which phones are watched, and which somebody has taken over, while no hint comes."""
HEARTBEAT = timedelta(seconds=10)
"""How often Prefect is told that the worker lives; after three missed ones the API says that it is gone."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any run was made: asked for the runs that were due by then, Prefect returns none."""
STOP_TIMEOUT = timedelta(seconds=20)
"""How long a shutdown waits for runs to reach a safe point."""
STOP_TIMEOUT_OF_JOINED = ENDS_WITHIN / 2
"""The same on a joined host, which also has to say that it ends."""
_SURVIVES = Survives((Exception,), logging.WARNING, timedelta(seconds=3))
"""This is the edge of the worker's process: Prefect's server or the database may be away in any way."""


class FleetResult(BaseWorkerResult):
    """The result that `BaseWorker.run` has to return; how the run ended is in Prefect and in the ledger."""


class FleetWorker(BaseWorker[BaseJobConfiguration, BaseVariables, FleetResult]):
    """Runs the flow runs of this computer's phones, one lane (thread) for each phone.

    For example:

        worker = FleetWorker("phonefleet", resources=resources, name=resources.host)
        loop.add_signal_handler(signal.SIGTERM, worker.shut_down)
        await worker.start()

    Whoever sets `stopping` shuts it down, too. The ledger must have its tables when a worker is made.
    """

    type = "phonefleet"
    job_configuration = BaseJobConfiguration
    job_configuration_variables = BaseVariables
    _description = "Runs flow runs on Android phones, one at a time a phone, in the worker's own process."

    def __init__(
        self,
        work_pool_name: str,
        *,
        resources: Resources,
        name: str | None = None,
        stopping: asyncio.Event | None = None,
    ) -> None:
        super().__init__(
            work_pool_name=work_pool_name, name=name, heartbeat_interval_seconds=HEARTBEAT // timedelta(seconds=1)
        )
        self.resources = resources
        self._quarantine = Quarantine(resources)
        self._attention = Attention(resources)
        self.fleet = Fleet(resources, self._quarantine, self._attention, self._lane_is_free)
        self._runner = LaneRunner(resources, self._quarantine, self._attention)
        self._wake = asyncio.Event()
        self._look = asyncio.Event()
        self._poll = AdaptivePoll(SHORTEST_POLL, LONGEST_POLL)
        self._cancelling = asyncio.Event()
        self._cancel_poll = AdaptivePoll(CANCEL_POLL, LONGEST_CANCEL_POLL)
        self._claimed_at = float("-inf")
        self._deleted = asyncio.Event()
        self._restore_poll = AdaptivePoll(SHORTEST_POLL, RESTORE_INTERVAL)
        self._stopping = stopping or asyncio.Event()
        self._changes = CoalescingQueue("the change of", self._apply_change)
        self._phones: dict[UUID, str] = {}
        self._full: str | None = None
        self._taken_up: Look | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._seen: dict[str, DeviceSeen] = {}
        self._returning: asyncio.Task[None] | None = None

    @classmethod
    def get_default_base_job_template(cls) -> dict[str, Any]:
        """Return the template for a pool that has none; see `JOB_TEMPLATE`."""
        return JOB_TEMPLATE

    async def start(
        self,
        run_once: bool = False,  # noqa: ARG002, FBT001, FBT002 - BaseWorker's signature
        with_healthcheck: bool = False,  # noqa: ARG002, FBT001, FBT002 - as above
        printer: Callable[..., None] = print,
    ) -> None:
        """Work until `shut_down` is called; on return, unfinished runs are back in their queues."""
        self._loop = asyncio.get_running_loop()
        if self.resources.standing is not None:
            self.resources.standing.attach(self._report_phones_soon, self._shut_down_soon)
        if self.resources.reaching is not None:
            self.resources.reaching.hints.append(self._hinted)
        async with self, anyio.create_task_group() as loops:
            await self._do_at_start(self._recover_all, "Orphaned runs cannot be rescheduled yet")
            await self._do_at_start(self._read_takeovers, "Nobody knows yet which phones are taken over")
            await self._do_at_start(self._mark_phones_absent, "Phones cannot be marked as absent yet")
            self._start_loops(loops)
            with self._discovery():
                printer(f"Worker {self.name!r} started!")
                await self._stopping.wait()
            loops.cancel_scope.cancel()
            with anyio.CancelScope(shield=True):
                await self._stop_runs()
        printer(f"Worker {self.name!r} stopped!")

    def shut_down(self) -> None:
        """Claim no more runs, and stop those in hand at their next safe points."""
        self._stopping.set()

    def look_now(self) -> None:
        """Look at once, rather than at the next turn, which phones are watched or taken over. Thread-safe."""
        self._loop.call_soon_threadsafe(self._look.set)

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,  # noqa: ARG002 - a lane needs no infrastructure
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> FleetResult:
        """Run one flow run in its phone's lane and wait for its end."""
        serial = self._phones.pop(flow_run.id)
        ended = self.fleet.lane(serial).submit(self._runner.job(flow_run, serial))
        if task_status:
            task_status.started(0)
        await asyncio.wrap_future(ended)
        return FleetResult(identifier=str(flow_run.id), status_code=0)

    @contextlib.contextmanager
    def _discovery(self) -> Generator[None]:
        discovery = Discovery(self.resources.adb, self.resources.settings.adb_connect, self._device_changed)
        discovery.start()
        try:
            yield
        finally:
            discovery.stop()

    def _device_changed(self, seen: DeviceSeen) -> None:
        """Hand a change from the discovery's thread to the worker's event loop.

        The sessions are told first and directly, because ledger and Prefect may be slow or away.
        """
        if routes := self.resources.sessions.routes:
            routes.address_changed(seen.address, ready=seen.state == READY)
        self._loop.call_soon_threadsafe(self._put_change, seen)

    def _put_change(self, seen: DeviceSeen) -> None:
        self._seen[seen.address] = seen
        self._changes.put(seen.address, seen)

    def _hinted(self, hint: Hint) -> None:
        """Look at once at what the main host has hinted at; called in any thread."""
        if hint == "attention":
            self.look_now()

    def _report_phones_soon(self) -> None:
        """Report all phones anew, from any thread: the main host has taken them for absent meanwhile."""
        self._loop.call_soon_threadsafe(self._report_phones)

    def _report_phones(self) -> None:
        again = until_done(self._record_held, "Nobody knows yet which runs have gone to other hosts", _SURVIVES)
        self._returning = self._loop.create_task(again)
        for address, seen in self._seen.items():
            self._changes.put(address, seen)

    def _shut_down_soon(self) -> None:
        self._loop.call_soon_threadsafe(self.shut_down)

    async def _apply_change(self, _: str, seen: DeviceSeen) -> None:
        await self.fleet.device_changed(seen, self.client)

    async def _mark_phones_absent(self) -> None:
        """Mark all phones of this host as absent in the ledger; discovery reports anew those that are connected."""
        await asyncio.to_thread(self.resources.ledger.devices.mark_all_absent, self.resources.host)

    def _start_loops(self, loops: anyio.abc.TaskGroup) -> None:
        heartbeat = timedelta(seconds=self.heartbeat_interval_seconds)
        loops.start_soon(self._changes.run)
        for interval, job, failing in self._jobs(heartbeat):
            loops.start_soon(every, interval, job, failing, _SURVIVES)
        failing = "Phones are not handed over to those who take them over"
        loops.start_soon(every, ATTENTION_POLL, self._attend, failing, _SURVIVES, partial(sleep_unless, self._look))

    def _jobs(self, heartbeat: timedelta) -> Iterator[tuple[timedelta, Job, str]]:
        """Yield the worker's loops: interval, job, and what the log says while the job fails."""
        at_once, soon = timedelta(0), timedelta(seconds=1)
        yield at_once, self._claim_when_woken, "No runs can be claimed"
        yield soon, partial(listen, RUN_TO_TAKE_OR_STOP, self._hear_of_run), "Events of runs are not heard"
        queues = partial(listen, QUEUE_OPENED_OR_SOMETHING_DELETED, self._hear_of_queue)
        yield soon, queues, "Events of queues are not heard"
        yield heartbeat, self.sync_with_backend, "No heartbeat reaches Prefect"
        yield at_once, self._cancel_when_asked, "Cancelled runs go on"
        yield CANCEL_POLL, self._stop_recalled, "Recalled runs go on"
        yield HELD_INTERVAL, self._record_held, "The ledger does not hear which runs are in hand"
        yield RECOVERY_INTERVAL, self._recover_old, "Orphaned runs are not looked for"
        yield CONTENDED_POLL, self._ask_again, "Nobody asks for phones that are at work at other hosts"
        yield PROBE_INTERVAL, self._probe, "Phones in quarantine are not checked"
        yield QUARANTINE_POLL, self._refresh_quarantine, "Quarantines that people began or ended are not seen"
        if (url := self.resources.settings.database_url) is not None:
            yield soon, partial(hear_hints, url.get_secret_value(), self._look), "Hints of the API are not heard"
        yield at_once, self._restore_when_told, "What was deleted in Prefect is not made again"
        yield OWN_SCRIPTS_POLL, self._take_up_own_scripts, "Own scripts are not taken up"
        yield DESCRIBE_INTERVAL, self._describe_queues, "The queues' descriptions are not updated"

    async def _do_at_start(self, job: Job, failing: str) -> None:
        """Run a job until it succeeds, before anything else; a shutdown ends the attempts."""
        await unless_stopped(self._stopping, partial(until_done, job, failing, _SURVIVES))

    def _hear_of_run(self, event: Event | None) -> None:
        """Look for runs, or for stops; after a connection (None) for both.

        A run that waits for a busy phone is not looked for: the phone asks for its next run when it is free.
        """
        if event is None or not is_scheduled(event):
            self._cancelling.set()
        if event is None or (is_scheduled(event) and not self.fleet.is_queue_of_busy(queue_of(event))):
            self._wake.set()

    def _hear_of_queue(self, event: Event | None) -> None:
        """Look for what was deleted, or for runs; after a connection (None) for both."""
        if event is None or is_deletion(event):
            self._deleted.set()
        if event is None or not is_deletion(event):
            self._wake.set()

    async def _claim_when_woken(self) -> None:
        await self._poll.sleep(self._wake)
        wait = self._claimed_at + CLAIM_INTERVAL.total_seconds() - self._loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
            self._wake.clear()
        self._claimed_at = self._loop.time()
        await self.get_and_submit_flow_runs()

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Start the due runs of free phones, and set a timer for the run that is due next.

        The queue of runs that people start is looked at even while no phone is free: some of them name no phone at all.
        """
        room = 0 if self._disk_is_full() else max(self.resources.settings.device_limit - len(self._runner.in_hand), 0)
        free = self.fleet.free() if room else set[str]()
        now = self.resources.clock.now()
        offered = await self._read_offered(free, now + LONGEST_POLL + timedelta(seconds=5))
        found = await asyncio.to_thread(phones_of_runs, self.resources.ledger, offered, set(self.fleet.serials))
        await self._fail_hopeless(found.hopeless)
        still_free = free & self.fleet.free()  # a phone may have been quarantined while Prefect was asked
        starts = list(startable(offered, still_free, self.resources.clock.now(), found.phones))[:room]
        for flow_run in starts:
            self._phones[flow_run.id] = found.phones[flow_run.id]
            self._start_run(flow_run)
        self._set_alarm(next_due(offered, now))
        return starts

    def _disk_is_full(self) -> bool:
        """Tell whether too little is free for new work, and log it when that begins."""
        settings = self.resources.settings
        before, self._full = self._full, why_full(settings.home, settings.disk_reserve)
        if self._full and not before:
            _log.warning("no new work starts: %s", self._full)
        return self._full is not None

    async def _read_offered(self, free: Iterable[str], before: datetime) -> list[FlowRun]:
        names = queues_to_ask(self.fleet.queues.names(free))
        ask = partial(self.client.get_scheduled_flow_runs_for_work_pool, self._work_pool_name, scheduled_before=before)
        try:
            offered = await ask(names)
        except ObjectNotFound:  # one of the queues was deleted; Prefect then answers 404 for all of them
            offered = await ask(None)
        return [offer.flow_run for offer in offered]

    async def _fail_hopeless(self, hopeless: Mapping[UUID, str]) -> None:
        """Fail the runs whose parameter names no phone, or more than one: they would wait for ever."""
        for flow_run_id, why in hopeless.items():
            await self.client.set_flow_run_state(flow_run_id, Failed(message=why), force=True)

    def _start_run(self, flow_run: FlowRun) -> None:
        if self._runs_task_group is None:
            message = say("worker.not_set_up", "the worker is not set up: use it as an async context manager")
            raise RuntimeError(message)
        self._runs_task_group.start_soon(self.run, flow_run, self.job_configuration())

    def _set_alarm(self, at: datetime | None) -> None:
        if self._alarm:
            self._alarm.cancel()
        if at:
            wait = (at - self.resources.clock.now()).total_seconds()
            self._alarm = self._loop.call_later(max(wait, 0), self._wake.set)

    def _lane_is_free(self) -> None:
        self._loop.call_soon_threadsafe(self._wake.set)

    async def _cancel_when_asked(self) -> None:
        await self._cancel_poll.sleep(self._cancelling)
        if self._runner.in_hand:
            stops = await stopped_runs(self.client, self._runner.in_hand)
            self._runner.stop(stops.cancelled)
            self._runner.suspend(stops.suspended)

    async def _stop_recalled(self) -> None:
        if self._runner.in_hand:
            self._runner.stop(await recalled_runs(self.resources.ledger, self._runner.in_hand))

    async def _record_held(self) -> None:
        """Record in the ledger which runs are in hand, so that only their lanes touch their phones and tell their ends.

        What another host has taken meanwhile is abandoned.
        """
        holds = self._runner.holds
        if not holds:
            return
        ledger, host = self.resources.ledger, self.resources.host
        asked = {run_id: hold.now() for run_id, hold in holds.items()}
        now = self.resources.clock.now()
        held = await asyncio.to_thread(ledger.runs.hold, list(holds), host, now)
        for run_id in held & holds.keys():
            holds[run_id].renewed(asked[run_id])
        if left := [run_id for run_id in holds if run_id not in held]:  # some may have ended just now
            self._runner.abandon(await asyncio.to_thread(ledger.runs.held_elsewhere, left, host, now))

    async def _ask_again(self) -> None:
        """Ask again for the phones that are ready here and at work at another host, which may have lost them."""
        for address in self.fleet.contended:
            if seen := self._seen.get(address):
                self._changes.put(address, seen)

    async def _probe(self) -> None:
        self.fleet.probe()
        self.fleet.stop_idle_servers()

    async def _restore_when_told(self) -> None:
        await self._restore_poll.sleep(self._deleted)
        await self._restore()

    async def _restore(self) -> None:
        """Make the deployments and queues again that somebody has deleted in Prefect."""
        if self._registers:
            for name in await restore(self.client):
                _log.warning("the deployment %s is made again in Prefect", name)
            if self._taken_up is not None:
                await restore_own(self.client, self._taken_up)
        await self.fleet.restore_queues(self.client)

    @property
    def _registers(self) -> bool:
        """Whether this worker makes deployments: that of a joined host runs those that the main host has made."""
        return self.resources.standing is None

    async def _take_up_own_scripts(self) -> None:
        """Bring own scripts to Prefect that are new or have changed."""
        if (own := self.resources.own_scripts) is None:
            return
        look = await asyncio.to_thread(own.look)
        if look is not self._taken_up:
            if self._registers:
                await register_own(self.client, look)
            self._taken_up = look
            await asyncio.to_thread(own.rest)

    async def _describe_queues(self) -> None:
        await self.fleet.describe_queues(self.client)
        self._runner.set_aside(self.fleet.elsewhere)
        if busy := self.fleet.busy():
            await self._poll_busy_queues(busy)

    async def _poll_busy_queues(self, busy: Iterable[str]) -> None:
        """Poll the queues of busy phones without taking runs: Prefect shows a queue that is not polled as not ready."""
        names = queues_to_ask(self.fleet.queues.names(busy))
        await self.client.get_scheduled_flow_runs_for_work_pool(self._work_pool_name, names, scheduled_before=_LONG_AGO)

    async def _refresh_quarantine(self) -> None:
        if await asyncio.to_thread(self._quarantine.refresh):
            self._wake.set()

    async def _read_takeovers(self) -> None:
        if await asyncio.to_thread(self._attention.refresh):
            self._wake.set()

    async def _attend(self) -> None:
        """Stop runs on phones that were taken over, hand those phones over, and let those work again that came back."""
        await self._read_takeovers()
        self._runner.set_aside(self._attention.reasons())
        self.fleet.attend()

    async def _recover_all(self) -> None:
        await self._recover(timedelta(0))

    async def _recover_old(self) -> None:
        await self._recover(RECOVERY_INTERVAL)

    async def _recover(self, older_than: timedelta) -> None:
        before = self.resources.clock.now() - older_than if older_than else None
        found = await orphaned_runs(self.client, self._work_pool_name, self._runner.in_hand, before)
        own = await asyncio.to_thread(self._of_this_host, found) if found else []
        now = self._runner.in_hand  # runs may have been claimed while Prefect was asked
        for flow_run in [each for each in own if each.id not in now]:
            state = await reschedule(self.client, flow_run)
            await asyncio.to_thread(self._runner.project_state, flow_run, state)
            self._wake.set()

    def _of_this_host(self, flow_runs: Sequence[FlowRun]) -> list[FlowRun]:
        """Return those of the runs that are for phones of this host."""
        devices = self.resources.ledger.devices.all()
        serials = {device.serial for device in devices if device.host == self.resources.host}
        phones = phones_of_runs(self.resources.ledger, flow_runs, serials).phones
        own = [run for run in flow_runs if phones.get(run.id) in serials]
        # A phone may have been carried here while its run is in the hands of the host where it was.
        resources = self.resources
        theirs = resources.ledger.runs.held_elsewhere([run.id for run in own], resources.host, resources.clock.now())
        return [run for run in own if run.id not in theirs]

    async def _stop_runs(self) -> None:
        self._runner.stop_all("the worker shuts down")
        within = STOP_TIMEOUT if self.resources.standing is None else STOP_TIMEOUT_OF_JOINED
        if not await self.fleet.close(within.total_seconds()):
            _log.warning("some runs did not come to a safe point within %s", within)
