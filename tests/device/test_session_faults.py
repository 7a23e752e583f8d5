"""Every fault of a phone: which error the caller gets, and that the next call finds it healed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.automation import server
from phonefleet.device.evidence import capture
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import (
    AutomationDown,
    DeviceFrozen,
    DeviceOffline,
    DeviceUnauthorized,
    DeviceUnknown,
    LinkLost,
    PhonefleetError,
    ShellFailed,
)
from phonefleet.geometry import Point
from tests.device.clocks import MovableClock
from virtual_phones.faults import Fault, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.u2.server_faults import ServerFaults

BUTTON = Point(500, 700)
SHORT = timedelta(milliseconds=1200)
"""The time of a call that can only fail."""
AMPLE = timedelta(minutes=1)
"""The time of a call that is to succeed, on a busy machine too."""
HASTE, HURRY = 5, 50
"""How fast that time passes where it is to be used up: the faster, the less the machine may take."""
Order = Callable[..., None]
Eventually = Callable[[Callable[[], bool]], None]


def _in_loop(loop: asyncio.AbstractEventLoop, work: Callable[[], object]) -> None:
    """Do it where the virtual phones live, and return once it is done."""
    happened = threading.Event()
    loop.call_soon_threadsafe(lambda: (work(), happened.set()))
    happened.wait()


@contextmanager
def _meanwhile(happens: Callable[[], bool], then: Callable[[], None], eventually: Eventually) -> Generator[None]:
    """Do something in another thread as soon as something has happened in the block."""

    def wait_and_do() -> None:
        eventually(happens)
        then()

    thread = threading.Thread(target=wait_and_do)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@pytest.fixture
def timed(client: FastAdbClient, serial: str, session: PhoneSession, clock: MovableClock) -> Iterator[PhoneSession]:
    """A working session whose calls end by the clock that can be moved."""
    session.heal()
    timed = PhoneSession(serial, client, clock, call_timeout=AMPLE)
    timed.heal()
    yield timed
    timed.close()


# --- the uiautomator server ---------------------------------------------------------------------------------


def test_a_server_that_has_died_restarts_unnoticed(session: PhoneSession, order: Order, taps: list[str]) -> None:
    session.heal()
    order(Fault.SERVER_DEAD)
    session.tap(BUTTON)
    assert len(taps) == 1


def test_a_server_that_belongs_to_nobody_is_ended_and_replaced_at_once(
    session: PhoneSession,
    phone: VirtualPhone,
    loop: asyncio.AbstractEventLoop,
    order: Order,
    eventually: Eventually,
) -> None:
    """As when another program has started it, or the stream that it belonged to was lost."""
    session.heal()
    _in_loop(loop, phone.u2.stop)
    _in_loop(loop, phone.u2.start)
    order(Fault.NOT_CONNECTED)
    with pytest.raises(AutomationDown):
        session.tap(BUTTON)
    session.tap(BUTTON)
    session.close()
    eventually(lambda: not phone.u2.running)


ACTION_ERRORS: dict[Fault, tuple[type[PhonefleetError], int]] = {
    Fault.DIES_BEFORE: (LinkLost, 0),
    Fault.DIES_AFTER: (LinkLost, 1),
    Fault.HTTP_500: (LinkLost, 0),
    Fault.DEAD_OBJECT: (LinkLost, 0),
    Fault.NOT_CONNECTED: (AutomationDown, 0),
}
"""What a tap raises, and how often the button was really touched."""


@pytest.mark.parametrize("fault", ACTION_ERRORS)
def test_an_action_that_a_fault_meets_is_never_repeated_by_itself(
    session: PhoneSession, order: Order, taps: list[str], fault: Fault
) -> None:
    error, touched = ACTION_ERRORS[fault]
    session.heal()
    order(fault)
    with pytest.raises(error, match=session.serial) as caught:
        session.tap(BUTTON)
    assert type(caught.value) is error
    assert caught.value.__cause__ is not None
    assert len(taps) == touched
    session.tap(BUTTON)
    assert len(taps) == touched + 1


@pytest.mark.parametrize("fault", [*ACTION_ERRORS, Fault.EMPTY_DUMP, Fault.EMPTY_NODE])
def test_a_read_that_a_fault_meets_is_repeated_after_healing(session: PhoneSession, order: Order, fault: Fault) -> None:
    session.heal()
    order(fault)
    assert "Count" in session.hierarchy()


@pytest.mark.parametrize("fault", [Fault.HTTP_500, Fault.NOT_CONNECTED, Fault.DEAD_OBJECT, Fault.EMPTY_DUMP])
def test_a_server_that_stays_broken_is_down(session: PhoneSession, order: Order, fault: Fault) -> None:
    session.heal()
    order(fault, times=9)
    with pytest.raises(AutomationDown):
        session.hierarchy()


def test_a_broken_accessibility_service_is_cured_by_a_new_start_of_its_server(
    session: PhoneSession, phone: VirtualPhone, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts, begin = list[str](), phone.u2.start

    def start() -> str:
        starts.append("start")
        return begin()

    monkeypatch.setattr(phone.u2, "start", start)
    session.heal()
    order(Fault.EMPTY_NODE)
    assert "Count" in session.hierarchy()
    assert starts == ["start"] * 2, "at first, and once more for the broken service"


def test_an_accessibility_service_that_stays_broken_says_what_a_person_can_do(
    session: PhoneSession, phone: VirtualPhone, order: Order
) -> None:
    session.heal()
    order(Fault.EMPTY_NODE, times=200)
    with pytest.raises(AutomationDown, match=r"its server is restarted\. If that does not help, restart the phone"):
        session.hierarchy()
    phone.faults.clear()
    assert "Count" in session.hierarchy()


def test_a_program_that_was_installed_is_not_looked_for_at_the_start(
    session: PhoneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.install_server()
    monkeypatch.setattr(server, "install", pytest.fail)
    session.start_server()
    session.close()
    session.start_server()
    assert "Count" in session.hierarchy()


def test_a_program_that_has_gone_since_it_was_installed_is_put_there_again(session: PhoneSession) -> None:
    session.install_server()
    session.shell(["rm", "/data/local/tmp/u2.jar"])
    session.start_server()
    assert "Count" in session.hierarchy()


def test_a_server_that_does_not_start_at_once_is_tried_again(session: PhoneSession, order: Order) -> None:
    order(Fault.WONT_START, times=2)
    assert "Count" in session.hierarchy()


def test_a_server_that_never_starts_is_down(session: PhoneSession, order: Order, phone: VirtualPhone) -> None:
    order(Fault.WONT_START, times=99)
    with pytest.raises(AutomationDown):
        session.hierarchy()
    phone.faults.clear()
    assert "Count" in session.hierarchy()


def test_a_slow_call_takes_its_time(session: PhoneSession, order: Order, taps: list[str]) -> None:
    order(Fault.SLOW, seconds=0.3)
    session.tap(BUTTON)
    assert len(taps) == 1


def test_a_call_slower_than_its_deadline_counts_as_frozen(
    timed: PhoneSession, clock: MovableClock, order: Order
) -> None:
    order(Fault.SLOW, seconds=600)
    clock.run(HURRY)
    with pytest.raises(DeviceFrozen):
        timed.tap(BUTTON)


# --- the shell ----------------------------------------------------------------------------------------------


def test_a_failing_shell_says_so(session: PhoneSession, order: Order) -> None:
    session.heal()
    order(Fault.SHELL_FAILS)
    with pytest.raises(ShellFailed, match=session.serial):
        session.shell(["id"])
    assert session.shell(["echo", "again"]) == "again\n"


VERBS: dict[str, Callable[[PhoneSession], object]] = {
    "launch": lambda session: session.launch("com.example.notebook"),
    "open_link": lambda session: session.open_link("notes://page", "com.example.notebook"),
    "app_version": lambda session: session.app_version("com.example.notebook"),
    "force_stop": lambda session: session.force_stop("com.example.notebook"),
    "foreground": PhoneSession.foreground,
    "health": PhoneSession.health,
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_shell_that_goes_on_failing_is_not_taken_for_a_missing_app(
    session: PhoneSession, order: Order, verb: str
) -> None:
    session.heal()
    order(Fault.SHELL_FAILS, times=9)
    with pytest.raises(ShellFailed):
        VERBS[verb](session)


def test_a_read_that_the_shell_failed_once_is_repeated(session: PhoneSession, order: Order) -> None:
    session.heal()
    order(Fault.SHELL_FAILS)
    assert session.health().awake


def test_a_broken_keyboard_keeps_no_text_back(session: PhoneSession, order: Order, texts: list[str]) -> None:
    order(Fault.IME_FAILS, times=9)
    session.set_text(Point(500, 150), "com.example.notebook:id/note", "still 😀")
    assert texts[0] == "still 😀"


def test_a_link_that_breaks_under_a_command_is_lost(
    session: PhoneSession, phone: VirtualPhone, suffer: Order, eventually: Eventually
) -> None:
    session.heal()

    def has_begun() -> bool:
        return phone.files.get("/sdcard/begun") is not None

    with _meanwhile(has_begun, lambda: suffer(Fault.DISCONNECT, 0.1), eventually), pytest.raises(LinkLost):
        session.shell(["sh", "-c", "touch /sdcard/begun; sleep 60"])
    assert session.shell(["echo", "back"]) == "back\n"


# --- the wire -----------------------------------------------------------------------------------------------


def test_an_action_on_a_phone_that_is_away_for_a_moment_waits_for_it(
    session: PhoneSession, suffer: Order, taps: list[str]
) -> None:
    session.heal()
    suffer(Fault.DISCONNECT, 0.3)
    session.tap(BUTTON)
    assert len(taps) == 1


def test_a_phone_that_stays_away_is_offline(timed: PhoneSession, clock: MovableClock, suffer: Order) -> None:
    suffer(Fault.DISCONNECT, 600)
    clock.run(HASTE)
    for _ in range(2):
        with pytest.raises(DeviceOffline):
            timed.hierarchy()


READS: dict[str, Callable[[PhoneSession], object]] = {
    "tap": lambda session: session.tap(BUTTON),
    "hierarchy": PhoneSession.hierarchy,
    "screenshot": PhoneSession.screenshot,
    "health": PhoneSession.health,
    "shell": lambda session: session.shell(["id"]),
    "set_text": lambda session: session.set_text(BUTTON, "", "text"),
    "launch": lambda session: session.launch("com.example.notebook"),
}


@pytest.mark.parametrize("call", READS)
def test_every_call_to_a_frozen_phone_ends_at_its_deadline(
    timed: PhoneSession, clock: MovableClock, suffer: Order, recover: Callable[[], None], call: str
) -> None:
    suffer(Fault.FREEZE)
    clock.run(HURRY)
    with pytest.raises(DeviceFrozen, match=timed.serial):
        READS[call](timed)
    clock.run(1)
    recover()
    READS["tap"](timed)


def test_a_phone_that_is_frozen_from_the_start_ends_the_first_call_at_its_deadline(
    client: FastAdbClient, serial: str, session: PhoneSession, suffer: Order, recover: Callable[[], None]
) -> None:
    session.heal()
    suffer(Fault.FREEZE)
    with pytest.raises(DeviceFrozen):
        PhoneSession(serial, client, call_timeout=SHORT).hierarchy()
    recover()


def test_evidence_of_a_frozen_phone_is_empty_and_comes_in_time(
    session: PhoneSession, suffer: Order, recover: Callable[[], None]
) -> None:
    assert "Count" in (capture(session).hierarchy or "")
    suffer(Fault.FREEZE)
    evidence = capture(session, limit=SHORT)
    recover()
    assert (evidence.screenshot, evidence.hierarchy) == (None, None)


def test_an_unauthorized_phone_needs_a_person(
    session: PhoneSession, suffer: Order, recover: Callable[[], None], eventually: Eventually
) -> None:
    suffer(Fault.UNAUTHORIZED)
    with pytest.raises(DeviceUnauthorized, match="accept the prompt"):
        session.hierarchy()
    recover()

    def works() -> bool:
        try:
            return "Count" in session.hierarchy()
        except DeviceUnauthorized:  # adb lists it so until it has connected anew
            return False

    eventually(works)


def test_a_serial_that_adb_does_not_list_is_unknown(client: FastAdbClient) -> None:
    with pytest.raises(DeviceUnknown, match="R58N12345"):
        PhoneSession("R58N12345", client).hierarchy()


def test_an_address_where_nothing_listens_is_offline(client: FastAdbClient) -> None:
    with pytest.raises(DeviceOffline):
        PhoneSession("127.0.0.1:1", client, call_timeout=SHORT).shell(["id"])


# --- the adb server -----------------------------------------------------------------------------------------


@pytest.fixture
def mortal(mortal_client: FastAdbClient, serial: str) -> Iterator[PhoneSession]:
    """A working session through an adb server that may be killed."""
    session = PhoneSession(serial, mortal_client, call_timeout=timedelta(seconds=10))
    session.heal()
    yield session
    session.close()


def test_calls_after_the_adb_server_was_killed_start_it_and_find_their_phone(
    mortal: PhoneSession, kill_adb: Order, taps: list[str]
) -> None:
    kill_adb()
    assert "Count" in mortal.hierarchy()
    kill_adb()
    mortal.tap(BUTTON)
    kill_adb()
    assert mortal.shell(["echo", "here"]) == "here\n"
    assert len(taps) == 1


@pytest.fixture
def struck(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Is set as soon as a fault meets a call to the uiautomator server, which has the call then."""
    struck = threading.Event()
    at_call = ServerFaults.at_call

    def noted(faults: ServerFaults, method: str) -> Strike | None:
        strike = at_call(faults, method)
        if strike is not None:
            struck.set()
        return strike

    monkeypatch.setattr(ServerFaults, "at_call", noted)
    return struck


def test_an_adb_server_killed_during_a_call_loses_the_link(
    mortal: PhoneSession, kill_adb: Order, order: Order, struck: threading.Event, eventually: Eventually
) -> None:
    order(Fault.SLOW, seconds=60)
    with _meanwhile(struck.is_set, kill_adb, eventually), pytest.raises(LinkLost, match="may have happened"):
        mortal.tap(BUTTON)
    mortal.heal()
    assert "Count" in mortal.hierarchy()


# --- lasting conditions -------------------------------------------------------------------------------------


def test_health_shows_a_low_battery(session: PhoneSession, suffer: Order) -> None:
    suffer(Fault.LOW_BATTERY)
    assert (session.health().battery, session.health().charging) == (3, False)


def test_health_shows_a_dark_display(session: PhoneSession, suffer: Order) -> None:
    suffer(Fault.SCREEN_OFF)
    assert not session.health().awake


def test_a_secure_keyguard_stays_after_waking(session: PhoneSession, suffer: Order) -> None:
    suffer(Fault.LOCKED)
    session.wake()
    assert session.health().locked
