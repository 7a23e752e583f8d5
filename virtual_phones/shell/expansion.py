"""Turns the words of a command into its arguments: variables, command output, file names."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Awaitable, Callable, Mapping

from virtual_phones.shell.syntax import Part, Word
from virtual_phones.system.files import FileTree

Substitute = Callable[[str], Awaitable[str]]
"""Runs a command line and returns its output."""

_ANY, _ONE, _SET = "\ue000", "\ue001", "\ue002"
_WILDCARDS = str.maketrans({"*": _ANY, "?": _ONE, "[": _SET})
_UNMARKED = {ord(_ANY): "*", ord(_ONE): "?", ord(_SET): "["}
_PATTERN = {ord(_ANY): "*", ord(_ONE): "?", ord(_SET): "[", ord("*"): "[*]", ord("?"): "[?]", ord("["): "[[]"}


class _Fields:
    """The arguments that a word is about to become."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._open = False

    def join(self, text: str) -> None:
        """Continue the last field, or begin the first one."""
        if self._open:
            self.done[-1] += text
        else:
            self.done.append(text)
        self._open = True

    def split(self, text: str) -> None:
        """Continue with text whose blanks separate fields."""
        self._open = self._open and not text[:1].isspace()
        for number, piece in enumerate(text.split()):
            self._open = self._open and number == 0
            self.join(piece)
        self._open = self._open and not text[-1:].isspace()


class Expansion:
    """Expands words with the variables and files of one shell."""

    def __init__(self, variables: Mapping[str, str], files: FileTree, substitute: Substitute) -> None:
        self._variables, self._files, self._substitute = variables, files, substitute

    async def arguments(self, word: Word) -> list[str]:
        """Return the arguments that a word becomes: none, one, or several."""
        fields = _Fields()
        for part in word:
            value = await self._value(part)
            if part.quoted:
                fields.join(value)
            elif part.kind == "text":
                fields.join(value.translate(_WILDCARDS))
            else:
                fields.split(value)
        return [name for field in fields.done for name in self._match(field)]

    async def text(self, word: Word) -> str:
        """Return the one text that a word becomes in an assignment or a redirection."""
        return "".join([await self._value(part) for part in word])

    async def _value(self, part: Part) -> str:
        match part.kind:
            case "text":
                return part.value
            case "variable":
                return self._variables.get(part.value, "")
            case "command":
                return (await self._substitute(part.value)).rstrip("\n")

    def _match(self, field: str) -> list[str]:
        """Return the files that match, or the text itself when it has no wildcards or nothing matches."""
        plain = field.translate(_UNMARKED)
        if plain == field:
            return [field]
        folder, pattern = posixpath.split(field)
        if folder.translate(_UNMARKED) != folder:
            return [plain]
        names = fnmatch.filter(self._files.children(folder), pattern.translate(_PATTERN))
        return [posixpath.join(folder, name) for name in names] or [plain]
