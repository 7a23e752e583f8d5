"""Pictures on a phone, through the real adb: pushed, indexed as the newest, and gone afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from phonefleet.clock import StopSignal
from phonefleet.device.deadline import stoppable
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.device.shell import media
from phonefleet.errors import AppMissing, DeviceFrozen, Permanent, ShellFailed
from virtual_phones.faults import Fault
from virtual_phones.phone import VirtualPhone

FOLDER = "/sdcard/Pictures/phonefleet"
WHEN = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "it's a picture.jpg"
    path.write_bytes(bytes(range(256)) * 1024)
    return path


def test_a_file_arrives_whole_with_its_date(session: PhoneSession, phone: VirtualPhone, picture: Path) -> None:
    session.push(picture, f"{FOLDER}/it's a copy.jpg", WHEN)
    entry = phone.files.get(f"{FOLDER}/it's a copy.jpg")
    assert entry is not None
    assert (entry.data, entry.modified) == (picture.read_bytes(), int(WHEN.timestamp()))


@pytest.mark.parametrize("name", ["a.jpg", "clip.MP4", "it's; rm -rf $HOME.png"])
def test_a_scanned_file_is_the_newest_of_the_gallery(
    session: PhoneSession, phone: VirtualPhone, picture: Path, name: str
) -> None:
    session.push(picture, f"{FOLDER}/{name}", WHEN)
    assert name not in [item.name for item in phone.media.items()]
    address = session.scan_media(f"{FOLDER}/{name}")
    assert (phone.media.items()[0].name, phone.media.items()[0].uri) == (name, address)


def test_what_is_removed_is_forgotten_and_the_rest_stays(
    session: PhoneSession, phone: VirtualPhone, picture: Path
) -> None:
    before = phone.media.items()
    for name in ("1.jpg", "2 and a half.jpg"):
        session.push(picture, f"{FOLDER}/{name}", WHEN)
        session.scan_media(f"{FOLDER}/{name}")
    session.remove_media(FOLDER)
    assert phone.media.items() == before
    assert phone.files.get(FOLDER) is None


def test_removing_nothing_is_fine(session: PhoneSession) -> None:
    session.remove_media(FOLDER)


def test_a_file_that_is_no_picture_does_not_come_into_the_index(
    session: PhoneSession, picture: Path, phone: VirtualPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "_SCANNED_WITHIN", timedelta(seconds=3))  # it looks for the first of them
    session.push(picture, f"{FOLDER}/notes.txt", WHEN)
    with pytest.raises(ShellFailed, match="no picture or video"):
        session.scan_media(f"{FOLDER}/notes.txt")
    assert phone.media.at(f"file://{FOLDER}/notes.txt") is None


def test_a_file_that_the_computer_lost_is_named(session: PhoneSession, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"gone\.jpg cannot be read"):
        session.push(tmp_path / "gone.jpg", f"{FOLDER}/gone.jpg", WHEN)


def test_a_phone_that_cannot_write_says_why(session: PhoneSession, picture: Path) -> None:
    with pytest.raises(ShellFailed, match=r"did not take the file .*Is a directory"):
        session.push(picture, "/sdcard/Pictures", WHEN)


def test_a_link_that_breaks_is_restored_and_the_file_sent_again(
    session: PhoneSession, phone: VirtualPhone, picture: Path, suffer: Callable[..., None]
) -> None:
    session.foreground()
    suffer(Fault.DISCONNECT, seconds=0.2)
    session.push(picture, f"{FOLDER}/1.jpg", WHEN)
    entry = phone.files.get(f"{FOLDER}/1.jpg")
    assert entry is not None
    assert entry.data == picture.read_bytes()


def test_a_stop_ends_a_push(session: PhoneSession, picture: Path) -> None:
    stop = StopSignal()
    session.foreground()
    stop.set("stopped")
    with stoppable(stop), pytest.raises(DeviceFrozen):
        session.push(picture, f"{FOLDER}/1.jpg", WHEN)


def test_an_app_that_takes_no_pictures_says_so(session: PhoneSession, picture: Path) -> None:
    session.push(picture, f"{FOLDER}/1.jpg", WHEN)
    with pytest.raises(AppMissing, match="takes no image/jpeg"):
        session.share(session.scan_media(f"{FOLDER}/1.jpg"), "image/jpeg", "com.example.notebook")
