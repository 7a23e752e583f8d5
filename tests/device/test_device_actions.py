"""What is done to phones as such: on a virtual phone behind the real adb, recorded in a real ledger."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from phonefleet.apks.library import ApkLibrary
from phonefleet.clock import StopSignal
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.device_actions.saved_commands import FILE
from phonefleet.errors import (
    AppMissing,
    Interrupted,
    NeedsPerson,
    OutcomeUnknown,
    Permanent,
    PhoneForbids,
)
from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.values import NewTask
from phonefleet.scripts.device_action import SCRIPT, DeviceActionConfig
from phonefleet.settings import Settings
from tasks.context import RunContext, running
from tasks.device_actions import act_on_phone
from tests.apk_files import apk
from tests.device.clocks import MovableClock
from virtual_phones.faults import Fault
from virtual_phones.phone import VirtualPhone

PACKAGE = "org.example.shop"
LATIN, ADB = "com.android.inputmethod.latin/.LatinIME", "com.github.uiautomator/.AdbKeyboard"
Act = Callable[..., dict[str, str]]


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with Ledger(postgres_url) as ledger:
        yield ledger


@pytest.fixture
def context(  # noqa: PLR0913, PLR0917 - a run needs them all
    ledger: Ledger, client: FastAdbClient, serial: str, phone: VirtualPhone, clock: MovableClock, tmp_path: Path
) -> Iterator[RunContext]:
    phone.traits = replace(phone.traits, second_user=None)
    session = PhoneSession(serial, client, clock)
    context = RunContext(
        task_id=0, serial=serial, app="sample", phone=session, ledger=ledger, clock=clock, stop=StopSignal(),
        rng=random.Random(1), settings=Settings(home=tmp_path), evidence_folder=tmp_path,
    )  # fmt: skip
    with running(context):
        yield context
    session.close()


@pytest.fixture
def act(context: RunContext) -> Act:
    """Do something in a new task, or once more in the same one; returns its outcome."""

    def act(action: str, *, again: bool = False, **options: Any) -> dict[str, str]:
        config = SCRIPT.parse({"action": action, **options})
        assert isinstance(config, DeviceActionConfig)
        if not again:
            now = context.clock.now()
            new = NewTask(SCRIPT.name, config, context.serial, "sample", created_at=now, scheduled_for=now)
            [context.task_id] = context.ledger.tasks.create([new])
        act_on_phone.fn(config, config.summary())
        [outcome] = context.report.outcomes
        return outcome

    return act


def add_apk(context: RunContext, content: bytes) -> str:
    library = ApkLibrary.of(context.settings)
    with library.incoming() as path:
        path.write_bytes(content)
        return library.take(path, "shop.apk")[0].sha256


def save_commands(context: RunContext, text: str) -> None:
    file = context.settings.home / FILE
    file.write_text(text)
    file.chmod(0o600)


def state(context: RunContext) -> tuple[str, bool]:
    """Return how the task's action stands, and whether the phone may have been told."""
    record = context.ledger.device_actions.find(context.task_id)
    assert record is not None
    return record.state, record.acting_at is not None


# --- apps ----------------------------------------------------------------------------------------------------------


def test_an_app_is_installed_updated_and_left_alone_when_it_is_there(
    act: Act, context: RunContext, phone: VirtualPhone
) -> None:
    first, second = add_apk(context, apk()), add_apk(context, apk(version_code=2, version_name="2.0"))
    assert act("install", apk=first) == {
        "target": context.serial, "outcome": "done", "detail": f"{PACKAGE} 1.0 (1); before, it was not installed",
    }  # fmt: skip
    assert act("install", apk=second)["detail"] == f"{PACKAGE} 2.0 (2); before, version code 1"
    assert phone.apps[PACKAGE].version_code == 2
    assert act("install", apk=second)["outcome"] == "already"
    assert phone.files.children("/data/local/tmp").keys() & {"phonefleet-1.apk", "phonefleet-2.apk"} == set()


def test_another_content_of_the_same_version_is_installed(act: Act, context: RunContext) -> None:
    assert act("install", apk=add_apk(context, apk()))["outcome"] == "done"
    assert act("install", apk=add_apk(context, apk(content=b"mended code")))["outcome"] == "done"


