"""Runs a saved command on a phone. What a command does is not known here, so it is never run twice by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from phonefleet.device.phone import Phone
from phonefleet.device_actions.saved_commands import SavedCommand
from phonefleet.errors import DeviceFrozen, LinkLost, OutcomeUnknown, Permanent
from phonefleet.text import printable
from phonefleet.words import say

_MOST: Final = 1000
"""How much of its output is kept, in characters: its end, where commands say how it went."""

DONE: Final = "done"
NOTHING: Final = say("device_actions.said_nothing", "nothing")


@dataclass(slots=True)
class RunCommand:
    """Runs a saved command once and keeps the end of what it said."""

    command: SavedCommand
    said: str = field(default="", init=False)
    ended: bool = field(default=False, init=False)

    @property
    def repeatable(self) -> bool:
        """Only if its owner says so."""
        return self.command.repeatable

    @property
    def within(self) -> timedelta:
        """What it did is known when it ends."""
        return timedelta()

    @property
    def settles(self) -> timedelta:
        """One that is repeatable may be run again at once."""
        return timedelta()

    def look(self, phone: Phone) -> str:
        """Return "done" once it has run in this process; the phone cannot tell."""
        del phone
        return DONE if self.ended else "not seen"

    def is_done(self, before: str, now: str) -> bool:
        """Tell whether it has run."""
        del before
        return now == DONE

    def act(self, phone: Phone) -> None:
        """Run it, each argument quoted.

        Raises:
            Permanent: it ended with another exit code than 0; the message has the end of its output.
            OutcomeUnknown: the link broke or its time was up before it had ended.

        """
        try:
            output, code = phone.attempt(list(self.command.run), self.command.timeout)
        except (LinkLost, DeviceFrozen) as error:
            if self.command.repeatable:
                raise
            message = say(
                "device_actions.may_have_run",
                "{command} may have run, or run still ({error}): look before it is asked again",
                command=self.command.name,
                error=error.message,
            )
            raise OutcomeUnknown(message) from error
        self.said, self.ended = printable(output.strip()[-_MOST:]), True
        if code:
            message = say(
                "device_actions.ended_with",
                "{command} ended with exit code {code} and said: {said}",
                command=self.command.name,
                code=code,
                said=self.said or NOTHING,
            )
            raise Permanent(message)

    def told(self, before: str, now: str) -> str:
        """Return the end of what it said."""
        del before, now
        return self.said or say("device_actions.ended_well", "it ended with exit code 0 and said nothing")

    def failed(self, before: str, now: str | None) -> str:
        """Never asked for: it ends with a look that says done, or with an error."""
        del before, now
        return say("device_actions.has_not_run", "{command} has not run", command=self.command.name)
