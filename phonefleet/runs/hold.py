"""The hold of a run: for how long the lane that has it may touch the phone without asking the ledger again.

The ledger gives a hold for `HELD_FOR`, and no other host gets the phone before that is over. The lane reckons with
`TOUCHES_FOR`, so that a call that has begun is over by then, too. It does not know flow runs, phones or hosts.

    asked = hold.now()
    ...  # the ledger extends the hold
    hold.renewed(asked)
    hold.await_renewal()  # before each call to the phone
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from phonefleet.clock import Clock
from phonefleet.errors import HoldUnsure
from phonefleet.patience import Patience

HELD_FOR: Final = timedelta(seconds=60)
"""How long a lane holds a run after it last said so; a killed worker says no more, and then the hold ends."""
LONGEST_TOUCH: Final = timedelta(seconds=20)
"""How long a call to a phone may take."""
TOUCHES_FOR: Final = HELD_FOR - LONGEST_TOUCH
"""How long a lane may begin calls to its phone after the ledger was last asked."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant on two clocks: `monotonic`, in seconds, stands still while the computer sleeps; `time` may be set."""

    monotonic: float
    time: datetime


class Hold:
    """The hold of one run; it begins when the ledger has first given it, and nothing is awaited before."""

    def __init__(self, clock: Clock, patience: Patience) -> None:
        self._clock = clock
        self._patience = patience
        self._asked: Moment | None = None

    @property
    def has_begun(self) -> bool:
        """Whether the ledger has given it."""
        return self._asked is not None

    @property
    def is_sure(self) -> bool:
        """Whether no other host can have the phone now."""
        asked, now = self._asked, self.now()
        if asked is None:
            return True
        longest = TOUCHES_FOR.total_seconds()
        return now.monotonic - asked.monotonic < longest and now.time - asked.time < TOUCHES_FOR

    def now(self) -> Moment:
        """Return the present instant."""
        return Moment(self._clock.monotonic(), self._clock.now())

    def renewed(self, asked: Moment) -> None:
        """Take note that the ledger has extended the hold, when it was asked at an instant. Thread-safe."""
        self._asked = asked

    def await_renewal(self) -> bool:
        """Wait until the hold is sure; tell whether that had to be waited for. Raises `Interrupted` when stopped."""
        if self.is_sure:
            return False
        self._patience.outlast(self._require)
        return True

    def _require(self) -> None:
        if not self.is_sure:
            raise HoldUnsure
