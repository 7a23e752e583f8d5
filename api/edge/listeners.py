"""A uvicorn server with several listeners: TLS for others, and plain HTTP for programs of this computer alone.

What runs beside the server (worker, launcher, command line) calls it some hundred times a second, and needs neither
encryption nor a certificate that holds for 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from socket import socket
from typing import Final

import uvicorn

from phonefleet.tls.files import TlsFiles
from phonefleet.tls.serving import HANDSHAKE_WITHIN, server_context

_log = logging.getLogger(__name__)
_LOOPBACK: Final = "127.0.0.1"
_CANNOT_START: Final = 3
"""uvicorn's exit code for a server that could not start."""


@dataclass(frozen=True, slots=True)
class Listener:
    """An address to listen on; with `tls` connections are encrypted, a `shared` one has several processes."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    shared: bool = False


def listeners(
    host: str, port: int, tls: TlsFiles | None, local_port: int | None, *, shared: bool = False
) -> list[Listener]:
    """Return where a server listens: for others, and if there is a `local_port`, without TLS on loopback.

    With `shared`, several processes listen there, and the kernel hands out the connections (SO_REUSEPORT).

    Raises:
        OSError: the files cannot be used.

    """
    others = Listener(host, port, None if tls is None else server_context(tls), shared)
    return [others] if local_port is None else [others, Listener(_LOOPBACK, local_port, shared=shared)]


class Server(uvicorn.Server):
    """A uvicorn server that listens where it is told to; `at` None is the one address of its configuration."""

    def __init__(self, config: uvicorn.Config, at: Sequence[Listener] | None = None) -> None:
        super().__init__(config)
        self._at = at

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start the application, then listen; a process that cannot listen ends as uvicorn's own does."""
        if self._at is None:
            await super().startup(sockets)
            return
        await super().startup([])
        try:
            for listener in self._at:
                self.servers.append(await self._listen(listener))
        except OSError as error:
            _log.error("%s", error)
            await self.lifespan.shutdown()
            raise SystemExit(_CANNOT_START) from error

    async def _listen(self, listener: Listener) -> asyncio.Server:
        within = None if listener.tls is None else HANDSHAKE_WITHIN
        return await asyncio.get_running_loop().create_server(
            self._protocol,
            listener.host,
            listener.port,
            ssl=listener.tls,
            ssl_handshake_timeout=within,
            backlog=self.config.backlog,
            reuse_port=listener.shared or None,
        )

    def _protocol(self) -> asyncio.Protocol:
        kind = self.config.http_protocol_class
        return kind(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg] - as uvicorn calls it
