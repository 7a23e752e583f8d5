"""The process that loads own scripts and answers questions about them: `python -m deployments.own_scripts.reading`.

It reads a question as a line of JSON and writes the answer as one. `phonefleet.own_scripts.reader` starts it. What
scripts print goes nowhere, and they have nothing to read. It ends with its standard input.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from deployments.own_scripts import describing
from deployments.own_scripts.forks import no_forks
from deployments.own_scripts.loading import CannotLoad, flaw_in, load, load_flow
from phonefleet.scripts.script import Script

Json = dict[str, Any]
_ASKED: Final[Mapping[str, Callable[[Script, Mapping[str, Any]], Json]]] = {
    "unknown": describing.unknown,
    "parse": describing.parsed,
    "read": describing.read,
}


class Reading:
    """Answers questions about files; each file is loaded once, so a process is ended when one has changed."""

    def __init__(self) -> None:
        self._scripts: dict[tuple[str, str], Script] = {}

    def answer(self, question: Mapping[str, Any]) -> Json:
        """Return the answer. Whatever a script raises is part of it."""
        file = Path(question["file"])
        try:
            if question["do"] == "describe":
                return describing.described(load(file), question["lines"])
            with no_forks():
                script = self._script(file, question["function"])
                return _ASKED[question["do"]](script, question["config"])
        except CannotLoad as error:
            return _flawed(question, describing.told_flaw(error.flaw), str(error.flaw))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the owner's code: whatever it raises is told
            flaw = flaw_in(file, error)
            return _flawed(question, describing.told_flaw(flaw), str(flaw))

    def _script(self, file: Path, function: str) -> Script:
        key = (str(file), function)
        if key not in self._scripts:
            self._scripts[key] = describing.script_of(load_flow(file, function))
        return self._scripts[key]


def main() -> None:
    """Answer until the standard input ends."""
    with _kept(sys.stdin, "r") as questions, _kept(sys.stdout, "w") as answers, Path(os.devnull).open("r+b") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        reading = Reading()
        for line in questions:
            answers.write(json.dumps(reading.answer(json.loads(line))) + "\n")
            answers.flush()


def _kept(stream: TextIO, mode: Literal["r", "w"]) -> TextIO:
    """Return a stream of our own to where a standard one leads; processes that scripts start do not get it."""
    return os.fdopen(os.dup(stream.fileno()), mode, encoding="utf-8")


def _flawed(question: Mapping[str, Any], flaw: Json, told: str) -> Json:
    return {"scripts": [], "flaws": [flaw]} if question["do"] == "describe" else {"flaw": told}


if __name__ == "__main__":
    main()
