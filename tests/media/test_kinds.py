"""What a file is, its content says."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from phonefleet.media import MediaRefused, inspect
from phonefleet.pictures import MOST_PIXELS
from tests.media_files import picture, video, written

LARGEST = 1_000_000


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (picture("JPEG"), ("image", "image/jpeg", ".jpg")),
        (picture("PNG"), ("image", "image/png", ".png")),
        (picture("WEBP"), ("image", "image/webp", ".webp")),
        (video(), ("video", "video/mp4", ".mp4")),
        (video(b"mp42"), ("video", "video/mp4", ".mp4")),
        (video(b"qt  "), ("video", "video/quicktime", ".mov")),
    ],
)
def test_a_name_that_lies_changes_nothing(tmp_path: Path, content: bytes, expected: tuple[str, str, str]) -> None:
    found = inspect(written(tmp_path / "notes.txt", content), LARGEST)
    assert (found.kind, found.media_type, found.suffix) == expected
    assert found.size == len(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "missing or empty"),
        (b"MZ\x90\x00" + bytes(100), "is neither JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is neither JPEG"),
        (picture("GIF"), "is neither JPEG"),
        (picture("JPEG")[:-40], "is damaged"),
        (picture("PNG")[:60], "is damaged"),
        (video()[:-3], "cut off"),
        (video() + b"rubbish!", "cut off"),
        (video()[:12], "cut off"),
        (struct.pack(">I4s4s", 12, b"ftyp", b"isom"), "holds no movie"),
        (video(b"heic"), "neither MP4 nor MOV"),
        (struct.pack(">I4s4sI4s", 12, b"ftyp", b"isom", 1, b"moov"), "is neither JPEG"),
        (bytes(LARGEST + 1), f"{LARGEST} are the most"),
    ],
)
def test_what_no_app_takes_is_refused_with_its_name_and_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(MediaRefused, match=rf"holiday\.jpg .*{reason}"):
        inspect(written(tmp_path / "holiday.jpg", content), LARGEST)


def test_a_small_file_of_enormous_size_is_refused(tmp_path: Path) -> None:
    small = bytearray(picture("PNG"))
    small[16:24] = struct.pack(">II", 9_000, MOST_PIXELS // 9_000 + 1)
    small[29:33] = struct.pack(">I", zlib.crc32(small[12:29]))
    with pytest.raises(MediaRefused, match="pixels"):
        inspect(written(tmp_path / "bomb.png", bytes(small)), LARGEST)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match="missing"):
        inspect(tmp_path / "none.jpg", LARGEST)
    with pytest.raises(MediaRefused, match="missing"):
        inspect(tmp_path, LARGEST)