@pytest.mark.parametrize(
    ("there", "new", "options", "why"),
    [
        (apk(version_code=5), apk(version_code=4), {}, "has a newer version.*INSTALL_FAILED_VERSION_DOWNGRADE"),
        (apk(signer=b"anna"), apk(version_code=2, signer=b"bob"), {}, "signed by somebody else.*UPDATE_INCOMPATIBLE"),
        (apk(signer=b"anna"), apk(signer=b"bob"), {"allow_downgrade": True}, "signed by somebody else"),
    ],
)
def test_what_the_phone_does_not_install_fails_with_what_a_person_can_do(  # noqa: PLR0913, PLR0917 - fixtures
    act: Act, context: RunContext, phone: VirtualPhone, there: bytes, new: bytes, options: dict[str, bool], why: str
) -> None:
    act("install", apk=add_apk(context, there))
    before = phone.apps[PACKAGE]
    with pytest.raises(Permanent, match=why):
        act("install", apk=add_apk(context, new), **options)
    assert phone.apps[PACKAGE] is before
    assert context.report.outcomes[0]["outcome"] == "failed"
    assert state(context) == ("failed", True)


def test_an_older_version_is_installed_where_it_is_allowed(act: Act, context: RunContext, phone: VirtualPhone) -> None:
    act("install", apk=add_apk(context, apk(version_code=5)))
    assert act("install", apk=add_apk(context, apk(version_code=4)), allow_downgrade=True)["outcome"] == "done"
    assert phone.apps[PACKAGE].version_code == 4


def test_a_phone_that_asks_a_person_before_it_installs_says_where_to_allow_it(
    act: Act, context: RunContext, phone: VirtualPhone
) -> None:
    phone.traits = replace(phone.traits, guarded=True)
    with pytest.raises(NeedsPerson, match="Install via USB"):
        act("install", apk=add_apk(context, apk()))


def test_an_installation_whose_reply_was_lost_is_not_done_again(
    act: Act, context: RunContext, phone: VirtualPhone
) -> None:
    digest = add_apk(context, apk())
    act("install", apk=digest)
    context.ledger.device_actions.acting(context.task_id, context.clock.now())  # as a killed worker leaves it
    installed = phone.apps[PACKAGE]
    assert act("install", apk=digest, again=True)["outcome"] == "done"
    assert phone.apps[PACKAGE] is installed


def test_an_apk_that_is_not_in_the_library_fails(act: Act) -> None:
    with pytest.raises(Permanent, match="no APK"):
        act("install", apk="0" * 64)


# --- restarts ------------------------------------------------------------------------------------------------------


def test_a_phone_restarts_once_and_is_back_when_it_is_done(act: Act, context: RunContext, phone: VirtualPhone) -> None:
    context.phone.hierarchy()  # its automation server runs, and ends with the restart
    assert act("reboot")["detail"] == "it has restarted and is back"
    assert phone.boots == 2
    assert context.phone.hierarchy()


def test_a_restart_that_a_killed_worker_has_asked_for_is_not_asked_for_again(
    act: Act, context: RunContext, phone: VirtualPhone
) -> None:
    act("reboot")
    context.ledger.device_actions.acting(context.task_id, context.clock.now())
    assert act("reboot", again=True)["outcome"] == "done"
    assert phone.boots == 2


def test_a_restart_that_never_reached_the_phone_is_asked_for_again(
    act: Act, context: RunContext, phone: VirtualPhone
) -> None:
    boot_id = context.phone.shell(["cat", "/proc/sys/kernel/random/boot_id"]).strip()
    now = context.clock.now()
    config = SCRIPT.parse({"action": "reboot"})
    [context.task_id] = context.ledger.tasks.create([NewTask(SCRIPT.name, config, context.serial, "sample", now, now)])
    context.ledger.device_actions.intend(context.task_id, context.serial, "reboot", boot_id, now)
    context.ledger.device_actions.acting(context.task_id, now - timedelta(minutes=2))
    assert act("reboot", again=True)["outcome"] == "done"
    assert phone.boots == 2


