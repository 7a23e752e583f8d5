"""A phone is recorded from the API's side: looked at from outside of its lane, touched by hand and in the browser."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.workshop.recorder import Going, Recordings
from phonefleet.apps import load_profile
from phonefleet.clock import SystemClock
from phonefleet.device.adb.servers import AdbServers
from phonefleet.device.entered import Touched
from phonefleet.device.hand import Hand, Spot
from phonefleet.errors import PhoneInUse
from phonefleet.workshop.stock import RecordingBroken, Stock
from tests.cli.test_record import Held, adb_port, held
from tests.integration.stack import until

__all__ = ["adb_port", "held"]

LONG = timedelta(minutes=5)


class Nobody:
    """A ledger that knows no phone."""

    def extend(self, *_: object) -> None:
        """Watch nobody."""

    def named(self, _: str) -> None:
        """Know nobody."""


def recordings(folder: Path, held: Held) -> Recordings:
    ledger: Any = SimpleNamespace(watching=Nobody(), devices=Nobody())
    return Recordings(Stock(folder), ledger, AdbServers(int(held.adb_port)), SystemClock())


def begun(all_: Recordings, held: Held, name: str) -> Going:
    listed = SimpleNamespace(device=SimpleNamespace(serial="phone-1", alias=None, host="here"), addresses=[held.serial])
    return all_.start(cast("Any", listed), held.serial, load_profile("sample"), name, LONG)


def test_what_a_person_touches_in_the_browser_leads_from_screen_to_screen(held: Held, tmp_path: Path) -> None:
    all_ = recordings(tmp_path, held)
    held.start()
    going = begun(all_, held, "walk")
    until("the first screen", lambda: going.screens >= 1 or going.is_over)
    assert going.remark is None
    with pytest.raises(PhoneInUse):
        begun(all_, held, "another")

    phone = held.fleet.phone(held.serial)
    bounds = held.fleet.call(
        lambda: next(
            node.bounds
            for window in phone.scene().windows
            for node in window.root.walk()
            if node.resource_id.endswith("id/profile_tab")
        )
    )
    size = held.fleet.call(
        lambda: max((window.root.bounds for window in phone.scene().windows), key=lambda b: b.bottom)
    )
    spot = Spot(bounds.center.x / size.right, bounds.center.y / size.bottom)
    Hand(int(held.adb_port)).tap(held.serial, spot)
    all_.entered("phone-1", Touched(spot, spot))
    until("the second screen", lambda: going.screens >= 2 or going.is_over)

    going.stop.set("a person has ended it")
    until("the end", lambda: going.is_over)
    assert (going.state, going.remark) == ("done", None)
    written = Stock(tmp_path).recording("walk")
    assert [each.name for each in written.screens][:2] == ["feed", "own-profile"]
    assert written.steps >= 1
    assert all_.all() == []
    with pytest.raises(RecordingBroken, match="already"):
        begun(all_, held, "walk")


def test_the_end_of_the_server_writes_what_goes_on(held: Held, tmp_path: Path) -> None:
    all_ = recordings(tmp_path, held)
    held.start()
    going = begun(all_, held, "walk")
    until("the first screen", lambda: going.screens >= 1 or going.is_over)
    all_.close()
    assert going.state == "done"
    assert [each.name for each in Stock(tmp_path).all()] == ["walk"]
    assert not [each for each in threading.enumerate() if each.name == "recording walk"]


def test_an_app_that_is_not_there_fails_with_its_reason_and_leaves_no_folder(held: Held, tmp_path: Path) -> None:
    all_ = recordings(tmp_path, held)
    listed = SimpleNamespace(device=SimpleNamespace(serial="phone-1", alias=None, host="here"), addresses=[held.serial])
    going = all_.start(cast("Any", listed), held.serial, load_profile("tiktok"), "walk", LONG)
    until("the end", lambda: going.is_over)
    assert going.state == "failed"
    assert "not installed" in str(going.remark)
    assert [each.name for each in all_.all()] == ["walk"]
    assert not (tmp_path / "walk").exists()
    assert all_.forget("walk")
