#!/usr/bin/env bash
# prefect 3.8.8: one answer of 500 to a flow's final state, and the flow that has done its work is run once more.
#
# Behaviour: when the function of a flow has returned, the engine tells the server the state Completed. Its client asks
# again after a broken connection and after 408, 429, 502 and 503, up to five times; a 500 it does not ask again. The
# engine takes the exception of that one call for an exception of the flow: it proposes Failed, and a flow with retries
# left runs its function a second time. Without retries the run ends as Failed, though the function has returned.
# A server answers 500 and not 503 while its PostgreSQL refuses connections, so a restart of the database is enough.
#
# Output seen (Python 3.11.7):
#   prefect 3.8.8
#   answer to the final state   retries   the function ran   the run is
#   503 once                    1         1 times            Completed
#   500 once                    1         2 times            Completed
#   500 once                    0         1 times            Failed: Flow run encountered an exception: PrefectHTTPStatusError:
#
# Seen on 2026-11-30.
# Why it matters: whoever touches phones, or anything else that cannot be undone, in a flow must not take "the engine
# runs it again" for "it has not been done"; and a run that is Failed may have done all of its work. Retries of flows are
# safe only if the function looks first whether its work is done, or if the client waits for the server by itself.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "prefect==3.8.8" "fastapi==0.150.0"

cat > "$folder/show.py" <<'PYTHON'
"""A real server, a real engine, and a relay between them that answers the first final state by itself."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import prefect


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


SERVER = free_port()
trouble = {"status": 0}


class Relay(BaseHTTPRequestHandler):
    """Hands requests on; the first Completed after `trouble` was set is answered with that status instead."""

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if trouble["status"] and self.path.endswith("/set_state") and json.loads(body)["state"]["type"] == "COMPLETED":
            status, answer = trouble["status"], b'{"exception_message": "in trouble"}'
            trouble["status"] = 0
        else:
            there = http.client.HTTPConnection("127.0.0.1", SERVER, timeout=60)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding")}
            there.request(self.command, self.path, body, headers)
            reply = there.getresponse()
            status, answer = reply.status, reply.read()
            there.close()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def log_message(self, *_):
        pass


def await_server(process):
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{SERVER}/api/health", timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def main():
    environment = {**os.environ, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(SERVER), "--no-ui"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    relay = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    threading.Thread(target=relay.serve_forever, daemon=True).start()
    try:
        await_server(process)
        show(f"http://127.0.0.1:{relay.server_port}/api")
    finally:
        process.terminate()
        process.wait()


def show(url):
    from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

    print(f"prefect {prefect.__version__}")
    print(f"{'answer to the final state':<28}{'retries':<10}{'the function ran':<19}the run is")
    seen = []
    with temporary_settings({PREFECT_API_URL: url, PREFECT_LOGGING_TO_API_ENABLED: False}):
        for status, retries in ((503, 1), (500, 1), (500, 0)):
            ran = []

            @prefect.flow(retries=retries, persist_result=False, name=f"touch-{status}-{retries}")
            def touch():
                ran.append(1)

            trouble["status"] = status
            state = touch(return_state=True)
            why = "" if state.is_completed() else f": {state.message[:58]}"
            print(f"{f'{status} once':<28}{retries:<10}{f'{len(ran)} times':<19}{state.name}{why}")
            seen.append((status, retries, len(ran), state.name))
    expected = [(503, 1, 1, "Completed"), (500, 1, 2, "Completed"), (500, 0, 1, "Failed")]
    assert seen == expected, f"this has changed: {seen}"


main()
PYTHON

export PREFECT_HOME="$folder/home" PREFECT_SERVER_ALLOW_EPHEMERAL_MODE=false PREFECT_CLIENT_CSRF_SUPPORT_ENABLED=false
export PREFECT_LOGGING_LEVEL=CRITICAL PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED=false
"$folder/venv/bin/python" "$folder/show.py" 2> "$folder/errors" || { cat "$folder/errors"; exit 1; }
