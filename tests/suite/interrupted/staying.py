"""What a test does that is to be interrupted."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def stay(name: str) -> None:
    """Write down in the folder `READY` that everything runs, and wait for ever."""
    Path(os.environ["READY"], name).touch()
    threading.Event().wait()
