"""The routes of glances: a phone's screen now, as a picture and as XML."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.fleet import named
from api.fleet.glances import TheGlances
from api.loops.threads import in_thread
from api.resources import TheResources

router = APIRouter(tags=["devices"])


def _answers(media_type: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"description": "What the screen shows.", "content": {media_type: {"schema": schema}}},
        429: {"description": "42901: too many are looking at this phone already."},
    }


@router.get(
    "/devices/{serial:path}/screenshot",
    response_class=Response,
    responses=_answers("image/png", {"type": "string", "format": "binary"}),
)
async def get_screenshot(serial: str, resources: TheResources, glances: TheGlances) -> Response:
    """Show what is on a phone's screen as a PNG picture; a task that runs is not disturbed."""
    listed = await in_thread(named.listed_phone, resources, serial)
    return Response(await glances.screenshot(listed.address, listed.device.host), media_type="image/png")


@router.get(
    "/devices/{serial:path}/hierarchy",
    response_class=Response,
    responses=_answers("application/xml", {"type": "string"}),
)
async def get_hierarchy(serial: str, resources: TheResources, glances: TheGlances) -> Response:
    """Show the views on a phone's screen as XML; a task that runs is not disturbed."""
    listed = await in_thread(named.listed_phone, resources, serial)
    xml = await glances.hierarchy(listed.address, listed.device.host, idle=listed.current_task is None)
    return Response(xml.encode(), media_type="application/xml")
