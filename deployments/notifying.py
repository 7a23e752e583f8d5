"""Makes the automations of deployments/automations.py in Prefect, and leaves alone what a person has made of them.

A variable in Prefect remembers what was written. An automation that still reads as it was written follows this version
of Phonefleet and its settings; one that was changed or deleted is never touched again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import BlockDocumentUpdate, VariableCreate, VariableUpdate
from prefect.events.schemas.automations import Automation, AutomationCore
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr, TypeAdapter, ValidationError

from deployments.automations import BLOCK, RETIRED, automations
from deployments.message_webhook import MessageWebhook

MEMORY = "phonefleet_automations"
"""The name of the variable that remembers: of each automation its id, and what it read like when it was written."""

_NOWHERE = "http://127.0.0.1:9/nobody-has-said-where"
_TOLD = ("name", "description", "enabled", "tags", "actions", "actions_on_trigger", "actions_on_resolve")
_TRIGGER = ("type", "expect", "after", "for_each", "match", "match_related", "posture", "threshold", "within")

Entry = dict[str, str]
Memory = dict[str, Entry]


async def ensure_automations(client: PrefectClient, notify_url: SecretStr | None) -> None:
    """Make or update the automations, and the block that knows where their messages go."""
    block = await _ensure_block(client, notify_url)
    variable = await client.read_variable_by_name(MEMORY)
    known = _remembered(variable.value) if variable else {}
    memory = dict(known)
    on, off = automations(block, connected=True), automations(block, connected=False)
    for key in RETIRED:
        if key in memory and await _retire(client, memory[key]):
            del memory[key]
    for key in on:
        entry = memory.get(key) or await _found(client, on[key].name, (reading(on[key]), reading(off[key])))
        memory[key] = await _ensure(client, on[key] if notify_url else off[key], entry)
    if variable is None:
        await client.create_variable(VariableCreate(name=MEMORY, value=cast("dict[str, Any]", memory)))
    elif memory != known:
        await client.update_variable(VariableUpdate(name=MEMORY, value=cast("dict[str, Any]", memory)))


def reading(automation: AutomationCore) -> str:
    """Return what stands for all that a person may change in an automation."""
    told: dict[str, Any] = automation.model_dump(mode="json")
    trigger: dict[str, Any] = told["trigger"]
    read = {name: told[name] for name in _TOLD} | {"trigger": {name: trigger.get(name) for name in _TRIGGER}}
    read["trigger"] |= {name: sorted(read["trigger"][name] or []) for name in ("expect", "after", "for_each")}
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


async def _found(client: PrefectClient, name: str, ours: Collection[str]) -> Entry | None:
    """Return what to remember of an automation that nobody remembers, because we were killed or its memory deleted."""
    found = await client.read_automations_by_name(name)
    if not found:
        return None
    read = reading(found[0])
    return {"id": str(found[0].id), "written": read if read in ours else "by a person"}


async def _ensure(client: PrefectClient, wanted: AutomationCore, known: Entry | None) -> Entry:
    """Return what to remember of an automation that now is there, unless somebody has deleted it."""
    written = reading(wanted)
    if known is None:
        return {"id": str(await client.create_automation(wanted)), "written": written}
    found = await _read(client, UUID(known["id"]))
    if found is None or reading(found) != known["written"]:
        return known
    if written != known["written"]:
        await client.update_automation(found.id, wanted)
    return {"id": known["id"], "written": written}


async def _retire(client: PrefectClient, known: Entry) -> bool:
    """Take away an automation that reads as it was written; tell whether nothing is left to remember of it."""
    found = await _read(client, UUID(known["id"]))
    if found is not None and reading(found) == known["written"]:
        await client.delete_automation(found.id)
        return True
    return False


def _remembered(value: object) -> Memory:
    """Return what a variable says; what a person has made unreadable is forgotten, as if it had never been written."""
    try:
        return TypeAdapter(Memory).validate_python(value)
    except ValidationError:
        return {}


async def _read(client: PrefectClient, automation_id: UUID) -> Automation | None:
    """Return an automation, or None when there is none with this id."""
    try:
        return await client.read_automation(automation_id)
    except httpx.HTTPStatusError as error:
        if error.response.status_code == HTTPStatus.NOT_FOUND:
            return None
        raise


async def _ensure_block(client: PrefectClient, notify_url: SecretStr | None) -> UUID:
    """Make the block or give it another address; without one the address that it has stays."""
    slug = MessageWebhook.get_block_type_slug()
    try:
        found = await client.read_block_document_by_name(BLOCK, slug)
    except ObjectNotFound:
        return await MessageWebhook(url=notify_url or SecretStr(_NOWHERE)).asave(BLOCK, client=client)
    if notify_url and found.data["url"] != notify_url.get_secret_value():
        data = {"url": notify_url.get_secret_value()}
        update = BlockDocumentUpdate(block_schema_id=found.block_schema_id, data=data, merge_existing_data=True)
        await client.update_block_document(found.id, update)
    return found.id
