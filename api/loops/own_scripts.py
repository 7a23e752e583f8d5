"""Reads own scripts when they have changed, so that no request waits for it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Never

from api.loops.threads import in_thread
from phonefleet.loops import Survives, every
from phonefleet.own_scripts.scripts import Scripts

_EVERY = timedelta(seconds=1)
_SURVIVES = Survives((OSError,), logging.WARNING, timedelta(seconds=30))


class OwnScriptWatch:
    """Looks at the folder of own scripts periodically."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def run(self) -> Never:
        """Look until cancelled."""
        await every(_EVERY, lambda: in_thread(self._scripts.look), "Own scripts cannot be looked at", _SURVIVES)
