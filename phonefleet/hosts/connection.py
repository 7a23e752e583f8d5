"""The connections of a joined host to the API of the main host: kept open, one for each thread.

It knows which token and which installation calls, not what is called.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from phonefleet.client.transport import Answer, Transport
from phonefleet.hosts.tunnels.way import Way

BASE_PATH = "/api/v1"
INSTALLATION = "phonefleet-installation"
"""The header with the id of the data folder whose worker calls."""
_TIMEOUT = timedelta(seconds=30)


class MainHost:
    """The API of the main host, for one installation; thread-safe.

    main = MainHost("http://10.0.0.1:50809", token, installation)
    answer = main.post("/host/ledger/limits/current", b"{}")
    """

    def __init__(self, url: str, token: str, installation: str, ca: Path | None = None) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self.installation = installation
        self.ca = ca
        self._headers = {
            **self._headers_of_caller,
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }
        self._own = threading.local()
        self._lock = threading.Lock()
        self._all: list[Transport] = []

    def post(self, path: str, body: bytes) -> Answer:
        """Send a request below the base path. Raises `Unreachable`."""
        return self._transport().request("POST", BASE_PATH + path, body=body)

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Answer:
        """Read what is below the base path. Raises `Unreachable`."""
        return self._transport().request("GET", BASE_PATH + path, query=query)

    def put(self, path: str, body: bytes) -> Answer:
        """Send a file below the base path. Raises `Unreachable`."""
        kind = {"Content-Type": "application/octet-stream"}
        return self._transport().request("PUT", BASE_PATH + path, body=body, headers=kind)

    def download(self, path: str, into: BinaryIO, query: Mapping[str, object] | None = None) -> Answer:
        """Write what is below the base path into a file. Raises `Unreachable`."""
        return self._transport().download(BASE_PATH + path, into, query=query)

    def way(self) -> Way:
        """Return the way to it for WebSockets."""
        return Way(self.url + BASE_PATH, self._headers_of_caller, self._trusted())

    @property
    def _headers_of_caller(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", INSTALLATION: self.installation}

    def _trusted(self) -> ssl.SSLContext | None:
        return None if self.ca is None else ssl.create_default_context(cafile=str(self.ca))

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for transport in self._all:
                transport.close()
            self._all.clear()

    def _transport(self) -> Transport:
        found: Transport | None = getattr(self._own, "transport", None)
        if found is None:
            found = self._own.transport = Transport(self.url, self._headers, _TIMEOUT, self._trusted())
            with self._lock:
                self._all.append(found)
        return found
