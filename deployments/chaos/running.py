"""Runs a plan: starts a fleet, sends its work, strikes its faults, looks after it as a person would, and judges.

Nothing of a run is left: processes, data and disks end with it. The logs of a run that found problems are kept.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

from PIL import Image

from deployments.chaos.fleet import ChaosFleet
from deployments.chaos.host import CannotStrike, WrongClock, small_disk
from deployments.chaos.kinds import Need
from deployments.chaos.plan import Fault, Plan
from deployments.chaos.resources import Usage
from deployments.chaos.sending import Sender
from deployments.chaos.timeline import Strike, course_of
from deployments.chaos.verdict import Action, Found, Told, Verdict, judge
from deployments.chaos.watching import Board, Watchers
from deployments.chaos.work import LAST_PERSON, LISTS, Ask, asks
from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.answers import TaskDetail
from phonefleet.client.tasks import COMPLETED, has_ended
from phonefleet.clock import Clock, StopSignal, SystemClock
from phonefleet.errors import Permanent, Transient
from phonefleet.words import tr

T = TypeVar("T")

CAN: Final[frozenset[Need]] = frozenset({"disk", "clock"})
"""What fleets of one host have. A fleet of several will have "hosts", too."""
PATIENCE: Final = timedelta(minutes=3)
_TURN: Final = timedelta(milliseconds=100)
_LOOK_AFTER: Final = 1.0
_AMPLE: Final = 100_000
_STRIKE_PATIENCE: Final = 120.0
_READ_AGAIN: Final = 120
_AWAY: Final = 50000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run; `seconds` are from the first task to the end of the last, `logs` where its logs are kept."""

    plan: Plan
    found: Found
    verdict: Verdict
    usages: Sequence[Usage]
    seconds: float
    logs: Path | None = None


def run_plan(
    plan: Plan,
    tell: Callable[[str], None],
    stop: StopSignal,
    *,
    home: Path | None = None,
    patience: timedelta = PATIENCE,
    clock: Clock | None = None,
) -> Outcome:
    """Run a plan and return what came of it; `tell` gets a line for whatever happens.

    A run gives up when nothing has moved for as long as `patience`: what has not ended then is a problem.

    Raises:
        CannotStrike: this computer cannot do what the plan asks for.
        RealPhones: a phone is connected that is not virtual.
        Permanent: the fleet does not start, or the home is not empty.
        Interrupted: the stop signal was set.

    """
    if missing := plan.needs - CAN:
        raise CannotStrike(
            tr("The plan needs {needs}, which this fleet does not have", needs=", ".join(sorted(missing)))
        )
    with _home(home) as folder, _fleet(folder, plan, stop) as fleet:
        tell(tr("Starting a fleet of {number} virtual phones", number=plan.fleet.phones))
        fleet.start()
        outcome = _Run(plan, fleet, folder, tell, stop, patience, clock or SystemClock()).run()
        return outcome if outcome.verdict.ok else _with_logs(outcome, fleet.logs)


def _with_logs(outcome: Outcome, logs: Path) -> Outcome:
    kept = Path(tempfile.mkdtemp(prefix="phonefleet-chaos-logs-"))
    shutil.copytree(logs, kept, dirs_exist_ok=True)
    return Outcome(outcome.plan, outcome.found, outcome.verdict, outcome.usages, outcome.seconds, kept)


