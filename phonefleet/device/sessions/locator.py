"""Locates the phone of a session: finds an address at which it answers, and verifies that it is the right phone.

Phones change their addresses. So the phone's ids are read before its first use, after every repair, and after every
change that adb reports at the address.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from phonefleet.clock import Clock
from phonefleet.device.adb import link
from phonefleet.device.adb.transport import FastAdbClient, FastAdbDevice
from phonefleet.device.deadline import tightest
from phonefleet.device.discovery.seen import IDENTITY_COMMAND, hardware_in, parse_answers
from phonefleet.device.sessions.routes import Route, Routes
from phonefleet.device.translate import translated
from phonefleet.errors import DeviceOffline, DeviceUnknown, OtherHardware, PhonefleetError, ShellFailed
from phonefleet.hardware import Hardware
from phonefleet.words import say

_POLL: Final = timedelta(milliseconds=100)


class Locator:
    """Finds the phone of an identity; without routes, the identity is its only address."""

    def __init__(self, serial: str, client: FastAdbClient, clock: Clock, routes: Routes | None = None) -> None:
        self._serial, self._client, self._clock, self._routes = serial, client, clock, routes
        self._own: Hardware | None = None
        self._version: int | None = None
        self.address = next(iter(self._route().addresses), serial)
        self.device: FastAdbDevice = client.device(self.address)

    @property
    def version(self) -> int | None:
        """The version of the route at which the phone was verified last; None before the first time."""
        return self._version

    @property
    def is_confirmed(self) -> bool:
        """Whether the phone was verified and its route has not changed since."""
        return self._version is not None and self._version == self._route().version

    def find(self) -> None:
        """Wait until the phone answers at one of its addresses and is verified; sets `address` and `device`.

        Raises:
            DeviceOffline: it cannot be reached at any address.
            OtherHardware: another phone is there.
            PhonefleetError: another problem at the best address.

        """
        patience = tightest(link.RECONNECT_LIMIT, self._clock)
        while True:
            route = self._route()
            failure = self._try(route.addresses or route.previous)
            if failure is None:
                return
            if route.addresses or not patience.allows(_POLL):
                raise failure
            patience.pause(_POLL)  # it may come back under any address

    def _try(self, addresses: Sequence[str]) -> PhonefleetError | None:
        """Use the first address at which the phone is; if there is none, return the error of the best one."""
        failure: PhonefleetError | None = None
        for address in addresses:
            self.address, self.device = address, self._client.device(address)
            try:
                with translated(self._serial):
                    link.restore(self._client, address)
                    self.confirm()
            except DeviceUnknown as error:
                failure = failure or (error if self._routes is None else self._away())
            except PhonefleetError as error:
                failure = failure or error
            else:
                return None
        return failure or self._away()

    def _away(self) -> DeviceOffline:
        return DeviceOffline(say("device.about", "{phone}: {what}", phone=self._serial, what=DeviceOffline.usual()))

    def confirm(self) -> None:
        """Verify the phone at the address by its ids, in one shell call.

        Raises:
            OtherHardware: it is another phone.
            ShellFailed: it does not report its ids.

        """
        version = self._route().version  # read first, so that a change during the call is not missed
        hardware = hardware_in(parse_answers(self.device.shell(IDENTITY_COMMAND)))
        own = self._route().hardware or self._own
        if own is not None and own.telling:
            self._compare(own, hardware)
        elif hardware is not None:
            self._own = hardware
        self._version = version

    def _compare(self, own: Hardware, hardware: Hardware | None) -> None:
        likeness = "unclear" if hardware is None else own.likeness(hardware)
        if likeness == "other":
            message = say(
                "device.another_phone_now_than",
                "At {address} is another phone now ({hardware}) than {serial} ({own}).",
                address=self.address,
                hardware=hardware,
                serial=self._serial,
                own=own,
            )
            raise OtherHardware(message)
        if likeness == "unclear":
            message = say(
                "device.does_not_say_whether",
                "{address} does not say whether it is {serial} ({own}).",
                address=self.address,
                serial=self._serial,
                own=own,
            )
            raise ShellFailed(message)

    def _route(self) -> Route:
        return Route((self._serial,)) if self._routes is None else self._routes.of(self._serial)
