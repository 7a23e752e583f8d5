"""What every script shares: its entry in the registry, and the base of its configuration.

What is true of a script is said by its configuration and nowhere else: its targets, what it costs, how long it takes,
what people call it. Other code asks a parsed configuration and knows no script by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.fields import ComputedFieldInfo, FieldInfo

from phonefleet.errors import Permanent
from phonefleet.limits.kinds import CONTACTING, Cost, Kind
from phonefleet.scripts import forms
from phonefleet.targets import USUAL_FIELDS, usual_targets
from phonefleet.wording import wrong_field
from phonefleet.words import joined

_CAPITALS = {"urls": "URLs", "url": "URL", "ai": "AI", "dm": "DM", "id": "ID", "api": "API"}

STORED: Final = {"stored": True}
"""The validation context of a configuration that was accepted before; keys in it may be masked."""


def _title(name: str, _: FieldInfo | ComputedFieldInfo) -> str:
    """Return what a form writes above a field: "Target post URLs"."""
    words = " ".join(_CAPITALS.get(word, word) for word in name.split("_"))
    return words[0].upper() + words[1:]


class ConfigRefused(Permanent):
    """A configuration has fields that are wrong; `reasons` tells each with its place."""

    def __init__(self, reasons: Sequence[tuple[tuple[str | int, ...], str]]) -> None:
        super().__init__(joined("; ", (wrong_field(".".join(map(str, place)), why) for place, why in reasons[:3])))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a configuration names, and in which field; `may_be_folder`: or a folder of pictures."""

    field: str
    path: str
    may_be_folder: bool = False


class ScriptConfig(BaseModel):
    """The `script_config` of a task; unknown keys are refused.

    Its class variables and methods say what a task with this configuration means. A script overrides what is
    otherwise with it:

        class GreetConfig(ScriptConfig):
            target_users: Targets

            only_action: ClassVar[Kind | None] = "message"

            def summary(self) -> str:
                return f"greet {people(self.target_users)}"
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, serialize_by_alias=True, field_title_generator=_title
    )

    @model_validator(mode="before")
    @classmethod
    def _in_the_forms_of_clients(cls, raw: object) -> object:
        return forms.tidy(cls, raw)

    only_action: ClassVar[Kind | None] = None
    """The one kind of action that the script does, if it does one kind. A task whose account has used up the budget of
    that kind waits before the phone is touched."""

    cost_is_known: ClassVar[bool] = True
    """Whether `budget_cost` is all that a task costs; some scripts decide on their way what they do."""

    shares_targets: ClassVar[bool] = False
    """Whether the tasks of one request share their targets: each goes to one of them."""

    one_task_for_each: ClassVar[tuple[str, ...]] = USUAL_FIELDS
    """The lists that a request for an own script is divided by, one task a target; the first that is given counts.
    `()` leaves a request in one piece. Of the ten scripts, their entry in the registry says it."""

    def targets_by_field(self) -> dict[str, tuple[str, ...]]:
        """Return the people (usernames without `@`) and posts (addresses) that a task acts on, by their field."""
        return usual_targets({field: getattr(self, field, None) for field in USUAL_FIELDS})

    @property
    def all_targets(self) -> tuple[str, ...]:
        """The targets of all fields, in order."""
        return tuple(chain.from_iterable(self.targets_by_field().values()))

    def contacts_people(self) -> bool:
        """Tell whether the targets notice what is done; those on the do-not-contact list are then refused."""
        return any(kind in CONTACTING for kind, _ in self.budget_cost())

    def field_for_all_accounts(self) -> str:
        """Return the field that points every account of a request at the same targets; "" where none does."""
        return ""

    def budget_cost(self) -> Cost:
        """Return how many actions of each kind a task does: one of the only kind for each target."""
        return ((self.only_action, len(self.all_targets) or 1),) if self.only_action else ()

    def usual_duration(self) -> timedelta:
        """Return how long a task takes where none has run yet; later, the durations of earlier ones count."""
        return timedelta(minutes=1)

    def pictures(self) -> tuple[Picture, ...]:
        """Return the pictures that it names; a request whose pictures cannot be used is refused."""
        return ()

    def summary(self) -> str:
        """Return what a task does in a few words for people, "follow @anna"; "" leaves it at the script's name."""
        return ""

    def stored(self) -> dict[str, Any]:
        """Return the configuration as the ledger and Prefect hold it: JSON values, by the names of the contract."""
        return self.model_dump(mode="json")


class UnknownConfig(ScriptConfig):
    """A configuration that this code cannot read, as it was given: of a script elsewhere, or of an older version.

    It knows nothing but the usual fields of targets.
    """

    model_config = ConfigDict(extra="allow")


@dataclass(frozen=True, slots=True)
class Script:
    """One of the ten scripts.

    `target_fields` names the lists of the configuration that a request is divided by, one task a target; the first
    that is given counts. `irreversible` tells whether it does things to an account that cannot simply be done again.
    `module` is what the file of its flow is called where the script's own name belongs to Python.
    """

    name: str
    title: str
    config: type[ScriptConfig]
    target_fields: tuple[str, ...] = ()
    irreversible: bool = True
    module: str = ""

    @property
    def flow_module(self) -> str:
        """The module of the script's flow."""
        return f"flows.{self.module or self.name}"

    @property
    def entrypoint(self) -> str:
        """The script's flow as Prefect names it: `flows.follow:follow`."""
        return f"{self.flow_module}:{self.name}"

    def unknown(self, raw: Mapping[str, Any]) -> list[tuple[str, ...]]:
        """Return the places of what the configuration has no field for."""
        return list(forms.unknown_fields(self.config, raw))

    def parse(self, raw: Mapping[str, Any]) -> ScriptConfig:
        """Return the validated configuration. Raises `pydantic.ValidationError`."""
        return self.config.model_validate(raw)

    def read(self, stored: Mapping[str, Any]) -> ScriptConfig:
        """Return a configuration that was accepted before; an `UnknownConfig` where this version cannot read it."""
        try:
            return self.config.model_validate(stored, context=STORED)
        except ValidationError:
            return UnknownConfig.model_validate(stored)

    def target_field(self, config: Mapping[str, Any]) -> str | None:
        """Return which of its lists a dumped configuration gives; None when it is divided by none."""
        return next((field for field in self.target_fields if config.get(field)), None)

    def fan_out(self, config: ScriptConfig) -> list[ScriptConfig]:
        """Return one configuration for each target."""
        field = self.target_field(dict(config))
        if field is None:
            return [config]
        return [config.model_copy(update={field: (target,)}) for target in getattr(config, field)]
