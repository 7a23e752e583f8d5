"""The routes of the library of APKs: upload, list and remove what phones may be given."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.requests import ClientDisconnect

from api.answers.envelope import NOT_FOUND, Envelope, Problem, invalid
from api.answers.fields import Deleted
from api.loops.threads import in_thread
from api.media.apk_schemas import AddedApk, ApkFileName, ApkList, ApkOut
from api.resources import TheResources
from phonefleet.apks.library import Apk, ApkLibrary
from phonefleet.apks.manifest import ApkRefused
from phonefleet.words import say

router = APIRouter(tags=["device actions"])

_BINARY: dict[str, Any] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": _BINARY}}


@router.get("/apks")
def list_apks(resources: TheResources) -> Envelope[ApkList]:
    """List the APKs that phones may be given, by package, the newest version first."""
    return Envelope(data=ApkList(apks=[_shown(apk) for apk in ApkLibrary.of(resources.settings).all()]))


@router.post("/apks", openapi_extra=_BODY)
async def add_apk(
    request: Request,
    resources: TheResources,
    name: Annotated[ApkFileName, Query(description="What the file is called; its content says what it is.")],
) -> Envelope[AddedApk]:
    """Take an APK into the library; the body is the file itself, one that holds the whole app."""
    library = ApkLibrary.of(resources.settings)
    try:
        with library.incoming() as path:
            with path.open("wb") as file:
                async for chunk in request.stream():
                    await in_thread(file.write, chunk)
            apk, created = await in_thread(library.take, path, name)
    except ClientDisconnect as error:
        raise invalid(("body", say("media.was_cut_off", "was cut off"))) from error
    except ApkRefused as error:
        raise invalid(("body", error.message)) from error
    return Envelope(data=AddedApk(**_shown(apk).model_dump(), created=created))


@router.delete("/apks/{sha256}")
def delete_apk(sha256: str, resources: TheResources) -> Envelope[Deleted]:
    """Delete an APK. Tasks that were to install it fail; phones keep what they have."""
    if not ApkLibrary.of(resources.settings).remove(sha256):
        raise Problem(NOT_FOUND, say("apks.unknown", "There is no APK {sha256} in the library", sha256=sha256[:64]))
    return Envelope(data=Deleted(deleted_count=1))


def _shown(apk: Apk) -> ApkOut:
    return ApkOut(
        sha256=apk.sha256,
        package=apk.manifest.package,
        version_name=apk.manifest.version_name,
        version_code=apk.manifest.version_code,
        least_sdk=apk.manifest.least_sdk,
        size=apk.size,
        added_at=apk.added_at,
    )
