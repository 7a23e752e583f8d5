"""Finds the API that a command calls, and makes the client for it."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deployments.cli.shared.options import load_settings
from phonefleet.client import Client
from phonefleet.errors import Permanent


@contextmanager
def api_client(url: str | None, token: str | None = None, home: Path | None = None) -> Generator[Client]:
    """Yield a client of the API at `url`, else of the one running for the data folder, else at the configured port."""
    settings = load_settings()
    known = settings.api_token.get_secret_value() if settings.api_token else None
    found = url or _running(home or settings.home) or f"http://127.0.0.1:{settings.api_port}"
    with Client(found, token or known) as client:
        yield client


def _running(home: Path) -> str | None:
    try:
        return str(json.loads((home / "endpoints.json").read_text(encoding="utf-8"))["api"])
    except PermissionError as error:
        from deployments.launcher.home import Home  # noqa: PLC0415 - heavy, and seldom needed

        raise Permanent(Home(home).why_unusable(error)) from error
    except (OSError, ValueError, KeyError):
        return None
