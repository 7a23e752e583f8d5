"""What a command line consists of, once read: lists of pipelines of simple commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class ShellSyntaxError(ValueError):
    """The shell cannot read the line."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word: text as it stands, the name of a variable, or a command whose output is meant.

    A quoted piece is neither split into words nor matched against file names.
    """

    kind: Literal["text", "variable", "command"]
    value: str
    quoted: bool


Word = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a stream goes: `target` is a file's name, or the number of another stream for `>&`."""

    fd: int
    operator: Literal["<", ">", ">>", ">&"]
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """One command: `A=1 name arguments > file`."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """`while condition; do body; done`, or `until`, which is negated."""

    condition: Script
    body: Script
    negated: bool
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class For:
    """`for name in words; do body; done`; without words it goes over the arguments."""

    name: str
    words: tuple[Word, ...] | None
    body: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """`if condition; then script; elif …; else …; fi`: the branches in turn, and what is run when none applies."""

    branches: tuple[tuple[Script, Script], ...]
    otherwise: Script
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """`{ script; }`, or `( script )`, whose variables do not outlive it."""

    body: Script
    subshell: bool
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by `|`, and what must have happened before: `&&` success, `||` failure, `;` anything.

    In the `background`, the shell does not wait for it.
    """

    after: Literal[";", "&&", "||"]
    commands: tuple[Command, ...]
    negated: bool = False
    background: bool = False


Command = Simple | Loop | For | If | Group
Script = tuple[Pipeline, ...]
