#!/usr/bin/env bash
# Prefect 3.8.8: runs that wait in a deleted work queue wait for ever, and those of a deployment vanish with it.
#
# Version: prefect 3.8.8 from PyPI, its own server on SQLite.
# Behaviour: deleting a work queue leaves its scheduled runs as they are, Scheduled and with the name of the queue;
#   nobody who asks for the pool's work is offered them again, not even after a queue of the same name was made anew.
#   Deleting a deployment deletes its scheduled runs: reading one answers "not found", and no state tells why.
# Output seen:
#   offered before: ['of the queue']
#   the queue is deleted: run Scheduled, queue phone-1, offered []
#   a queue of the same name is made: run Scheduled, queue phone-1, offered []
#   the deployment is deleted: run ObjectNotFound
# Date: 2026-11-30.
# Why it matters: whoever gives each phone a queue, and takes a phone's queue away, has lost what waited for the phone
#   without an error: such runs look as before, and have to be found and scheduled again. Who deletes a deployment to
#   make it anew loses what was planned with it.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "prefect==3.8.8" "fastapi<0.151"

cat > "$folder/show.py" <<'PYTHON'
"""A Prefect server of its own, a pool with a queue, and runs that wait in it."""

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

from prefect import __version__, flow  # noqa: E402
from prefect.client.orchestration import PrefectClient  # noqa: E402
from prefect.client.schemas.actions import WorkPoolCreate  # noqa: E402
from prefect.exceptions import ObjectNotFound  # noqa: E402
from prefect.states import Scheduled  # noqa: E402


@flow
def work():
    """Do nothing."""


def wait():
    for _ in range(600):
        try:
            urllib.request.urlopen(os.environ["PREFECT_API_URL"] + "/health", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server does not answer")


async def offered(client):
    return [each.flow_run.name for each in await client.get_scheduled_flow_runs_for_work_pool("phones")]


async def told(client, run_id):
    try:
        run = await client.read_flow_run(run_id)
    except ObjectNotFound:
        return "run ObjectNotFound"
    return f"run {run.state.name}, queue {run.work_queue_name}, offered {await offered(client)}"


async def main():
    async with PrefectClient(os.environ["PREFECT_API_URL"]) as client:
        await client.create_work_pool(WorkPoolCreate(name="phones", type="process"))
        queue = await client.create_work_queue("phone-1", work_pool_name="phones")
        flow_id = await client.create_flow(work)
        deployment = await client.create_deployment(flow_id, "work", work_pool_name="phones", work_queue_name="phone-1")
        run = await client.create_flow_run_from_deployment(deployment, name="of the queue", state=Scheduled())
        seen = [f"offered before: {await offered(client)}"]
        await client.delete_work_queue_by_id(queue.id)
        seen.append(f"the queue is deleted: {await told(client, run.id)}")
        await client.create_work_queue("phone-1", work_pool_name="phones")
        seen.append(f"a queue of the same name is made: {await told(client, run.id)}")
        other = await client.create_deployment(flow_id, "other", work_pool_name="phones", work_queue_name="phone-1")
        planned = await client.create_flow_run_from_deployment(other, name="of the deployment", state=Scheduled())
        await client.delete_deployment(other)
        seen.append(f"the deployment is deleted: {await told(client, planned.id)}")
        print("\n".join(seen))
        return seen == EXPECTED


EXPECTED = [
    "offered before: ['of the queue']",
    "the queue is deleted: run Scheduled, queue phone-1, offered []",
    "a queue of the same name is made: run Scheduled, queue phone-1, offered []",
    "the deployment is deleted: run ObjectNotFound",
]
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
