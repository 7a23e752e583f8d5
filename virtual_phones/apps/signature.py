"""Tells who signed an APK: Android updates an app only with an APK of the same signer.

Only the certificates of signature scheme 1 count (`META-INF/*.RSA`, `.DSA`, `.EC`; JAR File Specification, "Signed JAR
File"), which APKs for Android before 7 have too; nothing is verified.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile

_CERTIFICATE = re.compile(r"META-INF/[^/]+\.(RSA|DSA|EC)")


def signer(apk: bytes) -> str:
    """Return a digest of the certificates of an APK; "" for one that has none of these."""
    with zipfile.ZipFile(io.BytesIO(apk)) as archive:
        names = sorted(name for name in archive.namelist() if _CERTIFICATE.fullmatch(name))
        certificates = b"".join(archive.read(name) for name in names)
    return hashlib.sha256(certificates).hexdigest() if certificates else ""
