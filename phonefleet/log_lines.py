"""How a log line looks: one record, one line; what others sent cannot begin a new one, nor colour a terminal."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from phonefleet.masking import MASK, hidden
from phonefleet.text import printable

_INDENT = "    "


class OneLine(logging.Formatter):
    """Escapes control characters, hides secrets, and indents tracebacks: none of their lines looks like a record."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        message_breaks = record.getMessage().count("\n")
        lines = super().format(record).split("\n")
        head, rest = "\\n".join(lines[: message_breaks + 1]), lines[message_breaks + 1 :]
        return self._safe("\n".join([printable(head), *(_INDENT + printable(line) for line in rest)]))

    def _safe(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return hidden(text)
