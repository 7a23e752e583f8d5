"""The recordings of a home are read with care: they are files that anybody may have written."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonefleet.apps.saved_screens import SavedScreenBroken
from phonefleet.workshop.stock import RecordingBroken, RecordingUnknown, Stock, picture_of
from tests.workshop.recorded import PACKAGE, recording

MANIFEST = """app: {{package: {package}, version: 2.0, activity: .A}}
language: en
start: one
screens:
  one: {files}
"""


def written(folder: Path, files: str, package: str = PACKAGE) -> Path:
    folder.mkdir(parents=True)
    (folder / "manifest.yaml").write_text(MANIFEST.format(files=files, package=package), encoding="utf-8")
    return folder


def test_a_recording_is_listed_with_its_screens(tmp_path: Path) -> None:
    recording(tmp_path / "walk", "2.0.1")
    stock = Stock(tmp_path)
    [found] = stock.all(PACKAGE)
    assert (found.name, found.version, found.language, found.steps) == ("walk", "2.0.1", "en-US", 3)
    assert [each.name for each in found.screens] == ["feed", "profile", "profile-2", "profile-3"]
    picture, media_type = picture_of(found.screens[0]) or (b"", "")
    assert picture
    assert media_type == "image/png"
    assert len(list(stock.screens(PACKAGE))) == 4
    assert stock.all("org.example.other") == []


def test_a_version_that_yaml_takes_for_a_number_is_a_text(tmp_path: Path) -> None:
    written(tmp_path / "hand-made", "{hierarchy: one.xml}")
    assert Stock(tmp_path).recording("hand-made").version == "2.0"


@pytest.mark.parametrize("file", ["../secret.xml", "/etc/passwd", "deep/../../secret.xml"])
def test_a_file_outside_of_the_recording_is_not_read(tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.xml").write_text("<hierarchy/>", encoding="utf-8")
    written(tmp_path / "recordings" / "evil", f"{{hierarchy: {file}}}")
    stock = Stock(tmp_path / "recordings")
    with pytest.raises(RecordingBroken, match="outside"):
        stock.recording("evil")
    assert stock.all() == []


def test_a_link_that_leads_out_of_the_folder_is_no_recording(tmp_path: Path) -> None:
    recording(tmp_path / "elsewhere", "2.0.1")
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "link").symlink_to(tmp_path / "elsewhere")
    assert Stock(tmp_path / "recordings").names() == []


@pytest.mark.parametrize("name", ["..", ".", "a/b", "../walk", "", "x" * 65, "walk\0"])
def test_a_name_leads_out_of_no_folder(tmp_path: Path, name: str) -> None:
    recording(tmp_path / "walk", "2.0.1")
    stock = Stock(tmp_path / "recordings")
    with pytest.raises(RecordingUnknown):
        stock.recording(name)
    with pytest.raises(RecordingUnknown):
        stock.delete(name)
    with pytest.raises(RecordingBroken):
        stock.free_folder(name)
    assert (tmp_path / "walk").is_dir()


@pytest.mark.parametrize(
    "manifest",
    ["", "- a", "app: 3", "app: {package: x}", "a: &a [*a]", "screens: {" * 3, "\0", "!!python/object:os.system {}"],
)
def test_a_manifest_that_is_none_hides_no_other_recording(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.yaml").write_text(manifest, encoding="utf-8")
    recording(tmp_path / "walk", "2.0.1", feed=False)
    stock = Stock(tmp_path)
    assert [each.name for each in stock.all()] == ["walk"]
    with pytest.raises(RecordingBroken):
        stock.recording("broken")


def test_a_screen_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    folder = recording(tmp_path / "walk", "2.0.1")
    (folder / "feed.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">]><hierarchy/>', encoding="utf-8")
    (folder / "profile.xml").unlink()
    stock = Stock(tmp_path)
    assert [recorded.name for recorded, _ in stock.screens(PACKAGE)] == ["profile-2", "profile-3"]
    with pytest.raises(SavedScreenBroken):
        stock.read(stock.screen("walk", "feed"), PACKAGE)


def test_a_screen_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    folder = recording(tmp_path / "walk", "2.0.1")
    stock = Stock(tmp_path)
    feed = stock.screen("walk", "feed")
    before = stock.read(feed, PACKAGE)
    assert stock.read(feed, PACKAGE) is before
    (folder / "feed.xml").unlink()
    (folder / "profile.xml").rename(folder / "feed.xml")
    assert stock.read(feed, PACKAGE).xml != before.xml


def test_a_picture_that_browsers_do_not_show_is_none(tmp_path: Path) -> None:
    folder = recording(tmp_path / "walk", "2.0.1")
    (folder / "feed.png").write_bytes(b"<svg onload='alert(1)'/>")
    assert picture_of(Stock(tmp_path).screen("walk", "feed")) is None


def test_a_recording_is_deleted_whole(tmp_path: Path) -> None:
    recording(tmp_path / "walk", "2.0.1")
    stock = Stock(tmp_path)
    stock.delete("walk")
    assert stock.names() == []
    assert list(tmp_path.iterdir()) == []
