#!/usr/bin/env bash
# adb 36: one network phone whose packets vanish keeps every other lost phone waiting for two minutes.
#
# Version: the adb in the wheel of adbutils 2.12.0 (Android Debug Bridge 1.0.41, 36.0.0-13206524), Linux.
# Behaviour: adb reconnects all network phones that it lost in one thread, one after the other, and connects without a
#   timeout of its own. A phone that left the network without a word neither takes nor refuses a connection, so that the
#   thread waits until the system gives up: 127 s with Linux' six repetitions. A phone beside it whose link breaks for a
#   moment is "offline" all that time. `adb disconnect` and `adb connect` do not help then ("already connected to").
#   The thread takes a lost phone up after 250 ms: an address that is disconnected until then it never tries.
# Output seen:
#   alone, the good phone is back after 0.3 s
#   beside a silent one that was disconnected at once: 0.3 s
#   beside a silent one: 131.9 s; meanwhile connect says: already connected to 127.0.0.1:PORT
# Date: 2026-11-30. It runs for some three minutes.
# Why it matters: in a fleet over Wi-Fi one phone that is switched off or carried away stops others for two minutes, again
#   and again while adb tries it. Who watches `host:track-devices` can disconnect what is lost at once, and connect it
#   again when it answers a probe.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "adbutils==2.12.0"

cat > "$folder/show.py" <<'PYTHON'
"""Two plain listeners that answer adb's first packet as phones do; one of them then lets its connections hang."""

import os
import socket
import struct
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
CNXN = int.from_bytes(b"CNXN", "little")
BANNER = b"device::ro.product.name=x;features=shell_v2,cmd"


def ask(request):
    connection = socket.create_connection(("127.0.0.1", PORT))
    connection.sendall(b"%04x%s" % (len(request), request.encode()))
    with connection, connection.makefile("rb") as answer:
        assert answer.read(4) == b"OKAY"
        return answer.read(int(answer.read(4), 16)).decode()


class Phone:
    """Answers CNXN with CNXN and says nothing more."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.connections = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        while len(header := connection.recv(24, socket.MSG_WAITALL)) == 24:
            word, _, _, length, _, _ = struct.unpack("<6I", header)
            connection.recv(length, socket.MSG_WAITALL)
            if word == CNXN:
                connection.sendall(struct.pack("<6I", CNXN, 0x01000001, 1 << 20, len(BANNER), 0, CNXN ^ 0xFFFFFFFF) + BANNER)

    def drop(self):
        """Break the links; who connects again is welcome."""
        for connection in self.connections:
            connection.shutdown(socket.SHUT_RDWR)
        self.connections.clear()

    def fall_silent(self):
        """Let the system take no further connection: a queue of length 0, and connections that fill it."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(0)
        self.fillers = [socket.socket() for _ in range(8)]
        for filler in self.fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
        self.drop()

    def state(self):
        return dict(line.split("\t") for line in ask("host:devices").splitlines()).get(self.address)


def until(condition):
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < 400
        time.sleep(0.005)
    return time.monotonic() - began


def lost_and_back(phone):
    phone.drop()
    return until(lambda: phone.state() != "device") + until(lambda: phone.state() == "device")


def silent_one():
    phone = Phone()
    ask(f"host:connect:{phone.address}")
    until(lambda: phone.state() == "device")
    phone.fall_silent()
    until(lambda: phone.state() == "offline")
    return phone


with subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet) as server:
    while True:
        try:
            ask("host:version")
            break
        except OSError:
            time.sleep(0.05)
    print(subprocess.run([adbutils.adb_path(), "version"], capture_output=True, text=True).stdout.splitlines()[1])
    good = Phone()
    ask(f"host:connect:{good.address}")
    until(lambda: good.state() == "device")
    alone = lost_and_back(good)
    print(f"alone, the good phone is back after {alone:.1f} s")
    first = silent_one()
    ask(f"host:disconnect:{first.address}")
    time.sleep(1)
    beside_disconnected = lost_and_back(good)
    print(f"beside a silent one that was disconnected at once: {beside_disconnected:.1f} s", flush=True)
    second = silent_one()
    time.sleep(1)
    good.drop()
    until(lambda: good.state() == "offline")
    ask(f"host:disconnect:{good.address}")
    said = ask(f"host:connect:{good.address}").replace(good.address, "127.0.0.1:PORT")
    waited = until(lambda: good.state() != "offline")
    print(f"beside a silent one: {waited:.1f} s; meanwhile connect says: {said}")
    server.kill()
assert max(alone, beside_disconnected) < 30, "a good phone does not come back by itself any more"
assert waited > 60 and "already connected" in said, "a silent address keeps others waiting no longer"
PYTHON
"$folder/venv/bin/python" "$folder/show.py"
echo "As on 2026-11-30."