@contextmanager
def _home(wanted: Path | None) -> Generator[Path]:
    """Yield an empty data folder: a temporary one, or the one that was asked for.

    Raises:
        Permanent: it is not empty, so that it may belong to a fleet that is in use.

    """
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        if any(wanted.iterdir()):
            message = tr(
                "{home} is not empty: faults strike only a fleet that is made for them, in a folder of its own",
                home=wanted,
            )
            raise Permanent(message)
        yield wanted
        return
    with tempfile.TemporaryDirectory(prefix="phonefleet-chaos-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # if we are root, the database's user must be able to enter it
        yield folder


@contextmanager
def _fleet(folder: Path, plan: Plan, stop: StopSignal) -> Generator[ChaosFleet]:
    with ExitStack() as exits:
        disk = exits.enter_context(small_disk(folder, plan.fleet.phones)) if "disk" in plan.needs else None
        clock = WrongClock(folder / "clock") if "clock" in plan.needs else None
        fleet = ChaosFleet(folder, plan, stop, disk, clock)
        exits.callback(fleet.end)
        yield fleet


@dataclass(slots=True)
class _Going:
    """A fault that has struck and is not over yet."""

    fault: Fault
    at: float
    ordered: int
    """How many of its kind waited for an occasion at that phone, this one among them."""
    met: float | None = None
    over: float | None = None

    @property
    def waits(self) -> bool:
        """Whether the phone has not met it yet."""
        return self.fault.of.waits is not None and self.met is None


@dataclass(slots=True)
class _Called:
    """Who has called a person: phones, when, and why."""

    calls: list[tuple[int, float, str]] = field(default_factory=list[tuple[int, float, str]])
    known: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])


