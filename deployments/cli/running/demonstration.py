"""Runs the demonstration in isolation: with its own data folder and ports, whatever the user has configured."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Unpack

import typer

from deployments.cli.running.demo_shown import as_json as to_json
from deployments.cli.running.demo_shown import results
from deployments.cli.running.launching import LaunchArguments, launch_options
from deployments.cli.running.where import tell_where
from deployments.cli.shared.console import err, line_printer, out
from deployments.cli.shared.options import load_settings
from deployments.cli.shared.progress import progress
from deployments.cli.shared.signals import stop_signals
from deployments.demo import Demo
from deployments.demo.verdict import verdict_of
from deployments.launcher import Launcher
from deployments.launcher.ports import free_port
from phonefleet.client import Client
from phonefleet.clock import StopSignal
from phonefleet.errors import Interrupted, PhonefleetError
from phonefleet.words import tr

OWN = {"PHONEFLEET_APP": "sample", "PHONEFLEET_API_ENABLED": "true"}
"""Settings that the demonstration needs; they override the user's."""
QUICK_RETRIES = '["PT0.5S", "PT2S"]'
"""PHONEFLEET_RETRY_WAIT of a demonstration: shorter than the default."""


def demonstrate(*, keep: bool, as_json: bool, **arguments: Unpack[LaunchArguments]) -> bool:
    """Run the demonstration; return whether all was as expected.

    Raises:
        PhonefleetError: something could not start; the message says what to do.
        Interrupted: it was stopped before its end.

    """
    try:
        return _demonstrate(keep=keep, as_json=as_json, arguments=arguments)
    except PhonefleetError as error:
        if as_json and not isinstance(error, Interrupted):
            typer.echo(json.dumps({"ok": False, "problems": [str(error)]}))
        raise


def _demonstrate(*, keep: bool, as_json: bool, arguments: LaunchArguments) -> bool:
    tell = line_printer(err() if as_json else out())
    with stop_signals() as (stop, hurry), _home(arguments["home"]) as (home, remove):
        wanted = launch_options(
            {**arguments, "home": home, "api_port": _api_port(arguments)}, extra=_environment(), isolated=True
        )
        with Launcher(wanted, stop, hurry, tell, remove) as launcher:
            tell_where(launcher, tell)
            ok = _perform(launcher, stop, wanted.seed, failing=bool(wanted.fault_rate), as_json=as_json)
            if keep:
                tell(tr("Everything stays up until Ctrl-C."))
                launcher.keep_running()
            tell(tr("Stopping"))
    return ok


def _api_port(arguments: LaunchArguments) -> int:
    """Return the port that was asked for, else the usual one, or any where another program has that."""
    if arguments["api_port"] is not None:
        return arguments["api_port"]
    settings = load_settings()
    return free_port(arguments["host"] or settings.host, settings.api_port) or 0


def _perform(launcher: Launcher, stop: StopSignal, seed: int | None, *, failing: bool, as_json: bool) -> bool:
    token = load_settings().api_token
    client = Client(launcher.programs.api_url, token.get_secret_value() if token else None)
    with progress(err() if as_json else out()) as show:
        outcome = Demo(launcher, client, stop, seed).run(show)
    client.close()
    verdict = verdict_of(outcome.tasks, outcome.world, failures_allowed=failing)
    if as_json:
        typer.echo(json.dumps(to_json(outcome, verdict, launcher.programs), indent=2))
    else:
        results(out(), outcome, verdict, launcher.programs)
    return verdict.ok


@contextmanager
def _home(wanted: Path | None) -> Generator[tuple[Path, tuple[Path, ...]]]:
    """Yield the data folder and the folders to delete afterwards: a temporary one, but never the user's."""
    if wanted is not None:
        yield wanted, ()
        return
    with tempfile.TemporaryDirectory(prefix="phonefleet-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # if we are root, the database's user must be able to enter it
        yield folder, (folder,)


def _environment() -> dict[str, str]:
    return {
        **OWN,
        "PHONEFLEET_RETRY_WAIT": os.environ.get("PHONEFLEET_RETRY_WAIT", QUICK_RETRIES),
        "PHONEFLEET_NOTIFY_URL": "",  # no notifications of a demonstration
    }
