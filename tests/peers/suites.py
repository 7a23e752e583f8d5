"""What is run against a virtual phone, and how: other people's suites, and programs that use their libraries."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

HERE = Path(__file__).parent
_LONGEST_REASON = 160
_NOT_MEANT = "not supported in legacy robot mode"
"""What mobile-mcp says itself of some tools when it calls adb without its own program."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one test ended: `passed`, `failed` or `skipped`, with the first words of the reason."""

    name: str
    ended: str
    why: str = ""


def run_pytest(tests: Path, results: Path, environment: Mapping[str, str], *options: str) -> list[Outcome]:
    """Run a suite of pytest in a process of its own, without our configuration."""
    plugins = ["-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "--timeout", "120"]
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", str(tests), "-q", "--tb=line", *plugins]
    subprocess.run(
        [*command, "--junitxml", str(results), *options, str(tests)],
        cwd=tests, env={**environment, "PYTHONPATH": str(HERE)}, check=False, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return list(_cases(results))


def _cases(results: Path) -> Iterator[Outcome]:
    for case in ET.parse(results).iter("testcase"):  # noqa: S314 - pytest wrote it a moment ago
        name = f"{case.get('classname', '')}::{case.get('name', '')}"
        trouble = next((child for child in case if child.tag in {"failure", "error", "skipped"}), None)
        if trouble is None:
            yield Outcome(name, "passed")
        else:
            ended = "skipped" if trouble.tag == "skipped" else "failed"
            yield Outcome(name, ended, _short(trouble.get("message") or ""))


def run_program(program: Path, environment: Mapping[str, str]) -> list[Outcome]:
    """Run a program of `programs/`, which prints a line of JSON for each check."""
    done = subprocess.run(
        ["node", str(program)],
        cwd=program.parent, env=dict(environment), check=False, capture_output=True, text=True,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"name"')]
    if not lines:
        return [Outcome(program.stem, "failed", _short(done.stderr or done.stdout))]
    return [_check(json.loads(line)) for line in lines]


def _check(said: Mapping[str, str | bool]) -> Outcome:
    why = str(said["why"])
    ended = "passed" if said["ok"] else "skipped" if _NOT_MEANT in why else "failed"
    return Outcome(str(said["name"]), ended, _short(why))


def _short(reason: str) -> str:
    words = re.sub(r"\s+", " ", reason).strip()
    return words if len(words) <= _LONGEST_REASON else words[: _LONGEST_REASON - 1] + "…"
