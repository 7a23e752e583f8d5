"""Automations in a real Prefect server: made once, kept up to date, and left alone when a person has changed them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import VariableCreate
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr

from deployments.automations import BLOCK, RETIRED
from deployments.message_webhook import MessageWebhook
from deployments.notifying import MEMORY, ensure_automations, fingerprint

pytestmark = pytest.mark.timeout(180)  # the first use starts a Prefect server

URL = SecretStr("http://127.0.0.1:9/hook/secret-of-a-test")
NAMES = ["a task failed"]
BLOCK_TYPE = MessageWebhook.get_block_type_slug()
T = TypeVar("T")


def ask(url: str, question: Callable[[PrefectClient], Awaitable[T]]) -> T:
    async def ask_it() -> T:
        async with PrefectClient(url) as client:
            return await question(client)

    return asyncio.run(ask_it())


@pytest.fixture
def server(prefect_api_url: str) -> Iterator[str]:
    """A Prefect server that knows nothing of our automations, before and after the test."""
    ask(prefect_api_url, _forget)
    yield prefect_api_url
    ask(prefect_api_url, _forget)


async def _forget(client: PrefectClient) -> None:
    for automation in await _ours(client):
        await client.delete_automation(automation.id)
    if await client.read_variable_by_name(MEMORY):
        await client.delete_variable_by_name(MEMORY)
    try:
        await client.delete_block_document((await client.read_block_document_by_name(BLOCK, BLOCK_TYPE)).id)
    except ObjectNotFound:
        return


async def _ours(client: PrefectClient) -> list[Automation]:
    return [each for each in await client.read_automations() if each.name.startswith("Phonefleet")]


def _ensured(url: str, notify_url: SecretStr | None) -> dict[str, Automation]:
    async def ensure(client: PrefectClient) -> list[Automation]:
        await ensure_automations(client, notify_url)
        return await _ours(client)

    return {each.name.removeprefix("Phonefleet: "): each for each in ask(url, ensure)}


def test_without_an_address_they_are_off_and_say_what_to_do(server: str) -> None:
    made = _ensured(server, None)
    assert sorted(made) == NAMES
    for automation in made.values():
        assert not automation.enabled
        assert "PHONEFLEET_NOTIFY_URL" in automation.description


def test_with_an_address_they_are_on_and_the_block_alone_knows_it(server: str) -> None:
    made = _ensured(server, URL)
    block = ask(server, lambda client: client.read_block_document_by_name(BLOCK, BLOCK_TYPE))
    assert block.data["url"] == URL.get_secret_value()
    shown = ask(server, lambda client: client.read_block_document_by_name(BLOCK, BLOCK_TYPE, include_secrets=False))
    assert "secret-of-a-test" not in shown.model_dump_json()
    for automation in made.values():
        assert automation.enabled
        assert "secret-of-a-test" not in automation.model_dump_json()


def test_they_follow_the_setting_until_somebody_changes_them(server: str) -> None:
    first = _ensured(server, None)
    assert all(each.enabled for each in _ensured(server, URL).values())
    again = _ensured(server, None)
    assert not any(each.enabled for each in again.values())
    assert {each.id for each in again.values()} == {each.id for each in first.values()}


def test_doing_it_twice_changes_nothing(server: str) -> None:
    first = _ensured(server, URL)
    assert _ensured(server, URL) == first


def _mine(automation: Automation) -> AutomationCore:
    """Return an automation as a person may change it."""
    action = SendNotification(block_document_id=uuid4(), subject="mine", body="mine").model_dump(mode="json")
    core = automation.model_dump(mode="json", exclude={"id", "owner_resource"})
    return AutomationCore.model_validate(core | {"description": "mine", "actions": [action]})


def test_what_a_person_changed_stays_so(server: str) -> None:
    [made] = _ensured(server, URL).values()
    ask(server, lambda client: client.update_automation(made.id, _mine(made)))
    for url in (URL, None, URL):
        [left] = _ensured(server, url).values()
        assert (left.description, left.enabled) == ("mine", True)


def test_what_a_person_paused_stays_paused(server: str) -> None:
    [made] = _ensured(server, URL).values()
    ask(server, lambda client: client.pause_automation(made.id))
    for url in (URL, None, URL):
        assert [each.enabled for each in _ensured(server, url).values()] == [False]


def test_what_a_person_deleted_stays_away(server: str) -> None:
    [made] = _ensured(server, URL).values()
    ask(server, lambda client: client.delete_automation(made.id))
    for url in (URL, None, URL):
        assert _ensured(server, url) == {}


def test_a_lost_memory_makes_no_second_automation_and_spares_what_a_person_changed(server: str) -> None:
    [made] = _ensured(server, None).values()
    ask(server, lambda client: client.delete_variable_by_name(MEMORY))
    [again] = _ensured(server, None).values()
    assert again.id == made.id

    async def meddle(client: PrefectClient) -> None:
        await client.delete_variable_by_name(MEMORY)
        await client.update_automation(made.id, _mine(made))

    ask(server, meddle)
    [after] = _ensured(server, URL).values()
    assert (after.id, after.description, after.enabled) == (made.id, "mine", False)


def test_what_earlier_versions_made_goes_unless_somebody_has_changed_it(server: str) -> None:
    async def as_before(client: PrefectClient) -> list[UUID]:
        """Make what an earlier version made and remembered; a person has changed the second of them."""
        block = await MessageWebhook(url=URL).asave(BLOCK, client=client)
        made = {name: _of_before(block, name) for name in RETIRED}
        ids = {name: await client.create_automation(core) for name, core in made.items()}
        memory = {name: {"id": str(ids[name]), "written": fingerprint(made[name])} for name in RETIRED}
        await client.create_variable(VariableCreate(name=MEMORY, value=cast("dict[str, Any]", memory)))
        await client.pause_automation(ids[RETIRED[1]])
        return list(ids.values())

    gone, changed = ask(server, as_before)
    for _ in range(2):
        ids = {each.id for each in _ensured(server, URL).values()}
        assert gone not in ids
        assert changed in ids


def _of_before(block: UUID, name: str) -> AutomationCore:
    trigger = EventTrigger(expect={f"phonefleet.{name}"}, posture=Posture.Reactive, threshold=1, within=timedelta(0))
    action = SendNotification(block_document_id=block, subject="Phonefleet", body="{{ event.payload.message }}")
    return AutomationCore(name=f"Phonefleet: {name}", trigger=trigger, actions=[action])


def test_a_deleted_block_is_made_again_and_used(server: str) -> None:
    [before] = _ensured(server, URL).values()

    async def delete_block(client: PrefectClient) -> None:
        await client.delete_block_document((await client.read_block_document_by_name(BLOCK, BLOCK_TYPE)).id)

    ask(server, delete_block)
    [after] = _ensured(server, URL).values()
    assert after.id == before.id
    assert after.actions != before.actions
