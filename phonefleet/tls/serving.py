"""The server's side of TLS: a context that shows a renewed certificate without a restart."""

from __future__ import annotations

import logging
import ssl
from typing import Final

from phonefleet.tls.files import TlsFiles

_log = logging.getLogger(__name__)

HANDSHAKE_WITHIN: Final = 10.0
"""Seconds that a client gets for its handshake."""


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """Return the context of a server: TLS 1.2 or newer. Raises `OSError` for files that cannot be used."""
    return _Renewing(files).context


class _Renewing:
    """Looks at each handshake whether the files have changed; while new ones cannot be used, the old ones go on."""

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._changed = self._times()
        self.context = self._current = self._load()
        self.context.sni_callback = self._choose  # called for clients that send no name, too

    def _choose(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        del name, context
        try:
            if (times := self._times()) != self._changed:
                self._changed, self._current = times, self._load()
        except OSError as error:  # ssl.SSLError is one
            _log.warning("the renewed certificate %s cannot be used: %s", self._files.certificate, error)
        connection.context = self._current

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._files.certificate, self._files.key, lambda: "")
        return context

    def _times(self) -> tuple[int, int]:
        return self._files.certificate.stat().st_mtime_ns, self._files.key.stat().st_mtime_ns
