"""What the work queue of a phone is called in Prefect: as the phone, wherever Prefect takes that as a name.

Measured with Prefect 3.8.8: the server refuses `/ % & < >` in the name of a queue (422). It takes `? #` and control
characters, and then neither its client nor its UI finds the queue: they stand in the path of a URL as they are. `.` and
`..` are taken for parts of that path; `default` is the queue that every pool has.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

_TAKEN: Final = re.compile(r"[^/%&<>?#\x00-\x20\x7f-\x9f\ud800-\udfff]([^/%&<>?#\x00-\x1f\x7f-\x9f\ud800-\udfff]*\S)?")
_REFUSED: Final = re.compile(r"[/%&<>?#\x00-\x20\x7f-\x9f\ud800-\udfff]+")
_RESERVED: Final = frozenset({".", "..", "default"})
_LONGEST: Final = 100
_DIGEST: Final = 8


def queue_name(serial: str) -> str:
    """Return the name of a phone's work queue: always the same one, and another one for each phone.

    Example:
        >>> queue_name("127.0.0.1:21001"), queue_name("A/B 1")
        ('127.0.0.1:21001', 'A_B_1-640550f5')

    """
    if _TAKEN.fullmatch(serial) and serial not in _RESERVED and len(serial) <= _LONGEST:
        return serial
    digest = hashlib.sha256(serial.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    cleaned = _REFUSED.sub("_", serial)[: _LONGEST - _DIGEST - 1].strip("_.")
    return f"{cleaned}-{digest}" if cleaned else f"phone-{digest}"
