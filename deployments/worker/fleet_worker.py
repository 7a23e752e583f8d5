"""The worker of the pool type `phonefleet`: claims a run only when its phone's lane is free, and runs it in-process.

Prefect's own worker starts an interpreter a run, which takes seconds; here a run costs a handful of calls to the
server. What this worker leaves out of `BaseWorker`'s path (deployment, flow and label calls, the Submitting state,
worker events) is listed in docs/decisions/0003-in-process-worker.md with its figures.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import anyio
import anyio.abc
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.states import Failed
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from deployments.worker.addressees import addressed
from deployments.worker.cancelling import recalled, to_be_cancelled
from deployments.worker.changes import Changes
from deployments.worker.claims import next_due, queues_to_ask, startable
from deployments.worker.fleet import Fleet
from deployments.worker.lane_runner import LaneRunner
from deployments.worker.loops import unless_stopped
from deployments.worker.quarantine import Quarantine
from deployments.worker.recovery import left_behind, put_back
from deployments.worker.resources import Resources
from deployments.worker.waking import QUEUE_OPENED, RUN_CANCELLED, RUN_SCHEDULED, Alertness, listen
from phonefleet.device.discovery import Discovery
from phonefleet.device.seen import DeviceSeen
from phonefleet.ledger.addresses import READY
from phonefleet.loops import Job, Survives, every, until_done

_log = logging.getLogger(__name__)

SLOW_POLL = timedelta(seconds=30)
"""How often the worker asks while nothing wakes it: the net below the pushed events."""
SECOND_LOOK = timedelta(seconds=1)
"""How soon it asks again after something has woken it, because Prefect may tell of a run before it shows it."""
CANCEL_POLL = timedelta(seconds=1)
"""How often it asks which runs are to be cancelled, while it has any."""
RECOVERY = timedelta(seconds=60)
"""How often it looks for runs that it should have and has not, and how long those have been so."""
KEEP_HELD = timedelta(seconds=15)
"""How often the ledger is told which runs are in hand."""
PROBE = timedelta(seconds=15)
"""How often phones that rest are looked at."""
DESCRIBE = timedelta(seconds=15)
"""How often the queues are checked: each tells whose it is, and that somebody works on it."""
REST_POLL = timedelta(seconds=2)
"""How often the ledger is asked which phones people let rest."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Before the first run: asked for what was due until then, Prefect offers nothing."""
STOP_WITHIN = timedelta(seconds=20)
"""How long a shutdown waits for runs to come to a safe point."""
_SURVIVES = Survives((Exception,), logging.WARNING, timedelta(seconds=3))
"""This is the edge of the worker's process: Prefect's server or the database may be away in any way."""


class FleetResult(BaseWorkerResult):
    """What a lane answers; how the run ended stands in Prefect and in the ledger."""


