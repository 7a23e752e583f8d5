"""The program that reads own scripts: `python -m deployments.own_scripts.answering`.

`phonefleet.own_scripts.reader` starts it and says what the two tell each other: a question and its answer are a line of
JSON each. It ends with its standard input. What scripts print goes nowhere, and they have nothing to read.

What scripts import takes over a second to load, so it is loaded once, and the scripts themselves are loaded by a copy
of this process. A new copy sees the files as they are then. Where a process cannot be copied, this one loads them.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, NoReturn

from deployments.loading import CAN_FORK, loading
from phonefleet.own_scripts.reader import BEGIN, GROUP, LOST

Serve = Callable[[Iterable[bytes], IO[bytes]], None]
"""Writes the answer to each question."""

_STDIN: Final = 0
_STDOUT: Final = 1
_STDERR: Final = 2


def main() -> None:
    """Answer until the standard input ends."""
    with _kept(_STDIN, "rb") as questions, _kept(_STDOUT, "wb") as answers:
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), _STDIN)
        os.dup2(_STDERR, _STDOUT)
        with loading():
            from deployments.own_scripts.reading import serve  # noqa: PLC0415 - slow to import
        (_by_copies if CAN_FORK else _alone)(questions, answers, serve)


def _by_copies(questions: IO[bytes], answers: IO[bytes], serve: Serve) -> None:
    """Pass each question on to a copy; the question that begins another one ends the one before."""
    with ExitStack() as copies:
        copy: _Copy | None = None
        for question in questions:
            if json.loads(question)["do"] == BEGIN:
                copies.close()
                copy = copies.enter_context(_copy(serve, (questions, answers)))
                _write(answers, _line({GROUP: copy.pid}))
            else:
                _write(answers, (copy.answer(question) if copy else b"") or _line({LOST: True}))


def _alone(questions: IO[bytes], answers: IO[bytes], serve: Serve) -> None:
    """Answer in this process, which has to be ended for another beginning."""
    questions.readline()
    _write(answers, _line({GROUP: None}))
    serve(questions, answers)


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy of this process that answers questions, and the leader of the group of all that its scripts start."""

    pid: int
    questions: IO[bytes]
    answers: IO[bytes]

    def answer(self, question: bytes) -> bytes:
        """Return the answer; nothing when the copy has ended."""
        try:
            _write(self.questions, question)
        except BrokenPipeError:
            return b""
        return self.answers.readline()

    def end(self) -> None:
        """Kill it with its group. Until it is waited for, nobody else gets its number."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


@contextlib.contextmanager
def _copy(serve: Serve, of_parent: Iterable[IO[bytes]]) -> Generator[_Copy]:
    """Make a copy that answers until the end of the block."""
    asked, asking = os.pipe()
    told, telling = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become_copy(serve, (asked, telling), [asking, told, *(stream.fileno() for stream in of_parent)])
    os.setpgid(pid, pid)  # before its first question, so before it starts anything
    os.close(asked)
    os.close(telling)
    with os.fdopen(asking, "wb", buffering=0) as questions, os.fdopen(told, "rb") as answers:
        copy = _Copy(pid, questions, answers)
        try:
            yield copy
        finally:
            copy.end()


def _become_copy(serve: Serve, own: tuple[int, int], of_parent: Iterable[int]) -> NoReturn:
    """Answer, and leave without what the parent does at its end."""
    try:
        for number in of_parent:
            os.close(number)
        with os.fdopen(own[0], "rb") as questions, os.fdopen(own[1], "wb") as answers:
            serve(questions, answers)
    finally:
        os._exit(0)


def _kept(number: int, mode: str) -> IO[Any]:
    """Return a stream of our own to where a standard one leads; processes that scripts start do not get it."""
    return os.fdopen(os.dup(number), mode)


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _write(stream: IO[bytes], line: bytes) -> None:
    stream.write(line)
    stream.flush()


if __name__ == "__main__":
    main()
