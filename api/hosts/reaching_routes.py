"""What the workers of joined hosts open and fetch: the link, the way to their adb server, evidence, and supplies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final, cast
from uuid import uuid4

from fastapi import APIRouter, Query, Request, WebSocket
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel

from api.answers.envelope import NOT_FOUND, TOO_LARGE, UNREACHABLE, Envelope, Problem
from api.hosts import supplying
from api.hosts.links import HostLinks
from api.hosts.routes import TheHost
from api.hosts.supplying import ApkNamed, MediaNamed
from api.hosts.tunnels import ServerChannel, Tunnels
from api.loops.threads import in_thread
from api.persons.identity import Identities, Identity
from api.resources import TheResources
from phonefleet.disk import why_full
from phonefleet.hosts.connection import INSTALLATION
from phonefleet.hosts.files.shared_files import content_of, shared_files
from phonefleet.joined_hosts import Host
from phonefleet.ledger import Ledger
from phonefleet.words import say

router = APIRouter(tags=["hosts"], include_in_schema=False)

_REFUSED: Final = 1008
"""RFC 6455, section 7.4.1: a policy is violated."""
_LONGEST_ECHO: Final = 100
_EVIDENCE: Final = re.compile(r"task-(\d{1,18})-\d{1,6}\.(png|xml)")
LARGEST_EVIDENCE: Final = 30_000_000
"""In bytes: a picture of a screen as PNG, or a hierarchy."""


class FilesShared(BaseModel):
    """The files that all workers need: the hash of each, by its name."""

    files: dict[str, str]


class EvidenceTaken(BaseModel):
    """A file of evidence that is kept now."""

    name: str


# --- connections ----------------------------------------------------------------------------------------------------


@router.websocket("/host/adb")
async def park(websocket: WebSocket) -> None:
    """Hand connections to the host's adb server to a WebSocket that its worker has opened."""
    host = await _joined(websocket)
    if host is None:
        return
    await websocket.accept()
    await cast("Tunnels", websocket.app.state.tunnels).serve(host.name, ServerChannel(websocket))


@router.websocket("/host/link")
async def link(websocket: WebSocket) -> None:
    """Hear that a host's worker lives, and give it hints."""
    host = await _joined(websocket)
    if host is None:
        return
    await websocket.accept()

    async def may_go_on() -> bool:
        return await _identities(websocket).still_holds(_identity(websocket))

    await cast("HostLinks", websocket.app.state.host_links).serve(host.name, websocket, may_go_on)


@router.websocket("/host/echo")
async def echo(websocket: WebSocket) -> None:
    """Say back what a worker says, so that `phonefleet doctor` sees that WebSockets pass."""
    if await _joined(websocket) is not None:
        await websocket.accept()
        message = await websocket.receive()
        if (text := message.get("text")) is not None:
            await websocket.send_text(text[:_LONGEST_ECHO])
        await websocket.close()


async def _joined(websocket: WebSocket) -> Host | None:
    """Return the host whose worker opens a socket; one that has not joined with its token is refused."""
    host = _identity(websocket).host
    shown = websocket.headers.get(INSTALLATION)
    if host is not None and host.installation != shown:
        _identities(websocket).hosts.forget()  # it may have joined just now
        host = await _identities(websocket).hosts.of_digest(host.token_digest)
    if host is None or host.removed_at is not None or host.installation != shown:
        await websocket.close(_REFUSED)
        return None
    return host


def _identity(websocket: WebSocket) -> Identity:
    return cast("Identity", websocket.state.identity)


def _identities(websocket: WebSocket) -> Identities:
    return cast("Identities", websocket.app.state.identities)


# --- evidence -------------------------------------------------------------------------------------------------------


