"""Keeping network phones connected: adb forgets them when its server or their network was away."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from phonefleet.clock import Clock, StopSignal
from phonefleet.device import link
from phonefleet.device.transport import FastAdbClient
from phonefleet.errors import PhonefleetError

_log = logging.getLogger(__name__)
_ROUND = timedelta(milliseconds=500)
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_CONNECTORS = 8


@dataclass(slots=True)
class _Address:
    """One address: how often in a row it was tried, when it is due (monotonic seconds), whether a try runs."""

    tries: int = 0
    due: float = 0.0
    trying: bool = False


class Keeper:
    """Reconnects every address that adb does not have online, waiting longer after each failure.

    `state_of` tells adb's word for a serial, None where adb does not list it.
    """

    def __init__(
        self, client: FastAdbClient, addresses: Iterable[str], state_of: Callable[[str], str | None], clock: Clock
    ) -> None:
        self._client, self._state_of, self._clock = client, state_of, clock
        self._addresses = {address: _Address() for address in addresses}
        self._random = random.Random()  # noqa: S311 - spreads reconnections, no secrets

    def keep(self, serial: str) -> None:
        """Keep this one too, if it is an address; it is online now."""
        if link.is_address(serial):
            self._addresses[serial] = _Address()

    def run(self, stop: StopSignal) -> None:
        """Reconnect until asked to stop."""
        with ThreadPoolExecutor(_CONNECTORS, thread_name_prefix="adb-connect") as pool:
            while stop.reason is None:
                self._round(pool)
                stop.wait(_ROUND)

    def _round(self, pool: ThreadPoolExecutor) -> None:
        now = self._clock.monotonic()
        for serial, address in list(self._addresses.items()):
            state = self._state_of(serial)
            if state in {"device", "unauthorized", "authorizing"} or address.trying or address.due > now:
                continue
            address.trying = True
            pool.submit(self._try, serial, address)

    def _try(self, serial: str, address: _Address) -> None:
        try:
            link.reconnect(self._client, serial)
        except PhonefleetError as error:
            _log.warning("%s", error)
        finally:
            longest = min(_FIRST_WAIT * 2**address.tries, _LONGEST_WAIT)
            address.tries = min(address.tries + 1, 10)
            address.due = self._clock.monotonic() + self._random.uniform(longest / 2, longest)
            address.trying = False
