"""Makes our adb server connect to the virtual phones, before anybody looks for them there."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from adbutils import AdbError

from deployments.supervision.service import ServiceFailed
from phonefleet.clock import StopSignal
from phonefleet.device.transport import FastAdbClient
from phonefleet.errors import PhonefleetError

PATIENCE = timedelta(seconds=60)
TURN = timedelta(milliseconds=50)
CONNECTED = "device"
"""adb's word for a phone that is ready."""


def second_names(addresses: Sequence[str], seed: int) -> list[str]:
    """Return further names under which adb is to have some of the phones: one of them, drawn by the seed.

    A phone that is on USB and in the network, or was connected by its address and by its name, stands twice in adb's
    list; virtual phones are no kinder.
    """
    ports = [address.rpartition(":")[2] for address in addresses]
    return [f"localhost:{random.Random(seed).choice(ports)}"] if ports else []  # noqa: S311 - no secret


def connect_all(client: FastAdbClient, serials: Sequence[str], stop: StopSignal) -> None:
    """Return when adb has all phones ready.

    Raises:
        ServiceFailed: it did not come to that.
        Interrupted: the stop signal was set meanwhile.

    """
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while missing := _missing(client, serials):
        if time.monotonic() > deadline:
            message = f"adb does not get through to the virtual phones {', '.join(missing)}."
            raise ServiceFailed(message)
        for serial in missing:
            stop.check()
            with suppress(AdbError, PhonefleetError, OSError):
                client.connect(serial)
        stop.wait(TURN)


def _missing(client: FastAdbClient, serials: Sequence[str]) -> list[str]:
    try:
        states = client.states()
    except (AdbError, PhonefleetError, OSError):
        states = {}
    return [serial for serial in serials if states.get(serial) != CONNECTED]
