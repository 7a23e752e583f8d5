"""The routes that administer joined hosts, and those that their workers call to join and to leave."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request

from api.answers.envelope import CONFLICT, NOT_FOUND, UNAUTHORIZED, Envelope, Problem
from api.answers.fields import Text
from api.hosts.addresses import authority_of, prefect_as_called, reached_at
from api.hosts.ledger_calls import LedgerCalls
from api.hosts.schemas import (
    Authority,
    HostList,
    HostMe,
    HostOut,
    HostRemoved,
    HostRequest,
    HostState,
    HostWithToken,
    Joined,
    JoinRequest,
    LeaveRequest,
    Left,
    RunOwned,
)
from api.hosts.tunnels import Tunnels
from api.loops.threads import in_thread
from api.persons.identity import TheIdentities, TheIdentity
from api.resources import Resources, TheResources
from phonefleet.errors import HostInUse, HostUnknown
from phonefleet.joined_hosts import UNLIKE_CLOCK, Host, Joining, new_host_token
from phonefleet.pacing import zone_named
from phonefleet.persons import digest_of
from phonefleet.settings import Settings
from phonefleet.words import say

router = APIRouter(tags=["hosts"])
for_workers = APIRouter(tags=["hosts"], include_in_schema=False)
"""What only the workers of joined hosts call; the two sides are always of the same version."""

_log = logging.getLogger(__name__)
_SHARED = (
    "app", "seed", "device_limit", "retries", "retry_wait", "call_timeout", "wait_in_place", "disk_reserve",
    "minimum_battery", "media_largest", "ai_base_url", "log_level", "evidence_kept",
)  # fmt: skip
"""Settings that are the same for the workers of all hosts."""

NamePath = Annotated[Text, Path(description="Case does not matter.")]


# --- for people -----------------------------------------------------------------------------------------------------


@router.get("/hosts")
async def list_hosts(resources: TheResources) -> Envelope[HostList]:
    """List the joined hosts, by name; their tokens are kept as digests and cannot be shown."""
    found = await in_thread(_listed, resources)
    return Envelope(data=HostList(main=_own_name(resources.settings), version=version("phonefleet"), hosts=found))


@router.post("/hosts")
async def add_host(request: HostRequest, resources: TheResources, identities: TheIdentities) -> Envelope[HostWithToken]:
    """Add a host, and show the token this once; `phonefleet join` takes it there."""
    if request.name.lower() == _own_name(resources.settings).lower():
        raise Problem(
            CONFLICT, say("hosts.is_the_main_host", "{name} is the name of the main host itself", name=request.name)
        )
    token, now = new_host_token(), resources.clock.now()
    host = await in_thread(resources.ledger.hosts.add, request.name, digest_of(token), now)
    identities.hosts.forget()
    shown, pinned = _shown(host, 0, now).__dict__, await in_thread(authority_of, resources.settings)
    digest = None if pinned is None else pinned.fingerprint
    url = reached_at(resources.settings)
    return Envelope(data=HostWithToken(**shown, token=token, url=url, ca_fingerprint=digest))


@router.delete("/hosts/{name}")
async def remove_host(
    name: NamePath, request: Request, resources: TheResources, identities: TheIdentities
) -> Envelope[HostRemoved]:
    """Remove a host: its token ends at once, and its phones count as absent."""
    host = await in_thread(resources.ledger.hosts.remove, name, resources.clock.now())
    identities.hosts.forget()
    await cast("Tunnels", request.app.state.tunnels).forget(host.name)
    return Envelope(data=HostRemoved(name=host.name))


# --- for workers ----------------------------------------------------------------------------------------------------


async def _host(identity: TheIdentity) -> Host:
    if identity.host is None:  # the gate has let nobody else pass
        raise Problem(UNAUTHORIZED, HostUnknown.usual())
    return identity.host


TheHost = Annotated[Host, Depends(_host)]


@for_workers.get("/host/me")
async def tell_whose_token(host: TheHost) -> Envelope[HostMe]:
    """Tell whose token this is."""
    return Envelope(data=HostMe(name=host.name))


@for_workers.get("/host/runs/{flow_run_id}")
async def tell_whether_own(
    flow_run_id: UUID, host: TheHost, request: Request, key: str | None = None, name: str | None = None
) -> Envelope[RunOwned]:
    """Tell whether this host may decide what becomes of a flow run; asked by Prefect's server, in the host's name."""
    calls = cast("LedgerCalls", request.app.state.host_calls)
    own = await in_thread(calls.confinement.may_decide, host.name, flow_run_id, key, name)
    return Envelope(data=RunOwned(own=own))


@for_workers.get("/host/authority")
async def tell_authority(resources: TheResources) -> Envelope[Authority]:
    """Tell the certificate of the authority that signed this server's; who asks judges it by its fingerprint."""
    found = await in_thread(authority_of, resources.settings)
    if found is None:
        raise Problem(NOT_FOUND, say("hosts.known_authority", "This server has no authority of its own"))
    return Envelope(data=found)


