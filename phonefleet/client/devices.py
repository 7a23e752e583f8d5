"""The calls about phones. A phone is named by its serial, its alias, or an address that it has or had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from phonefleet.client.answers import CreatedTasks, Device, DevicePage, DeviceState, Forgotten
from phonefleet.client.connection import UNSET, Connection, Unset, changed, given
from phonefleet.client.paging import items_of_pages


class DeviceCalls:
    """Lists, names, rests and looks at phones."""

    _connection: Connection

    def list_devices(
        self,
        *,
        state: DeviceState | None = None,
        group: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> DevicePage:
        """Return one page of the phones that any host has ever seen, by serial."""
        query = given(state=state, group=group, page=page, page_size=page_size)
        return self._connection.call("GET", "/devices", query=query)

    def iter_devices(self, *, state: DeviceState | None = None, group: str | None = None) -> Iterator[Device]:
        """Yield all phones that pass the filters."""
        return items_of_pages(
            lambda page, size: self.list_devices(state=state, group=group, page=page, page_size=size),
            lambda found: found["devices"],
            lambda phone: phone["serial"],
        )

    def get_device(self, serial: str) -> Device:
        """Return one phone."""
        return self._connection.call("GET", _path(serial))

    def change_device(
        self,
        serial: str,
        *,
        alias: str | Literal[Unset.UNSET] | None = UNSET,
        group: str | Literal[Unset.UNSET] | None = UNSET,
        enabled: bool | Literal[Unset.UNSET] = UNSET,
    ) -> Device:
        """Change a phone's alias, group, or whether it is enabled; None takes a name or a group away."""
        return self._connection.call("PATCH", _path(serial), body=changed(alias=alias, group=group, enabled=enabled))

    def quarantine_device(self, serial: str, reason: str) -> Device:
        """Give a phone no more work until it is released; what runs ends, what is queued waits."""
        return self._connection.call("POST", f"{_path(serial)}/quarantine", body={"reason": reason})

    def release_device(self, serial: str) -> Device:
        """End a phone's quarantine, whoever began it."""
        return self._connection.call("POST", f"{_path(serial)}/release")

    def match_accounts(
        self, serial: str, *, app: str | None = None, idempotency_key: str | None = None
    ) -> CreatedTasks:
        """Create a task that reads from the app which accounts are signed in on the phone, and binds them to it.

        With an `idempotency_key`, a repeated call answers what the first one answered.
        """
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else None
        return self._connection.call("POST", f"{_path(serial)}/match-accounts", body=given(app=app), headers=headers)

    def forget_device(self, serial: str) -> Forgotten:
        """Forget a phone that is not connected, cancel what waits for it, and leave its accounts without a phone."""
        return self._connection.call("DELETE", _path(serial))

    def screenshot(self, serial: str) -> bytes:
        """Return what the phone shows, as PNG."""
        return self._connection.fetch(f"{_path(serial)}/screenshot").content

    def hierarchy(self, serial: str) -> str:
        """Return the views on the phone's screen, as uiautomator's XML."""
        return self._connection.fetch(f"{_path(serial)}/hierarchy").text


def _path(serial: str) -> str:
    return f"/devices/{quote(serial, safe='')}"
