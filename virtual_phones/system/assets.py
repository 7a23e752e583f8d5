"""The file that uiautomator2 would push to each phone, read once and shared by all of them."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

SERVER_JAR = "/data/local/tmp/u2.jar"


@cache
def server_jar() -> bytes | None:
    """Return the `u2.jar` of the installed uiautomator2, which is not imported; None when there is none."""
    spec = importlib.util.find_spec("uiautomator2")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        jar = Path(folder) / "assets" / "u2.jar"
        if jar.is_file():
            return jar.read_bytes()
    return None
