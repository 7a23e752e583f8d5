"""Defines the Prefect automation that notifies people of failed runs: its trigger and its message.

Creating it in Prefect is the part of deployments/notifying.py; notifications of holds and quarantines come from the API
(api/agreement/announcer.py).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

from phonefleet.settings import CAMPAIGNS, POOL

BLOCK = "phonefleet-notify"
"""The name of the block (see deployments/message_webhook.py) whose address messages go to."""

RETIRED = ("held", "quarantined")
"""Automations that earlier versions made; they are deleted unless a person has changed them."""

_ENDS = ("prefect.flow-run.Failed", "prefect.flow-run.Crashed", "prefect.flow-run.TimedOut")
_OURS = {"prefect.resource.role": "work-pool", "prefect.resource.name": [POOL, CAMPAIGNS]}
_RUN = (
    '{{ flow_run.name }} {{ flow_run.state.name | lower }}: {{ flow_run.state.message or "it does not say why" }}\n'
    "{{ flow_run | ui_url }}"
)
_ON = (
    f"Messages go to the address of PHONEFLEET_NOTIFY_URL, through the block {BLOCK}. "
    "What you change, pause or delete here stays as you leave it."
)
_OFF = (
    "Off, because nobody has said where messages go: set PHONEFLEET_NOTIFY_URL to the address of a webhook and start "
    f"Phonefleet again, or write the address into the block {BLOCK} and switch this on."
)


def automations(block: UUID, *, connected: bool) -> dict[str, AutomationCore]:
    """Return the automations by key; they are enabled only if `connected`, that is, if there is a webhook.

    `block` is the id of the notification block that sends the messages.
    """
    failed = _trigger(_ENDS, "prefect.flow-run.*", ResourceSpecification(_OURS))
    told = {
        "failed": ("a task failed", "Tells of each run that fails or crashes.", failed, _RUN),
    }
    return {
        key: AutomationCore(
            name=f"Phonefleet: {name}",
            description=f"{does} {_ON if connected else _OFF}",
            enabled=connected,
            tags=["phonefleet"],
            trigger=trigger,
            actions=[SendNotification(block_document_id=block, subject=f"Phonefleet: {name}", body=text)],
            actions_on_trigger=[],
            actions_on_resolve=[],
        )
        for key, (name, does, trigger, text) in told.items()
    }


def _trigger(events: Collection[str], of: str, related: ResourceSpecification | None = None) -> EventTrigger:
    """Return a trigger that fires once for each of these events."""
    return EventTrigger(
        expect=set(events),
        after=set(),
        for_each={"prefect.resource.id"},
        match=ResourceSpecification({"prefect.resource.id": of}),
        match_related=related or ResourceSpecification({}),
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )
