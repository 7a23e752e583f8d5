"""A small app to try the uiautomator server on, and clients that speak to the server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from phonefleet.clock import SystemClock
from phonefleet.geometry import Rect
from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone
from virtual_phones.screen.node import Direction, Node
from virtual_phones.u2.server import U2Server

PACKAGE = "com.example.trial"
ROWS, ROW_HEIGHT, ROWS_SHOWN = 60, 150, 8
LIST_TOP = 1000


class TrialApp:
    """Buttons, fields, a switch and a long list; it counts what happens to it."""

    package = PACKAGE
    version_name = "1.0"
    version_code = 1
    main_activity = ".MainActivity"

    def __init__(self) -> None:
        self.activity = self.main_activity
        self.running = False
        self.taps: list[str] = []
        self.name = ""
        self.secret = ""
        self.agreed = False
        self.focus = ""
        self.top_row = 0
        self.page = 0
        self.toast_text: str | None = None
        self.extra: str | None = None
        self.backs = 0
        self.extra_button: tuple[int, int] | None = None
        """The middle of a button over everything, if it is there."""
        self.overhang = 0
        """How far the extra text reaches below the screen, in pixels."""

    def launch(self) -> None:
        self.running = True

    def open_link(self, url: str) -> bool:
        return url.startswith("trial://")

    def stop(self) -> None:
        self.running = False

    def clear(self) -> None:
        self.stop()

    def back(self) -> bool:
        self.backs += 1
        return True

    def toast(self) -> str | None:
        return self.toast_text

    def tree(self, width: int, height: int) -> Node:
        root = self._node("FrameLayout", Rect(0, 0, width, height), "root", fill="#ffffff")
        root.children = [*self._controls(width), self._fields(width), self._pager(width), self._list(width)]
        if self.extra is not None:
            root.children.append(
                self._node("TextView", Rect(0, 2250, width, 2350 + self.overhang), "extra", text=self.extra)
            )
        if self.extra_button is not None:
            x, y = self.extra_button
            root.children.append(self._button("extra", Rect(x - 9, y - 9, x + 9, y + 9), "extra_button"))
        return root

    def _controls(self, width: int) -> list[Node]:
        title = self._node("TextView", Rect(0, 0, width, 100), "title", text="Trial 😀\nline two")
        press = self._button("Press", Rect(0, 100, 300, 200), "press")
        press.long_clickable, press.on_long_tap = True, lambda: self.taps.append("long Press")
        off = self._button("Off", Rect(300, 100, 600, 200), "off")
        off.enabled = False
        icon = self._node("ImageView", Rect(600, 100, 700, 200), "icon", content_desc="Settings icon", clickable=True)
        icon.on_tap = lambda: self.taps.append("icon")
        return [title, press, off, icon]

    def _fields(self, width: int) -> Node:
        form = self._node("LinearLayout", Rect(0, 200, width, 600), "form")
        name = self._node("EditText", Rect(0, 200, width, 300), "name", text=self.name, hint="Your name")
        name.focusable, name.focused, name.clickable = True, self.focus == "name", True
        name.on_tap, name.on_text = lambda: setattr(self, "focus", "name"), lambda text: setattr(self, "name", text)
        name.on_enter = lambda: self.taps.append(f"enter {self.name}")
        secret = self._node("EditText", Rect(0, 300, width, 400), "secret", text=self.secret, password=True)
        secret.on_text = lambda text: setattr(self, "secret", text)
        agree = self._node("CheckBox", Rect(0, 400, width, 500), "agree", text="I agree", checkable=True)
        agree.checked, agree.clickable, agree.on_tap = self.agreed, True, self._toggle
        form.children = [name, secret, agree]
        return form

    def _pager(self, width: int) -> Node:
        pager = self._node("ViewPager", Rect(0, 700, width, 900), "pager", scrollable=True)
        pager.on_scroll, pager.ends = self._turn, _ends(self.page, 3, "left", "right")
        pager.children = [self._node("TextView", Rect(0, 700, width, 900), "page", text=f"Page {self.page}")]
        return pager

    def _list(self, width: int) -> Node:
        listing = self._node("ListView", Rect(0, LIST_TOP, width, LIST_TOP + ROWS_SHOWN * ROW_HEIGHT), "list")
        listing.scrollable, listing.on_scroll = True, self._scroll
        listing.ends = _ends(self.top_row, ROWS - ROWS_SHOWN, "up", "down")
        shown = range(self.top_row, min(ROWS, self.top_row + ROWS_SHOWN))
        listing.children = [
            self._row(number, LIST_TOP + place * ROW_HEIGHT, width) for place, number in enumerate(shown)
        ]
        return listing

    def _row(self, number: int, top: int, width: int) -> Node:
        row = self._node("LinearLayout", Rect(0, top, width, top + ROW_HEIGHT), "row")
        name = self._node("TextView", Rect(0, top, 500, top + ROW_HEIGHT), "row_name", text=f"Row {number}")
        name.content_desc = f"Description {number}"
        row.children = [name, self._button(f"Open {number}", Rect(500, top, 800, top + ROW_HEIGHT), "open")]
        return row

    def _button(self, text: str, bounds: Rect, name: str) -> Node:
        button = self._node("Button", bounds, name, text=text, clickable=True)
        button.on_tap = lambda: self.taps.append(text)
        return button

    def _node(self, kind: str, bounds: Rect, name: str, **attributes: object) -> Node:
        node = Node(f"android.widget.{kind}", bounds, PACKAGE, f"{PACKAGE}:id/{name}")
        for attribute, value in attributes.items():
            setattr(node, attribute, value)
        return node

    def _toggle(self) -> None:
        self.agreed = not self.agreed

    def _turn(self, direction: Direction) -> bool:
        step = {"right": 1, "left": -1}.get(direction, 0)
        before, self.page = self.page, max(0, min(3, self.page + step))
        return self.page != before

    def _scroll(self, direction: Direction) -> bool:
        step = {"down": ROWS_SHOWN - 1, "up": 1 - ROWS_SHOWN}.get(direction, 0)
        before, self.top_row = self.top_row, max(0, min(ROWS - ROWS_SHOWN, self.top_row + step))
        return self.top_row != before


def _ends(place: int, last: int, back: Direction, on: Direction) -> frozenset[Direction]:
    return frozenset([*([back] if place == 0 else []), *([on] if place == last else [])])


@dataclass
class MemoryStream:
    """A byte stream of which the computer's side is a test: it has sent `incoming` and then waits, or closes."""

    incoming: list[bytes]
    sent: bytearray = field(default_factory=bytearray)
    closed: bool = False

    async def read(self) -> bytes:
        return self.incoming.pop(0) if self.incoming else b""

    async def write(self, data: bytes) -> None:
        self.sent += data

    async def close(self) -> None:
        self.closed = True


