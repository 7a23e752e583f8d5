"""The texts that scripts write: which one comes next, what stands in it, and who wrote it.

Nothing here knows phones, Prefect or the ledger.
"""

from __future__ import annotations

from phonefleet.texts.choosing import compose, with_emoji

__all__ = ["compose", "with_emoji"]
