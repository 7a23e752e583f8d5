"""Somebody elsewhere who opens the public address: their packets come from another address than the proxy's."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.sync.client import connect
from websockets.sync.connection import Connection
from websockets.typing import Origin, Subprotocol

FROM = "127.0.0.2"
"""Where visitors call from; on Linux all of 127.0.0.0/8 is this computer."""
PATIENCE = 60


@dataclass(frozen=True)
class Visitor:
    """Opens `public`, such as https://example.org:8443/fleet, which is really a port of this computer."""

    public: httpx.URL
    trusted: ssl.SSLContext
    token: str

    @property
    def origin(self) -> str:
        return f"{self.public.scheme}://{self.public.netloc.decode()}"

    @contextmanager
    def client(self) -> Generator[httpx.Client]:
        transport = httpx.HTTPTransport(verify=self.trusted, local_address=FROM)
        with httpx.Client(transport=transport, timeout=PATIENCE, trust_env=False) as client:
            yield client

    def _request(self, client: httpx.Client, method: str, path: str, **options: Any) -> httpx.Request:
        headers = {"Host": self.public.netloc.decode(), **options.pop("headers", {})}
        address = self.public.copy_with(host="127.0.0.1", raw_path=path.encode())
        return client.build_request(
            method, address, headers=headers, extensions={"sni_hostname": self.public.host}, **options
        )

    def open(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call a path of the host, which begins with the path of the public address."""
        with self.client() as client:
            return client.send(self._request(client, method, path, **options))

    def call(self, method: str, path: str, *, token: bool = True, **options: Any) -> httpx.Response:
        """Call the API, with the token."""
        headers = ({"Authorization": f"Bearer {self.token}"} if token else {}) | options.pop("headers", {})
        return self.open(method, f"{self.public.path.rstrip('/')}/api/v1{path}", headers=headers, **options)

    @contextmanager
    def events(self) -> Generator[Generator[dict[str, Any]]]:
        """Follow events; each has its name and its data."""
        with self.client() as client:
            path = f"{self.public.path.rstrip('/')}/api/v1/events"
            headers = {"Authorization": f"Bearer {self.token}"}
            answer = client.send(self._request(client, "GET", path, headers=headers), stream=True)
            assert answer.status_code == 200
            yield _events(answer)
            answer.close()

    @contextmanager
    def socket(self, path: str) -> Generator[Connection]:
        """Open a WebSocket of the public host, from one of its pages."""
        link = socket.create_connection(("127.0.0.1", self.public.port or 443), PATIENCE, (FROM, 0))
        address = f"wss://{self.public.netloc.decode()}{path}"
        with connect(
            address, sock=link, ssl=self.trusted, subprotocols=[Subprotocol("prefect")], origin=Origin(self.origin)
        ) as opened:
            yield opened


def _events(answer: httpx.Response) -> Generator[dict[str, Any]]:
    kind = ""
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield {"event": kind, "data": json.loads(value)}
