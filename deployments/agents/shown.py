"""What agents are shown of phones and tasks: what they need to decide, in few words, and pictures that are small."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any, cast

from mcp.server.mcpserver import Image
from PIL import Image as Pillow

from phonefleet.client.answers import Action, Device, Outcome, Plan, Task

_SIZE = (480, 1040)
"""Pixels that a picture has at most: enough to read a screen by."""
_QUALITY = 60
_LAST_ACTIONS = 10


def phone(device: Device) -> dict[str, Any]:
    """Return a phone: what it is called, how it is, what it does."""
    names = ("serial", "alias", "group", "model", "state", "enabled", "battery", "current_task", "queue_length")
    told: Mapping[str, Any] = device
    remark = device["quarantine_reason"] or device["note"]
    return _without_none({**{name: told[name] for name in names}, "remark": remark})


def task(one: Task) -> dict[str, Any]:
    """Return a task: what it is, where, how far it is, and why it waits or has failed."""
    names = (
        "id", "script_name", "username", "scheduled_for", "start_time", "end_time", "progress", "remark", "waits_for",
        "retry_count", "campaign_id",
    )  # fmt: skip
    told: Mapping[str, Any] = one
    first = {"id": one["id"], "status": one["status_text"], "phone": one["alias"] or one["serial"]}
    return _without_none({**first, **{name: told[name] for name in names}})


def outcomes(found: Iterable[Outcome]) -> list[dict[str, Any]]:
    """Return what came of the targets that were not simply done."""
    wanted = (one for one in found if one["outcome"] not in {"done", "already"})
    return [_without_none({name: one[name] for name in ("target", "outcome", "detail")}) for one in wanted]


def actions(done: list[Action]) -> list[dict[str, Any]]:
    """Return what was done last on the phone, the latest at the end."""
    names = ("kind", "target", "state", "ended_at", "detail")
    return [_without_none({name: one[name] for name in names}) for one in done[-_LAST_ACTIONS:]]


def plan(planned: Plan) -> dict[str, Any]:
    """Return a plan without what says nothing, and without the ids of its texts."""
    told: dict[str, Any] = _without_ids(planned)
    return {name: value for name, value in told.items() if value not in (None, [])}


def picture(content: bytes) -> Image:
    """Return a small JPEG of a picture of a screen."""
    with Pillow.open(io.BytesIO(content)) as opened:
        small = opened.convert("RGB")
        small.thumbnail(_SIZE)
    made = io.BytesIO()
    small.save(made, "JPEG", quality=_QUALITY)
    return Image(data=made.getvalue(), format="jpeg")


def _without_ids(value: Any) -> Any:
    """Leave out the id and the parameters that stand beside each text in an answer in a language."""
    if isinstance(value, list):
        return [_without_ids(one) for one in cast("list[Any]", value)]
    if not isinstance(value, Mapping):
        return value
    fields = cast("Mapping[str, Any]", value)
    beside = {f"{name}{end}" for name in fields if f"{name}_params" in fields for end in ("_id", "_params")}
    return {name: _without_ids(one) for name, one in fields.items() if name not in beside}


def _without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