@router.put("/host/evidence/{task_id}/{name}")
async def take_evidence(
    task_id: int, name: str, request: Request, host: TheHost, resources: TheResources
) -> Envelope[EvidenceTaken]:
    """Keep what a phone of the host showed when a step of a task failed."""
    found = _EVIDENCE.fullmatch(name)
    fits = found is not None and int(found[1]) == task_id
    if not fits or not await in_thread(_is_of_host, resources.ledger, host, task_id):
        message = say("hosts.no_task_of_host", "No phone of this host has the task {task}", task=task_id)
        raise Problem(NOT_FOUND, message)
    settings = resources.settings
    if (full := await in_thread(why_full, settings.home, settings.disk_reserve)) is not None:
        raise Problem(UNREACHABLE, full)
    await in_thread(_keep, settings.evidence_folder, name, await _body(request))
    return Envelope(data=EvidenceTaken(name=name))


async def _body(request: Request) -> bytes:
    """Return the whole body. Raises `Problem` for one that is too large to be evidence."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST_EVIDENCE:
            raise Problem(
                TOO_LARGE,
                say("edge.body_may_most_bytes", "The body may have at most {largest} bytes", largest=LARGEST_EVIDENCE),
            )
    return bytes(content)


def _is_of_host(ledger: Ledger, host: Host, task_id: int) -> bool:
    place = ledger.hosts.tasks([task_id]).get(task_id)
    return place is not None and place.serial in ledger.hosts.phones(host.name)


def _keep(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{uuid4().hex}"
    try:
        beside.write_bytes(content)
        beside.replace(folder / name)
    finally:
        beside.unlink(missing_ok=True)


# --- supplies -------------------------------------------------------------------------------------------------------

Name = Annotated[str, Query(min_length=1, max_length=4000)]


@router.get("/host/media")
async def find_media(name: Name, host: TheHost, resources: TheResources) -> Envelope[MediaNamed]:
    """Tell the content of a file that a request names, or what a folder holds."""
    del host
    found = await in_thread(supplying.media_named, resources.settings, name)
    if found is None:
        raise _nothing(name)
    return Envelope(data=found)


@router.get("/host/media/{sha256}", response_class=FileResponse)
async def give_media(sha256: str, name: Name, host: TheHost, resources: TheResources) -> FileResponse:
    """Give the file of a name, if it has this content."""
    del host
    found = await in_thread(supplying.media_content, resources.settings, name, sha256)
    if found is None:
        raise _nothing(name)
    return FileResponse(found, media_type="application/octet-stream")


@router.get("/host/apks")
async def find_apk(name: Name, host: TheHost, resources: TheResources) -> Envelope[ApkNamed]:
    """Tell the content of an APK of the library."""
    del host
    found = await in_thread(supplying.apk_named, resources.settings, name)
    if found is None:
        raise _nothing(name)
    return Envelope(data=found)


@router.get("/host/apks/{sha256}", response_class=FileResponse)
async def give_apk(sha256: str, host: TheHost, resources: TheResources) -> FileResponse:
    """Give an APK of the library."""
    del host
    found = await in_thread(supplying.apk_content, resources.settings, sha256)
    if found is None:
        raise _nothing(sha256)
    return FileResponse(found, media_type="application/octet-stream")


@router.get("/host/files")
async def list_files(host: TheHost, resources: TheResources) -> Envelope[FilesShared]:
    """Tell which app profiles and saved commands there are."""
    del host
    return Envelope(data=FilesShared(files=await in_thread(shared_files, resources.settings.home)))


@router.get("/host/files/{sha256}", response_class=Response)
async def give_file(sha256: str, name: Name, host: TheHost, resources: TheResources) -> Response:
    """Give an app profile, or the list of saved commands."""
    del host
    content = await in_thread(content_of, resources.settings.home, name, sha256)
    if content is None:
        raise _nothing(name)
    return Response(content, media_type="application/octet-stream")


def _nothing(name: str) -> Problem:
    return Problem(NOT_FOUND, say("hosts.nothing_named", "The main host has nothing named {name!r}", name=name[:100]))
