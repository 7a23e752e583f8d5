"""Looks at one phone go one at a time, and few may wait."""

from __future__ import annotations

import asyncio
import socket

from api.answers.envelope import Problem
from api.fleet.glances import Glances
from phonefleet.device.adb.servers import AdbServers, ForEachHost
from phonefleet.device.glance import Glance


def test_few_wait_for_a_look_at_one_phone_and_others_are_told_to_come_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # an adb server that never answers
        codes = asyncio.run(_look_too_often(silent))
    assert codes == [40901] * 4 + [42901]


async def _look_too_often(silent: socket.socket) -> list[int]:
    with Glances(ForEachHost(AdbServers(silent.getsockname()[1]), Glance)) as glances:
        looks = [asyncio.ensure_future(_code(glances)) for _ in range(4)]
        asked, _ = await asyncio.to_thread(silent.accept)  # the first look has begun
        refused = await _code(glances)
        asked.close()
        silent.close()
        return [*await asyncio.gather(*looks), refused]


async def _code(glances: Glances) -> int:
    try:
        await glances.screenshot("phone", "here")
    except Problem as problem:
        return problem.code
    return 0
