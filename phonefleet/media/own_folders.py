"""Folders by account: in the folder of a request, `@username` has what that account publishes.

Besides pictures and videos it may hold `caption.txt` with captions, written as the field `caption_format` says, and
`sound_names.txt` and `sound_urls.txt` with a sound a line. What it does not hold, the request says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from phonefleet.media.folders import MediaFolders
from phonefleet.media.kinds import MediaRefused
from phonefleet.scripts.fields import is_address, sound
from phonefleet.scripts.post import PostConfig
from phonefleet.text import bare_name
from phonefleet.words import say

_CAPTIONS: Final = "caption.txt"
_SOUND_NAMES: Final = "sound_names.txt"
_SOUND_ADDRESSES: Final = "sound_urls.txt"
_LARGEST: Final = 1_000_000
"""In bytes, of a text."""


class SoundUnnamed(MediaRefused):
    """A sound of a certain name is wanted, and neither the request nor the account's folder names one."""


@dataclass(frozen=True, slots=True)
class OwnMaterial:
    """What a request means for one account; `sounds` are names or addresses of which a post gets one.

    With `is_own` its material comes from the account's own folder.
    """

    config: PostConfig
    sounds: Sequence[str] = ()
    is_own: bool = False

    def with_sound(self, chosen: str) -> PostConfig:
        """Return the configuration with one of the sounds."""
        return self.config.model_copy(update={"sound_name": chosen, "custom_sound_keyword": ""})


def is_by_account(config: PostConfig, folders: MediaFolders) -> bool:
    """Tell whether the folder of a request holds folders by account. Raises `MediaRefused` as `MediaFolders` does."""
    return _takes_folder(config) and next(_own_folders(folders.find(config.material_path)), None) is not None


def material_of(config: PostConfig, account: str | None, folders: MediaFolders) -> OwnMaterial:
    """Return what a request means for an account.

    Raises:
        MediaRefused: there are folders by account and none for this one, or a text in it cannot be read.
        SoundUnnamed: a sound is wanted that nothing names.

    """
    meant = OwnMaterial(config)
    if is_by_account(config, folders):
        meant = _own(config, _folder_of(config, account, folders), folders)
    if meant.config.wants_named_sound and not meant.config.named_sound and not meant.sounds:
        message = say(
            "media.custom_sound_keyword_must_name",
            "or custom_sound_keyword must name a sound, or {sound_names} in the folder of the account",
            sound_names=_SOUND_NAMES,
        )
        raise SoundUnnamed(message)
    return meant


def _takes_folder(config: PostConfig) -> bool:
    return not config.material_list and config.material_source == "localFolder"


def _own_folders(folder: Path) -> Iterator[Path]:
    inside = folder.iterdir() if folder.is_dir() else ()
    return (path for path in inside if path.name.startswith("@") and path.is_dir())


def _find(folder: Path, account: str) -> Path | None:
    """Return the folder of an account, in whose name capital letters do not count."""
    exact = folder / f"@{account}"
    if exact.is_dir():
        return exact
    named = (path for path in _own_folders(folder) if bare_name(path.name).casefold() == account.casefold())
    return next(named, None)


def _folder_of(config: PostConfig, account: str | None, folders: MediaFolders) -> Path:
    own = _find(folders.find(config.material_path), bare_name(account)) if account else None
    if own is None:
        whose = (
            say("media.none", "none is for @{account}", account=bare_name(account))
            if account
            else say("media.nobody_knows_account", "nobody knows which account it is for")
        )
        message = say(
            "media.folder_holds_folders_account",
            "the folder {material_path} holds folders by account, and {whose}",
            material_path=config.material_path,
            whose=whose,
        )
        raise MediaRefused(message)
    return folders.find(str(own))


def _own(config: PostConfig, folder: Path, folders: MediaFolders) -> OwnMaterial:
    changes: dict[str, object] = {"material_path": str(folder), "reuse": config.reuse or "never"}
    if text := _text(folder / _CAPTIONS, folders):
        changes["captions"] = _captions(config, text, folder)
    addresses, names = (_sounds(folder / name, folders) for name in (_SOUND_ADDRESSES, _SOUND_NAMES))
    if wrong := next((line for line in addresses if not is_address(line)), None):
        raise _unfit(folder / _SOUND_ADDRESSES, say("media.no_address", "{wrong!r} is no address", wrong=wrong[:100]))
    own = OwnMaterial(config.model_copy(update=changes), is_own=True)
    return replace(own, sounds=addresses or names) if config.wants_named_sound else own


def _captions(config: PostConfig, text: str, folder: Path) -> tuple[str, ...]:
    try:
        return PostConfig.model_validate({"caption_format": config.caption_format, "captions": text}).captions
    except ValidationError as error:
        [first, *_] = error.errors(include_url=False)
        raise _unfit(folder / _CAPTIONS, str(first.get("ctx", {}).get("error", first["msg"]))) from error


def _sounds(path: Path, folders: MediaFolders) -> list[str]:
    lines = [line.strip() for line in _text(path, folders).splitlines() if line.strip()]
    try:
        return [sound(line) for line in lines]
    except ValueError as error:
        raise _unfit(path, str(error)) from error


def _text(path: Path, folders: MediaFolders) -> str:
    """Return what a text holds, "" where there is none."""
    if not path.is_file():
        return ""
    found = folders.find(str(path))
    try:
        if found.stat().st_size > _LARGEST:
            raise _unfit(path, say("media.more_than_bytes", "has more than {largest} bytes", largest=_LARGEST))
        return found.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise _unfit(path, say("media.no_text_utf_8", "is no text in UTF-8")) from error
    except OSError as error:
        raise _unfit(path, say("media.cannot_read_2", "cannot be read: {strerror}", strerror=error.strerror)) from error


def _unfit(path: Path, why: str) -> MediaRefused:
    return MediaRefused(f"{path.parent.name}/{path.name}: {why}")
