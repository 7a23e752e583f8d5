"""Runs a plan: starts a fleet, sends its work, strikes its faults, looks after it as a person would, and judges.

Nothing of a run is left: processes, data and disks end with it. The logs of a run that found problems are kept.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

from PIL import Image

from deployments.chaos.fleet import ChaosFleet
from deployments.chaos.host import WrongClock, small_disk
from deployments.chaos.person import Person
from deployments.chaos.plan import Plan
from deployments.chaos.resources import Usage
from deployments.chaos.sending import AWAY, Sender
from deployments.chaos.striking import Striking
from deployments.chaos.timeline import course_of
from deployments.chaos.verdict import Action, Found, Told, Verdict, judge
from deployments.chaos.watching import Board, Watchers
from deployments.chaos.work import LISTS, Ask, asks, last_look
from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.answers import TaskDetail
from phonefleet.client.tasks import COMPLETED
from phonefleet.clock import StopSignal, SystemClock
from phonefleet.errors import Permanent, Transient
from phonefleet.words import tr

T = TypeVar("T")
Tell = Callable[[str], None]

PATIENCE: Final = timedelta(minutes=3)
_TURN: Final = timedelta(milliseconds=100)
_SHORT: Final = timedelta(seconds=2)
_A_SECOND: Final = timedelta(seconds=1)
_AMPLE: Final = 100_000
_TRIES: Final = 120
_LINES: Final = 20
"""So many lines tell of the tasks that have ended."""


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
    plan: Plan, tell: Tell, stop: StopSignal, *, home: Path | None = None, patience: timedelta = PATIENCE
) -> Outcome:
    """Run a plan and return what came of it; `tell` gets a line for whatever happens.

    A run gives up when nothing has moved for as long as `patience`: what has not ended then is a problem.

    Raises:
        CannotStrike: this computer cannot do what the plan asks for.
        RealPhones: a phone is connected that is not virtual.
        Permanent: the fleet does not start, or the home is not empty.
        Interrupted: the stop signal was set.

    """
    with _home(home) as folder, _fleet(folder, plan, stop) as fleet:
        hosts, phones = plan.fleet.hosts, plan.fleet.phones
        tell(
            tr("Starting a fleet of {number} virtual phones", number=phones)
            if hosts == 1
            else tr("Starting a fleet of {number} virtual phones on {hosts} hosts", number=phones, hosts=hosts)
        )
        fleet.start()
        outcome = _Run(plan, fleet, tell, stop, patience).run(_picture(folder))
        return outcome if outcome.verdict.ok else replace(outcome, logs=_kept(fleet.logs))


def _kept(logs: Mapping[str, Path]) -> Path:
    kept = Path(tempfile.mkdtemp(prefix="phonefleet-chaos-logs-"))
    for name, folder in logs.items():
        shutil.copytree(folder, kept / name)
    return kept


@contextmanager
def _home(wanted: Path | None) -> Generator[Path]:
    """Yield an empty data folder: a temporary one, or the one that was asked for.

    Raises:
        Permanent: it is not empty, so that it may belong to a fleet that is in use.

    """
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        if any(wanted.iterdir()):
            message = tr("{home} is not empty: faults strike only a fleet made for them, in a new folder", home=wanted)
            raise Permanent(message)
        yield wanted
        return
    with _temporary("phonefleet-chaos-") as folder:
        folder.chmod(0o755)  # if we are root, the database's user must be able to enter it
        yield folder


@contextmanager
def _temporary(prefix: str) -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _fleet(folder: Path, plan: Plan, stop: StopSignal) -> Generator[ChaosFleet]:
    with ExitStack() as exits:
        disk = exits.enter_context(small_disk(folder, plan.fleet.phones)) if "disk" in plan.needs else None
        clock = WrongClock(folder) if "clock" in plan.needs else None
        several = plan.fleet.hosts > 1
        beside = exits.enter_context(_temporary("phonefleet-chaos-hosts-")) if several else None
        fleet = ChaosFleet(folder, plan, stop, disk, clock, beside=beside)
        exits.callback(fleet.end)
        yield fleet


def _picture(folder: Path) -> str:
    """Make a picture that may be published; return its path."""
    file = folder / "media" / "chaos.png"
    file.parent.mkdir(exist_ok=True)
    Image.new("RGB", (320, 240), (60, 120, 180)).save(file)
    return str(file)


class _Run:
    """One run on a fleet that works."""

    def __init__(self, plan: Plan, fleet: ChaosFleet, tell: Tell, stop: StopSignal, patience: timedelta) -> None:
        self._plan = plan
        self._fleet = fleet
        self._tell = tell
        self._stop = stop
        jumps = [abs(fault.by) for fault in plan.faults if fault.by is not None]
        # What was put off while the clock was ahead waits until it has caught up.
        self._patience = (patience + max(jumps, default=timedelta(0))).total_seconds()
        self._serials = fleet.serials()
        self._board = Board(SystemClock(), {serial: number for number, serial in enumerate(self._serials, start=1)})
        self._striking = Striking(plan, fleet, self._board, tell)
        self._budgets: dict[str, int] = {kind: most for kind, most in plan.work.budgets.items()}  # noqa: C416 - of str
        self._shown = -1

    def run(self, picture: str) -> Outcome:
        """Send, strike, wait, and judge."""
        with ExitStack() as exits:
            client = exits.enter_context(self._fleet.client())
            _set_limits(client, self._budgets)
            posts = [post["id"] for post in self._fleet.world()["posts"] if post["kind"] == "plain"]
            wanted = asks(self._plan, posts, picture)
            person = exits.enter_context(Person(self._fleet.client(_SHORT), self._board, self._tell))
            sending = Sender(self._fleet.client(), wanted, self._serials, self._plan.work.over, uuid4().hex)
            with Watchers(self._fleet, self._board), sending as sender:
                self._go_through(sender, person)
                seconds = self._board.now()
                self._make_all_well()
                stuck = self._try_lanes(client, person) if sender.done else {}
            found = self._found(client, sender.sent, person, seconds, stuck)
        return Outcome(self._plan, found, judge(found), self._board.usages, seconds)

    def _go_through(self, sender: Sender, person: Person) -> None:
        """Strike what is due until all is done, or nothing moves any more."""
        while not self._is_over(sender):
            self._stop.wait(_TURN)
            self._stop.check()
            if sender.refused is not None:
                raise sender.refused
            self._striking.turn(idle=sender.done and self._has_ended(sender))
            person.come_by(self._striking.called_for)
            self._show_progress()

    def _is_over(self, sender: Sender) -> bool:
        if sender.done and self._has_ended(sender) and self._striking.over:
            return True
        moved = max(
            self._board.changed, self._striking.moved, 0.0 if sender.moved is None else self._board.since(sender.moved)
        )
        return not self._striking.moving and self._board.now() - moved > self._patience

    def _has_ended(self, sender: Sender) -> bool:
        return self._board.ended.keys() >= sender.sent.keys()

    def _show_progress(self) -> None:
        ended, number = len(self._board.ended), self._plan.work.tasks
        step = ended * _LINES // number
        if step != self._shown:
            self._shown = step
            told = tr("{ended} of {number} tasks have ended", ended=ended, number=number)
            self._tell(f"{self._board.now():7.1f} s  {told}")

    # --- the end -------------------------------------------------------------------------------------------

    def _make_all_well(self) -> None:
        """End all faults, and make all phones well, as somebody does who looks after them."""
        self._striking.end_all()
        for number in self._board.phones.values():
            self._patiently(lambda number=number: self._fleet.make_well(number))

    def _try_lanes(self, client: Client, person: Person) -> dict[int, str]:
        """Let each phone do one more task; return those that do not, each with the reason."""
        last, key = last_look(), uuid4().hex
        ids = self._patiently(
            lambda: client.create_tasks(
                last.script, serials=self._serials, script_config=last.config, idempotency_key=key
            )["task_ids"]
        )
        asked = self._board.now()
        while not self._board.ended.keys() >= set(ids):
            if self._board.now() - max(asked, self._board.changed) > self._patience:
                break
            self._stop.wait(_TURN)
            self._stop.check()
            person.come_by(())
        tasks = [self._read(client, task_id) for task_id in ids]
        return {
            self._board.phones[task["serial"]]: task["remark"] or task["waits_for"] or task["status_text"]
            for task in tasks
            if task["status"] != COMPLETED
        }

    def _found(
        self, client: Client, sent: Mapping[int, Ask], person: Person, seconds: float, stuck: Mapping[int, str]
    ) -> Found:
        total = self._patiently(client.count_tasks)["total"]
        ended = [one for one in self._board.ended.values() if one.task in sent]
        lanes = 0 if len(sent) < self._plan.work.tasks else len(self._serials)
        return Found(
            told=[self._told(self._read(client, task_id), ask) for task_id, ask in sent.items()],
            accounts=self._fleet.accounts(),
            world=self._fleet.world(),
            courses=[
                course_of(strike, self._board.sights, ended, self._plan.fleet.host_of)
                for strike in self._striking.strikes(seconds)
            ],
            hosts=self._plan.fleet.host_of,
            end=seconds,
            budgets=self._budgets,
            stuck=stuck,
            called=person.calls,
            created=total - len(sent) - lanes,
        )

    def _read(self, client: Client, task_id: int) -> TaskDetail:
        return self._patiently(lambda: client.get_task(task_id))

    def _told(self, task: TaskDetail, ask: Ask) -> Told:
        ended = self._board.ended.get(task["id"])
        return Told(
            task["id"], ask, task["status"], task["remark"], task["retry_count"],
            tuple(
                Action(one["kind"], one["account"] or "", one["target"], one["state"])
                for one in task["actions"]
                if one["kind"] in LISTS
            ),
            self._board.began.get(task["id"], 0.0), ended.at if ended else None, task["waits_for"],
        )  # fmt: skip

    def _patiently(self, call: Callable[[], T]) -> T:
        """Call again while the fleet does not answer: a fault may have ended just now."""
        for _ in range(_TRIES):
            try:
                return call()
            except (ApiUnreachable, Transient):
                pass
            except ApiError as error:
                if error.code < AWAY:
                    raise
            self._stop.wait(_A_SECOND)
            self._stop.check()
        return call()


def _set_limits(client: Client, budgets: Mapping[str, int]) -> None:
    """Set the budgets of the plan; an account that has used one fails its tasks, so that all come to an end."""
    client.replace_limits(budgets=dict.fromkeys(LISTS, _AMPLE) | dict(budgets), when_met="fail")
