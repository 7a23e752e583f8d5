"""Builds a script from the tokens of a command line: `a && b || c; d | e > f`.

Compound commands (`if`, `for`, functions, subshells) are not part of it: no adb client sends them.
"""

from __future__ import annotations

import re
from typing import Literal, cast

from phonefleet.virtual.shell.lexer import Lexer
from phonefleet.virtual.shell.syntax import Part, Pipeline, Redirect, Script, ShellSyntaxError, Simple, Word

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_REDIRECT = re.compile(r"(\d?)(>&|>>|>|<)")
_ENDS = (";", "&", "\n")
_END = "EOF"
_TWO_IN_ONE = "&>"


def parse(line: str) -> Script:
    """Read a command line.

    Raises:
        ShellSyntaxError: the line is not well formed.

    """
    return _Parser(line).script()


class _Parser:
    def __init__(self, line: str) -> None:
        self._tokens = list(Lexer(line).tokens())
        self._at = 0

    def script(self) -> Script:
        pipelines: list[Pipeline] = []
        after: Literal[";", "&&", "||"] = ";"
        while self._at < len(self._tokens):
            if after == ";" and self._accept(*_ENDS):
                continue
            pipelines.append(self._pipeline(after))
            after = self._connector()
        if after != ";":
            raise _unexpected(_END)
        return tuple(pipelines)

    def _connector(self) -> Literal[";", "&&", "||"]:
        if self._at == len(self._tokens) or self._accept(*_ENDS):
            return ";"
        for operator in ("&&", "||"):
            if self._accept(operator):
                self._skip_lines()
                return operator
        raise _unexpected(str(self._tokens[self._at]))

    def _pipeline(self, after: Literal[";", "&&", "||"]) -> Pipeline:
        negated = self._peek() == (Part("text", "!", quoted=False),)
        self._at += negated
        commands = [self._simple()]
        while self._accept("|"):
            self._skip_lines()
            commands.append(self._simple())
        return Pipeline(after, tuple(commands), negated)

    def _simple(self) -> Simple:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while (token := self._peek()) is not None:
            if isinstance(token, str):
                if not self._redirect(token, redirects):
                    break
                continue
            self._at += 1
            if not words and (assignment := _assignment(token)):
                assignments.append(assignment)
            else:
                words.append(token)
        if not (assignments or words or redirects):
            raise _unexpected(str(self._peek() or _END))
        return Simple(tuple(assignments), tuple(words), tuple(redirects))

    def _redirect(self, token: str, redirects: list[Redirect]) -> bool:
        """Read a redirection; `&>` is two of them."""
        match = _REDIRECT.fullmatch(token)
        if match is None and token != _TWO_IN_ONE:
            return False
        self._at += 1
        target = self._peek()
        if not isinstance(target, tuple):
            raise _unexpected(str(target or _END))
        self._at += 1
        if match is None:
            redirects += [Redirect(1, ">", target), Redirect(2, ">&", (Part("text", "1", quoted=False),))]
        else:
            operator = cast('Literal["<", ">", ">>", ">&"]', match[2])
            redirects.append(Redirect(int(match[1] or (operator != "<")), operator, target))
        return True

    def _skip_lines(self) -> None:
        """Go on to the next line, as after `&&`."""
        while self._accept("\n"):
            pass

    def _accept(self, *operators: str) -> bool:
        """Go over the next token if it is one of the operators."""
        accepted = self._peek() in operators
        self._at += accepted
        return accepted

    def _peek(self) -> str | Word | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None


def _assignment(word: Word) -> tuple[str, Word] | None:
    """Split `NAME=value`; the name must be unquoted text."""
    first = word[0]
    match = _ASSIGNMENT.match(first.value) if first.kind == "text" and not first.quoted else None
    if match is None:
        return None
    return match[0][:-1], (Part("text", first.value[match.end() :], quoted=False), *word[1:])


def _unexpected(what: str) -> ShellSyntaxError:
    return ShellSyntaxError(f"syntax error: unexpected '{what}'")
