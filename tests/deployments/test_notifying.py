"""Automations in a real Prefect server: made once, kept up to date, and left alone when a person has changed them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar
from uuid import uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import Automation, AutomationCore
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr

from deployments.automations import BLOCK
from deployments.message_webhook import MessageWebhook
from deployments.notifying import MEMORY, ensure_automations

pytestmark = pytest.mark.timeout(180)  # the first use starts a Prefect server

URL = SecretStr("http://127.0.0.1:9/hook/secret-of-a-test")
NAMES = ["a phone is in quarantine", "a task failed", "an account is on hold"]
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


def test_what_a_person_changed_or_paused_or_deleted_stays_so(server: str) -> None:
    made = _ensured(server, URL)
    changed, paused, deleted = (made[name] for name in NAMES)

    mine = AutomationCore.model_validate(
        changed.model_dump(mode="json", exclude={"id", "owner_resource"}) | {"description": "mine"}
    )

    async def meddle(client: PrefectClient) -> None:
        await client.update_automation(changed.id, mine)
        await client.pause_automation(paused.id)
        await client.delete_automation(deleted.id)

    ask(server, meddle)
    for url in (URL, None, URL):
        left = _ensured(server, url)
        assert sorted(left) == NAMES[:2]
        assert left[NAMES[0]].description == "mine"
        assert left[NAMES[0]].enabled
        assert not left[NAMES[1]].enabled


def test_a_lost_memory_makes_no_second_automation_and_spares_what_a_person_changed(server: str) -> None:
    made = _ensured(server, None)

    async def meddle(client: PrefectClient) -> None:
        await client.delete_variable_by_name(MEMORY)
        action = SendNotification(block_document_id=uuid4(), subject="mine", body="mine")
        core = made[NAMES[0]].model_dump(mode="json", exclude={"id", "owner_resource"})
        mine = AutomationCore.model_validate(core | {"actions": [action.model_dump(mode="json")]})
        await client.update_automation(made[NAMES[0]].id, mine)

    ask(server, meddle)
    after = _ensured(server, URL)
    assert {name: each.id for name, each in after.items()} == {name: each.id for name, each in made.items()}
    assert [after[name].enabled for name in NAMES] == [False, True, True]


def test_a_deleted_block_is_made_again_and_used(server: str) -> None:
    before = _ensured(server, URL)[NAMES[0]]

    async def delete_block(client: PrefectClient) -> None:
        await client.delete_block_document((await client.read_block_document_by_name(BLOCK, BLOCK_TYPE)).id)

    ask(server, delete_block)
    after = _ensured(server, URL)[NAMES[0]]
    assert after.id == before.id
    assert after.actions != before.actions
