"""Which files of this computer a request may name: those in the configured folders, and nothing that leads out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from phonefleet.media.kinds import MediaRefused
from phonefleet.media.names import mounted, stored_as
from phonefleet.settings import Settings
from phonefleet.words import say

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class MediaFolders:
    """The library's folder, and those that the settings add.

    A relative path is meant from the library's; a file of the library may be named as it was added. Paths of Windows
    are looked for where Linux under Windows has them. `elsewhere` brings what is on another host: it returns where that
    is here, or None.
    """

    library: Path
    others: Sequence[Path] = ()
    elsewhere: Callable[[str], Path | None] | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the folders of an installation."""
        return cls(settings.media, [Path(mounted(str(folder))) for folder in settings.media_folders])

    def find(self, text: str) -> Path:
        """Return the real path that a request names, of a file or a folder.

        Raises:
            MediaRefused: it does not exist, or does not lie in a configured folder; which of the two, nobody is told.
                Or several files were added under this name.

        """
        if self.elsewhere is not None and (brought := self.elsewhere(text)) is not None:
            return brought
        given = Path(mounted(text))
        if text.strip() and "\x00" not in text and ".." not in given.parts:
            for root in (self.library, *self.others):
                if (found := _inside(root, given)) is not None:
                    return found
            if len(given.parts) == 1 and (added := self._added_as(text)) is not None:
                return added
        message = say(
            "media.does_not_exist_media_library",
            "{text!r} does not exist in the media library or a folder of PHONEFLEET_MEDIA_FOLDERS",
            text=text[:200],
        )
        raise MediaRefused(message)

    def _added_as(self, name: str) -> Path | None:
        found = stored_as(name, self.library)
        if len(found) > 1:
            message = say(
                "media.added_several_times_name_one",
                "{name!r} was added several times: name one of {found}",
                name=name,
                found=", ".join(path.name for path in found[:_SHOWN]),
            )
            raise MediaRefused(message)
        return _inside(self.library, Path(found[0].name)) if found else None


def _inside(root: Path, given: Path) -> Path | None:
    """Return the path with all links followed, if it exists and lies in the folder."""
    try:
        base = root.resolve(strict=True)
        found = (base / given).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    return found if found.is_relative_to(base) else None
