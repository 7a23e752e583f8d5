#!/usr/bin/env bash
# Prefect 3.8.8: a flush interval of the task run recorder below one second keeps an idle server's processor busy.
#
# Version: prefect 3.8.8 from PyPI, its server on SQLite, nothing connected to it.
# Behaviour: PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL is a float greater than 0 by its settings; the
#   recorder takes the whole seconds of it alone. 0.5 becomes 0, and its loop sleeps for 0 seconds again and again. The
#   event persister's interval of the same kind keeps its fraction. Nothing is logged, and all works.
# Output seen (processor time of the idle server in 10 s, on two cores that had other work as well):
#   flush every 1 s: 0.1 s
#   flush every 0.5 s: 5.1 s
# Date: 2026-11-30.
# Why it matters: whoever wants to see the steps of runs sooner sets half a second, and pays with a whole processor that the
#   runs then lack; on a busy host everything only seems slow. Set whole seconds.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "prefect==3.8.8" "fastapi<0.151" "sqlalchemy<2.1"

cat > "$folder/show.py" <<'PYTHON'
"""Starts a server with each interval, waits until it answers, and tells what it uses while nobody asks for anything."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from prefect import __version__

SECONDS = 10


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def used(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(home, interval):
    port = free_port()
    environment = os.environ | {
        "PREFECT_HOME": f"{home}/{interval}",
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home}/{interval}.db",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": interval,
    }
    command = ["-m", "uvicorn", "--factory", "prefect.server.api.server:create_app", "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, *command], env=environment, stdout=quiet, stderr=quiet) as server:
        try:
            while not answers(port):
                time.sleep(0.5)
            time.sleep(5)  # what it does once after its start
            before = used(server.pid)
            time.sleep(SECONDS)
            return used(server.pid) - before
        finally:
            server.terminate()


def answers(port):
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5).status == 200
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


print(f"prefect {__version__}; processor time of the idle server in {SECONDS} s")
times = {}
for interval in ("1", "0.5"):
    times[interval] = measure(sys.argv[1], interval)
    print(f"flush every {interval} s: {times[interval]:.1f} s")
sys.exit(0 if times["0.5"] > 4 * times["1"] and times["0.5"] > 1 else 1)
PYTHON
"$folder/venv/bin/python" "$folder/show.py" "$folder"
