#!/usr/bin/env bash
# Prefect 3.8.8: each run that is made checks the JSON schema of its work pool's job template against the meta-schema.
#
# Version: prefect 3.8.8 from PyPI, its server on SQLite, one deployment in each of two work pools.
# Behaviour: when a run of a deployment is made, the server validates the schema of the pool's variables itself, not only
#   the values, which the pool has checked when the template was saved. The template that a custom worker's base class
#   brings (four variables, which such a worker need not read) costs several milliseconds of processor time a run; one
#   whose variables are {"type": "object"} next to nothing. A template without variables would be left out of the check, but is
#   refused: "must contain both a job_configuration key and a variables key", although both keys are there, empty.
# Output seen (processor time of the server for each run that is made, of 100; the machine had other work as well):
#   default template: 23.3 ms
#   small template: 17.2 ms
#   a template with both keys empty: refused with 422
# Date: 2026-11-30.
# Why it matters: a worker in whose pool a run is one of thousands a day, such as one tap sequence on a phone, pays for a
#   schema that nothing reads. Give the pool a template of its own before the worker gives it the default one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "prefect==3.8.8" "fastapi<0.151" "sqlalchemy<2.1"

cat > "$folder/show.py" <<'PYTHON'
"""Makes runs in two pools that differ in their templates alone, and tells what each costs the server."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from prefect import __version__
from prefect.workers.base import BaseVariables

RUNS = 100
CONFIGURATION = {name: "{{ %s }}" % name for name in BaseVariables.model_fields}
TEMPLATES = {
    "default": {"job_configuration": CONFIGURATION, "variables": BaseVariables.model_json_schema()},
    "small": {"job_configuration": {"env": {}}, "variables": {"type": "object"}},
}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def used(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def call(port, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/{path}", data=data, headers={"Content-Type": "application/json"}
    )
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code != 503:  # SQLite is locked
                raise
        time.sleep(0.2)


def answers(port):
    try:
        return call(port, "health")
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


home, port = sys.argv[1], free_port()
environment = os.environ | {
    "PREFECT_HOME": home,
    "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home}/prefect.db",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}
command = ["-m", "uvicorn", "--factory", "prefect.server.api.server:create_app", "--port", str(port)]
quiet = subprocess.DEVNULL
print(f"prefect {__version__}; processor time of the server for each run that is made, of {RUNS}")
with subprocess.Popen([sys.executable, *command], env=environment, stdout=quiet, stderr=quiet) as server:
    try:
        while not answers(port):
            time.sleep(0.5)
        flow = call(port, "flows/", {"name": "nothing"})["id"]
        deployments = {}
        for name, template in TEMPLATES.items():
            call(port, "work_pools/", {"name": name, "type": "mine", "base_job_template": template})
            body = {"name": name, "flow_id": flow, "work_pool_name": name}
            deployments[name] = call(port, "deployments/", body)["id"]
        costs = dict.fromkeys(deployments, 0.0)
        time.sleep(15)  # what it does once after its start
        for deployment in deployments.values():
            call(port, f"deployments/{deployment}/create_flow_run", {})  # what is made once is not counted
        for _ in range(4):
            for name, deployment in deployments.items():
                before = used(server.pid)
                for _ in range(RUNS // 4):
                    call(port, f"deployments/{deployment}/create_flow_run", {})
                costs[name] += used(server.pid) - before
        try:
            call(port, "work_pools/", {"name": "empty", "base_job_template": {"job_configuration": {}, "variables": {}}})
            refused = False
        except urllib.error.HTTPError as error:
            refused = error.code == 422
    finally:
        server.terminate()
for name, cost in costs.items():
    print(f"{name} template: {1000 * cost / RUNS:.1f} ms")
print("a template with both keys empty:", "refused with 422" if refused else "taken")
sys.exit(0 if costs["default"] > 1.15 * costs["small"] and refused else 1)
PYTHON
"$folder/venv/bin/python" "$folder/show.py" "$folder"
