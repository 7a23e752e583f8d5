"""What a file is, by its content: names and declared types count for nothing."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

from phonefleet.errors import Permanent
from phonefleet.pictures import PictureTooLargeError, opened
from phonefleet.words import say

MediaKind = Literal["image", "video"]

_NAMED: dict[MediaKind, str] = {"image": say("media.picture", "a picture"), "video": say("media.video", "a video")}

_IMAGES: Final = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}
_QUICKTIME: Final = b"qt  "
_BRANDS: Final = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"3gp")
_UNREADABLE: Final = (
    OSError, SyntaxError, ValueError, struct.error,
)  # fmt: skip
_MOST_BOXES: Final = 10_000


class MediaRefused(Permanent):
    """The file cannot be published: it is no picture or video that apps take, or it is too large."""


class _Unfit(Exception):  # noqa: N818 - it completes a sentence that begins with the file's name
    """Why a file is not taken."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture or a video: `size` in bytes, `suffix` as its content wants it, such as ".jpg"."""

    path: Path
    kind: MediaKind
    media_type: str
    suffix: str
    size: int


def inspect(
    path: Path, largest: int, *, kind: MediaKind | None = None, name: str = "", whole: bool = True
) -> MediaFile:
    """Return what a file is; `largest` in bytes, `kind` what it is to be, `name` what a refusal calls it.

    Unless the `whole` file is wanted, a picture is only begun to be read: that is fast, and notices most damages.

    Raises:
        MediaRefused: it is missing, too large, broken, of another kind, or neither JPEG, PNG, WebP, MP4 nor MOV.

    """
    try:
        size = path.stat().st_size if path.is_file() else 0
        _check_size(size, largest)
        found, media_type, suffix = _video(path, size) or _image(path, whole=whole)
        _check_kind(found, kind)
    except _Unfit as error:
        message = say("media.file_is", "{name} {why}", name=name or path.name, why=error)
        raise MediaRefused(message) from error
    except _UNREADABLE as error:
        message = say(
            "media.neither_jpeg_png_webp_mp4",
            "{name} is neither JPEG, PNG, WebP, MP4 nor MOV, or is damaged",
            name=name or path.name,
        )
        raise MediaRefused(message) from error
    return MediaFile(path, found, media_type, suffix, size)


def _check_kind(found: MediaKind, wanted: MediaKind | None) -> None:
    if wanted is not None and wanted != found:
        message = say("media.wanted", "is {named}, and {named2} is wanted", named=_NAMED[found], named2=_NAMED[wanted])
        raise _Unfit(message)


def _check_size(size: int, largest: int) -> None:
    if not 0 < size <= largest:
        message = (
            say("media.bytes_most", "has {size} bytes; {largest} are the most", size=size, largest=largest)
            if size
            else say("media.missing_empty", "is missing or empty")
        )
        raise _Unfit(message)


def _image(path: Path, *, whole: bool) -> tuple[MediaKind, str, str]:
    try:
        with opened(path, tuple(_IMAGES)) as image:
            if whole:
                image.load()
            return "image", *_IMAGES[image.format or ""]
    except PictureTooLargeError as error:
        message = say("media.text", "has {error}", error=error)
        raise _Unfit(message) from error


def _video(path: Path, size: int) -> tuple[MediaKind, str, str] | None:
    """Read the boxes of an ISO base media file (ISO/IEC 14496-12): it begins with its brand and must be whole."""
    with path.open("rb") as file:
        head = file.read(12)
        if head[4:8] != b"ftyp":
            return None
        _check_boxes(file, size)
    if head[8:12] == _QUICKTIME:
        return "video", "video/quicktime", ".mov"
    if head[8:12].startswith(_BRANDS):
        return "video", "video/mp4", ".mp4"
    message = say(
        "media.kind_neither_mp4_nor_mov",
        "is of the kind {head!r}, which is neither MP4 nor MOV",
        head=head[8:12].decode("latin-1"),
    )
    raise _Unfit(message)


def _check_boxes(file: BinaryIO, size: int) -> None:
    """See that the boxes fill the file exactly and that a movie is among them. Raises `_Unfit`."""
    place, names = 0, set[bytes]()
    for _ in range(_MOST_BOXES):
        if place >= size:
            break
        file.seek(place)
        length, name = struct.unpack(">I4s", file.read(8))
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8))
        names.add(name)
        place += max(length, 8) if length else size - place
    if place != size or b"moov" not in names:
        message = say("media.damaged_video_cut_off_holds", "is a damaged video: it was cut off, or holds no movie")
        raise _Unfit(message)
