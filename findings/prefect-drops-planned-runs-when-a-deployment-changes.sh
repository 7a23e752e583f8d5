#!/usr/bin/env bash
# Prefect 3.8.8: any change of a deployment deletes the runs that its schedules have planned, the next one too.
#
# Version: prefect 3.8.8 from PyPI, its own server on SQLite, with the services that it starts by default.
# Behaviour: changing nothing but a deployment's description through the API deletes all its planned runs at once; the
#   scheduler plans anew in its next round, some seconds later. A person's run of the same deployment stays.
# Output seen:
#   planned before the change: yes
#   right after a new description: planned 0, by hand 1
#   a moment later: planned anew, other runs than before
# Date: 2026-11-30.
# Why it matters: whoever keeps descriptions, forms or tags of deployments up to date by a program takes away the run that
#   was about to start: one that is due before the scheduler's next round starts late or, with a schedule whose next time
#   lies further on, not at all. Do not write what has not changed, and not shortly before a schedule fires.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "prefect==3.8.8" "fastapi<0.151" "sqlalchemy<2.1"

cat > "$folder/show.py" <<'PYTHON'
"""A Prefect server of its own, a deployment with a schedule, and a change of its description."""

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
from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate, WorkPoolCreate  # noqa: E402
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId  # noqa: E402
from prefect.client.schemas.schedules import IntervalSchedule  # noqa: E402
from prefect.states import Scheduled  # noqa: E402
from datetime import timedelta  # noqa: E402


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


async def runs(client, deployment):
    wanted = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment]))
    found = await client.read_flow_runs(flow_run_filter=wanted)
    planned = {run.id for run in found if run.auto_scheduled}
    return planned, len(found) - len(planned)


async def planned_by_the_scheduler(client, deployment):
    for _ in range(600):
        planned, _by_hand = await runs(client, deployment)
        if planned:
            return planned
        await asyncio.sleep(0.2)
    sys.exit("the scheduler plans nothing")


async def main():
    async with PrefectClient(os.environ["PREFECT_API_URL"]) as client:
        await client.create_work_pool(WorkPoolCreate(name="phones", type="process"))
        flow_id = await client.create_flow(work)
        hourly = DeploymentScheduleCreate(schedule=IntervalSchedule(interval=timedelta(hours=1)), active=True)
        deployment = await client.create_deployment(flow_id, "work", work_pool_name="phones", schedules=[hourly])
        await client.create_flow_run_from_deployment(deployment, name="by hand", state=Scheduled())
        before = await planned_by_the_scheduler(client, deployment)
        seen = [f"planned before the change: {'yes' if before else 'no'}"]
        await client.update_deployment(deployment, DeploymentUpdate(description="Other words."))
        planned, by_hand = await runs(client, deployment)
        seen.append(f"right after a new description: planned {len(planned)}, by hand {by_hand}")
        anew = await planned_by_the_scheduler(client, deployment)
        seen.append(f"a moment later: planned anew, {'other runs than' if not anew & before else 'the runs of'} before")
        print("\n".join(seen))
        return seen == EXPECTED


EXPECTED = [
    "planned before the change: yes",
    "right after a new description: planned 0, by hand 1",
    "a moment later: planned anew, other runs than before",
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
