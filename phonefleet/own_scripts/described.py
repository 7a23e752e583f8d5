"""What a reader process says of own scripts, as values: the scripts of a file, what is wrong, parsed configurations.

Source of the form: the JSON that `deployments.own_scripts.describing` makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from phonefleet.limits.kinds import Kind
from phonefleet.words import say


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a file, or one script of it, cannot be used. `line` is 0 where no line is to blame."""

    file: Path
    line: int
    reason: str
    name: str = ""
    """The script's name, where it is known; else the file's name without its ending stands for it."""

    def __str__(self) -> str:
        """Return where it is and what is wrong: "visit.py, line 12: …"."""
        if not self.line:
            return say("own_scripts.flaw", "{file}: {reason}", file=self.file.name, reason=self.reason)
        return say(
            "own_scripts.flaw_in_line", "{file}, line {line}: {reason}",
            file=self.file.name, line=self.line, reason=self.reason,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DescribedScript:
    """A script of a file: what it says about itself before any configuration is given.

    `schema` is the JSON schema of its `script_config`, `form` that of the parameters of its flow, from which Prefect
    makes a form. `acts` tells whether it acts as an account (`@script`) or only reads (`@errand`).
    """

    file: Path
    name: str
    function: str
    line: int
    title: str
    acts: bool
    only_action: Kind | None
    cost_is_known: bool
    shares_targets: bool
    target_fields: tuple[str, ...]
    schema: Mapping[str, Any]
    form: Mapping[str, Any]

    @classmethod
    def read(cls, file: Path, told: Mapping[str, Any]) -> Self:
        """Read what the reader process says."""
        fields: dict[str, Any] = {**told, "target_fields": tuple(told["target_fields"])}
        return cls(file=file, **fields)

    @property
    def entrypoint(self) -> str:
        """The flow as Prefect names it: `/home/me/fleet/scripts/visit.py:visit`."""
        return f"{self.file}:{self.function}"


@dataclass(frozen=True, slots=True)
class DescribedFile:
    """What a file holds: its scripts, and what is wrong with it; neither for a module that scripts import."""

    scripts: tuple[DescribedScript, ...] = ()
    flaws: tuple[Flaw, ...] = ()

    @classmethod
    def read(cls, file: Path, told: Mapping[str, Any]) -> Self:
        """Read what the reader process says."""
        return cls(
            tuple(DescribedScript.read(file, each) for each in told["scripts"]),
            tuple(Flaw(Path(each["file"]), each["line"], each["reason"], each["name"]) for each in told["flaws"]),
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """What a script says of one configuration; see `ScriptConfig` for each. `seconds` is its usual duration."""

    stored: Mapping[str, Any]
    targets: Mapping[str, tuple[str, ...]]
    cost: tuple[tuple[Kind, int], ...]
    seconds: float
    summary: str
    contacts: bool
    field_for_all: str
    pictures: tuple[tuple[str, str, bool], ...]

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Read what the reader process says."""
        return cls(
            stored=told["stored"],
            targets={field: tuple(named) for field, named in told["targets"].items()},
            cost=tuple((cast("Kind", kind), number) for kind, number in told["cost"]),
            seconds=told["seconds"],
            summary=told["summary"],
            contacts=told["contacts"],
            field_for_all=told["field_for_all"],
            pictures=tuple((field, path, folder) for field, path, folder in told["pictures"]),
        )
