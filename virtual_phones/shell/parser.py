"""Builds a script from the tokens of a command line: `a && b || c; d | e > f`, and compound commands.

Of these it knows `while`, `until`, `for`, `if`, `{ … }` and `( … )`; functions and `case` are not part of it: no adb
client sends them.
"""

from __future__ import annotations

import re
from typing import Literal, cast

from virtual_phones.shell.lexer import Lexer
from virtual_phones.shell.syntax import (
    Command,
    For,
    Group,
    If,
    Loop,
    Part,
    Pipeline,
    Redirect,
    Script,
    ShellSyntaxError,
    Simple,
    Word,
)

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_REDIRECT = re.compile(r"(\d?)(>&|>>|>|<)")
_ENDS = (";", "\n")
_END = "EOF"
_TWO_IN_ONE = "&>"
_RESERVED = frozenset({"while", "until", "for", "if", "{", "(", "do", "done", "then", "elif", "else", "fi", "}", ")"})


def parse(line: str) -> Script:
    """Read a command line.

    Raises:
        ShellSyntaxError: the line is not well formed.

    """
    return _Parser(line).whole()


class _Parser:
    def __init__(self, line: str) -> None:
        self._tokens = list(Lexer(line).tokens())
        self._at = 0

    def whole(self) -> Script:
        """Read everything."""
        script = self._script()
        if self._at < len(self._tokens):
            raise _unexpected(self._reserved() or str(self._peek()))
        return script

    def _script(self) -> Script:
        """Read pipelines up to the end, or to a word that belongs to the compound command around them."""
        pipelines: list[Pipeline] = []
        after: Literal[";", "&&", "||"] = ";"
        while self._at < len(self._tokens) and not self._closes():
            if after == ";" and self._accept(*_ENDS):
                continue
            pipeline = self._pipeline(after)
            after, background = self._connector()
            pipelines.append(Pipeline(pipeline.after, pipeline.commands, pipeline.negated, background))
        if after != ";":
            raise _unexpected(self._reserved() or _END)
        return tuple(pipelines)

    def _connector(self) -> tuple[Literal[";", "&&", "||"], bool]:
        """Return how the next pipeline is joined, and whether this one goes to the background."""
        if self._accept("&"):
            return ";", True
        if self._at == len(self._tokens) or self._accept(*_ENDS) or self._closes():
            return ";", False
        for operator in ("&&", "||"):
            if self._accept(operator):
                self._skip_lines()
                return operator, False
        raise _unexpected(str(self._tokens[self._at]))

    def _pipeline(self, after: Literal[";", "&&", "||"]) -> Pipeline:
        negated = self._peek() == (Part("text", "!", quoted=False),)
        self._at += negated
        commands = [self._command()]
        while self._accept("|"):
            self._skip_lines()
            commands.append(self._command())
        return Pipeline(after, tuple(commands), negated)

    # --- compound commands ------------------------------------------------------------------------------

    def _command(self) -> Command:
        match self._reserved():
            case "while" | "until" as word:
                self._at += 1
                condition = self._script()
                return Loop(condition, self._body("do", "done"), word == "until", self._redirects())
            case "for":
                return self._for()
            case "if":
                return self._if()
            case "{":
                return Group(self._body("{", "}"), subshell=False, redirects=self._redirects())
            case "(":
                return Group(self._body("(", ")"), subshell=True, redirects=self._redirects())
            case _:
                return self._simple()

    def _for(self) -> For:
        self._at += 1
        name = self._peek()
        if not isinstance(name, tuple):
            raise _unexpected(str(name or _END))
        self._at += 1
        words = self._words() if self._take_reserved("in") else None
        while self._accept(*_ENDS):
            pass
        return For(name[0].value, words, self._body("do", "done"), self._redirects())

    def _words(self) -> tuple[Word, ...]:
        words: list[Word] = []
        while isinstance(word := self._peek(), tuple):
            words.append(word)
            self._at += 1
        return tuple(words)

    def _if(self) -> If:
        branches: list[tuple[Script, Script]] = []
        otherwise: Script = ()
        word = "if"
        while word in ("if", "elif"):
            self._expect(word)
            condition = self._script()
            self._expect("then")
            branches.append((condition, self._script()))
            word = self._reserved()
        if self._take_reserved("else"):
            otherwise = self._script()
        self._expect("fi")
        return If(tuple(branches), otherwise, self._redirects())

    def _body(self, begin: str, end: str) -> Script:
        self._expect(begin)
        script = self._script()
        self._expect(end)
        return script

    def _redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while isinstance(token := self._peek(), str) and self._redirect(token, found):
            pass
        return tuple(found)

    def _reserved(self) -> str:
        """Return the next token if it can stand for a reserved word or a parenthesis."""
        token = self._peek()
        if isinstance(token, tuple) and len(token) == 1 and token[0].kind == "text" and not token[0].quoted:
            return token[0].value
        return token if isinstance(token, str) else ""

    def _closes(self) -> bool:
        return self._reserved() in _RESERVED - {"while", "until", "for", "if", "{", "("}

    def _take_reserved(self, word: str) -> bool:
        taken = self._reserved() == word
        self._at += taken
        return taken

    def _expect(self, word: str) -> None:
        if not self._take_reserved(word):
            raise _unexpected(self._reserved() or _END)

    # --- simple commands --------------------------------------------------------------------------------

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
