"""docs/api.md and the types of the client's answers say what the API says of itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_about_the_api_and_the_types_of_its_answers_are_up_to_date() -> None:
    checked = subprocess.run([sys.executable, ROOT / ".ci" / "document.py", "--check"], check=False)
    assert checked.returncode == 0, "run: just docs"
