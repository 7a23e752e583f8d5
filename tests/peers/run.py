"""Runs other people's suites and libraries against virtual phones and prints a table: `python -m tests.peers.run`.

It installs the pinned packages in a temporary folder and is no part of the tests of Phonefleet.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.peers import lab
from tests.peers.suites import HERE, Outcome, run_program, run_pytest

_NPM: dict[str, str] = json.loads((HERE / "package.json").read_text())["dependencies"]


@dataclass(frozen=True, slots=True)
class Suite:
    """A row of the table."""

    name: str
    version: str
    run: Callable[[Path, dict[str, str]], list[Outcome]]


def suites(checkout: Path | None) -> Iterator[Suite]:
    """Yield all suites; those of uiautomator2 only with a checkout of its repository."""
    yield Suite("adbutils, e2etests", lab.ADBUTILS, _adbutils)
    if checkout is not None:
        for folder in ("demo_tests", "mobile_tests"):
            yield Suite(f"uiautomator2, {folder}", "3.7.1", _of_checkout(checkout / folder))
    yield Suite("@devicefarmer/adbkit", _NPM["@devicefarmer/adbkit"], _program("adbkit"))
    yield Suite("@yume-chan/adb", _NPM["@yume-chan/adb"], _program("yume"))
    yield Suite("appium-adb", _NPM["appium-adb"], _program("appium"))
    yield Suite("@mobilenext/mobile-mcp", _NPM["@mobilenext/mobile-mcp"], _program("mobile-mcp"))
    legacy = _program("mobile-mcp", MOBILEMCP_LEGACY_ROBOT="1")
    yield Suite("@mobilenext/mobile-mcp, by adb", _NPM["@mobilenext/mobile-mcp"], legacy)


def _adbutils(folder: Path, environment: dict[str, str]) -> list[Outcome]:
    return run_pytest(lab.fetch_adbutils_suite(folder), folder / "adbutils.xml", environment, "-p", "ports")


def _of_checkout(tests: Path) -> Callable[[Path, dict[str, str]], list[Outcome]]:
    return lambda folder, environment: run_pytest(tests, folder / f"{tests.name}.xml", environment)


def _program(name: str, **more: str) -> Callable[[Path, dict[str, str]], list[Outcome]]:
    return lambda folder, environment: run_program(folder / f"{name}.mjs", {**environment, **more})


def main() -> None:
    """Run what was asked for; each suite gets phones and an adb server of its own."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        lab.install_packages(folder)
        lab.lay_sdk(folder)
        print("| suite | version | passed | skipped | failed |\n|---|---|---|---|---|", flush=True)
        found = [(suite, _run(suite, folder)) for suite in suites(asked.uiautomator2) if asked.only in suite.name]
        for suite, outcomes in found:
            _explain(suite, outcomes)


def _run(suite: Suite, folder: Path) -> list[Outcome]:
    port = lab.free_port()
    with ExitStack() as stack:
        stack.enter_context(lab.adb_server(port))
        serials = stack.enter_context(lab.phones(port))
        outcomes = suite.run(folder, lab.environment(folder, port, serials))
    counts = Counter(outcome.ended for outcome in outcomes)
    figures = " | ".join(str(counts[ended]) for ended in ("passed", "skipped", "failed"))
    print(f"| {suite.name} | {suite.version} | {figures} |", flush=True)
    return outcomes


def _explain(suite: Suite, outcomes: list[Outcome]) -> None:
    """Print what did not pass, and why."""
    for outcome in outcomes:
        if outcome.ended != "passed":
            print(f"{suite.name}: {outcome.name} {outcome.ended}: {outcome.why}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uiautomator2", type=Path, metavar="CHECKOUT", help="a checkout of openatx/uiautomator2")
    parser.add_argument("--only", default="", metavar="WORD", help="only suites whose name has this word")
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help="where to install the packages, and keep them")
    return parser.parse_args()


if __name__ == "__main__":
    main()
