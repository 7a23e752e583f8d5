"""Reads single keys from the terminal, without Enter and without echo."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def pressed_keys() -> Generator[Callable[[], str]]:
        """Yield what returns the keys that were pressed since it was called last."""

        def pressed() -> str:
            keys = ""
            while msvcrt.kbhit():
                keys += msvcrt.getwch()
            return keys

        yield pressed

else:
    import select
    import termios
    import tty

    @contextmanager
    def pressed_keys() -> Generator[Callable[[], str]]:
        """Yield what returns the keys that were pressed since it was called last; none where there is no terminal."""
        terminal = sys.stdin.fileno()
        if not os.isatty(terminal):
            yield str
            return

        def pressed() -> str:
            ready, _, _ = select.select([terminal], [], [], 0)
            return os.read(terminal, 64).decode(errors="replace") if ready else ""

        before = termios.tcgetattr(terminal)
        tty.setcbreak(terminal)
        try:
            yield pressed
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
