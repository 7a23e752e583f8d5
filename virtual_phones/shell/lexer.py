"""Cuts a command line into words and operators, with the quoting rules of a POSIX shell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from virtual_phones.shell.syntax import Part, ShellSyntaxError, Word

_OPERATORS = re.compile(r"\d?>&|\d?>>|\d?>|<|&&|\|\||&>|[;&|()\n]")
_VARIABLE = re.compile(r"\{(\w+)\}|(\w+|[?$#@*!])")
_ESCAPED_IN_DOUBLE_QUOTES = '$`"\\\n'
_BLANK = " \t\r"
_PLAIN = re.compile(r"""[^\s'"\\$`;&|()<>]+""")
_PLAIN_IN_DOUBLE_QUOTES = re.compile(r"""[^"\\$`]+""")


class Lexer:
    """Reads one command line from left to right."""

    def __init__(self, line: str) -> None:
        self._line, self._at = line, 0

    def tokens(self) -> Iterator[str | Word]:
        """Yield operators as text and words as tuples of parts.

        Raises:
            ShellSyntaxError: a quote is not closed.

        """
        while self._skip_blanks():
            if operator := self._operator():
                yield operator
            else:
                yield self._word()

    def _skip_blanks(self) -> bool:
        """Go on to the next token; False at the end."""
        while self._at < len(self._line):
            if self._line.startswith("\\\n", self._at):
                self._at += 2
            elif self._peek() in _BLANK:
                self._at += 1
            elif self._peek() == "#":
                end = self._line.find("\n", self._at)
                self._at = len(self._line) if end < 0 else end
            else:
                return True
        return False

    def _operator(self) -> str | None:
        match = _OPERATORS.match(self._line, self._at)
        if match is None:
            return None
        self._at = match.end()
        return match[0]

    def _word(self) -> Word:
        parts: list[Part] = []
        while self._at < len(self._line) and not self._ends_word():
            parts.extend(self._piece())
        return tuple(parts)

    def _ends_word(self) -> bool:
        return self._peek() in _BLANK or self._peek() in ";&|()<>\n"

    def _piece(self) -> list[Part]:
        match self._peek():
            case "'":
                return [Part("text", self._until("'"), quoted=True)]
            case '"':
                return self._double_quoted()
            case "\\":
                return [Part("text", self._escaped(), quoted=True)]
            case "$" | "`":
                return [self._expansion(quoted=False)]
            case _:
                return [Part("text", self._run(_PLAIN), quoted=False)]

    def _double_quoted(self) -> list[Part]:
        self._at += 1
        parts = [Part("text", "", quoted=True)]
        while (character := self._peek()) != '"':
            if character in ("$", "`"):
                parts.append(self._expansion(quoted=True))
            elif character == "\\" and self._peek(1) in _ESCAPED_IN_DOUBLE_QUOTES:
                parts.append(Part("text", self._escaped(), quoted=True))
            else:
                parts.append(Part("text", self._run(_PLAIN_IN_DOUBLE_QUOTES), quoted=True))
        self._at += 1
        return parts

    def _escaped(self) -> str:
        self._at += 1
        character = self._take(1)
        return "" if character == "\n" else character

    def _expansion(self, *, quoted: bool) -> Part:
        if self._peek() == "`":
            return Part("command", self._until("`"), quoted)
        if self._line.startswith("$(", self._at):
            return Part("command", self._parenthesized(), quoted)
        match = _VARIABLE.match(self._line, self._at + 1)
        if match is None:
            return Part("text", self._take(1), quoted)
        self._at = match.end()
        return Part("variable", match[1] or match[2], quoted)

    def _parenthesized(self) -> str:
        start, depth = self._at + 2, 0
        for at in range(self._at + 1, len(self._line)):
            depth += {"(": 1, ")": -1}.get(self._line[at], 0)
            if depth == 0:
                self._at = at + 1
                return self._line[start:at]
        raise _unclosed()

    def _until(self, quote: str) -> str:
        end = self._line.find(quote, self._at + 1)
        if end < 0:
            raise _unclosed()
        text, self._at = self._line[self._at + 1 : end], end + 1
        return text

    def _run(self, plain: re.Pattern[str]) -> str:
        """Take as many plain characters as there are, at least one of any kind."""
        match = plain.match(self._line, self._at)
        return self._take(len(match[0]) if match is not None else 1)

    def _take(self, count: int) -> str:
        text = self._line[self._at : self._at + count]
        self._at += count
        return text

    def _peek(self, ahead: int = 0) -> str:
        if self._at + ahead >= len(self._line):
            raise _unclosed()
        return self._line[self._at + ahead]


def _unclosed() -> ShellSyntaxError:
    return ShellSyntaxError("no closing quote")
