"""An MP4 file of JPEG pictures: what `screenrecord` leaves behind.

A phone encodes H.264; here each sample is a whole picture, which players know as "JPEG in MP4" (object type 0x6C). The
boxes are those of ISO/IEC 14496-12, the decoder's description is that of 14496-1 and 14496-14.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_TIMESCALE = 1000
"""Units of time in a second."""
_JPEG, _VISUAL = 0x6C, 0x11
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture, and how many seconds it shows."""

    jpeg: bytes
    seconds: float

    @property
    def units(self) -> int:
        """How long it shows, in units of the file."""
        return max(round(self.seconds * _TIMESCALE), 1)


def mp4(frames: Sequence[Frame], width: int, height: int) -> bytes:
    """Return the file; `width` and `height` of the pictures in pixels."""
    head = _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
    media = _box(b"mdat", *(frame.jpeg for frame in frames))
    return head + media + _movie(frames, width, height, len(head) + 8)


def _box(name: bytes, *content: bytes) -> bytes:
    return struct.pack(">I", 8 + sum(map(len, content))) + name + b"".join(content)


def _full(name: bytes, *content: bytes, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", flags), *content)


def _movie(frames: Sequence[Frame], width: int, height: int, start: int) -> bytes:
    length = sum(frame.units for frame in frames)
    times = struct.pack(">4IIH10x", 0, 0, _TIMESCALE, length, 0x10000, 0x100)
    header = _full(b"mvhd", times, _MATRIX, bytes(24), struct.pack(">I", 2))
    size = struct.pack(">II", width << 16, height << 16)
    track = _full(b"tkhd", struct.pack(">5I16x", 0, 0, 1, 0, length), _MATRIX, size, flags=3)
    return _box(b"moov", header, _box(b"trak", track, _media(frames, width, height, start, length)))


def _media(frames: Sequence[Frame], width: int, height: int, start: int, length: int) -> bytes:
    data = _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))
    information = _box(b"minf", _full(b"vmhd", bytes(8), flags=1), data, _samples(frames, width, height, start))
    return _box(
        b"mdia", _full(b"mdhd", struct.pack(">4I2H", 0, 0, _TIMESCALE, length, 0x55C4, 0)),
        _full(b"hdlr", b"\0\0\0\0vide", bytes(12), b"VideoHandle\0"), information,
    )  # fmt: skip


def _samples(frames: Sequence[Frame], width: int, height: int, start: int) -> bytes:
    """Return what the samples are, how long each shows, and where it lies: all of them in one chunk."""
    count = len(frames)
    times = b"".join(struct.pack(">2I", 1, frame.units) for frame in frames)
    sizes = b"".join(struct.pack(">I", len(frame.jpeg)) for frame in frames)
    return _box(
        b"stbl", _full(b"stsd", struct.pack(">I", 1), _description(width, height)),
        _full(b"stts", struct.pack(">I", count), times), _full(b"stsc", struct.pack(">4I", 1, 1, count, 1)),
        _full(b"stsz", struct.pack(">2I", 0, count), sizes), _full(b"stco", struct.pack(">2I", 1, start)),
    )  # fmt: skip


def _description(width: int, height: int) -> bytes:
    decoder = _descriptor(4, struct.pack(">BB3xII", _JPEG, _VISUAL, 0, 0))
    stream = _descriptor(3, struct.pack(">HB", 1, 0) + decoder + _descriptor(6, b"\2"))
    visual = struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 0x480000, 0x480000, 0, 1, 24, -1)
    return _box(b"mp4v", visual, _full(b"esds", stream))


def _descriptor(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content
