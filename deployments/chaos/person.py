"""The person who looks after a fleet while it is struck: ends holds and quarantines once their reason is over."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, Self

from deployments.chaos.watching import Board
from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.words import tr

_EVERY: Final = 1.0


class Person:
    """Comes by every second; `tell` gets a line for each call. A context manager that closes its client."""

    def __init__(self, client: Client, board: Board, tell: Callable[[str], None]) -> None:
        self._client = client
        self._board = board
        self._tell = tell
        self._came = -_EVERY
        self._known: set[tuple[int, str]] = set()
        self.calls: list[tuple[int, float, str]] = []
        """The phones that called, each with when and why."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def come_by(self, ill: Collection[int | None]) -> None:
        """Release what waits for a person, but for phones that are `ill` still."""
        if self._board.now() - self._came < _EVERY:
            return
        self._came = self._board.now()
        try:
            self._release_accounts(ill)
            self._release_phones(ill)
        except (ApiError, ApiUnreachable):
            return  # it is away just now, and asked again in a second

    def _release_accounts(self, ill: Collection[int | None]) -> None:
        for account in list(self._client.iter_accounts(held=True)):
            if self._note(account["device"], account["hold_reason"] or "") not in ill:
                self._client.release_account(account["id"])

    def _release_phones(self, ill: Collection[int | None]) -> None:
        for device in list(self._client.iter_devices(state="quarantined")):
            if device["quarantined_by"] != "person":
                continue
            if self._note(device["serial"], device["quarantine_reason"] or "") not in ill:
                self._client.release_device(device["serial"])

    def _note(self, serial: str, why: str) -> int:
        """Keep that a phone calls; return its number."""
        number = self._board.phones.get(serial, 0)
        if (number, why) not in self._known:
            self._known.add((number, why))
            self.calls.append((number, self._board.now(), why))
            told = tr("phone {number} calls a person: {why}", number=number, why=why)
            self._tell(f"{self._board.now():7.1f} s  {told}")
        return number
