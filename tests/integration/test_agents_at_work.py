"""An agent works with real phones: it plans, creates, watches and looks, through the SDK's own client."""

from __future__ import annotations

import asyncio
import base64
import io
import sys
from typing import Any

from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, ImageContent
from PIL import Image

from tests.agents.conftest import data, environment
from tests.integration.stack import Stack

SOMEBODY = "person_0955"
"""Whom no other test follows."""


def test_an_agent_lets_a_phone_follow_somebody_and_sees_the_screen(stack: Stack) -> None:
    phone = stack.serials[2]
    request = {"script": "follow", "phones": [phone], "config": {"target_users": [SOMEBODY]}}
    arguments = ["-m", "deployments.cli", "mcp", "--allow-changes", "--api", stack.endpoints["api"]]
    started = StdioServerParameters(command=sys.executable, args=arguments, env=environment())

    async def work() -> list[CallToolResult]:
        async with Client(started) as client:
            answers = [await client.call_tool("plan", request), await client.call_tool("create", request)]
            if answers[1].is_error:
                return answers
            watched: dict[str, Any] = {"task_ids": data(answers[1])["task_ids"], "seconds": 50}
            answers.append(await client.call_tool("watch", watched))
            while not data(answers[-1])["all_ended"]:
                answers[-1] = await client.call_tool("watch", watched)
            return [*answers, await client.call_tool("screenshot", {"phone": phone})]

    planned, _, watched, screen = asyncio.run(work())
    assert data(planned)["tasks"] == 1
    [task] = data(watched)["tasks"]
    assert (task["status"], stack.follows(SOMEBODY) != []) == ("completed", True), task
    assert isinstance(screen.content[0], ImageContent)
    with Image.open(io.BytesIO(base64.b64decode(screen.content[0].data))) as picture:
        assert (picture.format, picture.width <= 480) == ("JPEG", True)
