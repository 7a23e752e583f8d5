"""Reads package, version and launcher activity from an APK's binary manifest.

The format is that of `ResourceTypes.h` in Android's frameworks/base: chunks of (type, header size, size), a pool of
strings, then elements with attributes.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

_STRING_POOL, _START_ELEMENT = 0x0001, 0x0102
_UTF8 = 1 << 8
_NO_STRING = 0xFFFFFFFF
_ATTRIBUTES_AT, _ATTRIBUTE_SIZE = 36, 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an APK says of itself. `main_activity` is empty for an app without an icon."""

    package: str
    version_name: str
    version_code: int
    main_activity: str


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str | int] = field(default_factory=dict[str, "str | int"])

    def text(self, attribute: str) -> str:
        return str(self.attributes.get(attribute, ""))


def read_manifest(apk: bytes) -> Manifest:
    """Read the manifest of an APK.

    Raises:
        ValueError: the manifest is not understood.
        KeyError: the archive has no manifest.
        zipfile.BadZipFile: this is no archive.

    """
    with zipfile.ZipFile(io.BytesIO(apk)) as archive:
        data = archive.read("AndroidManifest.xml")
    try:
        elements = list(_elements(data))
    except (struct.error, IndexError) as error:
        message = "Corrupt XML binary file"
        raise ValueError(message) from error
    root = next((element for element in elements if element.name == "manifest"), None)
    if root is None or not root.text("package"):
        message = "no package in the manifest"
        raise ValueError(message)
    version_code = root.attributes.get("versionCode", 0)
    return Manifest(
        root.text("package"), root.text("versionName"), version_code if isinstance(version_code, int) else 0,
        _main_activity(elements),
    )  # fmt: skip


def _main_activity(elements: list[_Element]) -> str:
    """Return the activity whose filter has the category of launchers."""
    activity = ""
    for element in elements:
        if element.name in ("activity", "activity-alias"):
            activity = element.text("name")
        elif element.name == "category" and element.text("name") == "android.intent.category.LAUNCHER":
            return activity
    return ""


def _elements(data: bytes) -> Iterator[_Element]:
    strings: list[str] = []
    at = struct.unpack_from("<H", data, 2)[0]
    while at + 8 <= len(data):
        kind, _, size = struct.unpack_from("<HHI", data, at)
        if kind == _STRING_POOL:
            strings = _strings(data[at : at + size])
        elif kind == _START_ELEMENT:
            yield _element(data[at : at + size], strings)
        if size <= 0:
            return
        at += size


def _strings(pool: bytes) -> list[str]:
    count, _, flags, start = struct.unpack_from("<4I", pool, 8)
    offsets = struct.unpack_from(f"<{count}I", pool, 28)
    read = _utf8 if flags & _UTF8 else _utf16
    return [read(pool, start + offset) for offset in offsets]


def _utf8(pool: bytes, at: int) -> str:
    at += 2 if pool[at] & 0x80 else 1
    length = pool[at] if not pool[at] & 0x80 else ((pool[at] & 0x7F) << 8) | pool[at + 1]
    at += 2 if pool[at] & 0x80 else 1
    return pool[at : at + length].decode(errors="replace")


def _utf16(pool: bytes, at: int) -> str:
    (length,) = struct.unpack_from("<H", pool, at)
    at += 2
    return pool[at : at + 2 * length].decode("utf-16-le", errors="replace")


def _element(chunk: bytes, strings: list[str]) -> _Element:
    name, _, _, count = struct.unpack_from("<I3H", chunk, 20)
    element = _Element(strings[name])
    for number in range(count):
        at = _ATTRIBUTES_AT + number * _ATTRIBUTE_SIZE
        _, key, text, _, _, _, value = struct.unpack_from("<3IHBBI", chunk, at)
        element.attributes[strings[key]] = strings[text] if text != _NO_STRING else value
    return element