class AnsweredError(Exception):
    """The server answered an error."""

    def __init__(self, error: dict[str, object]) -> None:
        super().__init__(str(error["message"]))
        self.code, self.data = cast("int", error["code"]), error.get("data")


@dataclass
class Client:
    """Speaks to the server of a phone within this process."""

    runner: asyncio.Runner
    server: U2Server

    def send(self, *chunks: bytes) -> bytes:
        """Return all that the server answers on one connection."""
        stream = MemoryStream(list(chunks))
        self.runner.run(self.server.serve(stream))
        return bytes(stream.sent)

    def call(self, method: str, *parameters: object) -> Any:
        """Return the result of a call."""
        return self.runner.run(self.call_later(method, *parameters))

    def error(self, method: str, *parameters: object) -> tuple[int, str]:
        """Return the code and the message of a call that fails."""
        with pytest.raises(AnsweredError) as raised:
            self.call(method, *parameters)
        return raised.value.code, str(raised.value)

    def data(self, method: str, *parameters: object) -> object:
        """Return the data of the error of a call that fails, None where it has none."""
        with pytest.raises(AnsweredError) as raised:
            self.call(method, *parameters)
        return raised.value.data

    def texts(self, selector: object) -> list[str]:
        """Return the texts of all elements that a selector means."""
        return [info["text"] for info in self.call("objInfoOfAllInstances", selector)]

    def post(self, method: str, *parameters: object) -> bytes:
        """Return the request that uiautomator2 makes of a call."""
        return post(method, *parameters)

    async def call_later(self, method: str, *parameters: object) -> Any:
        stream = MemoryStream([post(method, *parameters)])
        await self.server.serve(stream)
        if not stream.sent:
            raise ConnectionResetError
        message = cast("dict[str, object]", json.loads(bytes(stream.sent).partition(b"\r\n\r\n")[2]))
        if "error" in message:
            raise AnsweredError(cast("dict[str, object]", message["error"]))
        return message["result"]


def post(method: str, *parameters: object) -> bytes:
    """Return the request that uiautomator2 makes of a call."""
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters or {}}
    body = json.dumps(message).encode()
    return (
        b"POST /jsonrpc/0 HTTP/1.1\r\nHost: localhost:9008\r\nAccept-Encoding: \r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )


class HeldClock(SystemClock):
    """A clock that stands still, so that a finger which comes and goes never rests: what is slow is the machine."""

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def app() -> TrialApp:
    return TrialApp()


@pytest.fixture
def phone(app: TrialApp) -> VirtualPhone:
    phone = VirtualPhone("127.0.0.1:1", "Trial", Faults(), [app], clock=HeldClock())
    phone.start_app(PACKAGE)
    return phone


@pytest.fixture
def server(phone: VirtualPhone) -> U2Server:
    server = U2Server(phone)
    phone.u2 = server
    server.start()
    return server


@pytest.fixture
def client(server: U2Server) -> Iterator[Client]:
    with asyncio.Runner() as runner:
        yield Client(runner, server)
