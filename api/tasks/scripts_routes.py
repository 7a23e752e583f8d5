"""The route that describes the scripts, for forms that are made from their schemas."""

from __future__ import annotations

from fastapi import APIRouter

from api.answers.envelope import Envelope
from api.tasks.schemas import ScriptList, ScriptOut
from phonefleet.scripts import SCRIPTS
from phonefleet.scripts.script import Script

router = APIRouter(tags=["tasks"])


@router.get("/scripts")
async def list_scripts() -> Envelope[ScriptList]:
    """List the scripts, each with the JSON schema of its `script_config`."""
    return Envelope(data=ScriptList(scripts=[_shown(script) for script in SCRIPTS.values()]))


def _shown(script: Script) -> ScriptOut:
    return ScriptOut(
        name=script.name,
        title=script.title,
        description=" ".join((script.config.__doc__ or "").split()),
        target_fields=list(script.target_fields),
        config_schema=script.config.model_json_schema(),
    )
