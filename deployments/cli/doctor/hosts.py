"""The checks of `phonefleet doctor` about several hosts: joined ones from the main host, and that one from there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final

from deployments.cli.doctor.finding import Finding
from deployments.worker.joined.kept import MainHostKept
from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.answers import JoinedHost
from phonefleet.client.transport import Answer, Unreachable
from phonefleet.device.adb.advice import advice_for
from phonefleet.device.adb.servers import AdbServers
from phonefleet.device.translate import translated
from phonefleet.errors import PhonefleetError
from phonefleet.hosts.connection import MainHost
from phonefleet.hosts.tunnels.way import LOST, Way
from phonefleet.words import tr

ECHO: Final = "/host/echo"
_ECHO_WITHIN: Final = timedelta(seconds=10)
_SLOW: Final = timedelta(milliseconds=500)
"""From this time of an answer on, pictures of phones come late."""


def joined_hosts(api: Callable[[], AbstractContextManager[Client]], servers: AdbServers) -> list[Finding]:
    """Check each host that has joined: whether it lives, and what its adb server says of its phones."""
    try:
        with api() as client:
            hosts = client.list_hosts()["hosts"]
    except (ApiUnreachable, ApiError):  # other checks tell of these
        return []
    return [_joined_host(host, servers) for host in hosts]


def _joined_host(host: JoinedHost, servers: AdbServers) -> Finding:
    title = tr("host {name}", name=host["name"])
    remark = [host["remark"]] if host["remark"] else []
    if host["state"] == "never joined":
        waits = tr("it has not joined yet: run there what `phonefleet host add` has printed")
        return Finding(title, good=False if remark else None, text="\n".join([waits, *remark]))
    if host["state"] == "away":
        gone = tr("nothing is heard of it: check that `phonefleet join` runs there, and reaches this computer")
        return Finding(title, good=False, text="\n".join([gone, *remark]))
    try:
        with translated(host["name"]):
            listed = servers.of(host["name"]).listed_devices()
    except PhonefleetError as error:
        return Finding(title, good=False, text="\n".join([error.message, *remark]))
    bad = [
        tr("{value} is {word}. {advice_for}", value=phone.name, word=phone.word, advice_for=advice_for(phone))
        for phone in listed
        if phone.word != "device"
    ]
    told = tr(
        "{number} ready, version {version}", number=len(listed) - len(bad), version=host["version"] or tr("unknown")
    )
    return Finding(title, good=not (bad or remark), text="\n".join([told, *bad, *remark]))


def main_host(kept: MainHostKept) -> Finding:
    """Check, on a joined host, whether the main one takes it, and how long an answer takes."""
    main = MainHost(kept.url, kept.token, kept.installation, None if kept.ca is None else Path(kept.ca))
    name = tr("main host")
    begun = time.monotonic()
    try:
        answer = main.get("/host/me")
    except Unreachable as error:
        text = tr("{url} does not answer: {error}", url=kept.url, error=error)
        return Finding(name, good=False, text=text)
    finally:
        main.close()
    if answer.status_code != HTTPStatus.OK:
        return Finding(name, good=False, text=_why(answer))
    took = timedelta(seconds=time.monotonic() - begun)
    text = tr(
        "{url} takes this host as {name}, and answers in {milliseconds} ms",
        url=kept.url,
        name=answer.json()["data"]["name"],
        milliseconds=round(took / timedelta(milliseconds=1)),
    )
    return Finding(name, good=True if took < _SLOW else None, text=text)


def link(kept: MainHostKept) -> Finding:
    """Check, on a joined host, whether WebSockets to the main one work, by which phones are looked at and touched."""
    way = MainHost(kept.url, kept.token, kept.installation, None if kept.ca is None else Path(kept.ca)).way()
    try:
        took = asyncio.run(_echoed(way))
    except LOST as error:
        text = tr(
            "no WebSocket can be opened ({error}): phones of this host cannot be looked at. A proxy before the main "
            "host must let them pass",
            error=error,
        )
        return Finding("link", good=False, text=text)
    text = tr("WebSockets work, an echo takes {milliseconds} ms", milliseconds=round(took / timedelta(milliseconds=1)))
    return Finding("link", good=True if took < _SLOW else None, text=text)


async def _echoed(way: Way) -> timedelta:
    async with asyncio.timeout(_ECHO_WITHIN.total_seconds()), way.open(ECHO) as socket:
        begun = time.monotonic()
        await socket.send("echo")
        await socket.recv()
        return timedelta(seconds=time.monotonic() - begun)


def _why(answer: Answer) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, TypeError, LookupError):
        return tr("it answers with HTTP {status}: {content}", status=answer.status_code, content=answer.text[:100])
