"""APKs for tests: as small as can be, with a real binary manifest, and signed by nobody but in name."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

_NOTHING = 0xFFFFFFFF
_TEXT, _NUMBER = 0x03, 0x10
"""Types of values (ResourceTypes.h: Res_value)."""


def apk(  # noqa: PLR0913 - an APK is described by these
    package: str = "org.example.shop",
    version_code: int = 1,
    version_name: str = "1.0",
    *,
    signer: bytes = b"anna",
    split: str = "",
    content: bytes = b"code",
) -> bytes:
    """Return an APK; another content makes another file of the same version."""
    attributes: dict[str, str | int] = {
        "package": package, "versionCode": version_code, "versionName": version_name,
    }  # fmt: skip
    if split:
        attributes["split"] = split
    files = {
        "AndroidManifest.xml": manifest({"manifest": attributes, "uses-sdk": {"minSdkVersion": 26}}),
        "classes.dex": content,
        **({"META-INF/CERT.RSA": signer} if signer else {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)  # of 1980, so that the same words make the same file
    return out.getvalue()


def manifest(elements: Mapping[str, Mapping[str, str | int]]) -> bytes:
    """Return a binary XML file of these elements, one after the other."""
    names = {name for each, values in elements.items() for name in (each, *values)}
    texts = {value for values in elements.values() for value in values.values() if isinstance(value, str)}
    strings = sorted(names | texts)
    chunks = _pool(strings) + b"".join(_element(name, values, strings) for name, values in elements.items())
    return struct.pack("<HHI", 0x0003, 8, 8 + len(chunks)) + chunks


def _pool(strings: list[str]) -> bytes:
    encoded = [struct.pack("<H", len(text)) + text.encode("utf-16-le") + b"\0\0" for text in strings]
    offsets = [sum(map(len, encoded[:place])) for place in range(len(encoded))]
    start = 28 + 4 * len(strings)
    body = b"".join(encoded)
    body += bytes(-len(body) % 4)
    head = struct.pack("<HHI5I", 0x0001, 28, start + len(body), len(strings), 0, 0, start, 0)
    return head + struct.pack(f"<{len(strings)}I", *offsets) + body


def _element(name: str, values: Mapping[str, str | int], strings: list[str]) -> bytes:
    attributes = b"".join(_attribute(key, value, strings) for key, value in values.items())
    head = struct.pack("<HHI2I", 0x0102, 16, 36 + len(attributes), 1, _NOTHING)
    return head + struct.pack("<2I6H", _NOTHING, strings.index(name), 20, 20, len(values), 0, 0, 0) + attributes


def _attribute(key: str, value: str | int, strings: list[str]) -> bytes:
    text = strings.index(value) if isinstance(value, str) else _NOTHING
    kind, data = (_TEXT, text) if isinstance(value, str) else (_NUMBER, value)
    return struct.pack("<3IHBBI", _NOTHING, strings.index(key), text, 8, 0, kind, data)
