#!/usr/bin/env bash
# Prefect 3.8.8: an ended run whose deployment is gone can be scheduled again, is offered to workers, and may never begin.
#
# Version: prefect 3.8.8 from PyPI, its own server on SQLite.
# Behaviour: deleting a deployment leaves its ended runs. Setting one of them to Scheduled is accepted, and the pool offers
#   the run to every worker that asks, again and again. Each worker that proposes Pending, which is how a run is claimed,
#   is told ABORT with "Deployment not found."; the run stays Scheduled.
# Output seen:
#   scheduled again: ACCEPT
#   offered: ['ended once']
#   claimed: ABORT: Deployment not found.
#   then: run Scheduled, offered ['ended once']
# Date: 2026-11-30.
# Why it matters: a retry of a failed run looks as if it waited for its turn, for ever, and its worker asks for it in each
#   round. Look whether the deployment of a run is still there before you schedule the run again; otherwise make a new run.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "prefect==3.8.8" "fastapi<0.151"

cat > "$folder/show.py" <<'PYTHON'
"""A Prefect server of its own, a run that has ended, and a worker's claim after its deployment was deleted."""

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
from prefect.states import Failed, Pending, Scheduled  # noqa: E402


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


async def main():
    async with PrefectClient(os.environ["PREFECT_API_URL"]) as client:
        await client.create_work_pool(WorkPoolCreate(name="phones", type="process"))
        flow_id = await client.create_flow(work)
        deployment = await client.create_deployment(flow_id, "work", work_pool_name="phones")
        run = await client.create_flow_run_from_deployment(deployment, name="ended once", state=Failed())
        await client.delete_deployment(deployment)
        again = await client.set_flow_run_state(run.id, Scheduled(), force=True)
        seen = [f"scheduled again: {again.status.value}", f"offered: {await offered(client)}"]
        claim = await client.set_flow_run_state(run.id, Pending())
        seen.append(f"claimed: {claim.status.value}: {claim.details.reason}")
        state = (await client.read_flow_run(run.id)).state.name
        seen.append(f"then: run {state}, offered {await offered(client)}")
        print("\n".join(seen))
        return seen == EXPECTED


EXPECTED = [
    "scheduled again: ACCEPT",
    "offered: ['ended once']",
    "claimed: ABORT: Deployment not found.",
    "then: run Scheduled, offered ['ended once']",
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
