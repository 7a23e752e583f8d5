"""Strikes the faults of a plan when they are due, and ends them when they have lasted as long as they should."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from deployments.chaos.kinds import Strikable
from deployments.chaos.plan import Fault, Plan
from deployments.chaos.timeline import Strike
from deployments.chaos.watching import Board
from phonefleet.errors import Permanent, Transient
from phonefleet.words import tr

_A_LOOK: Final = 1.0
"""Seconds within which the board has looked at all phones once."""
_PATIENCE: Final = 120.0
"""Seconds after which what is to be struck counts as never coming back."""


@dataclass(slots=True)
class _Going:
    """A fault that has struck; `over` is when it was ended, `ordered` how many of its kind wait at that phone."""

    fault: Fault
    at: float
    ordered: int
    met: float | None = None
    over: float | None = None

    @property
    def waits(self) -> bool:
        """Whether the phone has not met it yet."""
        return self.fault.of.waits is not None and self.met is None and self.over is None

    def is_due(self, now: float, *, idle: bool) -> bool:
        """Tell whether it has lasted long enough; what was never met ends when no phone works any more."""
        lasts = self.fault.duration.total_seconds()
        if self.waits:
            return idle and now >= self.at + lasts + _A_LOOK
        return now >= (self.at if self.met is None else self.met) + lasts


class Striking:
    """The faults of a plan on a fleet; `tell` gets a line for each."""

    def __init__(self, plan: Plan, fleet: Strikable, board: Board, tell: Callable[[str], None]) -> None:
        self._fleet = fleet
        self._board = board
        self._tell = tell
        self._left = sorted(plan.faults, key=lambda fault: (fault.after, fault.delay))
        self._due: dict[int, float] = {}
        self._going: list[_Going] = []
        self.moved = 0.0
        """When a fault last began or ended."""

    @property
    def over(self) -> bool:
        """Whether all have struck and ended."""
        return not self._left and not self._open()

    @property
    def moving(self) -> bool:
        """Whether something will happen without any task coming to its end."""
        return bool(self._due) or any(not going.waits for going in self._open())

    @property
    def called_for(self) -> Collection[int | None]:
        """The phones on which a fault lasts that only a person ends."""
        return {going.fault.phone for going in self._open() if going.fault.of.calls_person and not going.waits}

    def turn(self, *, idle: bool) -> None:
        """Strike and end what is due; `idle` tells that no task is left at work.

        Raises:
            Permanent: what is to be struck has not come back for minutes.

        """
        self._strike_due()
        self._note_met()
        for going in self._open():
            if going.is_due(self._board.now(), idle=idle and not self._left):
                self._end(going)

    def end_all(self) -> None:
        """End all that last."""
        for going in self._open():
            self._end(going)

    def strikes(self, end: float) -> list[Strike]:
        """Return what has struck; what was not ended ends with the run."""
        return [
            Strike(going.fault, going.at, end if going.over is None else going.over, going.met) for going in self._going
        ]

    def _open(self) -> list[_Going]:
        return [going for going in self._going if going.over is None]

    def _strike_due(self) -> None:
        ended, now = len(self._board.ended), self._board.now()
        for fault in [one for one in self._left if one.after <= ended]:
            due = self._due.setdefault(id(fault), now + fault.delay.total_seconds())
            if now >= due and self._strike(fault, due):
                self._left.remove(fault)
                del self._due[id(fault)]

    def _strike(self, fault: Fault, due: float) -> bool:
        """Strike; False if that is not possible just now, since what is to be struck is away."""
        waiting, at = self._waiting(fault), self._board.now()
        try:
            fault.of.begin(self._fleet, fault)
        except Transient as error:
            if at - due > _PATIENCE:
                raise Permanent(tr("{fault}: not possible, {error}", fault=fault.told, error=error)) from error
            return False
        lasting = fault.of.lasts is not None or fault.of.waits is not None
        self._going.append(_Going(fault, at, waiting + 1, over=None if lasting else at))
        self.moved = at
        self._tell(f"{at:7.1f} s  {fault.told}")
        return True

    def _waiting(self, fault: Fault) -> int:
        ordered = self._board.waiting.get(fault.phone or 0)
        return 0 if ordered is None else ordered[fault.of.waits or ""]

    def _note_met(self) -> None:
        """Note what phones have met since: what was ordered first strikes first."""
        now = self._board.now()
        for going in self._open():
            if going.waits and now - going.at > _A_LOOK and self._waiting(going.fault) < going.ordered:
                going.met = self.moved = now

    def _end(self, going: _Going) -> None:
        try:
            going.fault.of.end(self._fleet, going.fault)
        except Transient:
            return
        going.over = self.moved = self._board.now()
        if going.fault.of.lasts is not None:
            self._tell(f"{going.over:7.1f} s  {tr('over: {fault}', fault=going.fault.told)}")
