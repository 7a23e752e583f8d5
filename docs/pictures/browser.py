"""A Chromium without a window, told what to do over its DevTools protocol; it knows nothing of what it shows.

The protocol is described at https://chromedevtools.github.io/devtools-protocol/.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect
from websockets.sync.connection import Connection

SIZE = (1280, 800)
"""Of every page, in pixels."""

_PATIENCE = 60.0
"""Seconds until something that was waited for counts as never coming."""

_FADE = 2.0
"""Seconds that charts and pictures take to appear."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Page:
    """The one page of a browser."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids = count(1)

    def open(self, url: str) -> None:
        """Go to an address and wait until its document is complete."""
        self._call("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def until(self, condition: str) -> None:
        """Wait until an expression of JavaScript is true."""
        deadline = time.monotonic() + _PATIENCE
        while not self.evaluate(f"Boolean({condition})"):
            if time.monotonic() > deadline:
                message = f"It never came true that {condition}. The page says: {self.text()[:500]}"
                raise TimeoutError(message)
            time.sleep(0.1)

    def until_shown(self, *texts: str) -> None:
        """Wait until the page shows all of these texts, and whatever fades in has had its moment."""
        for text in texts:
            self.until(f"document.body.innerText.includes({json.dumps(text)})")
        time.sleep(_FADE)

    def text(self) -> str:
        """Return what can be read on the page."""
        return str(self.evaluate("document.body ? document.body.innerText : ''"))

    def click(self, text: str) -> None:
        """Click on the innermost visible element with exactly this text, the last one where there are several."""
        find = f"""[...document.querySelectorAll('*')]
            .findLast(each => each.innerText?.trim() === {json.dumps(text)} && each.offsetParent)"""
        self.until(find)
        self.evaluate(f"{find}.click()")

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression of JavaScript."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            message = f"{expression}: {answer['exceptionDetails']['exception']['description']}"
            raise RuntimeError(message)
        return answer["result"].get("value")

    def picture(self) -> bytes:
        """Return what the page shows, as PNG."""
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    def dress(self, width: int, height: int) -> None:
        """Give the page a size and a light theme, whatever the machine prefers."""
        self._call("Page.enable")
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.prefer("light")

    def prefer(self, scheme: str) -> None:
        """Let pages be shown "light" or "dark"."""
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def keep(self, url: str, **values: str) -> None:
        """Store values where the scripts of an address find them: in its localStorage."""
        self.open(url)
        for key, value in values.items():
            self.evaluate(f"localStorage.setItem({json.dumps(key)}, {json.dumps(value)})")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._ids)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._connection.recv(timeout=_PATIENCE))
            if answer.get("id") == number:
                if "error" in answer:
                    message = f"{method}: {answer['error']['message']}"
                    raise RuntimeError(message)
                return answer["result"]


@contextmanager
def browser() -> Generator[Page]:
    """Yield the page of a new browser with a profile of its own."""
    with tempfile.TemporaryDirectory(prefix="pictures-", ignore_cleanup_errors=True) as profile:
        command = [
            _program(), "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
            "--force-color-profile=srgb", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank",
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with connect(_address(Path(profile)), max_size=None, proxy=None) as connection:
                page = Page(connection)
                page.dress(*SIZE)
                yield page
        finally:
            process.terminate()
            process.wait()


def _program() -> str:
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        message = f"Taking pictures needs a Chromium: none of {', '.join(_NAMES)} is on the PATH."
        raise SystemExit(message)
    return found


def _address(profile: Path) -> str:
    """Wait until the browser has written where it listens; return the address of its page."""
    file, deadline = profile / "DevToolsActivePort", time.monotonic() + _PATIENCE
    while not (file.exists() and file.read_text()):
        if time.monotonic() > deadline:
            message = "Chromium does not start."
            raise TimeoutError(message)
        time.sleep(0.1)
    port = file.read_text().splitlines()[0]
    pages: list[dict[str, Any]] = httpx.get(f"http://127.0.0.1:{port}/json/list", trust_env=False).json()
    return next(str(page["webSocketDebuggerUrl"]) for page in pages if page["type"] == "page")