@for_workers.post("/host/join")
async def join(
    wanted: JoinRequest, host: TheHost, request: Request, resources: TheResources, identities: TheIdentities
) -> Envelope[Joined]:
    """Let the worker of a host join, unless another one with its token lives, or is of another version."""
    now = resources.clock.now()
    if (own := version("phonefleet")) != wanted.version:
        raise await _refused(resources, host, _other_version(host, wanted.version, own))
    joining = Joining(wanted.version, wanted.installation, (wanted.now - now).total_seconds())
    try:
        joined = await in_thread(resources.ledger.hosts.join, host.token_digest, joining, now)
    except HostInUse as error:
        raise await _refused(resources, host, error.message) from error
    identities.hosts.forget()
    _tell_of_clock(joined)
    return Envelope(data=await in_thread(_told, resources, joined, request, now))


@for_workers.post("/host/leave")
async def leave(wanted: LeaveRequest, host: TheHost, resources: TheResources) -> Envelope[Left]:
    """Record that the worker of a host has ended: its phones are absent, and another may join at once."""
    now = resources.clock.now()
    await in_thread(resources.ledger.hosts.leave, host.token_digest, wanted.installation, now)
    return Envelope(data=Left(name=host.name))


async def _refused(resources: Resources, host: Host, why: str) -> Problem:
    """Tell people on this side why a worker may not join, and return what tells those on the other side."""
    _log.warning("%s", why)
    await in_thread(resources.ledger.hosts.complain, host.token_digest, why)
    return Problem(CONFLICT, why)


def _other_version(host: Host, theirs: str, own: str) -> str:
    return say(
        "hosts.other_version",
        "The worker of the host {name} is of version {theirs} and the main host of version {own}: install the same on "
        "both",
        name=host.name,
        theirs=theirs,
        own=own,
    )


def _tell_of_clock(host: Host) -> None:
    if (why := _unlike_clock(host)) is not None:
        _log.warning("%s", why)


def _unlike_clock(host: Host) -> str | None:
    ahead = timedelta(seconds=host.clock_ahead or 0)
    if abs(ahead) < UNLIKE_CLOCK:
        return None
    return say(
        "hosts.clock_differs",
        "The clock of the host {name} goes {seconds} s {way} that of the main host, whose time counts: set it right",
        name=host.name,
        seconds=round(abs(ahead).total_seconds()),
        way=say("hosts.ahead_of", "ahead of") if ahead > timedelta(0) else say("hosts.behind", "behind"),
    )


def _told(resources: Resources, host: Host, request: Request, now: datetime) -> Joined:
    settings = resources.settings
    return Joined(
        name=host.name,
        version=version("phonefleet"),
        ledger_id=resources.ledger.id,
        prefect_api_url=prefect_as_called(settings, request.url.hostname or ""),
        prefect_ui_url=settings.prefect_pages,
        now=now,
        losses=host.losses,
        settings=_shared(settings),
    )


def _shared(settings: Settings) -> dict[str, str]:
    """Return the settings that all workers share, as they are written in variables."""
    written = settings.model_dump(mode="json", include=set(_SHARED), exclude_none=True)
    shared = {name: value if isinstance(value, str) else json.dumps(value) for name, value in written.items()}
    return shared | {"timezone": str(settings.timezone or zone_named(None))}


# --- shown ----------------------------------------------------------------------------------------------------------


def _listed(resources: Resources) -> list[HostOut]:
    now = resources.clock.now()
    phones = resources.ledger.hosts.numbers_of_phones()
    elsewhere = resources.ledger.hosts.phones_elsewhere()
    return [
        _shown(host, phones.get(host.name, 0), now, elsewhere.get(host.name)) for host in resources.ledger.hosts.all()
    ]


def _elsewhere(phones: Mapping[str, str] | None) -> str | None:
    if not phones:
        return None
    return say(
        "hosts.phones_elsewhere",
        "It has phones that work at other hosts: {phones}. Disconnect each from one of the two",
        phones=", ".join(f"{phone} ({host})" for phone, host in phones.items()),
    )


def _shown(host: Host, phones: int, now: datetime, elsewhere: Mapping[str, str] | None = None) -> HostOut:
    return HostOut(
        name=host.name,
        state=_state(host, now),
        phones=phones,
        version=host.version,
        added_at=host.added_at,
        joined_at=host.joined_at,
        seen_at=host.seen_at,
        away_since=host.away_since,
        clock_ahead=host.clock_ahead,
        remark=host.complaint or _unlike_clock(host) or _elsewhere(elsewhere),
    )


def _state(host: Host, now: datetime) -> HostState:
    if host.joined_at is None:
        return "never joined"
    return "online" if host.lives(now) else "away"


def _own_name(settings: Settings) -> str:
    return settings.worker_name or socket.gethostname()
