"""A group whose commands are imported only when they are called.

Help, completion and suggestions need no more of a command than its name and one line. To import all commands for that
would take most of the time that the command takes which is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer.main
from typer.core import TyperCommand

from deployments.cli.shared.groups import PlainGroup

_PACKAGE = "deployments.cli"


@dataclass(frozen=True, slots=True)
class Later:
    """A command that is in the `app` of a module, or that `app` as a group; `summary` is what lists say of it.

    `module` is named from the package `deployments.cli`, as in `.tasks.commands`.
    """

    name: str
    module: str
    summary: str
    is_group: bool = False

    def load(self) -> Any:
        """Import the module and return the command."""
        found = typer.main.get_group(import_module(self.module, _PACKAGE).app)
        return found if self.is_group else found.commands[self.name]


class LazyGroup(PlainGroup):
    """A group with the commands of `later`, which a subclass gives.

    `commands` has stand-ins for lists; `resolve_command` returns the command itself, and so does `loaded`.
    """

    later: ClassVar[Sequence[Later]] = ()

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {each.name: TyperCommand(each.name, short_help=each.summary) for each in self.later}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the name of the command that is called, the command, and its arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, self.loaded(name) if name else command, rest

    def loaded(self, name: str) -> Any:
        """Import a command and return it."""
        return next(each for each in self.later if each.name == name).load()
