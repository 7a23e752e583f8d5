"""Restores the adb connection of one phone.

adb reconnects network phones by itself, but in one thread for all of them: while it waits for an address whose packets
are dropped, no other phone is reconnected, for two minutes on Linux (measured with adb 36; `ReconnectHandler` in
`transport.cpp` of Android's packages/modules/adb). It begins 250 ms after a phone was lost, and skips a phone that was
disconnected by then. So a phone that is offline is disconnected here, its address is probed, and adb is told to connect
only to an address that answers.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Final

from adbutils import AdbError

from phonefleet.device.adb import probe
from phonefleet.device.adb.addresses import HostPort, host_port, is_address, service_instance
from phonefleet.device.adb.advice import advice_for, state_of
from phonefleet.device.adb.device_list import ListedDevice
from phonefleet.device.adb.probe import Answer
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.deadline import DeadlineExceeded, tightest, within
from phonefleet.errors import DeviceNotReady, DeviceOffline, DeviceUnauthorized, DeviceUnknown, PhonefleetError
from phonefleet.words import Message, say

RECONNECT_LIMIT = timedelta(seconds=5)
"""How long a call waits for a lost phone; longer outages are handled by the caller's retries."""

_CONNECT_LIMIT = timedelta(seconds=3)
_POLL = timedelta(milliseconds=200)
_GONE: Final = frozenset({None, "offline"})
"""adb's states of phones that may be reconnected."""
_CONNECTABLE: Final = frozenset({None, "answers", "refuses"})
"""Probe results after which adb is told to connect: a refusal costs no time, and adb may see other networks."""


def restore(client: FastAdbClient, name: str) -> None:
    """Wait until adb has the phone online, reconnecting it if it is in the network; `name` is its name in adb.

    Raises:
        DeviceUnknown: adb does not list it, and it is no address to connect to.
        DeviceUnauthorized: a person has to accept this computer on the phone.
        DeviceNotReady: a person has to do something else about it, which the message says.
        DeviceOffline: it did not come back in time.

    """
    sighting = _sighting(client, name)
    if sighting is not None and sighting.word == "device":
        return
    if sighting is None and not is_address(name):
        raise _connection_error(name, None)
    _wait_online(client, name, sighting)


def _wait_online(client: FastAdbClient, name: str, sighting: ListedDevice | None) -> None:
    patience = tightest(RECONNECT_LIMIT, client.clock)
    answer: Answer | None = None
    while sighting is None or sighting.word != "device":
        answer = reconnect(client, name)
        try:
            sighting = _sighting(client, name)
        except DeadlineExceeded:  # the search took all the time of the call: what was seen last is what is known
            break
        if (sighting is not None and sighting.word == "unauthorized") or not patience.allows(_POLL):
            break
        if sighting is None or sighting.word != "device":
            patience.pause(_POLL)
    if sighting is None or sighting.word != "device":
        raise _connection_error(name, sighting, answer)


def reconnect(client: FastAdbClient, name: str, *, forced: bool = False) -> Answer | None:
    """Make adb reconnect to the phone unless it is online, best effort; locked, one thread for each phone at a time.

    Returns the result of the probe of its address, None if it was not probed. With `forced`, adb is told to connect
    even if the address is unreachable from here.
    """
    answer: Answer | None = None
    with (
        suppress(AdbError, OSError, DeadlineExceeded),
        within(_CONNECT_LIMIT, client.clock),
        client.link_lock(name),
    ):
        word = client.states().get(name)
        if word in _GONE and is_address(name):
            if word is not None:  # else adb's own thread tries, and says meanwhile that it is connected already
                client.disconnect(name)
            answer = _probe_address(client, name)
            if answer in _CONNECTABLE or (forced and answer == "unreachable"):
                client.connect(name)
        elif word == "offline":
            client.device(name).open_transport("reconnect").close()
    return answer


def _probe_address(client: FastAdbClient, name: str) -> Answer | None:
    """Probe the address; None if that is not possible from this computer."""
    if not client.local:
        return None
    try:
        address = host_port(name) or _service_address(client, name)
    except AdbError:  # this adb server finds no services
        return None
    return probe.ask(address, client.clock) if address is not None else "unreachable"


def _service_address(client: FastAdbClient, name: str) -> HostPort | None:
    """Return the address at which adb has found an mDNS service, if it has.

    Raises:
        AdbError: this adb server does not search for services, or the name is not that of one.

    """
    instance = service_instance(name)
    if instance is None:
        message = say("device.names_no_service", "{name} names no service", name=name)
        raise AdbError(message)
    return host_port(client.found_services().get(instance, ""))


def _sighting(client: FastAdbClient, name: str) -> ListedDevice | None:
    return next((sighting for sighting in client.listed_devices() if sighting.name == name), None)


def _about(name: str, what: str | None) -> Message:
    return say("device.about", "{phone}: {what}", phone=name, what=what)


def _connection_error(name: str, sighting: ListedDevice | None, answer: Answer | None = None) -> PhonefleetError:
    state = None if sighting is None else state_of(sighting)
    if state == "unauthorized":
        return DeviceUnauthorized(_about(name, DeviceUnauthorized.usual()))
    if sighting is not None and state in {"no_permissions", "ambiguous"}:  # beyond what a replugged phone shows
        return DeviceNotReady(_about(name, advice_for(sighting)))
    if sighting is not None and sighting.word != "offline":
        return DeviceOffline(_about(name, advice_for(sighting)))
    if sighting is None and not is_address(name):
        return DeviceUnknown(
            say(
                "device.adb_knows_no_phone_compare",
                "adb knows no phone {name}: compare it with what `adb devices` lists.",
                name=name,
            )
        )
    told = advice_for(ListedDevice(name, "offline"), answer) if answer not in _CONNECTABLE else DeviceOffline().message
    return DeviceOffline(_about(name, told))