def test_a_phone_that_does_not_come_back_is_told_of_with_the_limit(  # noqa: PLR0913, PLR0917 - fixtures
    act: Act, context: RunContext, phone: VirtualPhone, impatient: pytest.MonkeyPatch, recover: Callable[[], None],
    suffer: Callable[..., None],
) -> None:  # fmt: skip
    assert impatient
    session: Any = context.phone
    impatient.setattr(session, "reboot", lambda: suffer(Fault.CLOSES))
    impatient.setattr(context, "clock", _Hurried())
    with pytest.raises(OutcomeUnknown, match=r"not back after 30 s.*adb tcpip"):
        act("reboot", within=30)
    assert context.report.outcomes[0]["outcome"] == "unknown"
    recover()
    phone.boots += 1
    assert act("reboot", within=30, again=True)["outcome"] == "done"  # a person's retry looks, and does not restart it
    assert phone.boots == 2


class _Hurried(MovableClock):
    """A clock on which waits take no time and much of it passes."""

    def __init__(self) -> None:
        super().__init__()
        self._slept = timedelta()

    def now(self) -> Any:
        return super().now() + self._slept

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        if stop:
            stop.check()
        self._slept += 10 * duration


def test_a_stop_ends_the_wait_for_a_phone(act: Act, context: RunContext, monkeypatch: pytest.MonkeyPatch) -> None:
    session: Any = context.phone
    monkeypatch.setattr(session, "reboot", lambda: context.stop.set("stopped"))
    with pytest.raises(Interrupted):
        act("reboot")


# --- settings ------------------------------------------------------------------------------------------------------


SETTINGS = [
    ("time_zone", {"time_zone": "Europe/Berlin"}, "Europe/Berlin; before, UTC"),
    ("language", {"language": "de-de, EN"}, "de-DE,en, which the phone shows after its next restart; before, en-US"),
    ("language", {"language": "ru", "app_package": "com.example.notebook"}, "ru; before, that of the phone"),
    ("stay_awake", {"stay_awake": False}, "the display goes off as usual"),
    ("keyboard", {"keyboard": ADB}, f"{ADB}; before, {LATIN}"),
]


@pytest.mark.parametrize(("action", "options", "detail"), SETTINGS)
def test_a_setting_is_changed_told_with_the_value_before_and_then_left_alone(
    act: Act, action: str, options: dict[str, object], detail: str
) -> None:
    assert act(action, **options) | {"target": ""} == {"target": "", "outcome": "done", "detail": detail}
    assert act(action, **options)["outcome"] == "already"


def test_the_zone_of_the_network_no_longer_counts_once_a_person_has_set_one(act: Act, phone: VirtualPhone) -> None:
    phone.settings["global", "auto_time_zone"] = "1"
    act("time_zone", time_zone="Asia/Tokyo")
    assert phone.settings["global", "auto_time_zone"] == "0"


@pytest.mark.parametrize(
    ("action", "options", "error", "why"),
    [
        ("time_zone", {"time_zone": "Asia/Tokyo"}, NeedsPerson, "USB debugging"),
        ("language", {"language": "fr"}, NeedsPerson, "USB debugging"),
        ("stay_awake", {"stay_awake": False}, NeedsPerson, "USB debugging"),
    ],
)
def test_a_phone_whose_maker_lets_adb_change_no_settings_says_where_to_allow_it(  # noqa: PLR0913, PLR0917
    act: Act, phone: VirtualPhone, action: str, options: dict[str, object], error: type[Exception], why: str
) -> None:
    phone.traits = replace(phone.traits, guarded=True)
    before = dict(phone.settings), phone.properties["persist.sys.timezone"]
    with pytest.raises(error, match=why):
        act(action, **options)
    assert (dict(phone.settings), phone.properties["persist.sys.timezone"]) == before


def test_an_older_android_knows_no_language_of_an_app(act: Act, phone: VirtualPhone) -> None:
    phone.properties["ro.build.version.sdk"] = "31"
    with pytest.raises(PhoneForbids, match="Android 13"):
        act("language", language="ru", app_package="com.example.notebook")


def test_the_language_of_an_app_that_is_not_there_cannot_be_set(act: Act) -> None:
    with pytest.raises(AppMissing):
        act("language", language="ru", app_package="org.example.missing")


def test_an_app_follows_the_phone_again_without_a_language_of_its_own(act: Act) -> None:
    act("language", language="ru", app_package="com.example.notebook")
    assert act("language", app_package="com.example.notebook")["detail"] == "that of the phone; before, ru"


