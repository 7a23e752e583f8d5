"""Gathers the facts for a plan from the ledger: durations of earlier tasks, queues, acting accounts, limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from api.resources import Resources
from phonefleet.ledger import Account, NewTask, Task
from phonefleet.ledger.fleet.device_list import ListedDevice
from phonefleet.ledger.plans.forecasts import Durations
from phonefleet.limits.rules import LONGEST_GAP
from phonefleet.own_scripts.scripts import Scripts
from phonefleet.plans import AccountFacts, Actor, Estimate, Spread, Terms, Work, estimate_of
from phonefleet.plans.durations import Bound
from phonefleet.runs.states import Status
from phonefleet.scripts.script import ScriptConfig
from phonefleet.waiting import PrefectFacts

_EstimateKey = tuple[str, str, str, timedelta]
"""Serial, script, app, and how long the script says that it usually takes."""


@dataclass(frozen=True, slots=True)
class Known:
    """The facts about phones, tasks and accounts at `now`.

    `patience` is the longest time for which a lane waits for a limit without giving up its turn. `acting` maps serial
    and app to the acting account's username, `queues` maps serials to unfinished tasks.
    """

    now: datetime
    app: str
    patience: timedelta
    durations: Durations
    queues: Mapping[str, Sequence[Task]]
    phones: Mapping[str, ListedDevice]
    acting: Mapping[tuple[str, str], str]
    accounts: Mapping[Actor, AccountFacts]
    prefect: PrefectFacts = field(default_factory=PrefectFacts)
    scripts: Scripts = field(default_factory=Scripts)
    _estimates: dict[_EstimateKey, Estimate] = field(default_factory=dict[_EstimateKey, Estimate])
    _configs: dict[int, ScriptConfig] = field(default_factory=dict[int, ScriptConfig])

    def terms(self, bound: Bound) -> Terms:
        """Return what all lanes of a forecast share, for one bound of the durations."""
        return Terms(self.accounts, bound, self.patience)

    def free_at(self, serial: str) -> datetime:
        """Return when a phone may begin: now, or at the end of its quarantine."""
        listed = self.phones[serial]
        until = listed.device.quarantined_until if listed.state == "quarantined" else None
        return max(self.now, until or self.now)

    def estimate(self, serial: str, script: str, config: ScriptConfig, app: str) -> Estimate:
        """Return how long a task takes."""
        usual = config.usual_duration()
        key = (serial, script, app, usual)
        if key not in self._estimates:
            of_phone = self.durations.of_phone.get((serial, script, app), [])
            of_script = self.durations.of_script.get((script, app), [])
            self._estimates[key] = estimate_of(usual, of_phone, of_script)
        return self._estimates[key]

    def actor(self, serial: str, script: str, username: str | None, app: str) -> Actor | None:
        """Return the account that will act; None where it is not known, or where the script only reads."""
        if not self.scripts.acts(script):
            return None
        actor = Actor(app, (username or self.acting.get((serial, app), "")).lower())
        return actor if actor in self.accounts else None

    def waiting(self, serial: str) -> Iterator[Work]:
        """Yield the unfinished tasks of a phone; of a running one only what is left."""
        for task in self.queues.get(serial, []):
            yield self._begun(task) if task.status == Status.RUNNING else self._queued(task)

    def _queued(self, task: Task) -> Work:
        app = task.app or self.app
        wait = Spread.exactly(timedelta(seconds=task.wait_seconds))
        config = self._config(task)
        takes = self.estimate(task.serial, task.script_name, config, app).spread
        actor = self.actor(task.serial, task.script_name, task.username, app)
        return Work(
            task.scheduled_for, wait, takes, actor, config.budget_cost(), asked=False, campaign=task.campaign_id
        )

    def _begun(self, task: Task) -> Work:
        wait = Spread.exactly(timedelta(seconds=task.wait_seconds))
        config = self._config(task)
        takes = self.estimate(task.serial, task.script_name, config, task.app or self.app).spread
        begun = task.start_time or self.now
        passed = self.now - begun
        left = takes.after(passed - wait.expected)
        return Work(begun, wait.after(passed), left, asked=False, campaign=task.campaign_id)

    def _config(self, task: Task) -> ScriptConfig:
        """Return the configuration of a task in the queue, read once for all bounds."""
        if task.id not in self._configs:
            self._configs[task.id] = self.scripts.read_config(task.script_name, task.script_config)
        return self._configs[task.id]

    def asked(self, waits: tuple[timedelta, timedelta], tasks: Iterable[NewTask]) -> Iterator[Work]:
        """Yield the work that a request makes for one phone; equal tasks in a row are one `Work` with their number.

        `waits` are the shortest and the longest wait between them.
        """
        drawn = Spread.drawn(*waits)
        wait = Spread.exactly(timedelta(0))
        works: list[Work] = []
        for task in tasks:
            takes = self.estimate(task.serial, task.script_name, task.script_config, task.app).spread
            actor = self.actor(task.serial, task.script_name, task.username, task.app)
            cost = task.script_config.budget_cost()
            works.append(Work(task.scheduled_for, wait, takes, actor, cost, campaign=task.campaign_id))
            wait = drawn
        for _, alike in groupby(works, key=lambda work: (work.wait, work.takes, work.account, work.cost)):
            first, *others = alike
            yield replace(first, number=1 + len(others))


def known_about(resources: Resources, now: datetime, tasks: Sequence[NewTask], others: Iterable[str] = ()) -> Known:
    """Gather the facts for the phones of these tasks and for the phones with the serials `others`."""
    forecasts, app = resources.ledger.forecasts, resources.settings.app
    serials = list(dict.fromkeys([*(task.serial for task in tasks), *others]))
    queues = forecasts.queues(serials)
    scripts = {task.script_name for task in tasks} | {one.script_name for queue in queues.values() for one in queue}
    apps = list(dict.fromkeys([*(task.app for task in tasks), *_apps(queues)]))
    acting: dict[tuple[str, str], str] = {}
    accounts: dict[Actor, AccountFacts] = {}
    for each in apps:
        bound = resources.ledger.accounts.on_devices(serials, each)
        found = {**_alone(bound), **forecasts.acting(serials, each)}
        acting |= {(serial, each): username for serial, username in found.items()}
        accounts |= _facts(resources, bound, each, now)
    return Known(
        now, app, resources.settings.wait_in_place, forecasts.durations(serials, scripts), queues,
        forecasts.phones(serials, now), acting, accounts, resources.prefect_facts(), resources.scripts,
    )  # fmt: skip


def _apps(queues: Mapping[str, Collection[Task]]) -> Iterator[str]:
    return (task.app for queue in queues.values() for task in queue if task.app)


def _alone(accounts: Iterable[Account]) -> dict[str, str]:
    """Return the username on each phone on which a single account is signed in, by serial."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for account in accounts:
        if account.signed_in:
            found[account.serial].append(account.username)
    return {serial: names[0] for serial, names in found.items() if len(names) == 1}


def _facts(resources: Resources, accounts: Sequence[Account], app: str, now: datetime) -> dict[Actor, AccountFacts]:
    ledger = resources.ledger
    since = now - timedelta(seconds=LONGEST_GAP)
    last = ledger.forecasts.last_actions([account.username for account in accounts], app, since)
    zone = ledger.limits.current().zone(resources.zone)
    found: dict[Actor, AccountFacts] = {}
    for usage in ledger.limits.usage(accounts, now, resources.zone):
        name = usage.account.username.lower()
        found[Actor(app, name)] = AccountFacts(usage.policy, zone, usage.day.date, usage.used, last.get(name, {}))
    return found
