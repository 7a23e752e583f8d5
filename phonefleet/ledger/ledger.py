"""The ledger: one PostgreSQL database, opened once in a process and passed on."""

from __future__ import annotations

import copy
from functools import cached_property
from pathlib import Path
from typing import Self

from sqlalchemy import select, text

from phonefleet.clock import Clock, SystemClock
from phonefleet.ledger.actions.actions import Actions
from phonefleet.ledger.actions.do_not_contact import DoNotContactList
from phonefleet.ledger.actions.kept_secrets import Secrets
from phonefleet.ledger.actions.limits import Limits
from phonefleet.ledger.actions.on_phones import DeviceActions
from phonefleet.ledger.actions.sightings import Sightings
from phonefleet.ledger.actions.texts import Texts
from phonefleet.ledger.actions.warm_ups import WarmUps
from phonefleet.ledger.audit import Audit
from phonefleet.ledger.campaigns.campaigns import Campaigns
from phonefleet.ledger.connecting import Sessions, open_engine
from phonefleet.ledger.fleet.account_days import AccountDays
from phonefleet.ledger.fleet.accounts import Accounts
from phonefleet.ledger.fleet.announcements import Announcements
from phonefleet.ledger.fleet.choices import ChoicesReader
from phonefleet.ledger.fleet.devices import Devices
from phonefleet.ledger.fleet.groups import Groups
from phonefleet.ledger.fleet.hands_on.takeovers import Takeovers
from phonefleet.ledger.fleet.hands_on.watching import Watching
from phonefleet.ledger.fleet.hosts import Hosts
from phonefleet.ledger.fleet.renames import Renames
from phonefleet.ledger.fleet.verifications import Verifications
from phonefleet.ledger.persons import Persons
from phonefleet.ledger.plans.forecasts import Forecasts
from phonefleet.ledger.reports import Reports
from phonefleet.ledger.tables.base import LedgerRow
from phonefleet.ledger.targets.materials import Materials
from phonefleet.ledger.targets.pools import Pools
from phonefleet.ledger.targets.scraping import Scraping
from phonefleet.ledger.targets.uses import MaterialUses
from phonefleet.ledger.tasks.failures import Failures
from phonefleet.ledger.tasks.history import History
from phonefleet.ledger.tasks.idempotency import IdempotencyKeys
from phonefleet.ledger.tasks.outbox import Outbox
from phonefleet.ledger.tasks.recalls import Recalls
from phonefleet.ledger.tasks.runs import Runs
from phonefleet.ledger.tasks.tasks import Tasks
from phonefleet.ledger.waiting import waiting
from phonefleet.patience import Patience

_MIGRATION_LOCK = 50809
"""Key of the advisory lock that lets one process migrate at a time."""


class Ledger:
    """All parts of the ledger, each an attribute; safe to share between threads.

    Every call of a part is one transaction, and raises `LedgerUnreachable` when the database cannot be reached.

        with Ledger("postgresql://localhost/phonefleet") as ledger:
            ledger.migrate()
            page = ledger.accounts.page(AccountFilter(app="sample"))
    """

    def __init__(self, url: str, clock: Clock | None = None, pool_size: int = 20) -> None:
        clock = clock or SystemClock()
        self._engine = open_engine(url, pool_size)
        sessions = Sessions(self._engine)
        self.tasks = Tasks(sessions, clock)
        self.devices = Devices(sessions, clock)
        self.device_actions = DeviceActions(sessions)
        self.accounts = Accounts(sessions)
        self.account_days = AccountDays(sessions)
        self.actions = Actions(sessions)
        self.announcements = Announcements(sessions)
        self.limits = Limits(sessions)
        self.do_not_contact = DoNotContactList(sessions)
        self.audit = Audit(sessions)
        self.campaigns = Campaigns(sessions)
        self.choices = ChoicesReader(sessions)
        self.outbox = Outbox(sessions, clock)
        self.forecasts = Forecasts(sessions)
        self.failures = Failures(sessions)
        self.groups = Groups(sessions)
        self.history = History(sessions)
        self.hosts = Hosts(sessions)
        self.idempotency = IdempotencyKeys(sessions)
        self.materials = Materials(sessions)
        self.material_uses = MaterialUses(sessions)
        self.persons = Persons(sessions)
        self.pools = Pools(sessions)
        self.recalls = Recalls(sessions)
        self.renames = Renames(sessions)
        self.reports = Reports(sessions)
        self.runs = Runs(sessions)
        self.scraping = Scraping(sessions)
        self.verifications = Verifications(sessions)
        self.warm_ups = WarmUps(sessions)
        self.watching = Watching(sessions)
        self.sightings = Sightings(sessions)
        self.secrets = Secrets(sessions)
        self.takeovers = Takeovers(sessions)
        self.texts = Texts(sessions)
        self._sessions = sessions

    def migrate(self) -> None:
        """Run the migrations; several processes may do so at once."""
        import alembic.command  # noqa: PLC0415 - heavy, and few processes migrate
        from alembic.config import Config  # noqa: PLC0415 - as above

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        with self._engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")

    @cached_property
    def id(self) -> str:
        """The unique name of this ledger, drawn at random by a migration."""
        with self._sessions() as session:
            return session.scalars(select(LedgerRow.id)).one()

    def patient(self, patience: Patience) -> Ledger:
        """Return a view of this ledger whose calls wait for the database, and raise `Interrupted` when stopped."""
        view = copy.copy(self)
        vars(view)["id"] = patience.outlast(lambda: self.id)
        for name, part in vars(self).items():
            if not name.startswith("_") and name != "id":
                setattr(view, name, waiting(part, patience))
        return view

    def ping(self) -> None:
        """Check that the database answers."""
        with self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
