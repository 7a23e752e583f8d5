"""Stores encrypted secrets by reference. The ledger has no key: only `phonefleet.vault` can decrypt them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.texts import SecretRow


class Secrets:
    """The secrets of the ledger."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def keep(self, reference: str, ciphertext: bytes, at: datetime) -> None:
        """Store an encrypted secret, unless the reference has one already."""
        new = insert(SecretRow).values(reference=reference, ciphertext=ciphertext, created_at=at)
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_nothing())

    def find(self, reference: str) -> bytes | None:
        """Return an encrypted secret, or None when there is none with this reference."""
        with self._sessions() as session:
            return session.scalar(select(SecretRow.ciphertext).where(SecretRow.reference == reference))

    def opened(self, task_id: int, reference: str, unseal: Callable[[bytes], str]) -> str | None:  # noqa: ARG002
        """Return a secret that a task's configuration refers to, None when there is none; `unseal` decrypts it.

        The worker of a joined host has no key: there the main host decrypts, for tasks of that host's phones only.
        """
        sealed = self.find(reference)
        return None if sealed is None else unseal(sealed)
