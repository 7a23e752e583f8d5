"""What every script shares: its entry in the registry, and the base of its configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from phonefleet.text import bare_name, split_list

_USERNAME = re.compile(r"[^\s,@/?#]{1,100}")


class ScriptConfig(BaseModel):
    """The `script_config` of a task; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _items(value: object) -> list[object]:
    """Return a list that was given as an array or as one string."""
    if isinstance(value, str):
        return list[object](split_list(value))
    if isinstance(value, list | tuple):
        return list(cast("Iterable[object]", value))
    message = "must be an array, or one string with line breaks or commas"
    raise ValueError(message)


def _username(value: object) -> str:
    if isinstance(value, str) and _USERNAME.fullmatch(name := bare_name(value)):
        return name
    message = "is not a list of usernames"
    raise ValueError(message)


def _usernames(value: object) -> tuple[str, ...]:
    """Return usernames without `@`, each one once, in the order given."""
    return tuple(dict.fromkeys(_username(item) for item in _items(value)))


Usernames = Annotated[tuple[str, ...], BeforeValidator(_usernames, json_schema_input_type=list[str] | str)]
Targets = Annotated[Usernames, Field(min_length=1, description="Usernames to work on; `@` is optional.")]


@dataclass(frozen=True, slots=True)
class Script:
    """One of the ten scripts; without a `config` it is known, but not available in this version.

    `target_field` names the list of the configuration that a request is divided by: one task a target.
    `irreversible` tells whether it does things to an account that cannot simply be done again.
    """

    name: str
    title: str
    config: type[ScriptConfig] | None = None
    target_field: str | None = None
    irreversible: bool = True

    @property
    def available(self) -> bool:
        """Whether this version can run the script."""
        return self.config is not None

    def parse(self, raw: Mapping[str, Any]) -> ScriptConfig:
        """Return the validated configuration.

        Raises:
            pydantic.ValidationError: a value is wrong or a key unknown.
            LookupError: the script is not available in this version.

        """
        if self.config is None:
            message = f"The script {self.name!r} is not available in this version yet"
            raise LookupError(message)
        return self.config.model_validate(raw)

    def targets(self, config: ScriptConfig) -> tuple[str, ...]:
        """Return what the configuration asks to work on."""
        return getattr(config, self.target_field) if self.target_field else ()

    def fan_out(self, config: ScriptConfig) -> list[ScriptConfig]:
        """Return one configuration for each target."""
        if self.target_field is None:
            return [config]
        return [config.model_copy(update={self.target_field: (target,)}) for target in self.targets(config)]
