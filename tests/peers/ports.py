"""A pytest plugin for adbutils' suite, which names adb's usual port 5037 in one file: it leads there to our server."""

# adbutils leaves its classes partly untyped, and what is replaced here has no public name.
# pyright: reportUnknownMemberType=false, reportPrivateUsage=false

from __future__ import annotations

import os
from typing import Any

from adbutils import _adb

_USUAL = 5037
_begin = _adb.BaseClient.__init__


def _begin_at_our_port(self: _adb.BaseClient, host: str | None = None, port: int | None = None, **more: Any) -> None:
    ours = int(os.environ["ANDROID_ADB_SERVER_PORT"])
    _begin(self, host, ours if port == _USUAL else port, **more)


setattr(_adb.BaseClient, "__init__", _begin_at_our_port)  # noqa: B010 - what a method of a class is changed to
