"""Replay phones of recordings, behind the real adb, and the log of what was done to them."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.registry import Sessions
from phonefleet.device.sessions.session import PhoneSession
from tests.screens.recording import Recording
from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions
from virtual_phones.replay.phone import ReplayPhone
from virtual_phones.replay.touches import Touch

__all__ = ["Fleet", "Touch", "replaying"]

_CALL = timedelta(seconds=60)


class Fleet:
    """A phone for each recording, by its name; each is connected when it is first used."""

    def __init__(self, phones: BackgroundFleet, recordings: Mapping[str, Recording], adb_port: int) -> None:
        self.phones = phones
        self._recordings = recordings
        self._serials = dict(zip(recordings, phones.serials, strict=True))
        self._adb = FastAdbClient(adb_port, timeout=_CALL)
        self._sessions = Sessions(self._adb, call_timeout=_CALL)
        self._connected: set[str] = set()

    def serial(self, name: str) -> str:
        """Return the serial of the phone of a recording."""
        return self._serials[name]

    def recording(self, name: str) -> Recording:
        """Return what a phone replays."""
        return self._recordings[name]

    def begin(self, name: str) -> str:
        """Let a phone show its first screen, and return its serial."""
        serial, start = self._serials[name], self._recordings[name].start
        phone = self.phones.phone(serial)
        assert isinstance(phone, ReplayPhone)
        self.phones.call(lambda: phone.show(start))
        if serial not in self._connected:
            self._adb.connect(serial)
            self._connected.add(serial)
        return serial

    def session(self, serial: str) -> PhoneSession:
        """Return the session of a phone."""
        return self._sessions.get(serial)

    @property
    def last_touch(self) -> int:
        """The number of the last touch of all phones."""
        touches = self.phones.call(self.phones.fleet.touches.all)
        return touches[-1].order if touches else 0

    def touches(self, serial: str, since: int) -> Sequence[Touch]:
        """Return what was done to a phone after a touch of this number."""
        touches = self.phones.call(self.phones.fleet.touches.all)
        return [each for each in touches if each.serial == serial and each.order > since]

    def close(self) -> None:
        """Close all sessions."""
        self._sessions.close_all()


@contextmanager
def replaying(
    recordings: Mapping[str, Recording], folder: Path, adb_port: int, fault_rate: float = 0.0
) -> Generator[Fleet]:
    """Write recordings into folders and replay each on a phone; with a rate, faults strike as on any virtual phone."""
    folders = [recording.write(folder / f"{number:03}") for number, recording in enumerate(recordings.values())]
    with BackgroundFleet(FleetOptions(screens=folders, base_port=0, fault_rate=fault_rate, seed=5)) as phones:
        fleet = Fleet(phones, recordings, adb_port)
        yield fleet
        fleet.close()
