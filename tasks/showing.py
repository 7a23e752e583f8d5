"""What a run leaves in Prefect for people to look at: its progress, a table of its outcomes, a picture of its failure.

Prefect calls these artifacts. A run never fails because one of them could not be shown.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
from PIL import Image
from prefect import get_run_logger
from prefect.artifacts import (
    create_image_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.exceptions import PrefectException

from phonefleet.errors import Interrupted, PhonefleetError
from tasks.context import RunContext

_LARGEST_PICTURE = (480, 680)
"""Pixels; a picture travels inside of its artifact, so that it shows wherever the Prefect UI does, and whole there."""


def show_outcomes(context: RunContext) -> None:
    """Show a table of the outcomes when there is more than one; who stops a run does not wait for it."""
    outcomes = context.report.outcomes
    if len(outcomes) > 1 and context.stop.reason is None:
        _shown(lambda: create_table_artifact(outcomes, key=_key("outcomes", context.serial), description=_of(context)))


def show_people(context: RunContext) -> None:
    """Show a table of the people that the task has collected."""
    task = context.ledger.tasks.get(context.task_id)
    found = context.ledger.scraping.users(task) if task else []
    rows = [{"username": each.username, "source": each.source, "position": each.position} for each in found]
    if rows:
        _shown(lambda: create_table_artifact(rows, key=_key("people", context.serial), description=_of(context)))


def show_failure(context: RunContext, error: PhonefleetError) -> None:
    """Show what the phone showed when it failed, if anybody saw it."""
    picture = error.evidence.screenshot if error.evidence else None
    if picture:
        key, data = _key("failure", context.serial), _thumbnail(picture)
        _shown(lambda: create_image_artifact(data, key=key, description=f"{_of(context)}: {error.message}"))


def begin_progress(context: RunContext, percent: float) -> UUID | None:
    """Show how far the run has got, and return what `show_progress` needs to show it again."""
    key, about = _key("progress", context.serial), _of(context)
    return _shown(lambda: create_progress_artifact(percent, key=key, description=about))


def show_progress(artifact: UUID, percent: float) -> None:
    """Show that the run has got further."""
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
    """Return a key as Prefect takes them: lower case, digits and dashes."""
    return f"{what}-{re.sub(r'[^a-z0-9]+', '-', serial.lower()).strip('-')}"


def _thumbnail(png: bytes) -> str:
    """Return a picture as a `data:` address of a small JPEG."""
    with Image.open(io.BytesIO(png)) as image:
        small = image.convert("RGB")
    small.thumbnail(_LARGEST_PICTURE)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=70)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
