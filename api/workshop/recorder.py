"""Recordings that are going on: each in a thread of its own, which looks at a phone from outside of its lane.

What a recording has seen is in memory until it is written, masked, at its end: a server that is killed loses it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from phonefleet.apps import AppProfile
from phonefleet.clock import Clock, StopSignal
from phonefleet.errors import PhonefleetError, PhoneInUse
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.device_list import ListedDevice
from phonefleet.words import changed, say
from phonefleet.workshop.stock import Stock

if TYPE_CHECKING:
    from phonefleet.device.adb.servers import AdbServers
    from phonefleet.device.entered import Entered
    from phonefleet.recording.entered import ByHandToo

_log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 4
_REMEMBERED: Final = 20
"""How many recordings that have ended are remembered, with why they failed."""

_WATCHED_FOR: Final = timedelta(seconds=30)
_ASKED_EVERY: Final = 5.0
"""Seconds for which it holds whether a task runs on the phone."""

_END_WITHIN: Final = 10.0
"""Seconds that recordings have to be written when the server ends."""

State = Literal["running", "writing", "done", "failed"]


@dataclass(slots=True)
class Going:
    """A recording of one app on one phone. `told` is the last thing to tell a person, `remark` why it failed."""

    name: str
    serial: str
    app: str
    package: str
    started_at: datetime
    until: datetime
    alias: str | None = None
    host: str | None = None
    state: State = "running"
    version: str = ""
    language: str = ""
    told: str = ""
    remark: str | None = None
    screens: int = 0
    stop: StopSignal = field(default_factory=StopSignal)
    by_hand: ByHandToo | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.state in ("done", "failed")


class Recordings:
    """The recordings of one API. Thread-safe; `close` ends and writes them all."""

    def __init__(self, stock: Stock, ledger: Ledger, servers: AdbServers, clock: Clock) -> None:
        self._stock, self._ledger, self._servers, self._clock = stock, ledger, servers, clock
        self._lock = threading.Lock()
        self._known: dict[str, Going] = {}
        self._threads: list[threading.Thread] = []

    def start(self, listed: ListedDevice, address: str, profile: AppProfile, name: str, longest: timedelta) -> Going:
        """Begin a recording, and return it.

        Raises:
            RecordingBroken: the name is taken, or can be none.
            PhoneInUse: the phone is recorded already, or too many are.

        """
        now = self._clock.now()
        phone = listed.device
        going = Going(name, phone.serial, profile.name, profile.package, now, now + longest, phone.alias, phone.host)
        with self._lock:
            folder = self._stock.free_folder(name)
            self._refuse_too_many(going)
            self._known.pop(name, None)
            self._known[name] = going
            self._threads = [each for each in self._threads if each.is_alive()]
            thread = threading.Thread(
                target=self._run, args=(going, address, profile, folder, longest), name=f"recording {name}", daemon=True
            )
            self._threads.append(thread)
        thread.start()
        return going

    def all(self) -> list[Going]:
        """Return those that are going on or have failed, the newest first; what is written is in the stock."""
        with self._lock:
            return [each for each in reversed(self._known.values()) if each.state != "done"]

    def find(self, name: str) -> Going | None:
        """Return one of them; None if there is none of this name."""
        with self._lock:
            return self._known.get(name)

    def forget(self, name: str) -> bool:
        """Forget one that has ended; tell whether there was one."""
        with self._lock:
            going = self._known.get(name)
            return going is not None and going.is_over and self._known.pop(name, None) is not None

    def entered(self, serial: str, entered: Entered) -> None:
        """Note what a person has done to a phone in the browser: it leads to the next screen."""
        with self._lock:
            hands = [each.by_hand for each in self._known.values() if each.serial == serial and not each.is_over]
        for hand in hands:
            if hand is not None:
                hand.enter(entered)

    def close(self) -> None:
        """End all, and wait until they are written."""
        with self._lock:
            threads, known = list(self._threads), list(self._known.values())
        for each in known:
            each.stop.set("the server ends")
        for thread in threads:
            thread.join(_END_WITHIN)

    def _refuse_too_many(self, wanted: Going) -> None:
        running = [each for each in self._known.values() if not each.is_over]
        if any(each.serial == wanted.serial for each in running):
            message = say("workshop.recorded_already", "{serial} is being recorded already", serial=wanted.serial)
            raise PhoneInUse(message)
        if any(each.name == wanted.name for each in running):
            message = say(
                "workshop.name_going_on", "a recording {name} is going on: give another name", name=wanted.name
            )
            raise PhoneInUse(message)
        if len(running) >= MOST_AT_ONCE:
            message = say(
                "workshop.too_many_recorded", "{most} phones are being recorded: end one first", most=MOST_AT_ONCE
            )
            raise PhoneInUse(message)
        over = [name for name, each in self._known.items() if each.is_over]
        for name in over[: len(over) - _REMEMBERED]:
            del self._known[name]

    # --- in its thread -----------------------------------------------------------------------------------

    def _run(self, going: Going, address: str, profile: AppProfile, folder: Path, longest: timedelta) -> None:
        try:
            self._record(going, address, profile, folder, longest)
            going.state = "done"
        except PhonefleetError as error:
            going.remark, going.state = (
                changed(error.message, lambda text: text.replace(address, going.serial)),
                "failed",
            )
        except Exception:  # noqa: BLE001 - the edge of a thread that nobody waits for
            _log.exception("The recording %s crashed", going.name)
            going.remark, going.state = (
                say("workshop.recording_crashed", "it crashed; the server's log tells more"),
                "failed",
            )

    def _record(self, going: Going, address: str, profile: AppProfile, folder: Path, longest: timedelta) -> None:
        from phonefleet.device.passive import PassiveClient  # noqa: PLC0415 - recordings are rare, and heavy to load
        from phonefleet.device.shell.kernel_events import KernelEvents  # noqa: PLC0415 - as above
        from phonefleet.device.watched import WatchedPhone  # noqa: PLC0415 - as above
        from phonefleet.recording.entered import ByHandToo  # noqa: PLC0415 - as above
        from phonefleet.recording.recorder import Recorder, new_course, version_of  # noqa: PLC0415 - as above

        def tell(said: str) -> None:
            going.told = changed(said, str.strip)
            going.screens = recorder.count if recorder is not None else 0

        recorder: Recorder | None = None
        server = self._servers.address(going.host)
        phone = WatchedPhone(address, server, self._clock, self._idleness(going.serial))
        app = phone.installed(profile.package)
        going.version, going.language = app.version, app.language
        known = version_of(profile, app.version, app.language, tell)
        recorder, course = Recorder(phone, known, app.language, tell, self._clock), new_course()
        with KernelEvents(PassiveClient(server, clock=self._clock), address) as kernel:
            going.by_hand = ByHandToo(kernel, self._clock, lambda: course.latest.rotation if course.latest else 0)
            recorder.watch(going.by_hand, course, going.stop, longest)
        going.state = "writing"
        recorder.write(folder, course)

    def _idleness(self, serial: str) -> Callable[[], bool]:
        """Return what tells whether no task runs on a phone; it keeps the phone's automation server running."""
        asked, idle = float("-inf"), False

        def is_idle() -> bool:
            nonlocal asked, idle
            if self._clock.monotonic() - asked > _ASKED_EVERY:
                now = self._clock.now()
                self._ledger.watching.extend([serial], now, now + _WATCHED_FOR)
                listed = self._ledger.devices.named(serial)
                idle = listed is None or listed.current_task is None
                asked = self._clock.monotonic()
            return idle

        return is_idle
