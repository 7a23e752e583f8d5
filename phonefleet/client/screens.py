"""The calls about what phones show, and about phones that a person takes over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from phonefleet.client.answers import Screen, Takeover, TakeoverShown
from phonefleet.client.connection import Connection, given


class ScreenCalls:
    """Looks at phones, takes them over, and touches them.

    with Client() as client:
        lease = client.take_over("front_desk", by="Ann")["lease"]
        client.tap("front_desk", lease, 0.5, 0.9)
        client.give_back("front_desk", lease=lease)
    """

    _connection: Connection

    def screens(
        self,
        serials: Iterable[str],
        *,
        seen: Mapping[str, str] | None = None,
        width: int | None = None,
        quality: int | None = None,
        wait: float | None = None,
    ) -> list[Screen]:
        """Return what phones show, as small JPEGs in Base64; `seen` has the tags of those that are known, by serial."""
        phones = [{"serial": serial, "seen": (seen or {}).get(serial)} for serial in serials]
        body = given(phones=phones, width=width, quality=quality, wait=wait)
        return self._connection.call("POST", "/screens", body=body)["screens"]

    def screen(self, serial: str, *, width: int | None = None, quality: int | None = None) -> bytes:
        """Return what one phone shows, as JPEG; `width` is that of the shorter side in pixels."""
        return self._connection.fetch(f"{_path(serial)}/screen", query=given(width=width, quality=quality)).content

    def take_over(self, serial: str, *, by: str | None = None, idle_seconds: int | None = None) -> Takeover:
        """Take a phone over, or renew what one has; inputs are taken once its `state` is "held"."""
        body = given(by=by, idle_seconds=idle_seconds)
        return self._connection.call("POST", f"{_path(serial)}/takeover", body=body)

    def get_takeover(self, serial: str) -> TakeoverShown:
        """Return who has taken a phone over, and who had before."""
        return self._connection.call("GET", f"{_path(serial)}/takeover")

    def give_back(self, serial: str, *, lease: str | None = None, force: bool = False) -> Takeover:
        """Give a phone back; with `force`, take it from whoever has it."""
        query = given(lease=lease, force=force or None)
        return self._connection.call("DELETE", f"{_path(serial)}/takeover", query=query)

    def tap(self, serial: str, lease: str, x: float, y: float, *, seconds: float = 0) -> Takeover:
        """Touch the screen; `x` and `y` are fractions of its width and height, `seconds` how long the finger stays."""
        return self._enter(serial, lease, tap={"x": x, "y": y, "seconds": seconds})

    def swipe(
        self, serial: str, lease: str, start: tuple[float, float], end: tuple[float, float], *, seconds: float = 0.3
    ) -> Takeover:
        """Move a finger between two places, given as fractions of width and height."""
        spots = {"from": {"x": start[0], "y": start[1]}, "to": {"x": end[0], "y": end[1]}}
        return self._enter(serial, lease, swipe={**spots, "seconds": seconds})

    def type_text(self, serial: str, lease: str, text: str) -> Takeover:
        """Type a text where the cursor is."""
        return self._enter(serial, lease, text=text)

    def press_key(self, serial: str, lease: str, key: str) -> Takeover:
        """Press a key, such as "back", "home" or "enter"."""
        return self._enter(serial, lease, key=key)

    def _enter(self, serial: str, lease: str, **what: object) -> Takeover:
        return self._connection.call("POST", f"{_path(serial)}/takeover/input", body={"lease": lease, **what})


def _path(serial: str) -> str:
    return f"/devices/{quote(serial, safe='')}"
