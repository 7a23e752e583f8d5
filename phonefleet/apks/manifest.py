"""Reads from an APK which app it is, and whether it can be installed by itself.

An APK is a ZIP archive with a binary manifest. Its format is that of `ResourceTypes.h` in Android's frameworks/base:
chunks of (type, header size, size), all little-endian: a pool of strings, then elements with attributes. It comes from
outside, so what is read is bounded.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from phonefleet.errors import Permanent
from phonefleet.words import joined, say

_MANIFEST: Final = "AndroidManifest.xml"
_LARGEST: Final = 4_000_000
"""In bytes. The manifests of the largest apps have some hundred thousand."""

_MOST_CHUNKS: Final = 100_000
_STRING_POOL, _START_ELEMENT = 0x0001, 0x0102
_UTF8: Final = 1 << 8
_NO_STRING: Final = 0xFFFFFFFF
_ATTRIBUTES_AT, _ATTRIBUTE_SIZE = 36, 20
_PACKAGE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
"""android.content.pm.PackageParser.validateName: at least two parts."""

_LONGEST_NAME: Final = 100
_BUNDLES: Final = (".apks", ".xapk", ".apkm", ".aab")


class ApkRefused(Permanent):
    """The file cannot be installed: it is no APK, or not all of an app."""


@dataclass(frozen=True, slots=True)
class ApkManifest:
    """What an APK says of itself; `least_sdk` is the lowest API level of Android that it runs on, 1 if it says none."""

    package: str
    version_name: str
    version_code: int
    least_sdk: int

    @property
    def label(self) -> str:
        """The app and its version in a few words: "org.example 1.2 (12)"."""
        named = f" {self.version_name}" if self.version_name else ""
        return f"{self.package}{named} ({self.version_code})"


def read_manifest(path: Path, name: str = "") -> ApkManifest:
    """Return what an APK says of itself; `name` is what a refusal calls it.

    Raises:
        ApkRefused: it is no APK, damaged, or one part of an app that consists of several.

    """
    called = name or path.name
    if called.lower().endswith(_BUNDLES):
        message = say(
            "apks.bundle",
            "{file} is a bundle of several APKs: take one that holds the whole app (a universal APK)",
            file=called,
        )
        raise ApkRefused(message)
    try:
        elements = list(_elements(_content(path)))
        return _manifest(elements)
    except _Unfit as error:
        message = joined(" ", (called, str(error)))
        raise ApkRefused(message) from error
    except (OSError, zipfile.BadZipFile, zlib.error, KeyError, IndexError, struct.error, NotImplementedError) as error:
        message = say("apks.no_apk", "{file} is no APK, or is damaged", file=called)
        raise ApkRefused(message) from error


class _Unfit(Exception):  # noqa: N818 - it completes a sentence that begins with the file's name
    """Why a file is not taken."""


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str | int] = field(default_factory=dict[str, "str | int"])

    def text(self, attribute: str) -> str:
        found = self.attributes.get(attribute, "")
        return found if isinstance(found, str) else str(found)

    def number(self, attribute: str, default: int) -> int:
        found = self.attributes.get(attribute, default)
        return found if isinstance(found, int) else default


def _content(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive, archive.open(_MANIFEST) as manifest:
        content = manifest.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        message = say("apks.manifest_too_large", "has a manifest that is too large")
        raise _Unfit(message)
    return content


def _manifest(elements: list[_Element]) -> ApkManifest:
    root = next((element for element in elements if element.name == "manifest"), None)
    if root is None or not _PACKAGE.fullmatch(root.text("package")):
        message = say("apks.no_package", "names no package in its manifest")
        raise _Unfit(message)
    if root.text("split"):
        message = say(
            "apks.one_part", "is one part of an app that consists of several: take an APK that holds the whole app"
        )
        raise _Unfit(message)
    uses = next((element for element in elements if element.name == "uses-sdk"), root)
    code = root.number("versionCode", 0) | root.number("versionCodeMajor", 0) << 32
    version = "".join(filter(str.isprintable, root.text("versionName")))[:_LONGEST_NAME]
    return ApkManifest(root.text("package")[:_LONGEST_NAME], version, code, uses.number("minSdkVersion", 1))


def _elements(data: bytes) -> Iterator[_Element]:
    strings: list[str] = []
    at = struct.unpack_from("<H", data, 2)[0]
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        kind, _, size = struct.unpack_from("<HHI", data, at)
        if kind == _STRING_POOL:
            strings = _strings(data[at : at + size])
        elif kind == _START_ELEMENT:
            yield _element(data[at : at + size], strings)
        at += max(size, 8)


def _strings(pool: bytes) -> list[str]:
    count, _, flags, start = struct.unpack_from("<4I", pool, 8)
    if count * 4 > len(pool):
        message = say("apks.damaged_manifest", "has a damaged manifest")
        raise _Unfit(message)
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
