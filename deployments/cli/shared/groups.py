"""Groups and commands whose help is plain text: to load Rich, which draws boxes, takes longer than all the rest."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

Function = TypeVar("Function", bound=Callable[..., Any])

WIDEST = 120
"""The most characters that a line of help has, on a terminal that is as wide."""
PLAIN = {"help_option_names": ["-h", "--help"], "max_content_width": WIDEST}
"""Settings of the root, which all commands below inherit."""


class PlainCommand(TyperCommand):
    """A command whose help has a section for each heading that options name."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the sections."""
        _write_sections(self, ctx, formatter)


class PlainGroup(TyperGroup):
    """A group whose help has a section for each heading that options name, and one for the commands."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the sections."""
        _write_sections(self, ctx, formatter)
        self.format_commands(ctx, formatter)


def group(help_text: str | None = None, *, no_args_is_help: bool = False, epilog: str | None = None) -> typer.Typer:
    """Return a group for commands; the epilog of one that does nothing by itself shows an example."""
    return typer.Typer(
        cls=PlainGroup, help=help_text, no_args_is_help=no_args_is_help, epilog=epilog, rich_markup_mode=None
    )


def add_command(  # noqa: PLR0913 - what Typer takes
    app: typer.Typer,
    name: str,
    function: Callable[..., Any],
    *,
    epilog: str,
    explained_by: Callable[..., Any] | None = None,
    context_settings: dict[str, Any] | None = None,
) -> None:
    """Add a function as a command.

    Its docstring, or that of `explained_by`, is the help; examples are in the epilog.
    """
    text = inspect.getdoc(explained_by or function) or ""
    app.command(
        name, cls=PlainCommand, help=text, short_help=summary_of(text), epilog=epilog, context_settings=context_settings
    )(function)


def summary_of(text: str) -> str:
    """Return the first paragraph of a help text on one line: what lists of commands say."""
    return " ".join(text.partition("\n\n")[0].split())


def _write_sections(command: TyperCommand | TyperGroup, ctx: Any, formatter: Any) -> None:
    sections: dict[str, list[tuple[str, str]]] = {}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None:
            usual = "Arguments" if parameter.param_type_name == "argument" else "Options"
            sections.setdefault(getattr(parameter, "rich_help_panel", None) or usual, []).append(record)
    for heading, records in sections.items():
        with formatter.section(heading):
            formatter.write_dl(records)
