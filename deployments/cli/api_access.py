"""Which API the commands talk to."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deployments.cli.options import load_settings
from deployments.client import ApiClient


@contextmanager
def api_client(url: str | None) -> Generator[ApiClient]:
    """Yield a client of the API at `url`, or of the one that runs for the configured data folder."""
    settings = load_settings()
    token = settings.api_token.get_secret_value() if settings.api_token else None
    client = ApiClient(url or _running(settings.home) or f"http://127.0.0.1:{settings.api_port}", token)
    try:
        yield client
    finally:
        client.close()


def _running(home: Path) -> str | None:
    try:
        return str(json.loads((home / "endpoints.json").read_text(encoding="utf-8"))["api"])
    except (OSError, ValueError, KeyError):
        return None