class _Run:
    """One run on a fleet that works."""

    def __init__(  # noqa: PLR0913, PLR0917 - all of them are what a run has
        self, plan: Plan, fleet: ChaosFleet, folder: Path, tell: Callable[[str], None], stop: StopSignal,
        patience: timedelta, clock: Clock,
    ) -> None:  # fmt: skip
        self._plan = plan
        self._fleet = fleet
        self._folder = folder
        self._tell = tell
        self._stop = stop
        self._patience = patience.total_seconds()
        self._clock = clock
        self._serials = fleet.serials()
        self._board = Board(clock, {serial: number for number, serial in enumerate(self._serials, start=1)})
        self._left = sorted(plan.faults, key=lambda fault: (fault.after, fault.delay))
        self._due: dict[int, float] = {}
        self._going: list[_Going] = []
        self._called = _Called()
        self._moved = 0.0
        self._looked_after = 0.0
        self._shown = -1

    def run(self) -> Outcome:
        """Send, strike, wait, and judge."""
        with self._fleet.client() as client:
            _set_limits(client, self._plan.work.budgets)
            before = self._fleet.world()
            posts = [post["id"] for post in before["posts"] if post["kind"] == "plain"]
            wanted = asks(self._plan, posts, self._picture())
            key = uuid4().hex
            over = self._plan.work.over
            with (
                Watchers(self._fleet, self._board),
                Sender(self._fleet.client(), wanted, self._serials, over, key) as sender,
            ):
                self._go_through(client, sender)
                seconds = self._board.now()
                self._end_all()
                stuck = self._try_lanes(client) if sender.done else {}
            return self._outcome(client, sender, seconds, stuck)

    def _picture(self) -> str:
        """Return a picture that may be published."""
        file = self._folder / "media" / "chaos.png"
        file.parent.mkdir(exist_ok=True)
        Image.new("RGB", (320, 240), (60, 120, 180)).save(file)
        return str(file)

    # --- the work and the faults -------------------------------------------------------------------------

    def _go_through(self, client: Client, sender: Sender) -> None:
        """Strike what is due until all is done, or nothing moves any more."""
        while not self._is_over(sender):
            self._stop.wait(_TURN)
            self._stop.check()
            if sender.refused is not None:
                raise sender.refused
            self._strike_due()
            self._note_met()
            self._end_due()
            self._look_after(client)
            self._show(sender)

    def _is_over(self, sender: Sender) -> bool:
        ended = len(self._board.ended) >= len(sender.sent) and sender.done
        if ended and not self._left and not self._going_on():
            return True
        self._moved = max(self._moved, self._board.changed, float(not sender.done and len(sender.sent)))
        still = [*self._left, *self._going_on()] and self._soon()
        return not still and self._board.now() - self._moved > self._patience

    def _soon(self) -> bool:
        """Tell whether a fault that lasts, or one that is due, will move something."""
        return any(going.over is None and not going.waits for going in self._going) or bool(self._due)

    def _going_on(self) -> list[_Going]:
        return [going for going in self._going if going.over is None]

    def _strike_due(self) -> None:
        ended, now = len(self._board.ended), self._board.now()
        for fault in [one for one in self._left if one.after <= ended]:
            due = self._due.setdefault(id(fault), now + fault.delay.total_seconds())
            if now >= due and self._strike(fault):
                self._left.remove(fault)
                del self._due[id(fault)]

    def _strike(self, fault: Fault) -> bool:
        """Strike; False if that is not possible just now, since what is to be struck is away."""
        waiting = self._waiting(fault)
        at = self._board.now()
        try:
            fault.of.begin(self._fleet, fault)
        except Transient as error:
            if at - self._due[id(fault)] > _STRIKE_PATIENCE:
                raise Permanent(tr("{fault} is not possible: {error}", fault=fault.told, error=error)) from error
            return False
        self._going.append(_Going(fault, at, waiting + 1, over=None if self._ends_later(fault) else at))
        self._moved = at
        self._tell(f"{at:7.1f} s  {fault.told}")
        return True

    def _ends_later(self, fault: Fault) -> bool:
        return fault.of.lasts is not None or fault.of.waits is not None

    def _waiting(self, fault: Fault) -> int:
        return self._board.waiting.get(fault.phone or 0, {}).get(fault.of.waits or "", 0)

    def _note_met(self) -> None:
        """Note what phones have met since: it waits no longer. Those that were ordered first strike first."""
        for going in self._going:
            if going.waits and going.over is None and self._board.now() - going.at > _LOOK_AFTER:
                if self._waiting(going.fault) < going.ordered:
                    going.met = self._board.now()
                    self._moved = going.met

    def _end_due(self) -> None:
        now = self._board.now()
        idle = all(has_ended(task) for task in self._board.status.values()) and not self._left
        for going in self._going_on():
            begun = going.at if going.fault.of.waits is None else going.met
            lasts = going.fault.duration.total_seconds()
            if begun is not None and now >= begun + lasts:
                self._end(going)
            elif begun is None and idle and now >= going.at + lasts + _LOOK_AFTER:
                self._end(going)  # nobody is there any more to meet it

    def _end(self, going: _Going) -> None:
        try:
            going.fault.of.end(self._fleet, going.fault)
        except Transient:
            return
        going.over = self._moved = self._board.now()
        if going.fault.of.lasts is not None:
            self._tell(f"{going.over:7.1f} s  {tr('over: {fault}', fault=going.fault.told)}")

    def _end_all(self) -> None:
        """End all faults, and make all phones well, as somebody does who looks after them."""
        for going in self._going_on():
            self._end(going)
        for number in range(1, len(self._serials) + 1):
            self._patiently(lambda number=number: self._fleet.make_well(number))

    # --- the person ---------------------------------------------------------------------------------------

    def _look_after(self, client: Client) -> None:
        """Release what was held or put aside for a person, once the fault is over that called for one."""
        if self._board.now() - self._looked_after < _LOOK_AFTER:
            return
        self._looked_after = self._board.now()
        ill = {going.fault.phone for going in self._going_on() if going.fault.of.calls_person and not going.waits}
        try:
            for account in client.iter_accounts(held=True):
                if self._is_called(account["device"], account["hold_reason"] or "") not in ill:
                    client.release_account(account["id"])
            for device in client.iter_devices():
                if device["quarantined_by"] == "person":
                    if self._is_called(device["serial"], device["quarantine_reason"] or "") not in ill:
                        client.release_device(device["serial"])
        except (ApiError, ApiUnreachable):
            return  # it is away just now, and asked again in a second

    def _is_called(self, serial: str, why: str) -> int:
        """Note that a phone calls a person; return its number."""
        number = self._board.phones.get(serial, 0)
        if (number, why) not in self._called.known:
            self._called.known.add((number, why))
            self._called.calls.append((number, self._board.now(), why))
            self._tell(
                f"{self._board.now():7.1f} s  {tr('phone {number} calls a person: {why}', number=number, why=why)}"
            )
        return number

    # --- the end -------------------------------------------------------------------------------------------

    def _try_lanes(self, client: Client) -> dict[int, str]:
        """Let each phone do one more task; return those that do not, each with the reason."""
        config = {"target_username": [LAST_PERSON], "max_scrape_count": 1}
        made = self._patiently(
            lambda: client.create_tasks(
                "scrape_user", serials=self._serials, script_config=config, idempotency_key=uuid4().hex
            )
        )
        ids = made["task_ids"]
        deadline = self._board.now() + self._patience
        while len(self._board.ended.keys() & set(ids)) < len(ids) and self._board.now() < deadline:
            self._stop.wait(_TURN)
            self._stop.check()
            self._look_after(client)
        tasks = [self._patiently(lambda task_id=task_id: client.get_task(task_id)) for task_id in ids]
        return {
            self._board.phones[task["serial"]]: task["remark"] or task["waits_for"] or task["status_text"]
            for task in tasks
            if task["status"] != COMPLETED
        }

    def _outcome(self, client: Client, sender: Sender, seconds: float, stuck: Mapping[int, str]) -> Outcome:
        told = [
            self._told(self._patiently(lambda one=task_id: client.get_task(one)), ask)
            for task_id, ask in sender.sent.items()
        ]
        total = self._patiently(client.count_tasks)["total"]
        sights, ended = list(self._board.sights), [one for one in self._board.ended.values() if one.task in sender.sent]
        found = Found(
            told=told,
            accounts=self._fleet.accounts(),
            world=self._fleet.world(),
            courses=[course_of(self._strike_of(going, seconds), sights, ended) for going in self._going],
            end=seconds,
            budgets=self._plan.work.budgets,
            stuck=stuck,
            called=self._called.calls,
            created=total - len(sender.sent) - (len(self._serials) if sender.done else 0),
        )
        return Outcome(self._plan, found, judge(found), self._board.usages, seconds)

    @staticmethod
    def _strike_of(going: _Going, end: float) -> Strike:
        return Strike(going.fault, going.at, end if going.over is None else going.over, going.met)

    def _told(self, task: TaskDetail, ask: Ask) -> Told:
        ended = self._board.ended.get(task["id"])
        actions = tuple(
            Action(one["kind"], one["account"] or "", one["target"], one["state"])
            for one in task["actions"]
            if one["kind"] in LISTS
        )
        return Told(
            task["id"], ask, task["status"], task["remark"], task["retry_count"], actions,
            self._board.began.get(task["id"], 0.0), ended.at if ended else None, task["waits_for"],
        )  # fmt: skip

    def _patiently(self, call: Callable[[], T]) -> T:
        """Call again while the API is away: a fault may have just been ended.

        Raises:
            Permanent: it did not come back.

        """
        for _ in range(_READ_AGAIN):
            try:
                return call()
            except (ApiUnreachable, Transient):
                self._stop.wait(timedelta(seconds=1))
                self._stop.check()
            except ApiError as error:
                if error.code < _AWAY:
                    raise
                self._stop.wait(timedelta(seconds=1))
        return call()

    def _show(self, sender: Sender) -> None:
        ended = len(self._board.ended)
        step = max(self._plan.work.tasks // 20, 1)
        if ended // step != self._shown:
            self._shown = ended // step
            self._tell(
                f"{self._board.now():7.1f} s  {tr('{ended} of {number} tasks have ended', ended=ended, number=self._plan.work.tasks)}"
            )


def _set_limits(client: Client, budgets: Mapping[str, int]) -> None:
    """Set the budgets of the plan; an account that has used one fails its tasks, so that all come to an end."""
    client.replace_limits(budgets=dict.fromkeys(LISTS, _AMPLE) | dict(budgets), when_met="fail")
