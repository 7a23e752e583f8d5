"""Reconnects network phones with backoff: adb forgets them when its server restarts or their network was away.

An address that adb cannot reach is removed from adb's list and retried from here, because it would delay adb's
reconnections of other phones (see `phonefleet.device.adb.link`).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from phonefleet.clock import Clock
from phonefleet.device.adb import link
from phonefleet.device.adb.addresses import as_listed, is_address
from phonefleet.device.adb.advice import advice_for
from phonefleet.device.adb.device_list import ListedDevice
from phonefleet.device.adb.probe import Answer
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.errors import PhonefleetError

_log = logging.getLogger(__name__)
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_FOREIGN_WAIT: Final = timedelta(seconds=12)
"""How long an address that another program added may be offline before we reconnect it; `adb connect` needs 10 s."""
_CONNECTORS: Final = 64
"""How many addresses are tried concurrently; one that does not answer takes seconds."""
_FORCED: Final = 8
"""Every 8th try of an address that we cannot reach is made by adb all the same, which may see other networks."""
_GONE: Final = frozenset({None, "offline"})


@dataclass(slots=True)
class _Address:
    """One address: failed tries in a row, when the next is due (monotonic seconds), whether one is running.

    `ours` is False for one that another program has added and that was never online. `answer` is the last probe's.
    """

    tries: int = 0
    due: float = 0.0
    trying: bool = False
    ours: bool = True
    answer: Answer | None = None


class Reconnector:
    """Reconnects every address that adb does not have online, with growing waits (0.5 s to 30 s, randomized).

    `state_of` returns adb's state of a name, None if adb does not list it. `on_answer` is called, in any thread, with
    the result of a probe of an address that does not answer as a phone does.
    """

    def __init__(
        self,
        client: FastAdbClient,
        addresses: Iterable[str],
        state_of: Callable[[str], str | None],
        on_answer: Callable[[str, Answer], None],
        clock: Clock,
    ) -> None:
        self._client, self._state_of, self._on_answer, self._clock = client, state_of, on_answer, clock
        self._addresses = {as_listed(address): _Address() for address in addresses}
        self._pool = ThreadPoolExecutor(_CONNECTORS, thread_name_prefix="adb-connect")
        self._random = random.Random()  # noqa: S311 - spreads reconnections, no secrets

    def keep(self, name: str) -> None:
        """Add a name that is online now, if it is an address, or reset its backoff."""
        if is_address(name):
            self._addresses[name] = _Address()

    def keeps(self, name: str) -> bool:
        """Tell whether this address is reconnected when it is lost."""
        address = self._addresses.get(name)
        return address is not None and address.ours

    def answer(self, name: str) -> Answer | None:
        """Return the result of the last probe of an address; None if it was not probed since it was online."""
        address = self._addresses.get(name)
        return None if address is None else address.answer

    def lost(self, name: str) -> None:
        """Reconnect an address that went offline: at once if it is ours, before adb's own thread tries it."""
        if not is_address(name):
            return
        address = self._addresses.get(name)
        if address is None:
            due = self._clock.monotonic() + _FOREIGN_WAIT.total_seconds()
            self._addresses[name] = _Address(due=due, ours=False)
        elif address.ours and address.tries == 0:
            self._begin(name, address)

    def run_due(self) -> None:
        """Start the tries that are due."""
        now = self._clock.monotonic()
        for name, address in list(self._addresses.items()):
            word = self._state_of(name)
            if word is None and not address.ours:
                del self._addresses[name]  # the program that added it has removed it
            elif word in _GONE and address.due <= now:
                self._begin(name, address)

    def close(self) -> None:
        """Start no more tries; running ones end by themselves, within seconds."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, name: str, address: _Address) -> None:
        if not address.trying:
            address.trying = address.ours = True
            with suppress(RuntimeError):  # closed meanwhile
                self._pool.submit(self._try, name, address)

    def _try(self, name: str, address: _Address) -> None:
        address.tries += 1
        try:
            self._record_answer(name, address, link.reconnect(self._client, name, forced=address.tries % _FORCED == 0))
        except PhonefleetError as error:
            self._warn(address, str(error))
        finally:
            longest = min(_FIRST_WAIT * 2 ** min(address.tries - 1, 10), _LONGEST_WAIT)
            address.due = self._clock.monotonic() + self._random.uniform(longest / 2, longest)
            address.trying = False

    def _record_answer(self, name: str, address: _Address, answer: Answer | None) -> None:
        """Store the result of a probe; log it if it is new, and ever more rarely after that."""
        before, address.answer = address.answer, None if answer == "answers" else answer
        if address.answer is None or answer is None:
            return
        self._warn(
            address, f"{name} cannot be connected to: {advice_for(ListedDevice(name, 'offline'), answer)}", before
        )
        self._on_answer(name, answer)

    def _warn(self, address: _Address, message: str, before: Answer | None = None) -> None:
        is_news = before is not None and before != address.answer
        rare = address.tries & (address.tries - 1) == 0  # the 1st, 2nd, 4th, 8th, … try in a row
        _log.log(logging.WARNING if is_news or rare else logging.DEBUG, "%s", message)
