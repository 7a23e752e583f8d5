"""Groups and commands whose help is plain text: to load Rich, which draws boxes, takes longer than all the rest."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from phonefleet.words import language_now, mark, tr, tr_known

Function = TypeVar("Function", bound=Callable[..., Any])

WIDEST = 120
"""The most characters that a line of help has, on a terminal that is as wide."""
PLAIN = {"help_option_names": ["-h", "--help"], "max_content_width": WIDEST}
"""Settings of the root, which all commands below inherit."""


_EXTRAS = (mark("[required]"), mark("required"), mark("default: "), mark("env var: "))
"""What Typer puts behind the help of an option."""

_OF_TYPER = (
    mark("Install completion for the current shell."),
    mark("Show completion for the current shell, to copy it or customize the installation."),
)
"""The help of its own options."""

_COMMENT = r"(?m)^(\S.*?|)( {3,})(\S.*)$"
"""A line of an example with a comment behind it."""


class PlainCommand(TyperCommand):
    """A command whose help has a section for each heading that options name."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write how the command is written."""
        formatter.write_usage(ctx.command_path, _usage(self, ctx), prefix=tr("Usage: "))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the sections."""
        _write_sections(self, ctx, formatter)

    def get_help(self, ctx: Any) -> str:
        """Return the help in the person's language."""
        _translate(self)
        return super().get_help(ctx)


class PlainGroup(TyperGroup):
    """A group whose help has a section for each heading that options name, and one for the commands."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write how the command is written."""
        formatter.write_usage(ctx.command_path, _usage(self, ctx), prefix=tr("Usage: "))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the sections."""
        _write_sections(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each command with its first line."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        shown = [(name, command) for name, command in found if command is not None and not command.hidden]
        if not shown:
            return
        for _, command in shown:
            _translate(command)
        limit = formatter.width - 6 - max(len(name) for name, _ in shown)
        with formatter.section(tr("Commands")):
            formatter.write_dl([(name, command.get_short_help_str(limit)) for name, command in shown])

    def get_help(self, ctx: Any) -> str:
        """Return the help in the person's language."""
        _translate(self)
        return super().get_help(ctx)


def _usage(command: TyperCommand | TyperGroup, ctx: Any) -> str:
    pieces = command.collect_usage_pieces(ctx)
    return " ".join(tr_known(piece) if piece in _PIECES else piece for piece in pieces)


_PIECES = (mark("[OPTIONS]"), mark("COMMAND [ARGS]..."))


def _translate(command: Any) -> None:
    """Replace the English texts of a command's help; in English nothing is to be done."""
    if language_now() is None:
        return
    command.short_help = _paragraphs(command.short_help) or (command.help and summary_of(_paragraphs(command.help)))
    command.help, command.epilog = _paragraphs(command.help), _paragraphs(command.epilog)


def _paragraphs(text: str | None) -> str:
    """Return a help text with each of its paragraphs translated, and what stands behind examples."""
    return "\n\n".join(_paragraph(one) for one in (text or "").split("\n\n"))


def _paragraph(text: str) -> str:
    english = " ".join(text.split())
    if (told := tr_known(english)) != english:
        return told
    example = tr("Example: ")
    text = text.replace("Example: ", example, 1) if text.startswith("Example: ") else text
    return re.sub(_COMMENT, lambda found: found[1] + found[2] + tr_known(found[3]), text)


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
        record = _record(parameter, ctx)
        if record is not None:
            usual = mark("Arguments") if parameter.param_type_name == "argument" else mark("Options")
            sections.setdefault(getattr(parameter, "rich_help_panel", None) or usual, []).append(record)
    for heading, records in sections.items():
        with formatter.section(tr_known(heading)):
            formatter.write_dl(records)


def _record(parameter: Any, ctx: Any) -> tuple[str, str] | None:
    """Return how an option is written, and its help in the person's language."""
    if language_now() is not None:
        parameter.help = tr_known(parameter.help or "")
    record = parameter.get_help_record(ctx)
    if record is None or language_now() is None:
        return record
    name, told = record
    if name == "-h, --help":
        return name, tr("Show this message and exit.")
    for extra in _EXTRAS:
        told = told.replace(extra, tr_known(extra))
    return name, told
