"""After which errors a phone rests or an account is held, and when the phone's rest ends by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from deployments.worker.phones.quarantine import Quarantine
from deployments.worker.resources import Resources
from phonefleet.clock import SystemClock
from phonefleet.errors import Challenge, ElementMissing, PhonefleetError, SystemDialog, UnknownScreen
from phonefleet.hardware import Hardware
from phonefleet.ledger import Ledger, NewTask
from phonefleet.ledger.fleet.accounts import AccountEntry
from phonefleet.ledger.fleet.addresses import AddressSeen
from phonefleet.ledger.values import Task
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import Settings
from tests.apps.made_up import BARS, SYSTEM_UI, MadeUpDialog, button_of, dump, node
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SERIAL, ADDRESS = "R58M12FRONT", "127.0.0.1:1001"
APP = node(inner=node("Feed"))


class Shown(DirectPhone):
    """A phone that shows what a test says."""

    screen = dump(*BARS, APP)

    def hierarchy(self) -> str:
        return self.screen


class OnePhone:
    """Sessions with one phone."""

    def __init__(self) -> None:
        self.phone = Shown(VirtualPhone(SERIAL, "Test", Faults(), []))

    def get(self, serial: str) -> Shown:
        assert serial == SERIAL
        return self.phone


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with Ledger(postgres_url, pool_size=2) as opened:
        opened.devices.record_address(AddressSeen(ADDRESS, "device", "desk", Hardware(SERIAL, "0123456789abcdef")))
        opened.accounts.create(AccountEntry("sample", "anna", SERIAL))
        yield opened


@pytest.fixture
def sessions() -> OnePhone:
    return OnePhone()


@pytest.fixture
def quarantine(ledger: Ledger, sessions: OnePhone, tmp_path: Path) -> Quarantine:
    no_adb = cast("Any", None)  # no call goes through adb here
    return Quarantine(Resources(Settings(home=tmp_path), ledger, no_adb, cast("Any", sessions), SystemClock(), "desk"))


@pytest.fixture
def task(ledger: Ledger) -> Task:
    """A task of the account on the phone."""
    return made(ledger, "anna")


def made(ledger: Ledger, username: str | None) -> Task:
    """Make a task that names an account, or nobody."""
    when = NOW + timedelta(minutes=1)
    wanted = NewTask("follow", UnknownConfig(), SERIAL, "sample", NOW, when, username=username)
    [task_id] = ledger.tasks.create([wanted])
    task = ledger.tasks.get(task_id)
    assert task is not None
    return task


@pytest.mark.parametrize("error", [UnknownScreen("something in Greek"), Challenge("a code")])
def test_a_stop_holds_the_account_whether_the_profile_knows_it_or_not(
    quarantine: Quarantine, ledger: Ledger, task: Task, error: PhonefleetError
) -> None:
    quarantine.record_outcome(task, error)
    [anna] = ledger.accounts.matching(["anna"])
    assert anna.hold_reason == error.message
    assert quarantine.serials == frozenset()


@pytest.mark.parametrize("error", [UnknownScreen("something in Greek"), Challenge("a code")])
def test_a_stop_of_one_of_several_accounts_keeps_the_phone_until_a_person_releases_it(
    quarantine: Quarantine, ledger: Ledger, error: PhonefleetError
) -> None:
    ledger.accounts.create(AccountEntry("sample", "bella", SERIAL))
    task = made(ledger, username=None)
    quarantine.record_outcome(task, error)
    assert all(account.hold_reason is None for account in ledger.accounts.matching(["anna", "bella"]))
    phone = ledger.devices.get(SERIAL)
    assert phone is not None
    assert (phone.quarantined_by, quarantine.serials, quarantine.to_probe) == ("person", {SERIAL}, frozenset())
    assert (phone.quarantine_reason or "").startswith(error.message)
    quarantine.probe(SERIAL)  # however well it is
    assert quarantine.serials == {SERIAL}
    assert ledger.devices.release(SERIAL)
    assert quarantine.refresh()
    assert quarantine.serials == frozenset()


def test_a_stop_of_the_only_account_of_a_phone_holds_it(quarantine: Quarantine, ledger: Ledger) -> None:
    quarantine.record_outcome(made(ledger, username=None), Challenge("a code"))
    [anna] = ledger.accounts.matching(["anna"])
    assert anna.hold_reason == "a code"
    assert quarantine.serials == frozenset()


def test_an_element_that_is_missing_holds_nobody(quarantine: Quarantine, ledger: Ledger, task: Task) -> None:
    quarantine.record_outcome(task, ElementMissing())
    [anna] = ledger.accounts.matching(["anna"])
    assert (anna.hold_reason, quarantine.serials) == (None, frozenset())


@pytest.mark.parametrize(
    "dialog",
    [
        MadeUpDialog("android", "Choose a colour for the sky", [button_of("Blue"), button_of("Grey")]),
        MadeUpDialog(SYSTEM_UI, "Allow USB debugging?", [button_of("Cancel"), button_of("Allow")]),
    ],
    ids=["unknown", "debugging"],
)
def test_a_phone_rests_until_a_person_has_answered_its_dialog(
    quarantine: Quarantine, sessions: OnePhone, task: Task, dialog: MadeUpDialog
) -> None:
    quarantine.record_outcome(task, SystemDialog())
    assert quarantine.to_probe == {SERIAL}
    sessions.phone.screen = dump(*BARS, APP, dialog.dump())
    quarantine.probe(SERIAL)
    assert quarantine.serials == {SERIAL}
    sessions.phone.screen = dump(*BARS, APP)
    quarantine.probe(SERIAL)
    assert quarantine.serials == frozenset()
