"""Write the exact versions of the resolved environment to `[tool.uv] constraint-dependencies` in pyproject.toml.

A lock file would record where each file was downloaded from; this records names, versions and markers only.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
BLOCK = re.compile(r"constraint-dependencies = \[.*?\n?\]", re.DOTALL)


def main() -> None:
    """Resolve afresh without the old pins, then write the new ones."""
    text = PYPROJECT.read_text()
    PYPROJECT.write_text(BLOCK.sub("constraint-dependencies = []", text))
    exported = subprocess.run(
        ["uv", "export", "--all-groups", "--no-hashes", "--no-annotate", "--no-header", "--no-emit-project"],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    pins = sorted(line.strip() for line in exported.splitlines() if "==" in line)
    lines = "".join(f"    {quoted(pin)},\n" for pin in pins)
    PYPROJECT.write_text(BLOCK.sub(lambda _: f"constraint-dependencies = [\n{lines}]", PYPROJECT.read_text()))


def quoted(pin: str) -> str:
    """Return a TOML string; markers hold single quotes only."""
    return f'"{pin}"'


if __name__ == "__main__":
    main()