def test_the_keyboard_of_before_comes_back(act: Act) -> None:
    act("keyboard", keyboard=ADB)
    assert act("keyboard")["detail"] == f"{LATIN}; before, {ADB}"


def test_without_a_record_the_one_keyboard_that_people_type_with_comes_back(act: Act, phone: VirtualPhone) -> None:
    phone.settings["secure", "default_input_method"] = ADB
    assert act("keyboard")["outcome"] == "done"
    assert phone.input_method == LATIN


def test_a_keyboard_that_is_not_installed_is_told_with_those_that_are(act: Act) -> None:
    with pytest.raises(Permanent, match=r"no input method org\.example/\.Keys: it has .*LatinIME"):
        act("keyboard", keyboard="org.example/.Keys")


def test_a_phone_wakes_without_its_automation_server(act: Act, phone: VirtualPhone) -> None:
    phone.sleep()
    assert act("wake") == {"target": phone.serial, "outcome": "done", "detail": "awake"}
    assert (phone.display_on, phone.u2.running) == (True, False)
    assert act("wake")["outcome"] == "already"


def test_a_phone_that_only_a_person_can_unlock_is_awake_and_says_so(act: Act, phone: VirtualPhone) -> None:
    phone.secure_lock = True
    phone.sleep()
    assert "only a person can unlock" in act("wake")["detail"]


# --- saved commands --------------------------------------------------------------------------------------------------

APPENDING = """
commands:
  note:
    run: [sh, -c, "echo $1 >> /sdcard/notes", note, "a 'b' \\"c\\"; $(reboot) `x` && y"]
  again:
    run: [sh, -c, "echo once >> /sdcard/again"]
    repeatable: true
  ill:
    run: [ls, "/sdcard/no such; folder"]
"""


def test_a_saved_command_runs_with_each_argument_as_it_stands_there(
    act: Act, context: RunContext, phone: VirtualPhone
) -> None:
    save_commands(context, APPENDING.replace("echo $1", 'echo \\"$1\\"'))
    assert act("command", command="note")["detail"] == "it ended with exit code 0 and said nothing"
    entry = phone.files.get("/sdcard/notes")
    assert entry is not None
    assert entry.data.decode() == "a 'b' \"c\"; $(reboot) `x` && y\n"
    assert phone.boots == 1


def test_a_command_that_fails_is_told_with_what_it_said_and_may_be_asked_for_again(
    act: Act, context: RunContext
) -> None:
    save_commands(context, APPENDING)
    for again in (False, True):
        with pytest.raises(Permanent, match=r"no such; folder.*No such file"):
            act("command", command="ill", again=again)
        assert state(context) == ("failed", True)


def test_a_command_that_was_interrupted_is_never_run_again_by_itself(
    act: Act, context: RunContext, phone: VirtualPhone
) -> None:
    save_commands(context, APPENDING)
    act("command", command="note")
    for _ in range(2):
        context.ledger.device_actions.acting(context.task_id, context.clock.now())
        with pytest.raises(OutcomeUnknown, match="is not done a second time"):
            act("command", command="note", again=True)
        assert context.report.outcomes[0]["outcome"] == "unknown"
    entry = phone.files.get("/sdcard/notes")
    assert entry is not None
    assert entry.data.count(b"\n") == 1


def test_a_command_that_may_be_repeated_is_run_again_after_an_interruption(
    act: Act, context: RunContext, phone: VirtualPhone
) -> None:
    save_commands(context, APPENDING)
    act("command", command="again")
    context.ledger.device_actions.acting(context.task_id, context.clock.now())
    assert act("command", command="again", again=True)["outcome"] == "done"
    entry = phone.files.get("/sdcard/again")
    assert entry is not None
    assert entry.data == b"once\nonce\n"


def test_a_command_that_is_not_in_the_list_does_not_run(act: Act, context: RunContext) -> None:
    save_commands(context, APPENDING)
    for name in ("reboot", "../note", "note; reboot"):
        with pytest.raises(Permanent, match="has no command"):
            act("command", command=name)


def test_nothing_happens_on_another_phone_that_has_got_the_address(
    act: Act, context: RunContext, phone: VirtualPhone
) -> None:
    def other() -> None:
        message = "another phone"
        raise Permanent(message)

    context.confirm = other
    with pytest.raises(Permanent, match="another phone"):
        act("reboot")
    assert phone.boots == 1
