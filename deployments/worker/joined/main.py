"""The process of a joined host: joins the main host, then works as a worker does, with a ledger over HTTP.

Prefect reads its settings when it is imported, so the worker is imported only once the main host has told them.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from deployments.prefect_server import environment_of_clients
from deployments.worker.joined.kept import MainHostKept, keep
from deployments.worker.standing import Opened, Standing
from phonefleet.clock import StopSignal, SystemClock
from phonefleet.defaults import PREFIX
from phonefleet.errors import HostRefused, Outage
from phonefleet.hosts.clock import ShiftedClock
from phonefleet.hosts.connection import MainHost
from phonefleet.hosts.joining import Joined, join, leave
from phonefleet.hosts.remote import RemoteLedger
from phonefleet.joined_hosts import UNLIKE_CLOCK
from phonefleet.patience import Patience
from phonefleet.settings import Settings
from phonefleet.words import say

_log = logging.getLogger(__name__)
_OWN = frozenset({"log_level"})
"""Shared settings that the joined host may choose for itself."""


def joined(main: MainHost, stop: StopSignal, *, patiently: bool) -> Joined:
    """Join the main host; `patiently` waits while it is away.

    Raises:
        HostRefused: it does not take this host.
        MainHostAway: it does not answer.
        Interrupted: the stop signal was set meanwhile.

    """
    clock = SystemClock()
    if patiently:
        found = Patience(clock, stop).outlast(lambda: join(main, version("phonefleet"), clock))
    else:
        found = join(main, version("phonefleet"), clock)
    if abs(found.shift) >= UNLIKE_CLOCK:
        _log.warning("%s", _clock_differs(found.shift))
    return found


def work(home: Path, kept: MainHostKept, told: Joined, settings: dict[str, str]) -> None:
    """Remember the main host, and work until SIGTERM or SIGINT; `settings` are this host's own, by their names.

    Raises:
        HostRefused: the main host takes this host no longer.

    """
    keep(home, kept)
    os.environ.update(_variables(home, kept, told, settings))
    from deployments.worker.main import run_opened  # noqa: PLC0415 - not before Prefect's settings are there

    with _opened(kept, told) as opened:
        run_opened(Settings(), opened)
        if opened.standing.refusal is not None:
            raise HostRefused(opened.standing.refusal)


@contextmanager
def _opened(kept: MainHostKept, told: Joined) -> Generator[Opened]:
    main = main_host(kept)
    standing = Standing(told.losses)
    clock = ShiftedClock(SystemClock(), told.shift)
    ledger = RemoteLedger(main, told.ledger_id, standing.refuse, standing.hear, clock.hear)
    try:
        yield Opened(told.name, ledger.as_ledger(), clock, standing, main)
        if standing.refusal is None:
            _leave(main)
    finally:
        ledger.close()


def main_host(kept: MainHostKept) -> MainHost:
    """Return the connections to the main host."""
    return MainHost(kept.url, kept.token, kept.installation, None if kept.ca is None else Path(kept.ca))


def _leave(main: MainHost) -> None:
    try:
        leave(main)
    except (Outage, HostRefused) as error:
        _log.warning("the main host does not hear that this worker ends: %s", error)


def _variables(home: Path, kept: MainHostKept, told: Joined, own: dict[str, str]) -> dict[str, str]:
    """Return the environment of the worker: what the main host told, and this host's own settings.

    Where Prefect is reached in another way from here than the main host thinks, PHONEFLEET_PREFECT_API_URL says how.
    """
    shared = {name: value for name, value in told.settings.items() if name not in _OWN or not _is_set(name)}
    prefect = os.environ.get(f"{PREFIX}PREFECT_API_URL") or told.prefect_api_url
    ours = {**shared, **own, "home": str(home), "prefect_api_url": prefect}
    ours |= {"prefect_ui_url": told.prefect_ui_url, "worker_name": told.name}
    # As user:password, because Prefect's clients send nothing else over every kind of connection.
    auth = os.environ.get(f"{PREFIX}PREFECT_AUTH") or f"{told.name}:{kept.token}"
    clients = environment_of_clients(home, prefect, told.prefect_ui_url, os.environ, auth)
    for name in [name for name in os.environ if name not in clients]:
        del os.environ[name]
    trusted = {} if kept.ca is None else {"PREFECT_API_SSL_CERT_FILE": kept.ca}
    return {**clients, **trusted, **{f"{PREFIX}{name.upper()}": value for name, value in ours.items()}}


def _is_set(name: str) -> bool:
    return f"{PREFIX}{name.upper()}" in os.environ


def _clock_differs(shift: timedelta) -> str:
    way = say("hosts.behind", "behind") if shift > timedelta(0) else say("hosts.ahead_of", "ahead of")
    return say(
        "hosts.own_clock_differs",
        "The clock of this computer goes {seconds} s {way} that of the main host, whose time counts: set it right",
        seconds=round(abs(shift).total_seconds()),
        way=way,
    )


def renewed(kept: MainHostKept, **changes: str | None) -> MainHostKept:
    """Return what is remembered with what a person gives anew."""
    return replace(kept, **{name: value for name, value in changes.items() if value is not None})
