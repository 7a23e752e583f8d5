"""The routes of the media library: upload, tag, list and remove pictures and videos."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.requests import ClientDisconnect

from api.answers.envelope import NOT_FOUND, Envelope, Problem, invalid
from api.answers.fields import Deleted, Tag, is_id
from api.loops.threads import in_thread
from api.media.schemas import AddedMedia, FileName, MediaChange, MediaOut, MediaPage, MediaQuery
from api.resources import Resources, TheResources
from phonefleet.ledger.targets.materials import Material, MaterialFilter
from phonefleet.media import MediaRefused
from phonefleet.media.library import MediaLibrary
from phonefleet.words import say

router = APIRouter(tags=["media"])

_BINARY: dict[str, Any] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": _BINARY}}


@router.get("/media")
def list_media(wanted: Annotated[MediaQuery, Query()], resources: TheResources) -> Envelope[MediaPage]:
    """List the pictures and videos of the library, oldest first."""
    sought = MaterialFilter(wanted.kind, (wanted.tag,) if wanted.tag else ())
    found = resources.ledger.materials.page(sought, wanted.page, wanted.page_size)
    media = [_shown(material) for material in found.items]
    return Envelope(data=MediaPage(media=media, total=found.total, page=wanted.page, page_size=wanted.page_size))


@router.post("/media", openapi_extra=_BODY)
async def add_media(
    request: Request,
    resources: TheResources,
    name: Annotated[FileName, Query(description="What the file is called; its content says what it is.")],
    tag: Annotated[list[Tag] | None, Query(max_length=50, description="Repeatable.")] = None,
) -> Envelope[AddedMedia]:
    """Take a picture (JPEG, PNG, WebP) or a video (MP4, MOV) into the library; the body is the file itself."""
    library = _library(resources)
    with library.incoming() as path:
        with path.open("wb") as file:
            try:
                async for chunk in request.stream():
                    await in_thread(file.write, chunk)
            except ClientDisconnect as error:
                raise invalid(("body", say("media.cut_off", "was cut off"))) from error
        try:
            material, created = await in_thread(library.take, path, name, tuple(tag or ()))
        except MediaRefused as error:
            raise invalid(("body", error.message)) from error
    return Envelope(data=AddedMedia(**_shown(material).model_dump(), created=created))


@router.get("/media/{media_id}")
def get_media(media_id: int, resources: TheResources) -> Envelope[MediaOut]:
    """Show one file of the library."""
    return Envelope(data=_shown(_find(media_id, resources)))


@router.patch("/media/{media_id}")
def change_media(media_id: int, change: MediaChange, resources: TheResources) -> Envelope[MediaOut]:
    """Give a file other tags."""
    _find(media_id, resources)
    resources.ledger.materials.set_tags(media_id, change.tags)
    return Envelope(data=_shown(_find(media_id, resources)))


@router.delete("/media/{media_id}")
def delete_media(media_id: int, resources: TheResources) -> Envelope[Deleted]:
    """Remove a file from the library, and delete it. Tasks that were to publish it fail."""
    _find(media_id, resources)
    return Envelope(data=Deleted(deleted_count=int(_library(resources).remove(media_id))))


def _library(resources: Resources) -> MediaLibrary:
    settings = resources.settings
    return MediaLibrary(settings.media, resources.ledger.materials, settings.media_largest, resources.clock)


def _find(media_id: int, resources: Resources) -> Material:
    found = resources.ledger.materials.get(media_id) if is_id(media_id) else None
    if found is None:
        raise Problem(
            NOT_FOUND,
            say(
                "media.no_file_media_library",
                "There is no file {media_id} in the media library",
                media_id=str(media_id)[:20],
            ),
        )
    return found


def _shown(material: Material) -> MediaOut:
    return MediaOut(
        id=material.id,
        path=material.path,
        kind=material.kind,
        media_type=material.media_type,
        size=material.size,
        sha256=material.sha256,
        tags=list(material.tags),
        added_at=material.added_at,
        used_by=material.used_by,
        used_at=material.used_at,
    )
