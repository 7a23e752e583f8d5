"""Creates a run's artifacts in Prefect: its progress, a table of its outcomes, a picture of its failure.

A run never fails because an artifact could not be created.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
from prefect import get_run_logger
from prefect.artifacts import (
    create_image_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.exceptions import PrefectException

from phonefleet.errors import Interrupted, PhonefleetError
from phonefleet.pictures import opened
from tasks.context import RunContext

_LARGEST_PICTURE = (480, 680)
"""In pixels. The picture is embedded in the artifact as a `data:` URL, so that the Prefect UI can always show it."""


def show_outcomes(context: RunContext) -> None:
    """Create a table of the outcomes if there is more than one; not after a stop, which should not have to wait."""
    outcomes = context.report.outcomes
    if len(outcomes) > 1 and context.stop.reason is None:
        _shown(lambda: create_table_artifact(outcomes, key=_key("outcomes", context.serial), description=_of(context)))


def show_people(context: RunContext) -> None:
    """Create a table of the people that the task has collected."""
    task = context.ledger.tasks.get(context.task_id)
    found = context.ledger.scraping.users(task) if task else []
    rows = [{"username": each.username, "source": each.source, "position": each.position} for each in found]
    if rows:
        _shown(lambda: create_table_artifact(rows, key=_key("people", context.serial), description=_of(context)))


def show_failure(context: RunContext, error: PhonefleetError) -> None:
    """Create an image of the phone's screen at the failure, if there is one."""
    picture = error.evidence.screenshot if error.evidence else None
    if picture:
        key, data = _key("failure", context.serial), _thumbnail(picture)
        _shown(lambda: create_image_artifact(data, key=key, description=f"{_of(context)}: {error.message}"))


def begin_progress(context: RunContext, percent: float) -> UUID | None:
    """Create the progress artifact and return its id, for `show_progress`; None if it could not be created."""
    key, about = _key("progress", context.serial), _of(context)
    return _shown(lambda: create_progress_artifact(percent, key=key, description=about))


def show_progress(artifact: UUID, percent: float) -> None:
    """Update the progress artifact; `percent` is from 0 to 100."""
    _shown(lambda: update_progress_artifact(artifact, percent))


def _shown(show: Callable[[], Any]) -> Any:
    try:
        return show()
    except (httpx.HTTPError, PrefectException, Interrupted) as error:
        get_run_logger().warning("could not be shown in Prefect: %s", error)
        return None


def _of(context: RunContext) -> str:
    phone = context.ledger.devices.get(context.serial)
    actor = f" as @{context.account}" if context.account else ""
    return f"Task {context.task_id} on {(phone and phone.alias) or context.serial}{actor}"


def _key(what: str, serial: str) -> str:
    """Return an artifact key as Prefect accepts them: lower case letters, digits and dashes."""
    return f"{what}-{re.sub(r'[^a-z0-9]+', '-', serial.lower()).strip('-')}"


def _thumbnail(png: bytes) -> str:
    """Return a picture as a `data:` URL of a small JPEG."""
    with opened(io.BytesIO(png)) as image:
        small = image.convert("RGB")
    small.thumbnail(_LARGEST_PICTURE)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=70)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
