"""Runs Prefect's command line against the server of a home, with its address and password."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from deployments.launcher.environments import environment_for
from deployments.launcher.home import Home
from deployments.launcher.prefect_auth import stored_auth
from deployments.prefect_server import environment_of_clients
from phonefleet.errors import Permanent
from phonefleet.settings import Settings
from phonefleet.words import say

PRINT_ENVIRONMENT: Final = "--env"
_TOLD: Final = ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING")


def run_prefect(settings: Settings, root: Path, arguments: Sequence[str]) -> int:
    """Run `prefect` with these arguments and return its exit code.

    Raises:
        Permanent: the stored password cannot be read.

    """
    environment = prefect_environment(settings, root, os.environ)
    if list(arguments) == [PRINT_ENVIRONMENT]:
        for name in _TOLD:
            if name in environment:
                print(f"{name}={environment[name]}")  # noqa: T201 - the answer of a command
        return 0
    command = [sys.executable, "-m", "prefect", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - Prefect's own program


def prefect_environment(settings: Settings, root: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which Prefect's command line uses the server of a home, or the configured one."""
    home = Home(root.absolute())
    here = _running_ui(home) or settings.prefect_ui_url
    shown = here if settings.public_url is None else settings.prefect_pages
    kept = environment_for("prefect", inherited)
    return environment_of_clients(home.root, f"{here}/api", shown, kept, _auth(settings, home))


def _running_ui(home: Home) -> str | None:
    """Return the address of the UI that runs for this home; None while nothing runs."""
    try:
        return str(json.loads(home.endpoints.read_text(encoding="utf-8"))["prefect"])
    except (OSError, ValueError, KeyError):
        return None


def _auth(settings: Settings, home: Home) -> str | None:
    if settings.prefect_auth is not None:
        return settings.prefect_auth.get_secret_value()
    try:
        return stored_auth(home)
    except FileNotFoundError:
        return None
    except OSError as error:
        message = say(
            "launcher.only_owner_may_read_prefects",
            "{prefect_auth}: {strerror}. Only its owner may read Prefect's password.",
            prefect_auth=home.prefect_auth,
            strerror=error.strerror,
        )
        raise Permanent(message) from error
