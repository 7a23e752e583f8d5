"""What tests of own scripts share: small scripts, and a catalogue that reads them in this process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deployments.own_scripts.reading import Reading
from phonefleet.own_scripts.catalogue import Catalogue
from phonefleet.scripts import FLOWS

SCRIPT = '''"""The script `{name}`."""

from typing import ClassVar

from prefect import flow

from phonefleet.scripts.fields import Targets
from phonefleet.scripts.naming import people
from phonefleet.scripts.script import ScriptConfig
from tasks.context import current
from tasks.lifecycle import errand
from tasks.progress import each

WORD = "{word}"


class Config(ScriptConfig):
    """Whom."""

    target_users: Targets
    often: int = 1

    def summary(self) -> str:
        return f"{name} {{people(self.target_users)}}"


@flow(name="{name}", persist_result=False)
@errand
def {function}(config: Config) -> None:
    """Note a word for each person."""
    for target in each(config.target_users):
        current().report.outcomes.append({{"target": target, "outcome": WORD}})
'''


class InProcess:
    """Answers as the process that reads scripts does, without one."""

    def __init__(self) -> None:
        self._reading = Reading()

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the process would answer, by way of JSON."""
        return json.loads(json.dumps(self._reading.answer(json.loads(json.dumps(question)))))

    def renew(self) -> None:
        """Begin anew with the next question."""
        self._reading = Reading()

    def close(self) -> None:
        """Begin anew with the next question."""
        self.renew()


def catalogue_of(folder: Path) -> Catalogue:
    """Return a catalogue whose scripts are loaded in this process."""
    return Catalogue(folder, InProcess(), reserved=(*FLOWS, "campaign"))


def script_folder(home: Path) -> Path:
    """Return a folder of own scripts as `phonefleet up` makes it."""
    folder = home / "scripts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def put(folder: Path, name: str, text: str | None = None, word: str = "hello", stem: str | None = None) -> Path:
    """Write a file with a script of this name, or with another text; nobody else may write to it."""
    function = name.replace("-", "_")
    file = folder / f"{stem or function}.py"
    file.write_text(text if text is not None else SCRIPT.format(name=name, word=word, function=function))
    file.chmod(0o600)
    return file
