"""What people wrote to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from virtual_phones.world.events import Event
from virtual_phones.world.part import Happen


@dataclass(frozen=True, slots=True)
class Message:
    """A message: a text, or else the card of a profile."""

    sender: str
    recipient: str
    at: datetime
    text: str = ""
    card: str = ""


class Messages:
    """All conversations, each between two accounts."""

    def __init__(self, happen: Happen) -> None:
        self._happen = happen
        self._threads: dict[frozenset[str], list[Message]] = {}
        self._partners: dict[str, dict[str, None]] = {}

    def apply(self, event: Event) -> None:
        """Take note of a message or a profile card."""
        match event.kind, event.values:
            case "message", (sender, recipient, text):
                self._note(Message(sender, recipient, event.at, text=text))
            case "profile_card", (sender, recipient, profile):
                self._note(Message(sender, recipient, event.at, card=profile))
            case _:
                pass

    def thread(self, one: str, other: str) -> Sequence[Message]:
        """Return what two accounts wrote to each other, oldest first."""
        return self._threads.get(frozenset((one, other)), [])

    def partners(self, username: str) -> list[str]:
        """Return with whom an account has written, the latest conversation first."""
        return list(reversed(self._partners.get(username, {})))

    def send(self, sender: str, recipient: str, text: str) -> None:
        """Let one account write to another."""
        self._happen("message", sender, recipient, text)

    def send_card(self, sender: str, recipient: str, profile: str) -> None:
        """Let one account send another the card of a profile."""
        self._happen("profile_card", sender, recipient, profile)

    def _note(self, message: Message) -> None:
        pair = message.sender, message.recipient
        self._threads.setdefault(frozenset(pair), []).append(message)
        for one, other in (pair, pair[::-1]):
            partners = self._partners.setdefault(one, {})
            partners.pop(other, None)
            partners[other] = None
