#!/usr/bin/env bash
# adbutils 2.12.0 (uiautomator2 3.7.1 starts apps and lists them in the same way), seen on 2026-11-30.
#
# Behaviour: adbutils throws away the exit codes of what it asks, also where the phone refuses.
# 1. `list_packages()` asks `pm list packages` without a user. On phones with a second one whom the shell may not touch
#    (Samsung's Secure Folder, a work profile, Xiaomi's second space) Android answers with a SecurityException and exit code
#    255; adbutils returns an empty list. `list_packages(["--user", "0"])` lists them.
# 2. `app_start(package)` asks `monkey`. On phones without physical keys that gives up before it starts anything
#    ("SYS_KEYS has no physical keys", exit code 251); adbutils returns as if the app had started.
#
# Output seen:
#   adbutils 2.12.0
#   list_packages(): [], and nothing is raised
#   list_packages(["--user", "0"]): ['com.example.app']
#   app_start("com.example.app"): None, and nothing is raised
#
# Why it matters: "the app is not installed" is concluded from an empty list, and an app is installed again or given up on
# phones of exactly the makes that people have most. Name the user, and start an app by its activity with `am start`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check adbutils==2.12.0
cat > "$work/show.py" <<'PYTHON'
import importlib.metadata as metadata
import socket
import sys
import threading

import adbutils

SAID = {
    "pm list packages": (
        b"\nException occurred while executing 'list':\n"
        b"java.lang.SecurityException: Shell does not have permission to access user 150\n"
    ),
    "pm list packages --user 0": b"package:com.example.app\n",
    "monkey -p com.example.app -c android.intent.category.LAUNCHER 1": (
        b"  bash arg: -p\n  bash arg: com.example.app\n** SYS_KEYS has no physical keys but with factor 2.0%.\n"
    ),
}
asked = []


def answer(connection):
    """Speak for an adb server with one phone: what it is asked for comes as a length in hexadecimal, then the words."""
    while length := connection.recv(4, socket.MSG_WAITALL):
        words = connection.recv(int(length, 16), socket.MSG_WAITALL).decode()
        if words == "host:version":
            connection.sendall(b"OKAY00040029")
        elif words.startswith("host:tport:"):
            connection.sendall(b"OKAY" + bytes(8))
        elif words.startswith("shell:"):
            asked.append(words.removeprefix("shell:"))
            connection.sendall(b"OKAY" + SAID.get(asked[-1], b""))
            break
        else:
            connection.sendall(b"FAIL0007unknown")
            break
    connection.close()


def serve(listener):
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(server,), daemon=True).start()
phone = adbutils.AdbClient("127.0.0.1", server.getsockname()[1]).device("PHONE")
every, of_user = phone.list_packages(), phone.list_packages(["--user", "0"])
started = phone.app_start("com.example.app")
print(f"adbutils {metadata.version('adbutils')}")
print(f"list_packages(): {every}, and nothing is raised")
print(f'list_packages(["--user", "0"]): {of_user}')
print(f'app_start("com.example.app"): {started}, and nothing is raised')
same = every == [] and of_user == ["com.example.app"] and started is None and set(asked) == set(SAID)
sys.exit(0 if same else f"this has changed: {asked}")
PYTHON
"$work/venv/bin/python" "$work/show.py"
