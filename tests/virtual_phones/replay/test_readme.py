"""The example of a manifest in the README of virtual phones works as it stands there."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.replaying import hierarchy, view
from virtual_phones.faults import Faults
from virtual_phones.replay.manifest import load
from virtual_phones.replay.phone import ReplayPhone
from virtual_phones.replay.touches import TouchLog

README = Path(__file__).parents[3] / "virtual_phones" / "README.md"
OWN = "com.example.photos"
PARTS = {
    "feed": view("[900,100][1000,200]", package=OWN, desc="Search", clickable=True),
    "search": view("[0,100][900,200]", package=OWN, kind="EditText", id="query", clickable=True),
    "results": view("[0,300][900,400]", package=OWN, text="@ann"),
    "profile": view("[0,500][900,600]", package=OWN, id="follow_button", text="Follow", clickable=True),
    "followed": view("[0,500][900,600]", package=OWN, id="follow_button", text="Following", clickable=True),
}


@pytest.fixture
def phone(tmp_path: Path) -> ReplayPhone:
    section = README.read_text(encoding="utf-8").partition("## Replay phones")[2]
    example = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert example is not None
    (tmp_path / "manifest.yaml").write_text(example[1], encoding="utf-8")
    for name, part in PARTS.items():
        xml = hierarchy(view("[0,0][1080,2400]", part, package=OWN))
        (tmp_path / f"{name}.xml").write_text(xml, encoding="utf-8")
    png = io.BytesIO()
    Image.new("RGB", (1080, 2400)).save(png, "PNG")
    (tmp_path / "feed.png").write_bytes(png.getvalue())
    return ReplayPhone("phone-1", "Replay", Faults(), load(tmp_path), TouchLog())


def test_the_example_leads_from_the_feed_to_somebody_who_is_followed(phone: ReplayPhone) -> None:
    phone.swipe(500, 2000, 500, 800)
    phone.tap(950, 150)
    phone.tap(100, 150)
    phone.type_text("ann")
    phone.tap(100, 350)
    phone.tap(100, 550)

    assert phone.saved_screen == "followed"
    assert [touch.goto for touch in phone.touches] == ["feed", "search", None, "results", "profile", "followed"]


def test_the_example_takes_links_and_the_back_key_everywhere(phone: ReplayPhone) -> None:
    phone.open_link("https://photos.example.com/@ann", OWN)
    there = phone.saved_screen
    phone.press("back")

    assert (there, phone.saved_screen) == ("profile", "feed")
