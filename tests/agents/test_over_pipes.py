"""Agents on this computer: what the tools do, and `phonefleet mcp` over stdin and stdout."""

from __future__ import annotations

import io
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.server.mcpserver import Image
from mcp_types import CallToolResult
from PIL import Image as Pillow

from deployments.agents import shown
from phonefleet.client import Client as ApiClient
from phonefleet.ledger import Ledger, StateChange
from tests.agents.conftest import TOKEN, data, over_pipes, refusal, within
from tests.client.served import Served

READING = {"list_phones", "list_tasks", "describe_scripts", "screenshot", "plan", "watch", "why_failed"}
CHANGING = {"create", "stop", "retry"}
FOLLOW: dict[str, Any] = {
    "script": "follow",
    "phones": ["device_serial_1"],
    "config": {"target_users": ["@anna"]},
}


def tasks_of(api: Served) -> int:
    with ApiClient(api.url) as client:
        return client.list_tasks()["total"]


def test_there_are_only_reading_tools_unless_changes_are_allowed(api: Served) -> None:
    async def names(client: Client) -> tuple[set[str], Any]:
        listed = (await client.list_tools()).tools
        return {tool.name for tool in listed}, [tool.input_schema["additionalProperties"] for tool in listed]

    assert over_pipes(api, names) == (READING, [False] * len(READING))
    assert over_pipes(api, names, "--allow-changes")[0] == READING | CHANGING


def test_nothing_changes_where_changes_are_not_allowed(api: Served) -> None:
    async def try_it(client: Client) -> Any:
        return await client.call_tool("create", FOLLOW)

    refusal(within(api, try_it))
    assert tasks_of(api) == 0


def test_a_misspelt_argument_is_refused_and_nothing_is_done(api: Served) -> None:
    async def try_it(client: Client) -> list[str]:
        wrong = ({"dry_rum": True}, {"seed": 1}, {"phones": 7}, {"config": {"target_user_names": ["@anna"]}})
        return [refusal(await client.call_tool("create", FOLLOW | one)) for one in wrong]

    said = within(api, try_it, allow_changes=True)
    assert said[0] == "Nothing was done: dry_rum is not known; did you mean dry_run?"
    assert "seed is not known" in said[1]
    assert "phones must be a list" in said[2]
    assert "target_user_names" in said[3]
    assert tasks_of(api) == 0


def test_true_is_no_number_of_a_task(api: Served) -> None:
    async def try_it(client: Client) -> list[str]:
        return [refusal(await client.call_tool(name, {"task_id": True})) for name in ("stop", "retry", "why_failed")]

    said = over_pipes(api, try_it, "--allow-changes")
    assert said == ["Nothing was done: task_id must be a number"] * 3


def test_a_dry_run_and_a_plan_say_the_same_and_do_nothing(api: Served) -> None:
    async def ask(client: Client) -> tuple[Any, Any]:
        planned = data(await client.call_tool("plan", FOLLOW))
        return planned, data(await client.call_tool("create", {**FOLLOW, "dry_run": True}))

    planned, dry = within(api, ask, allow_changes=True)
    assert (planned["accepted"], planned["tasks"]) == (True, 1)
    assert dry.keys() == planned.keys()
    assert tasks_of(api) == 0


def test_an_agent_creates_watches_stops_and_retries(api: Served) -> None:
    async def create(client: Client) -> list[CallToolResult]:
        wanted = {**FOLLOW, "idempotency_key": "one"}
        return [await client.call_tool("create", wanted), await client.call_tool("create", wanted)]

    first, again = map(data, within(api, create, allow_changes=True))
    assert first == again
    number = first["task_ids"][0]

    async def follow(client: Client) -> list[CallToolResult]:
        calls: list[tuple[str, dict[str, Any]]] = [
            ("watch", {"task_ids": [number], "seconds": 0}),
            ("stop", {"task_id": number}),
            ("watch", {"task_ids": [number]}),
            ("list_tasks", {"status": "failed", "phone": "device_serial_1"}),
            ("retry", {"task_id": number}),
        ]
        return [await client.call_tool(name, arguments) for name, arguments in calls]

    before, stopped, after, tasks, retried = map(data, within(api, follow, allow_changes=True))
    assert (before["all_ended"], stopped["status"], after["all_ended"]) == (False, "failed", True)
    assert (tasks["counts"]["failed"], tasks["tasks"][0]["phone"]) == (1, "device_serial_1")
    assert (retried["status"], retried["retry_count"]) == ("pending", 1)


