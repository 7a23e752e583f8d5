"""Computers of their own on one machine: Linux network namespaces, and a link between two that delays, loses and cuts.

The link is a pair of TUN devices (https://docs.kernel.org/networking/tuntap.html), one in each namespace, and a thread
that carries IP packets from one to the other. So it needs no `tc netem`, which not every kernel has.
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import os
import random
import select
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, TypeVar

import psutil

T = TypeVar("T")

PREFIX: Final = "phonefleet-"
"""How names of namespaces begin; the number of the process that made one follows."""
_NETWORK: Final = 0x40000000
"""CLONE_NEWNET of linux/sched.h."""
_TUNSETIFF: Final = 0x400454CA
_TUN_WITHOUT_HEADER: Final = 0x0001 | 0x1000
"""IFF_TUN | IFF_NO_PI of linux/if_tun.h."""
_LARGEST: Final = 65536


def refusal() -> str | None:
    """Return why there can be no namespaces here; None where there can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "network namespaces need root"
    try:
        os.close(os.open("/dev/net/tun", os.O_RDWR))
        subprocess.run(["ip", "netns", "list"], check=True, capture_output=True)
        subprocess.run(["unshare", "--net", "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"network namespaces are not permitted here: {error}"
    return None


@dataclass(frozen=True)
class Namespace:
    """A network of its own: with a loopback of its own, and nothing else until a link leads to it."""

    name: str

    def command(self, *words: str) -> list[str]:
        """Return a command as one that runs in here."""
        return ["nsenter", f"--net=/run/netns/{self.name}", "--", *words]

    def ip(self, *words: str) -> None:
        _run("ip", "-n", self.name, *words)

    def call(self, work: Callable[[], T]) -> T:
        """Do something in here: sockets that it makes are of this namespace, wherever they are used then."""
        found: list[T] = []
        failed: list[BaseException] = []

        def enter() -> None:
            try:
                with Path(f"/run/netns/{self.name}").open("rb") as namespace:
                    _enter(namespace.fileno())
                found.append(work())
            except BaseException as error:  # noqa: BLE001 - the edge of a thread
                failed.append(error)

        thread = threading.Thread(target=enter)  # it alone is in the namespace, and ends with it
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return found[0]


def _enter(namespace: int) -> None:
    """Move the calling thread into a namespace; os.setns came with Python 3.12."""
    if ctypes.CDLL(None, use_errno=True).setns(namespace, _NETWORK):
        raise OSError(ctypes.get_errno(), "setns")


@contextmanager
def namespaces(*names: str) -> Generator[list[Namespace]]:
    """Make namespaces, and remove them with all that runs in them; those of tests that were killed go, too."""
    _remove_left()
    with ExitStack() as exits:
        yield [exits.enter_context(_namespace(f"{PREFIX}{os.getpid()}-{name}")) for name in names]


@contextmanager
def _namespace(name: str) -> Generator[Namespace]:
    _run("ip", "netns", "add", name)
    made = Namespace(name)
    try:
        made.ip("link", "set", "lo", "up")
        yield made
    finally:
        _remove(name)


def _remove(name: str) -> None:
    inside = subprocess.run(["ip", "netns", "pids", name], check=False, capture_output=True, text=True).stdout.split()
    for pid in map(int, inside):
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
    subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


def _remove_left() -> None:
    listed = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
    for name in (line.split()[0] for line in listed.splitlines() if line.startswith(PREFIX)):
        pid = name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            _remove(name)


class Link:
    """A cable between two namespaces, each with an address; what it does to packets can be changed at any moment.

    with Link(main, "10.77.0.1", other, "10.77.0.2") as link:
        link.delay, link.loss = 0.1, 0.01   # seconds one way, and the share of packets
        link.cut = True                     # nothing arrives, and nobody is told
    """

    def __init__(self, one: Namespace, address: str, two: Namespace, other: str, seed: int = 0) -> None:
        self._ends = ((one, address, other), (two, other, address))
        self._random = random.Random(seed)
        self.delay = self.loss = 0.0
        self.cut = False
        self.carried = self.lost = 0

    def __enter__(self) -> Self:
        self._devices = [_tun(*end, number) for number, end in enumerate(self._ends)]
        self._ended, self._end = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="link", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.write(self._end, b".")
        self._thread.join()
        for each in (*self._devices, self._ended, self._end):
            os.close(each)

    def _carry(self) -> None:
        """Read packets as they come, and write each at its time; `waiting` has (time, number, device, packet)."""
        waiting: list[tuple[float, int, int, bytes]] = []
        there = {self._devices[0]: self._devices[1], self._devices[1]: self._devices[0]}
        while True:
            patience = max(waiting[0][0] - time.monotonic(), 0) if waiting else None
            ready, _, _ = select.select([*self._devices, self._ended], [], [], patience)
            if self._ended in ready:
                return
            for device in ready:
                packet = os.read(device, _LARGEST)
                if self.cut or (self.loss and self._random.random() < self.loss):
                    self.lost += 1
                    continue
                self.carried += 1
                heapq.heappush(waiting, (time.monotonic() + self.delay, self.carried, there[device], packet))
            while waiting and waiting[0][0] <= time.monotonic():
                _, _, device, packet = heapq.heappop(waiting)
                with suppress(OSError):  # what the kernel does not take is lost, as on any cable
                    os.write(device, packet)


def _tun(namespace: Namespace, address: str, peer: str, number: int) -> int:
    """Make a TUN device and move it into a namespace; its packets are still read and written here."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    name = f"pf{os.getpid()}x{number}"
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH14x", name.encode(), _TUN_WITHOUT_HEADER))
    _run("ip", "link", "set", name, "netns", namespace.name)
    namespace.ip("address", "add", address, "peer", peer, "dev", name)
    namespace.ip("link", "set", name, "up")
    return device


class Passage:
    """A port of a namespace's loopback that leads to one of this machine's own: to a virtual phone, say.

    with Passage(namespace, 21001) as cable:
        cable.pull()    # nobody answers there any more, and whoever was connected is cut off
        cable.plug()
    """

    def __init__(self, namespace: Namespace, port: int, target: int | None = None) -> None:
        self._namespace, self._port, self._target = namespace, port, target or port
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        self.pull()

    def plug(self) -> None:
        self._listener = self._namespace.call(lambda: socket.create_server(("127.0.0.1", self._port), backlog=64))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def pull(self) -> None:
        if self._listener is not None:
            _end(self._listener)
            self._listener = None
        for each in list(self._open):
            _end(each)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self._target))
                except OSError:
                    near.close()
                    continue
                self._open |= {near, far}
                if self._listener is not listener:  # pulled meanwhile
                    self.pull()
                for source, drain in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(source, drain), daemon=True).start()

    def _pass(self, source: socket.socket, drain: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_LARGEST):
                drain.sendall(data)
        for each in (source, drain):
            _end(each)
            self._open.discard(each)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)
