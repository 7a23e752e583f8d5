"""The adb connection of one phone: is it there, and bringing it back."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta

from adbutils import AdbError

from phonefleet.device.deadline import DeadlineExceeded, tightest, within
from phonefleet.device.transport import FastAdbClient
from phonefleet.errors import DeviceOffline, DeviceUnauthorized, DeviceUnknown, PhonefleetError

RECONNECT_LIMIT = timedelta(seconds=5)
"""How long a call waits for a phone that has gone; longer outages are the caller's retries."""

_CONNECT_LIMIT = timedelta(seconds=3)
_POLL = timedelta(milliseconds=200)
_ADDRESS = re.compile(r"(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}")
_UNAUTHORIZED = ("unauthorized", "authorizing")


def is_address(serial: str) -> bool:
    """Tell whether the serial is a `host:port` that `adb connect` takes."""
    return _ADDRESS.fullmatch(serial) is not None


def restore(client: FastAdbClient, serial: str) -> None:
    """Return when adb has the phone online, reconnecting it if it is on the network.

    Raises:
        DeviceUnknown: adb does not list it, and it is no address to connect to.
        DeviceUnauthorized: a person has to accept this computer on the phone.
        DeviceOffline: it did not come back in time.

    """
    state = client.states().get(serial)
    if state == "device":
        return
    if state is None and not is_address(serial):
        raise _not_there(serial, None)
    _wait_online(client, serial, state)


def _wait_online(client: FastAdbClient, serial: str, state: str | None) -> None:
    patience = tightest(RECONNECT_LIMIT, client.clock)
    while state != "device":
        reconnect(client, serial)
        try:
            state = client.states().get(serial)
        except DeadlineExceeded:  # the search took all the time of the call: what was seen last is what is known
            break
        if state == "unauthorized" or not patience.allows(_POLL):
            break
        if state != "device":
            patience.pause(_POLL)
    if state != "device":
        raise _not_there(serial, state)


def reconnect(client: FastAdbClient, serial: str) -> None:
    """Ask adb to connect to the phone anew unless it is online, best effort; one thread a phone at a time."""
    with (
        suppress(AdbError, OSError, DeadlineExceeded),
        within(_CONNECT_LIMIT, client.clock),
        client.link_lock(serial),
    ):
        state = client.states().get(serial)
        if state == "device":
            return
        if not is_address(serial):
            client.device(serial).open_transport("reconnect").close()
            return
        if state == "offline":  # else adb says that it is connected already
            client.disconnect(serial)
        client.connect(serial)


def _not_there(serial: str, state: str | None) -> PhonefleetError:
    if state in _UNAUTHORIZED:
        return DeviceUnauthorized(f"{serial}: {DeviceUnauthorized().message}")
    if state is None and not is_address(serial):
        return DeviceUnknown(f"adb knows no phone {serial}: compare it with what `adb devices` lists.")
    return DeviceOffline(f"{serial}: {DeviceOffline().message}")
