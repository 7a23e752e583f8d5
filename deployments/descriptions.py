"""The texts that people read in Prefect: descriptions of queues and deployments, and the titles of their forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect import Flow
from prefect.utilities.callables import parameter_schema

from phonefleet.ledger import Device
from phonefleet.scripts.script import Script

_QUEUE = "What a phone has to do"
_TITLES = {
    "serial": "Phone",
    "config": "What to do",
    "username": "Account",
    "wait_seconds": "Wait",
    "app": "App profile",
}


def queue_description(serial: str, device: Device | None) -> str:
    """Return the description of a phone's queue: "What a phone has to do: Pixel-07, Pixel 9, on the host atelier"."""
    if device is None:
        return f"{_QUEUE}: {serial}"
    known = [device.alias, device.model, f"on the host {device.host}"]
    return f"{_QUEUE}: {', '.join(filter(None, known))}"


def is_ours(description: str | None) -> bool:
    """Tell whether a queue's description was written by Phonefleet, so that it may be replaced."""
    return not description or description.startswith((_QUEUE, "What the phone "))


def deployment_description(script: Script, flow: Flow[..., Any]) -> str:
    """Return the description of a script's deployment, as Markdown."""
    does = (flow.fn.__doc__ or script.title).partition("\n")[0]
    return (
        f"**{script.title}.** {does}\n\n"
        "Runs come from the task API, one for each task. For one of your own: *Run*, *Custom run*, a phone in "
        "the field **Phone**, chosen or typed by any of its names, and below *Additional Options* its work queue, "
        "named as its serial. It gets a task in the API too, and keeps to the same limits. One run at a time works on "
        "a phone; the others wait in its queue."
    )


def form(flow: Flow[..., Any]) -> dict[str, Any]:
    """Return the JSON schema of a flow's parameters, from which Prefect makes its forms.

    Every field gets a position, because PostgreSQL does not keep the order of the fields of a JSON document.
    """
    schema = parameter_schema(flow).model_dump_for_openapi()
    described: Mapping[str, dict[str, Any]] = schema["properties"]
    for name, title in _TITLES.items():
        described[name]["title"] = title
    for part in schema["definitions"].values():
        for position, field in enumerate(part.get("properties", {}).values()):
            field["position"] = position
    return schema
