"""What every script shares: its entry in the registry, and the base of its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.fields import ComputedFieldInfo, FieldInfo

_CAPITALS = {"urls": "URLs", "url": "URL", "ai": "AI", "dm": "DM", "id": "ID", "api": "API"}


def _title(name: str, _: FieldInfo | ComputedFieldInfo) -> str:
    """Return what a form writes above a field: "Target post URLs"."""
    words = " ".join(_CAPITALS.get(word, word) for word in name.split("_"))
    return words[0].upper() + words[1:]


class ScriptConfig(BaseModel):
    """The `script_config` of a task; unknown keys are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, serialize_by_alias=True, field_title_generator=_title
    )


@dataclass(frozen=True, slots=True)
class Script:
    """One of the ten scripts.

    `target_fields` names the lists of the configuration that a request is divided by, one task a target; the first
    that is given counts. `ready` tells that this version has a flow for it: without one it is known and not available.
    `irreversible` tells whether it does things to an account that cannot simply be done again. `module` is what the
    file of its flow is called where the script's own name belongs to Python.
    """

    name: str
    title: str
    config: type[ScriptConfig]
    target_fields: tuple[str, ...] = ()
    ready: bool = False
    irreversible: bool = True
    module: str = ""

    @property
    def flow_module(self) -> str:
        """The module of the script's flow."""
        return f"flows.{self.module or self.name}"

    @property
    def available(self) -> bool:
        """Whether this version can run the script."""
        return self.ready

    def parse(self, raw: Mapping[str, Any]) -> ScriptConfig:
        """Return the validated configuration. Raises `pydantic.ValidationError`."""
        return self.config.model_validate(raw)

    def target_field(self, config: Mapping[str, Any]) -> str | None:
        """Return which of its lists a dumped configuration gives; None when it is divided by none."""
        return next((field for field in self.target_fields if config.get(field)), None)

    def fan_out(self, config: ScriptConfig) -> list[ScriptConfig]:
        """Return one configuration for each target."""
        field = self.target_field(dict(config))
        if field is None:
            return [config]
        return [config.model_copy(update={field: (target,)}) for target in getattr(config, field)]
