"""Loads own scripts and answers questions about them; `answering` is the program that does so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any, Final

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


def serve(questions: Iterable[bytes], answers: IO[bytes]) -> None:
    """Write the answer to each line of questions."""
    reading = Reading()
    for line in questions:
        answers.write(json.dumps(reading.answer(json.loads(line))).encode() + b"\n")
        answers.flush()


def _flawed(question: Mapping[str, Any], flaw: Json, told: str) -> Json:
    return {"scripts": [], "flaws": [flaw]} if question["do"] == "describe" else {"flaw": told}
