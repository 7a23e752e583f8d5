"""Notices hosts that are lost: their phones count as absent until their workers are heard again."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Never

from api.loops.threads import in_thread
from phonefleet.clock import Clock
from phonefleet.errors import Outage
from phonefleet.joined_hosts import AWAY_AFTER
from phonefleet.ledger import Ledger
from phonefleet.loops import Survives, every, sleep

_LOOK = timedelta(seconds=5)
_log = logging.getLogger(__name__)
_SURVIVES = Survives((Outage,))


class HostWatch:
    """Looks every few seconds whether nothing is heard of a host any more.

    await HostWatch(ledger, clock).run()
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def run(self) -> Never:
        """Look until cancelled; hosts that could not be heard while this process was away get time to call first."""
        await sleep(AWAY_AFTER)
        await every(_LOOK, self.look, "Hosts that are lost are not noticed", _SURVIVES)

    async def look(self) -> None:
        """Mark the hosts as away that nothing was heard of for a while."""
        for host in await in_thread(self._ledger.hosts.lose, self._clock.now()):
            _log.warning("nothing is heard of the host %s: its phones count as absent until it is back", host.name)
