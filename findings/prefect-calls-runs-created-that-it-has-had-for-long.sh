#!/usr/bin/env bash
# Prefect 3.8.8: runs that are created many at once are all called CREATED, also those that it has had for long.
#
# Version: prefect 3.8.8 from PyPI, its server on SQLite, one deployment.
# Behaviour: POST /deployments/{id}/create_flow_run answers 201 for a new run and 200, with the run as it is by now, for
#   one whose idempotency key is known. POST /deployments/{id}/create_flow_run/bulk makes no second run either, but says
#   CREATED for each, for a run that has been cancelled since and for two of one request with the same key, too. The
#   answer has no states, so nobody can tell from it what is new.
# Output seen:
#   one by one: new 201, known 200, which is CANCELLED by now
#   together: known CREATED, new CREATED, twin CREATED, twin CREATED
#   5 answers of CREATED for 3 runs that there are
# Date: 2026-12-01.
# Why it matters: whoever sends the actions of a fleet in bulk, and sends them again after an answer was lost, would take
#   a run that a person has cancelled meanwhile for one that is to begin, and count more runs than there are. Send in
#   bulk only what cannot have been sent before, and the rest one by one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "prefect==3.8.8" "fastapi<0.151" "sqlalchemy<2.1"

cat > "$folder/show.py" <<'PYTHON'
"""Creates runs with known keys, one by one and together, and tells what the server answers."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from prefect import __version__

with socket.create_server(("127.0.0.1", 0)) as probe:
    PORT = probe.getsockname()[1]


def call(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/api/{path}", data=data, headers={"Content-Type": "application/json"}
    )
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code != 503:  # SQLite is locked
                raise
        time.sleep(0.2)


def await_server():
    for _ in range(300):
        try:
            return call("health")
        except OSError:
            time.sleep(0.5)
    sys.exit("the server did not start")


def main():
    await_server()
    print("prefect", __version__)
    _, flow = call("flows/", {"name": "tap"})
    _, deployment = call("deployments/", {"name": "tap", "flow_id": flow["id"]})
    create = f"deployments/{deployment['id']}/create_flow_run"

    new, run = call(create, {"idempotency_key": "first"})
    call(f"flow_runs/{run['id']}/set_state", {"state": {"type": "CANCELLED"}, "force": True})
    known, again = call(create, {"idempotency_key": "first"})
    print(f"one by one: new {new}, known {known}, which is {again['state']['type']} by now")

    keys = {"known": "first", "new": "second"}
    _, mixed = call(f"{create}/bulk", [{"idempotency_key": key} for key in keys.values()])
    _, twins = call(f"{create}/bulk", [{"idempotency_key": "twin"}, {"idempotency_key": "twin"}])
    said = [result["status"] for result in mixed["results"] + twins["results"]]
    print("together: " + ", ".join(f"{name} {status}" for name, status in zip([*keys, "twin", "twin"], said)))
    _, there = call("flow_runs/count", {})
    print(f"{said.count('CREATED') + 1} answers of CREATED for {there} runs that there are")
    return (new, known, again["state"]["type"], said, there) == (201, 200, "CANCELLED", ["CREATED"] * 4, 3)


home = sys.argv[1]
database = f"sqlite+aiosqlite:///{home}/prefect.db"
environment = {
    **os.environ, "PREFECT_HOME": home, "PREFECT_API_DATABASE_CONNECTION_URL": database,
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}
server = subprocess.Popen(
    [sys.executable, "-m", "prefect", "server", "start", "--port", str(PORT)],
    env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)
try:
    as_described = main()
finally:
    server.terminate()
    server.wait()
sys.exit(0 if as_described else 1)
PYTHON

mkdir "$folder/home"
"$folder/venv/bin/python" "$folder/show.py" "$folder/home"
