#!/usr/bin/env bash
# adb 36: an address that takes connections and closes them is listed as offline for ever, four lists a second.
#
# Version: the adb in the wheel of adbutils 2.12.0 (Android Debug Bridge 1.0.41, 36.0.0-13206524), Linux.
# Behaviour: `adb connect HOST:PORT` says "failed to connect" after 10 s, but the address stays in the list as
#   "offline". adb's reconnecting thread tries it every 250 ms, succeeds (the connection is taken), loses it again, and
#   sends the whole list to everybody who follows `host:track-devices`, though nothing has changed in it.
#   The limit on tries that adb has for addresses that refuse does not count here. Only `adb disconnect` ends it.
# Output seen:
#   connect: failed to connect to 127.0.0.1:PORT
#   listed after that: offline
#   connections in the next 5 s: 20
#   lists in the next 5 s: 20, different ones: 1
#   listed after disconnect: nothing, lists in the next 2 s: 0
# Date: 2026-11-30.
# Why it matters: a port forward or a container that stands where a phone was does this. A program that acts on each
#   list it is sent does its work four times a second for as long as it runs, and waits in vain for "offline" to end.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "adbutils==2.12.0"

cat > "$folder/show.py" <<'PYTHON'
"""A plain listener that closes what it accepts, the adb server, and a client that follows its list."""

import os
import socket
import subprocess
import threading
import time

import adbutils

probe = socket.create_server(("127.0.0.1", 0))
PORT = probe.getsockname()[1]
probe.close()
environment = {**os.environ, "ADB_USB": "0", "ADB_MDNS": "0", "ADB_LOCAL_TRANSPORT_MAX_PORT": "5553"}
command = [adbutils.adb_path(), "-P", str(PORT), "nodaemon", "server"]
quiet = subprocess.DEVNULL
accepted, lists = [], []


def ask(request):
    connection = socket.create_connection(("127.0.0.1", PORT))
    connection.sendall(b"%04x%s" % (len(request), request.encode()))
    with connection, connection.makefile("rb") as answer:
        assert answer.read(4) == b"OKAY"
        return answer.read(int(answer.read(4), 16)).decode()


def close_all(listener):
    while True:
        listener.accept()[0].close()
        accepted.append(1)


def follow():
    connection = socket.create_connection(("127.0.0.1", PORT))
    connection.sendall(b"0012host:track-devices")
    with connection.makefile("rb") as answer:
        answer.read(4)
        while length := answer.read(4):
            lists.append(answer.read(int(length, 16)))


with subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet) as server:
    while True:
        try:
            ask("host:version")
            break
        except OSError:
            time.sleep(0.05)
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    threading.Thread(target=close_all, args=(listener,), daemon=True).start()
    print(subprocess.run([adbutils.adb_path(), "version"], capture_output=True, text=True).stdout.splitlines()[1])
    print("connect:", ask(f"host:connect:{address}").replace(address, "127.0.0.1:PORT"))
    state = ask("host:devices").partition("\t")[2].strip()
    print("listed after that:", state)
    threading.Thread(target=follow, daemon=True).start()
    time.sleep(1)
    tries, seen = len(accepted), len(lists)
    time.sleep(5)
    tries, new = len(accepted) - tries, lists[seen:]
    print("connections in the next 5 s:", tries)
    print(f"lists in the next 5 s: {len(new)}, different ones: {len(set(new))}")
    ask(f"host:disconnect:{address}")
    time.sleep(1)
    seen = len(lists)
    time.sleep(2)
    left = ask("host:devices")
    print(f"listed after disconnect: {left or 'nothing'}, lists in the next 2 s: {len(lists) - seen}")
    server.kill()
assert state == "offline", "it is not listed as offline any more"
assert tries >= 10, "it is not tried several times a second any more"
assert len(new) >= 10 and len(set(new)) == 1, "the same list is not sent several times a second any more"
assert left == "" and len(lists) == seen, "disconnecting does not end it any more"
PYTHON
"$folder/venv/bin/python" "$folder/show.py"
echo "As on 2026-11-30."
