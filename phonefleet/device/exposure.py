"""Checks whether the network can reach a phone's uiautomator server directly, without adb and its keys.

The server of uiautomator2 (`u2.jar` 0.4.1) binds to all interfaces, because its `Main` has only the options `-p` and
`-h`, and it has no password. Everybody who reaches its port can therefore control the phone. It listens while a session
is open. This module only probes and changes nothing.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection, HTTPException
from typing import Final, Literal

from phonefleet.device.adb.addresses import host_port
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.deadline import within
from phonefleet.device.translate import translated
from phonefleet.errors import PhonefleetError

Reach = Literal["open", "closed", "none"]
"""`open`: the server answers; `closed`: the phone answers, and nothing listens at the moment; `none`: no answer."""

PORT: Final = 9008
_KNOCK_LIMIT: Final = timedelta(seconds=2)
_ASK_LIMIT: Final = timedelta(seconds=3)
_AT_ONCE: Final = 8
_ADDRESS: Final = re.compile(r"\binet (\d{1,3}(?:\.\d{1,3}){3})\b")
_WIRELESS: Final = "ip -f inet addr show wlan0"


def reach(host: str, port: int = PORT) -> Reach:
    """Probe a host for a uiautomator server (`GET /ping`)."""
    connection = HTTPConnection(host, port, timeout=_KNOCK_LIMIT.total_seconds())
    try:
        connection.request("GET", "/ping")
        return "open" if connection.getresponse().read(64).strip() == b"pong" else "closed"
    except ConnectionRefusedError:
        return "closed"
    except (OSError, HTTPException):
        return "none"
    finally:
        connection.close()


def hosts(client: FastAdbClient, names: Iterable[str]) -> dict[str, str]:
    """Return the network addresses of phones, by their names in adb; phones without one are left out.

    A phone on USB is asked for the address of its Wi-Fi. Loopback addresses, such as those of virtual phones and
    forwarded ports, are left out too.
    """
    asked = list(names)
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="where") as pool:
        found = zip(asked, pool.map(partial(_host, client), asked), strict=True)
        return {name: host for name, host in found if host is not None and not is_here(host)}


def is_here(host: str) -> bool:
    """Tell whether an address is one of this computer's own loopback."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def _host(client: FastAdbClient, name: str) -> str | None:
    if (address := host_port(name)) is not None:
        return address.host
    try:
        with within(_ASK_LIMIT, client.clock), translated(name):
            said: str = client.device(name).shell(_WIRELESS)
    except PhonefleetError:
        return None
    match = _ADDRESS.search(said)
    return match[1] if match is not None else None