def test_an_agent_sees_phones_and_scripts(api: Served) -> None:
    async def look(client: Client) -> tuple[Any, Any, Any, str]:
        return (
            data(await client.call_tool("list_phones", {"limit": 1})),
            data(await client.call_tool("describe_scripts", {})),
            data(await client.call_tool("describe_scripts", {"script": "follow"})),
            refusal(await client.call_tool("list_phones", {"state": "sleeping"})),
        )

    phones, scripts, follow, wrong = within(api, look)
    assert (phones["total"], phones["phones"][0]["alias"]) == (2, "device_serial_1")
    assert "follow" in scripts["scripts"]
    assert "target_users" in follow["config"]["properties"]
    assert wrong.startswith("Nothing was done: state must be")


def test_an_agent_learns_why_a_task_failed_and_sees_its_last_screen(
    api: Served, postgres_url: str, tmp_path: Path
) -> None:
    with ApiClient(api.url) as client:
        number = client.create_tasks(
            "follow", serials=["phone-1"], script_config={"target_users": ["@anna"]}
        )["task_ids"][0]  # fmt: skip
    (tmp_path / "evidence").mkdir()
    Pillow.new("RGB", (1080, 2400), "navy").save(tmp_path / "evidence" / "seen.png")
    evidence = [{"kind": "screenshot", "path": "seen.png", "remark": "gone"}]
    failed = StateChange("FAILED", "Failed", datetime.now(UTC), result={"artifacts": evidence})
    with Ledger(postgres_url, pool_size=1) as ledger:
        ledger.tasks.project(number, failed)

    async def ask(client: Client) -> Any:
        return await client.call_tool("why_failed", {"task_id": number})

    answer = within(api, ask)
    told = data(answer)
    assert (told["status"], told["phone"]) == ("failed", "device_serial_1")
    assert (told["actions"], told["not_done"]) == ([], [])
    assert answer.content[1].mime_type == "image/jpeg"


def test_what_the_api_refuses_is_told_in_a_sentence(api: Served) -> None:
    async def ask(client: Client) -> list[str]:
        calls: list[Awaitable[Any]] = [
            client.call_tool("why_failed", {"task_id": 987654}),
            client.call_tool("screenshot", {"phone": "nobody"}),
            client.call_tool("plan", {"script": "folow", "phones": ["phone-1"]}),
        ]
        return [refusal(await call) for call in calls]

    gone, nobody, script = within(api, ask)
    assert "There is no task 987654" in gone
    assert "nobody" in nobody
    assert "follow" in script


def test_the_token_of_the_environment_counts(guarded: Served) -> None:
    async def ask(client: Client) -> Any:
        return await client.call_tool("list_tasks", {})

    assert "40101" in refusal(within(guarded, ask))
    assert data(over_pipes(guarded, ask, token=TOKEN))["tasks"] == []


@pytest.mark.parametrize("size", [(1080, 2400), (2400, 1080), (300, 200)])
def test_a_picture_for_an_agent_is_a_small_jpeg(size: tuple[int, int]) -> None:
    made = io.BytesIO()
    Pillow.effect_noise(size, 50).convert("RGBA").save(made, "PNG", compress_level=0)
    small = shown.picture(made.getvalue())
    assert isinstance(small, Image)
    assert small.data is not None
    with Pillow.open(io.BytesIO(small.data)) as opened:
        assert opened.format == "JPEG"
        assert opened.width <= min(480, size[0])
        assert opened.height <= 1040
