#!/usr/bin/env bash
# mcp 2.3.0 (the official Python SDK of the Model Context Protocol), seen on 2026-11-30.
#
# Behaviour: a tool of MCPServer that is called with an argument that it does not have drops it and runs with the
# default: `dry_rum=true` deletes for real, and the answer is no error. The schema that it publishes does not say
# "additionalProperties": false, so a client has nothing to hold the call against either.
# mcp/server/mcpserver/utilities/func_metadata.py: ArgModelBase has no `extra`, and Pydantic's default is "ignore".
#
# Output seen:
#   mcp 2.3.0
#   additionalProperties of the schema: None
#   dry_run=True: would delete
#   dry_rum=True: deleted, is_error False
#
# Why it matters: callers are language models, which misspell names and invent arguments. Check the names yourself before
# the tool runs, and publish that there are no others: a subclass of Tool whose `run` looks at them first does both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check mcp==2.3.0
cat > "$work/show.py" <<'PYTHON'
import asyncio
import importlib.metadata as metadata
import sys

from mcp import Client
from mcp.server import MCPServer

server = MCPServer("demo", log_level="ERROR")


@server.tool(structured_output=False)
def delete_all(dry_run: bool = False) -> str:
    return "would delete" if dry_run else "deleted"


async def main() -> int:
    print(f"mcp {metadata.version('mcp')}")
    async with Client(server) as client:
        schema = (await client.list_tools()).tools[0].input_schema
        right = await client.call_tool("delete_all", {"dry_run": True})
        wrong = await client.call_tool("delete_all", {"dry_rum": True})
    print(f"additionalProperties of the schema: {schema.get('additionalProperties')}")
    print(f"dry_run=True: {right.content[0].text}")
    print(f"dry_rum=True: {wrong.content[0].text}, is_error {wrong.is_error}")
    seen = schema.get("additionalProperties"), right.content[0].text, wrong.content[0].text, wrong.is_error
    return 0 if seen == (None, "would delete", "deleted", False) else 1


sys.exit(asyncio.run(main()))
PYTHON
"$work/venv/bin/python" "$work/show.py"