class FleetWorker(BaseWorker[BaseJobConfiguration, BaseVariables, FleetResult]):
    """Runs the flow runs of this computer's phones in lanes of its own process."""

    type = "phonefleet"
    job_configuration = BaseJobConfiguration
    job_configuration_variables = BaseVariables
    _description = "Runs flow runs on Android phones, one at a time a phone, in the worker's own process."

    def __init__(self, work_pool_name: str, *, resources: Resources, name: str | None = None) -> None:
        super().__init__(work_pool_name=work_pool_name, name=name)
        self.resources = resources
        self._quarantine = Quarantine(resources)
        self.fleet = Fleet(resources, self._quarantine, self._lane_is_free)
        self._runner = LaneRunner(resources, self._quarantine)
        self._wake = asyncio.Event()
        self._alertness = Alertness(SECOND_LOOK, SLOW_POLL)
        self._cancelling = asyncio.Event()
        self._stopping = asyncio.Event()
        self._changes = Changes("the change of", self._apply_change)
        self._phones: dict[UUID, str] = {}
        self._alarm: asyncio.TimerHandle | None = None

    async def start(
        self,
        run_once: bool = False,  # noqa: ARG002, FBT001, FBT002 - BaseWorker's signature
        with_healthcheck: bool = False,  # noqa: ARG002, FBT001, FBT002 - as above
        printer: Callable[..., None] = print,
    ) -> None:
        """Work until `shut_down` is called; then the runs that were in hand are back in their queues."""
        self._loop = asyncio.get_running_loop()
        async with self, anyio.create_task_group() as loops:
            await self._do_at_start(self._recover_all, "What was in hand cannot be put back yet")
            await self._do_at_start(self._see_nothing, "The phones of before cannot be forgotten yet")
            self._start_loops(loops)
            with self._discovery():
                printer(f"Worker {self.name!r} started!")
                await self._stopping.wait()
            loops.cancel_scope.cancel()
            with anyio.CancelScope(shield=True):
                await self._bring_in()
        printer(f"Worker {self.name!r} stopped!")

    def shut_down(self) -> None:
        """Claim nothing more, and end what is in hand at its next safe point."""
        self._stopping.set()

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
        """Take what adb says of an address from the discovery's thread into the worker's loop.

        The sessions know at once, whatever the ledger and Prefect are doing.
        """
        if routes := self.resources.sessions.routes:
            routes.news(seen.address, ready=seen.state == READY)
        self._loop.call_soon_threadsafe(self._changes.put, seen.address, seen)

    async def _apply_change(self, _: str, seen: DeviceSeen) -> None:
        await self.fleet.device_changed(seen, self.client)

    async def _see_nothing(self) -> None:
        """Begin with no phone: whatever was there when another worker of this host ended is seen anew."""
        await asyncio.to_thread(self.resources.ledger.devices.nowhere, self.resources.host)

    def _start_loops(self, loops: anyio.abc.TaskGroup) -> None:
        heartbeat = timedelta(seconds=self.heartbeat_interval_seconds)
        loops.start_soon(self._changes.run)
        for interval, job, otherwise in self._jobs(heartbeat):
            loops.start_soon(every, interval, job, otherwise, _SURVIVES)

    def _jobs(self, heartbeat: timedelta) -> Iterator[tuple[timedelta, Job, str]]:
        """Yield what is done again and again: how often, what, and what the log says while it fails."""
        at_once, soon = timedelta(0), timedelta(seconds=1)
        yield at_once, self._claim_when_woken, "No runs can be claimed"
        yield soon, partial(listen, RUN_SCHEDULED, self._wake), "Nobody hears of runs that are scheduled"
        yield soon, partial(listen, QUEUE_OPENED, self._wake), "Nobody hears of queues that go on"
        yield soon, partial(listen, RUN_CANCELLED, self._cancelling), "Nobody hears of runs that are cancelled"
        yield heartbeat, self.sync_with_backend, "Prefect gets no sign of life"
        yield at_once, self._cancel_when_asked, "Runs that are cancelled go on"
        yield CANCEL_POLL, self._stop_recalled, "Runs that are recalled go on"
        yield KEEP_HELD, self._keep_held, "The ledger does not hear which runs are in hand"
        yield RECOVERY, self._recover_old, "Nobody looks for runs that were left behind"
        yield PROBE, self._probe, "Phones that rest are not looked at"
        yield REST_POLL, self._ask_who_rests, "Nobody knows which phones people let rest"
        yield DESCRIBE, self._describe_queues, "The queues do not tell whose they are"

    async def _do_at_start(self, job: Job, otherwise: str) -> None:
        """Do what must be done before anything else, however often it takes; a shutdown ends that."""
        await unless_stopped(self._stopping, partial(until_done, job, otherwise, _SURVIVES))

    async def _claim_when_woken(self) -> None:
        await self._alertness.sleep(self._wake)
        await self.get_and_submit_flow_runs()

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Start what can start now on the free lanes, and set the alarm for what is due next."""
        room = self.resources.settings.device_limit - len(self._runner.in_hand)
        free = self.fleet.free()
        if not free or room <= 0:
            return []
        now = datetime.now(UTC)
        offered = await self._offered(free, now + SLOW_POLL + timedelta(seconds=5))
        whose = await asyncio.to_thread(addressed, self.resources.ledger, offered, set(self.fleet.serials))
        await self._refuse(whose.unclear)
        still_free = free & self.fleet.free()  # while Prefect was asked, people may have let a phone rest
        starts = list(startable(offered, still_free, datetime.now(UTC), whose.phones))[:room]
        for flow_run in starts:
            self._phones[flow_run.id] = whose.phones[flow_run.id]
            self._start_run(flow_run)
        self._set_alarm(next_due(offered, now))
        return starts

    async def _offered(self, free: Iterable[str], before: datetime) -> list[FlowRun]:
        names = queues_to_ask(self.fleet.queues.names(free))
        ask = partial(self.client.get_scheduled_flow_runs_for_work_pool, self._work_pool_name, scheduled_before=before)
        try:
            offered = await ask(names)
        except ObjectNotFound:  # somebody has deleted one of the queues: Prefect answers for none of them then
            offered = await ask(None)
        return [offer.flow_run for offer in offered]

    async def _refuse(self, unclear: Mapping[UUID, str]) -> None:
        """End the runs of people that name no phone clearly."""
        for flow_run_id, why in unclear.items():
            await self.client.set_flow_run_state(flow_run_id, Failed(message=why), force=True)

    def _start_run(self, flow_run: FlowRun) -> None:
        if self._runs_task_group is None:
            message = "the worker is not set up: use it as an async context manager"
            raise RuntimeError(message)
        self._runs_task_group.start_soon(self.run, flow_run, self.job_configuration())

    def _set_alarm(self, at: datetime | None) -> None:
        if self._alarm:
            self._alarm.cancel()
        if at:
            wait = (at - datetime.now(UTC)).total_seconds()
            self._alarm = self._loop.call_later(max(wait, 0), self._wake.set)

    def _lane_is_free(self) -> None:
        self._loop.call_soon_threadsafe(self._wake.set)

    async def _cancel_when_asked(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._cancelling.wait(), CANCEL_POLL.total_seconds())
        self._cancelling.clear()
        if self._runner.in_hand:
            self._runner.stop(await to_be_cancelled(self.client, self._runner.in_hand))

    async def _stop_recalled(self) -> None:
        if self._runner.in_hand:
            self._runner.stop(await recalled(self.resources.ledger, self._runner.in_hand))

    async def _keep_held(self) -> None:
        """Say in the ledger which runs are in hand: nobody else tells how they end."""
        if in_hand := self._runner.in_hand:
            await asyncio.to_thread(self.resources.ledger.runs.hold, in_hand, self.resources.clock.now())

    async def _probe(self) -> None:
        self.fleet.probe()
        self.fleet.stop_idle_servers()

    async def _describe_queues(self) -> None:
        await self.fleet.describe_queues(self.client)
        if busy := self.fleet.busy():
            await self._show_ready(busy)

    async def _show_ready(self, busy: Iterable[str]) -> None:
        """Let queues of phones that are at work count as polled, or Prefect shows them as not ready after a minute."""
        await self.client.get_scheduled_flow_runs_for_work_pool(
            self._work_pool_name, sorted(self.fleet.queues.names(busy)), scheduled_before=_LONG_AGO
        )

    async def _ask_who_rests(self) -> None:
        if await asyncio.to_thread(self._quarantine.refresh):
            self._wake.set()

    async def _recover_all(self) -> None:
        await self._recover(timedelta(0))

    async def _recover_old(self) -> None:
        await self._recover(RECOVERY)

    async def _recover(self, older_than: timedelta) -> None:
        found = await left_behind(self.client, self._work_pool_name, self._runner.in_hand, older_than)
        own = await asyncio.to_thread(self._own, found)
        now = self._runner.in_hand  # Prefect may have been away for long before it answered
        for flow_run in [each for each in own if each.id not in now]:
            state = await put_back(self.client, flow_run)
            await asyncio.to_thread(self._runner.project_left_behind, flow_run, state)
            self._wake.set()

    def _own(self, flow_runs: Sequence[FlowRun]) -> list[FlowRun]:
        """Return those of the runs that are for phones of this host."""
        devices = self.resources.ledger.devices.all()
        serials = {device.serial for device in devices if device.host == self.resources.host}
        phones = addressed(self.resources.ledger, flow_runs, serials).phones
        return [run for run in flow_runs if phones.get(run.id) in serials]

    async def _bring_in(self) -> None:
        self._runner.stop_all("the worker shuts down")
        if not await self.fleet.close(STOP_WITHIN.total_seconds()):
            _log.warning("some runs did not come to a safe point within %s", STOP_WITHIN)
