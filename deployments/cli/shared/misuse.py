"""What Typer says of a command line that is written wrongly, in the person's language.

Typer has its sentences in English alone: they are recognized, and said by our catalogue. What is not recognized stays.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import typer

from phonefleet.words import language_now, mark, tr, tr_known

_UsageError: Any = typer.BadParameter.__base__
"""Typer's own error has no public name."""

_SENTENCES = (
    (
        r"No such command '(?P<name>.+?)'\. Did you mean (?P<near>.+)\?",
        mark("No such command '{name}'. Did you mean {near}?"),
    ),
    (r"No such command '(?P<name>.+)'\.", mark("No such command '{name}'.")),
    (r"Missing argument (?P<name>.+?)\.(?P<more>.*)", mark("Missing argument {name}.{more}")),
    (r"Missing option (?P<name>.+?)\.(?P<more>.*)", mark("Missing option {name}.{more}")),
    (r"Missing command\.", mark("Missing command.")),
    (
        r"No such option: (?P<name>\S+) \(Possible options: (?P<near>.+)\)",
        mark("No such option: {name} (possible: {near})"),
    ),
    (r"No such option: (?P<name>\S+)(?P<more>.*)", mark("No such option: {name}{more}")),
    (r"Option (?P<name>.+) requires an argument\.", mark("Option {name} requires an argument.")),
    (r"Option (?P<name>.+) does not take a value\.", mark("Option {name} does not take a value.")),
    (r"Got unexpected extra arguments? \((?P<names>.+)\)", mark("Got unexpected extra arguments ({names})")),
    (r"Invalid value for (?P<name>.+?): (?P<why>.+)", mark("Invalid value for {name}: {why}")),
    (r"Invalid value: (?P<why>.+)", mark("Invalid value: {why}")),
    (r"(?P<value>.+) is not one of (?P<known>.+)\.", mark("{value} is not one of {known}.")),
    (r"(?P<value>.+) is not a valid (?P<kind>[\w ]+)\.", mark("{value} is not a valid {kind}.")),
    (r"(?P<value>.+) is not in the range (?P<range>.+)\.", mark("{value} is not in the range {range}.")),
    (r"(?P<what>\w+) '(?P<path>.+)' does not exist\.", mark("{what} '{path}' does not exist.")),
)  # fmt: skip


class _MisuseError(_UsageError):
    """A command line that is written wrongly; it shows itself in the person's language."""

    def __init__(self, error: Any) -> None:
        super().__init__(said_of_typer(error.format_message()), ctx=error.ctx)  # pyright: ignore[reportUnknownMemberType]

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - Typer's signature
        """Print how the command is written, and what is wrong."""
        if self.ctx is not None:
            help_option = self.ctx.help_option_names[0]
            typer.echo(self.ctx.get_usage(), err=True)
            typer.echo(
                tr("Try '{command} {option}' for help.", command=self.ctx.command_path, option=help_option), err=True
            )
            typer.echo("", err=True)
        typer.echo(tr("Error: {message}", message=self.message), err=True)


@contextmanager
def told_in_language() -> Generator[None]:
    """Let what Typer says of a wrong command line in the block be in the person's language."""
    try:
        yield
    except _UsageError as error:
        if language_now() is None or isinstance(error, _MisuseError) or type(error).__name__ == "NoArgsIsHelpError":
            raise
        raise _MisuseError(error) from error


def said_of_typer(sentence: str) -> str:
    """Return a sentence of Typer's in the person's language, and any other as it is."""
    for pattern, known in _SENTENCES:
        if found := re.fullmatch(pattern, sentence, re.DOTALL):
            parts = found.groupdict()
            if "why" in parts:
                parts["why"] = said_of_typer(parts["why"])
            return tr_known(known).format(**parts)
    return sentence
