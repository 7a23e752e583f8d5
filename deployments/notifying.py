"""Creates and updates the automations of deployments/automations.py in Prefect, but never those a person has changed.

A variable in Prefect stores a fingerprint of each automation as it was written. An automation that still has this
fingerprint is updated to this version of Phonefleet and its settings; one that was changed or deleted is left alone.

`python -m deployments.notifying` does it once and ends. No run needs it, and it gets the webhook's address: so it is a
process of its own, after the start.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Collection
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import BlockDocumentUpdate, VariableCreate, VariableUpdate
from prefect.events.schemas.automations import Automation, AutomationCore
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from pydantic import SecretStr, TypeAdapter, ValidationError

from deployments.automations import BLOCK, RETIRED, automations
from deployments.message_webhook import MessageWebhook
from deployments.prefect_waiting import wait_for
from phonefleet.settings import Settings

MEMORY = "phonefleet_automations"
"""The name of the variable that stores, for each automation, its id and its fingerprint when it was written."""

_PLACEHOLDER_URL = "http://127.0.0.1:9/nobody-has-said-where"
_COMPARED = ("name", "description", "enabled", "tags", "actions", "actions_on_trigger", "actions_on_resolve")
_TRIGGER = ("type", "expect", "after", "for_each", "match", "match_related", "posture", "threshold", "within")

Entry = dict[str, str]
Memory = dict[str, Entry]


async def ensure_automations(client: PrefectClient, notify_url: SecretStr | None) -> None:
    """Create or update the automations, and the block that holds the webhook's address."""
    block = await _ensure_block(client, notify_url)
    variable = await client.read_variable_by_name(MEMORY)
    known = _parse_memory(variable.value) if variable else {}
    memory = dict(known)
    on, off = automations(block, connected=True), automations(block, connected=False)
    for key in RETIRED:
        if key in memory and await _retire(client, memory[key]):
            del memory[key]
    for key in on:
        entry = memory.get(key) or await _found(client, on[key].name, (fingerprint(on[key]), fingerprint(off[key])))
        memory[key] = await _ensure(client, on[key] if notify_url else off[key], entry)
    if variable is None:
        await client.create_variable(VariableCreate(name=MEMORY, value=cast("dict[str, Any]", memory)))
    elif memory != known:
        await client.update_variable(VariableUpdate(name=MEMORY, value=cast("dict[str, Any]", memory)))


def fingerprint(automation: AutomationCore) -> str:
    """Return a SHA-256 of everything in an automation that a person can change."""
    told: dict[str, Any] = automation.model_dump(mode="json")
    trigger: dict[str, Any] = told["trigger"]
    read = {name: told[name] for name in _COMPARED} | {"trigger": {name: trigger.get(name) for name in _TRIGGER}}
    read["trigger"] |= {name: sorted(read["trigger"][name] or []) for name in ("expect", "after", "for_each")}
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


async def _found(client: PrefectClient, name: str, ours: Collection[str]) -> Entry | None:
    """Return the entry of an automation that exists without one, after a kill or because the variable was deleted."""
    found = await client.read_automations_by_name(name)
    if not found:
        return None
    read = fingerprint(found[0])
    return {"id": str(found[0].id), "written": read if read in ours else "by a person"}


async def _ensure(client: PrefectClient, wanted: AutomationCore, known: Entry | None) -> Entry:
    """Create or update one automation, unless a person has changed or deleted it; return its entry."""
    written = fingerprint(wanted)
    if known is None:
        return {"id": str(await client.create_automation(wanted)), "written": written}
    found = await _read(client, UUID(known["id"]))
    if found is None or fingerprint(found) != known["written"]:
        return known
    if written != known["written"]:
        await client.update_automation(found.id, wanted)
    return {"id": known["id"], "written": written}


async def _retire(client: PrefectClient, known: Entry) -> bool:
    """Delete an automation if nobody has changed it; tell whether it was deleted."""
    found = await _read(client, UUID(known["id"]))
    if found is not None and fingerprint(found) == known["written"]:
        await client.delete_automation(found.id)
        return True
    return False


def _parse_memory(value: object) -> Memory:
    """Parse the variable's value; one that a person has made invalid counts as empty."""
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
    """Create the block or update its address (without `notify_url`, an existing one stays); return the block's id."""
    slug = MessageWebhook.get_block_type_slug()
    try:
        found = await client.read_block_document_by_name(BLOCK, slug)
    except ObjectNotFound:
        block = MessageWebhook(url=notify_url or SecretStr(_PLACEHOLDER_URL))
        try:
            return await block.asave(BLOCK, client=client)
        except ObjectAlreadyExists:  # the server, which has just started, has registered the block's type meanwhile
            return await block.asave(BLOCK, client=client)
    if notify_url and found.data["url"] != notify_url.get_secret_value():
        data = {"url": notify_url.get_secret_value()}
        update = BlockDocumentUpdate(block_schema_id=found.block_schema_id, data=data, merge_existing_data=True)
        await client.update_block_document(found.id, update)
    return found.id


async def _run(notify_url: SecretStr | None) -> None:
    async with get_client() as client:
        await wait_for(client)
        await ensure_automations(client, notify_url)


if __name__ == "__main__":
    asyncio.run(_run(Settings().notify_url))
