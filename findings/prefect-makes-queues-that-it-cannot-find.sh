#!/usr/bin/env bash
# Prefect 3.8.8: it makes work queues whose names its own client cannot find again, and one name too many hides all.
#
# Version: prefect 3.8.8 from PyPI, its own server on SQLite.
# Behaviour: the server refuses `/ % & < >` in the name of a work queue (422), and takes everything else. The client and
#   the server's routes put the name into the path of a URL as it is: a queue with `?` or `#` in its name is made, and
#   reading it by its name answers "not found"; one with a tab cannot even be asked for; `.` is a part of the path.
#   A worker that asks for the runs of several queues by name gets 404 for all of them if one does not exist.
# Output seen:
#   'a/b': create 422
#   'a?b': create ok, read ObjectNotFound
#   'a#b': create ok, read ObjectNotFound
#   'a\tb': create ok, read InvalidURL
#   '.': create ok, read PrefectHTTPStatusError
#   'a b (2)[::1]:5': create ok, read ok
#   runs of ['good', 'unknown']: ObjectNotFound
# Date: 2026-11-30.
# Why it matters: who names queues after phones, hosts or customers needs names that can be found again; a phone is
#   called `????????????` until its user may open it. And a queue that somebody deletes stops a worker that names it,
#   for all its other queues too.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "prefect==3.8.8" "fastapi<0.151"

cat > "$folder/show.py" <<'PYTHON'
"""A Prefect server of its own, and queues made and read through Prefect's own client."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request

probe = socket.create_server(("127.0.0.1", 0))
PORT = probe.getsockname()[1]
probe.close()
home = sys.argv[1]
os.environ |= {
    "PREFECT_HOME": home,
    "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home}/prefect.db",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_API_URL": f"http://127.0.0.1:{PORT}/api",
}
quiet = subprocess.DEVNULL
server = subprocess.Popen(
    [sys.executable, "-m", "prefect", "server", "start", "--port", str(PORT)], stdout=quiet, stderr=quiet
)

from prefect import __version__  # noqa: E402
from prefect.client.orchestration import PrefectClient  # noqa: E402
from prefect.client.schemas.actions import WorkPoolCreate  # noqa: E402

NAMES = ("a/b", "a?b", "a#b", "a\tb", ".", "a b (2)[::1]:5")
EXPECTED = ["create 422", *["create ok, read ObjectNotFound"] * 2, "create ok, read InvalidURL",
            "create ok, read PrefectHTTPStatusError", "create ok, read ok"]


def wait():
    for _ in range(600):
        try:
            urllib.request.urlopen(os.environ["PREFECT_API_URL"] + "/health", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server does not answer")


async def outcome(client, name):
    try:
        await client.create_work_queue(name, work_pool_name="phones")
    except Exception as error:
        return f"create {error.response.status_code}"
    try:
        await client.read_work_queue_by_name(name, work_pool_name="phones")
    except Exception as error:
        return f"create ok, read {type(error).__name__}"
    return "create ok, read ok"


async def main():
    async with PrefectClient(os.environ["PREFECT_API_URL"]) as client:
        await client.create_work_pool(WorkPoolCreate(name="phones", type="process"))
        seen = [await outcome(client, name) for name in NAMES]
        for name, came in zip(NAMES, seen, strict=True):
            print(f"{name!r}: {came}")
        await client.create_work_queue("good", work_pool_name="phones")
        try:
            await client.get_scheduled_flow_runs_for_work_pool("phones", ["good", "unknown"])
            asked = "answered"
        except Exception as error:
            asked = type(error).__name__
        print(f"runs of ['good', 'unknown']: {asked}")
        return seen == EXPECTED and asked == "ObjectNotFound"


print(f"prefect {__version__}")
try:
    wait()
    same = asyncio.run(main())
finally:
    server.terminate()
    server.wait()
sys.exit(0 if same else "it behaves differently now")
PYTHON
"$folder/venv/bin/python" "$folder/show.py" "$folder"
