"""Files are on the phone for as long as they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from phonefleet.errors import DeviceOffline, Interrupted
from phonefleet.media import MediaRefused
from tasks.context import RunContext
from tasks.media import FOLDER, OnPhone, on_phone
from tests.media_files import picture, video, written
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone


class Unreachable(DirectPhone):
    """A phone that is gone once `gone` is set."""

    gone = False

    def remove_media(self, folder: str) -> None:
        if self.gone:
            raise DeviceOffline
        super().remove_media(folder)


@pytest.fixture
def phone(context: RunContext) -> Unreachable:
    phone = Unreachable(VirtualPhone("serial", "Test", Faults(), []))
    context.phone = phone
    return phone


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    contents = [picture("PNG"), video(), picture("JPEG")]
    return [written(tmp_path / f"{number}.dat", content) for number, content in enumerate(contents)]


def names(phone: DirectPhone) -> list[str]:
    return [item.name for item in phone.virtual.media.items()]


def test_files_stand_first_in_their_order_and_are_gone_afterwards(
    context: RunContext, phone: Unreachable, files: Sequence[Path]
) -> None:
    before = names(phone)
    with on_phone(files) as shown:
        expected = [f"task-{context.task_id}-{end}" for end in ("1.png", "2.mp4", "3.jpg")]
        assert names(phone) == [*expected, *before]
        assert [each.path for each in shown] == [f"{FOLDER}/{name}" for name in expected]
        assert [each.uri for each in shown] == [item.uri for item in phone.virtual.media.items()[:3]]
    assert names(phone) == before
    assert phone.virtual.files.get(FOLDER) is None


def test_a_failure_leaves_nothing_behind(context: RunContext, phone: Unreachable, files: Sequence[Path]) -> None:
    before = names(phone)

    def fail() -> list[OnPhone]:
        with on_phone(files):
            raise DeviceOffline

    with pytest.raises(DeviceOffline):
        fail()
    assert names(phone) == before
    assert context.phone is phone


def test_what_a_crash_left_is_removed_by_the_next_task(
    context: RunContext, phone: Unreachable, files: Sequence[Path]
) -> None:
    phone.push(files[0], f"{FOLDER}/task-7-1.png", context.clock.now())
    phone.scan_media(f"{FOLDER}/task-7-1.png")
    with on_phone(files[2:]):
        assert f"task-{context.task_id}-1.jpg" in names(phone)
        assert "task-7-1.png" not in names(phone)


def test_a_phone_that_is_gone_does_not_hide_what_happened(phone: Unreachable, files: Sequence[Path]) -> None:
    with on_phone(files):
        phone.gone = True
    phone.gone = False
    with on_phone([]):
        assert not any(name.startswith("task-") for name in names(phone))


def test_what_is_no_picture_is_refused_before_anything_is_pushed(
    phone: Unreachable, files: Sequence[Path], tmp_path: Path
) -> None:
    fake = written(tmp_path / "fake.jpg", b"no picture at all")
    with pytest.raises(MediaRefused, match=r"fake\.jpg"), on_phone([*files, fake]):
        pytest.fail("it was pushed")
    assert phone.virtual.files.get(FOLDER) is None


def test_what_has_grown_too_large_is_refused(context: RunContext, phone: Unreachable, files: Sequence[Path]) -> None:
    context.settings = context.settings.model_copy(update={"media_largest": 10})
    with pytest.raises(MediaRefused, match="10 are the most"), on_phone(files):
        pytest.fail("it was pushed")
    assert phone.virtual.files.get(FOLDER) is None


def test_a_stop_ends_the_pushing(context: RunContext, phone: Unreachable, files: Sequence[Path]) -> None:
    context.stop.set("stopped")
    with pytest.raises(Interrupted), on_phone(files):
        pytest.fail("it was pushed")
    assert phone.virtual.files.get(FOLDER) is None
