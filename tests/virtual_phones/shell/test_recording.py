"""Videos of the screen."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator

from PIL import Image

from virtual_phones.phone import VirtualPhone

Shell = Callable[..., tuple[str, int]]


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the content of each box, one after the other."""
    while data:
        size, name = struct.unpack_from(">I4s", data)
        yield name, data[8:size]
        data = data[size:]


def inside(data: bytes, *path: bytes) -> bytes:
    for name in path:
        data = dict(boxes(data))[name]
    return data


def test_a_recording_that_is_interrupted_leaves_a_video_of_pictures(shell: Shell, phone: VirtualPhone) -> None:
    said = shell("screenrecord /sdcard/a.mp4 & sleep 0.01; kill -INT $!; wait; ls /sdcard/a.mp4")

    entry = phone.files.get("/sdcard/a.mp4")
    assert said == ("/sdcard/a.mp4\n", 0)
    assert entry is not None
    samples = inside(entry.data, b"moov", b"trak", b"mdia", b"minf", b"stbl")
    start, first = (
        struct.unpack_from(">I", inside(samples, name), at)[0] for name, at in ((b"stco", 8), (b"stsz", 12))
    )
    with Image.open(io.BytesIO(entry.data[start : start + first])) as picture:
        assert (picture.format, picture.size) == ("JPEG", (phone.width, phone.height))


def test_a_recording_ends_when_its_time_is_over(shell: Shell, phone: VirtualPhone) -> None:
    assert shell("screenrecord --time-limit 0.01 /sdcard/b.mp4") == ("", 0)
    assert phone.files.get("/sdcard/b.mp4") is not None


def test_a_recording_needs_a_file(shell: Shell) -> None:
    assert shell("screenrecord") == ("Must specify output file (see --help).\n", 2)
    assert shell("screenrecord --time-limit 0.01 /sdcard")[1] == 1
