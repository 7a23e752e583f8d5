"""Pictures and videos on this computer: what they are, which ones a request may name, and the library of them."""

from __future__ import annotations

from phonefleet.media.folders import MediaFolders
from phonefleet.media.kinds import MediaFile, MediaKind, MediaRefused, inspect

__all__ = ["MediaFile", "MediaFolders", "MediaKind", "MediaRefused", "inspect"]
