"""An own script and its configurations as the rest of Phonefleet asks them: what is true of them, another process says.

An `OwnConfig` answers as a `ScriptConfig` of a script of ours does, from answers that the reader process gave when it
parsed the configuration with the script's own model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from pydantic import ConfigDict, PrivateAttr

from phonefleet.errors import Permanent
from phonefleet.limits.kinds import Cost
from phonefleet.own_scripts.described import Answers, DescribedScript
from phonefleet.scripts.script import ConfigRefused, Picture, Script, ScriptConfig, UnknownConfig

Ask = Callable[[str, DescribedScript, Mapping[str, Any]], dict[str, Any]]
"""Asks the reader to "parse" or "read" a configuration of a script. Raises `Permanent`."""


class OwnConfig(ScriptConfig):
    """A configuration of an own script, with the script's answers about it. Each script has a class of its own."""

    model_config = ConfigDict(extra="allow")

    _answers: Answers = PrivateAttr()
    _each: tuple[Self, ...] = PrivateAttr(default=())

    @classmethod
    def of(cls, told: Mapping[str, Any], each: tuple[Self, ...] = ()) -> Self:
        """Return the configuration that a reader has parsed; `each` are those of the single targets."""
        answers = Answers.read(told)
        config = cls.model_construct(**answers.stored)
        config._answers, config._each = answers, each  # noqa: SLF001 - it makes itself
        return config

    @property
    def for_each_target(self) -> tuple[Self, ...]:
        """One configuration for each target; empty where the script is divided by none."""
        return self._each

    def targets_by_field(self) -> dict[str, tuple[str, ...]]:
        """Return the people and posts that a task acts on, by their field."""
        return dict(self._answers.targets)

    def contacts_people(self) -> bool:
        """Tell whether the targets notice what is done."""
        return self._answers.contacts

    def field_for_all_accounts(self) -> str:
        """Return the field that points every account of a request at the same targets."""
        return self._answers.field_for_all

    def budget_cost(self) -> Cost:
        """Return how many actions of each kind a task does."""
        return self._answers.cost

    def usual_duration(self) -> timedelta:
        """Return how long a task takes where none has run yet."""
        return timedelta(seconds=self._answers.seconds)

    def pictures(self) -> tuple[Picture, ...]:
        """Return the pictures that it names."""
        return tuple(Picture(field, path, folder) for field, path, folder in self._answers.pictures)

    def summary(self) -> str:
        """Return what a task does in a few words for people."""
        return self._answers.summary


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnScript(Script):
    """A script of the owner. Its configurations are parsed by the reader, with the model in the script's file."""

    described: DescribedScript
    ask: Ask

    @property
    def entrypoint(self) -> str:
        """The script's flow as Prefect names it: the path of its file, and the function."""
        return self.described.entrypoint

    def unknown(self, raw: Mapping[str, Any]) -> list[tuple[str, ...]]:
        """Return the places of what the configuration has no field for."""
        return [tuple(place) for place in self.ask("unknown", self.described, raw)["places"]]

    def parse(self, raw: Mapping[str, Any]) -> ScriptConfig:
        """Return the configuration. Raises `ConfigRefused`, or `Permanent` where the script itself fails."""
        told = self.ask("parse", self.described, raw)
        if "errors" in told:
            raise ConfigRefused([(tuple(each["place"]), each["reason"]) for each in told["errors"]])
        kind = _own_class(self)
        return kind.of(told["config"], tuple(kind.of(each) for each in told["each"]))

    def read(self, stored: Mapping[str, Any]) -> ScriptConfig:
        """Return a configuration that was accepted before; an `UnknownConfig` where the script cannot read it now."""
        try:
            told = self.ask("read", self.described, stored)
        except Permanent:  # the file is broken or gone by now
            return UnknownConfig.model_validate(stored)
        return _own_class(self).of(told["config"]) if "config" in told else UnknownConfig.model_validate(stored)

    def fan_out(self, config: ScriptConfig) -> list[ScriptConfig]:
        """Return one configuration for each target."""
        return list(config.for_each_target or [config]) if isinstance(config, OwnConfig) else [config]


def own_script(described: DescribedScript, ask: Ask) -> OwnScript:
    """Return a described script as the rest of Phonefleet knows scripts."""
    says = {name: getattr(described, name) for name in ("only_action", "cost_is_known", "shares_targets")}
    return OwnScript(
        name=described.name,
        title=described.title,
        config=type("OwnConfig", (OwnConfig,), {"__module__": __name__, **says}),
        target_fields=described.target_fields,
        irreversible=described.acts,
        described=described,
        ask=ask,
    )


def _own_class(script: OwnScript) -> type[OwnConfig]:
    assert issubclass(script.config, OwnConfig)  # noqa: S101 - `own_script` has made it so
    return script.config
