"""Finds the API that a command calls, and makes the client for it."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deployments.cli.shared.options import load_settings
from deployments.cli.shared.times import zone
from phonefleet.client import Client
from phonefleet.defaults import API_PORT, PREFIX, SHORTEST_SECRET, default_home
from phonefleet.errors import Permanent

_OURS = frozenset({"HOME", "API_URL", "API_PORT", "API_TOKEN", "TIMEZONE", "TLS_CA"})
"""The settings that a command reads which only calls the API."""


@dataclass(frozen=True, slots=True)
class _Access:
    """What the environment says about the API."""

    home: Path
    port: int
    token: str | None
    authority: Path | None = None


@contextmanager
def api_client(
    url: str | None, token: str | None = None, home: Path | None = None, language: str | None = None
) -> Generator[Client]:
    """Yield a client of the API at `url`, else of the one running for the data folder, else at the configured port.

    With a `language`, the API's texts for people are in it.
    """
    known = _access(os.environ)
    found = url or _running(home or known.home) or f"http://127.0.0.1:{known.port}"
    with Client(found, token or known.token, language=language, authority=known.authority) as client:
        yield client


def _access(environment: Mapping[str, str]) -> _Access:
    """Return what the environment says; `Settings` is asked only where it says more, or something wrong.

    Raises:
        Permanent: one of PHONEFLEET_* is wrong; the message says which.

    """
    named = {name.upper(): value for name, value in environment.items()}
    given = {name.removeprefix(PREFIX): value for name, value in named.items() if name.startswith(PREFIX)}
    if _is_plain(given):
        if "TIMEZONE" in given:
            zone()  # a wrong one is told before anything is done
        home = Path(given["HOME"]) if "HOME" in given else default_home()
        authority = Path(given["TLS_CA"]) if "TLS_CA" in given else None
        return _Access(home, int(given.get("API_PORT", API_PORT)), given.get("API_TOKEN"), authority)
    settings = load_settings()
    token = settings.api_token.get_secret_value() if settings.api_token else None
    return _Access(settings.home, settings.api_port, token, settings.tls_ca)


def _is_plain(given: Mapping[str, str]) -> bool:
    """Tell whether all that is set is of ours and right, which needs no other look."""
    port, token = given.get("API_PORT", "1"), given.get("API_TOKEN")
    is_port = port.isdecimal() and int(port) < 2**16
    is_token = token is None or len(token.strip()) >= SHORTEST_SECRET
    return given.keys() <= _OURS and is_port and is_token


def _running(home: Path) -> str | None:
    try:
        return str(json.loads((home / "endpoints.json").read_text(encoding="utf-8"))["api"])
    except PermissionError as error:
        from deployments.launcher.home import Home  # noqa: PLC0415 - heavy, and seldom needed

        raise Permanent(Home(home).why_unusable(error)) from error
    except (OSError, ValueError, KeyError):
        return None
