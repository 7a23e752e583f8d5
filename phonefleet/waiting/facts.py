"""The facts that decide why a task waits: about the task, its phone, its account, and Prefect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from phonefleet.limits.deciding import History
from phonefleet.limits.kinds import Kind
from phonefleet.limits.policy import Policy

PLACES_KNOWN = 200
"""Of each phone the first so many pending tasks are known in their order."""


@dataclass(frozen=True, slots=True)
class PendingTask:
    """A task that has not begun. `submitted` tells whether Prefect has a run of it.

    `postponed` tells that it has met a limit and waits for its end, as `remark` says. `only_action` is the one kind of
    action that its script does, if it does one kind.
    """

    id: int
    serial: str
    username: str | None
    app: str
    scheduled_for: datetime
    submitted: bool
    postponed: bool
    remark: str | None
    only_action: Kind | None
    suspended: bool = False
    """Whether a person has suspended its run in Prefect, which then waits to be resumed there."""


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """A phone as the ledger has it.

    `state` is adb's word, or `online`; `seen_at` is when it last changed. `queue` maps the pending tasks that are due,
    by their ids, to the number of those before them; it holds `PLACES_KNOWN` at most, and `queue_is_longer` tells that
    there are more.
    """

    serial: str
    alias: str | None
    host: str
    state: str
    seen_at: datetime
    enabled: bool
    quarantine_reason: str | None = None
    quarantined_until: datetime | None = None
    quarantined_by: str | None = None
    advice: str | None = None
    running: int | None = None
    queue: Mapping[int, int] = field(default_factory=dict[int, int])
    queue_is_longer: bool = False
    taken_by: str | None = None
    """Who has taken it over, or waits for that; None where nobody does."""
    taken_until: datetime | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.alias or self.serial


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account as the ledger has it, with its limits, and what it has done today by kind."""

    username: str
    enabled: bool
    hold_reason: str | None
    held_since: datetime | None
    policy: Policy
    histories: Mapping[Kind, History] = field(default_factory=dict[Kind, History])


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of life that a worker gave, and for how long it counts."""

    at: datetime
    lasts: timedelta

    def holds(self, now: datetime) -> bool:
        """Tell whether the worker counts as alive."""
        return now - self.at <= self.lasts


@dataclass(frozen=True, slots=True)
class Lost:
    """A worker that is missing: on which computer, None for any, and when one last gave a sign of life there."""

    host: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class PrefectFacts:
    """What Prefect was last seen to say; all of it is as if nothing stood in the way before the first look.

    `workers` holds the last sign of life of each worker by its name, which is that of its computer; None: not known.
    """

    away_since: datetime | None = None
    away_why: str = ""
    pool_paused: bool = False
    paused_queues: frozenset[str] = frozenset()
    workers: Mapping[str, Sign] | None = None

    @property
    def without_absence(self) -> PrefectFacts:
        """What plans count with: an absence is over by the time that the planned tasks run, or nothing is."""
        return self if self.away_since is None else replace(self, away_since=None, workers=None)

    def lost_worker(self, host: str, now: datetime) -> Lost | None:
        """Return which worker is missing for the phones of a computer; None where one is alive, or nothing is known.

        Where none of this computer was ever seen, a worker of any other name counts as its own.
        """
        if self.workers is None or self.away_since is not None:
            return None
        signs = [self.workers[host]] if host in self.workers else list(self.workers.values())
        if any(sign.holds(now) for sign in signs):
            return None
        return Lost(host if host in self.workers else None, max((sign.at for sign in signs), default=None))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known at `now`.

    `zone` is that of the times in sentences, `limits_zone` that of days and working hours. Accounts are by app and
    username in lower case.
    """

    now: datetime
    zone: tzinfo
    limits_zone: tzinfo
    phones: Mapping[str, PhoneFacts]
    accounts: Mapping[tuple[str, str], AccountFacts]
    prefect: PrefectFacts
    disk_full: str | None = None
    """Why no new work starts while a disk is too full, as a sentence; None while there is room."""
