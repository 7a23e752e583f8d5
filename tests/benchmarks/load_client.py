"""Many HTTP clients in one process: reads a plan from stdin, writes what happened to stdout; both as JSON.

It speaks plain HTTP/1.1 over asyncio streams, so that it is not slower than the server that it measures.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
    return int(lines[0].split()[1]), await reader.readexactly(length)


async def _client(plan: dict[str, Any], number: int, found: list[Any]) -> None:
    """Send every request of the plan, one after the other, each client beginning at another one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", plan["port"], limit=2**24)
    requests = plan["requests"]
    for turn in range(plan["turns"]):
        method, path, body = requests[(number * plan["turns"] + turn) % len(requests)]
        content = b"" if body is None else json.dumps(body).encode()
        kind = "" if body is None else f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        begun = time.perf_counter()
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{kind}\r\n".encode() + content)
        status, answer = await _answer(reader)
        taken = time.perf_counter() - begun
        made = json.loads(answer)["data"]["task_ids"] if method == "POST" and status == 200 else None
        found.append([path, status, taken, made])
    writer.close()


async def main() -> None:
    """Run all clients at once."""
    plan = json.load(sys.stdin)
    found: list[Any] = []
    await asyncio.gather(*(_client(plan, number, found) for number in range(plan["clients"])))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
