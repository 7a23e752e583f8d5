"""A folder of saved screens: what is read, and how each mistake is told before anything starts."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from phonefleet.geometry import Rect
from tests.replaying import PACKAGE, hierarchy, save, view
from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import BadOptions, FleetOptions
from virtual_phones.replay.manifest import ManifestBroken, load

FEED = hierarchy(view("[0,0][1080,2400]", view("[0,200][1080,300]", id="title", text="Feed")))
MANIFEST = f"""\
app: {{package: {PACKAGE}, version: 2.0, activity: .MainActivity}}
language: ru
start: feed
screens:
  feed:
    hierarchy: feed.xml
  search: {{hierarchy: search.xml}}
steps:
  - {{on: feed, tap: {{id: title, bounds: [0, 0, 9, 9]}}, goto: search}}
  - on: "*"
    key: KEYCODE_BACK
    goto: feed
"""

Edit = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    for name in ("feed", "search"):
        (tmp_path / f"{name}.xml").write_text(FEED)
    return tmp_path


def change(folder: Path, *replacements: tuple[str, str]) -> None:
    path = folder / "manifest.yaml"
    text = path.read_text()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def mistake_of(folder: Path) -> str:
    with pytest.raises(ManifestBroken) as raised:
        load(folder)
    return raised.value.message


def test_a_folder_is_read_with_all_that_it_says(folder: Path) -> None:
    replay = load(folder)

    assert (replay.package, replay.version, replay.activity) == (PACKAGE, "2.0", ".MainActivity")
    assert (replay.language, replay.start, list(replay.screens)) == ("ru", "feed", ["feed", "search"])
    assert replay.size == (1080, 2400)
    tap, back = replay.steps
    assert tap.tap is not None
    assert (tap.on, tap.tap.id, tap.tap.bounds, tap.goto) == ("feed", "title", Rect(0, 0, 9, 9), "search")
    assert (back.on, back.key, back.goto) == ("*", 4, "feed")


def test_words_that_yaml_takes_for_something_else_are_texts(folder: Path) -> None:
    change(folder, ("tap: {id: title, bounds: [0, 0, 9, 9]}", "tap: {text: No}"), ("feed", "on"))
    (folder / "on.xml").write_text(FEED)

    step = load(folder).steps[0]

    assert step.on == "on"
    assert step.tap is not None
    assert step.tap.text == "No"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("goto: search}", "goto: serach}", ":9: steps.0.goto: there is no screen 'serach' among feed, search"),
        ("start: feed", "start: home", ":3: start: there is no screen 'home'"),
        ("on: feed", "on: fed", ":9: steps.0.on: there is no screen 'fed'"),
        ("hierarchy: feed.xml", "hierarchy: fed.xml", ":6: screens.feed.hierarchy: there is no file"),
        ("hierarchy: feed.xml", "hierarchy: ../feed.xml", ":6: screens.feed.hierarchy: ../feed.xml leads out of the"),
        ("hierarchy: feed.xml", "hierarchy: /etc/passwd", ":6: screens.feed.hierarchy: /etc/passwd leads out of the"),
        ("hierarchy: feed.xml", "hierarchie: feed.xml", ":6: screens.feed.hierarchie: there is no such key"),
        ("language: ru", "language: russian!", ":2: language: this is no language, such as en-US or ru"),
        (f"package: {PACKAGE}", "package: app", ":1: app.package: this is no package"),
        ("[0, 0, 9, 9]", "[0, 0, 9]", ":9: steps.0.tap.bounds: not a bounds attribute"),
        ("[0, 0, 9, 9]", '"0,0,9,9"', ":9: steps.0.tap.bounds: not a bounds attribute: '0,0,9,9'"),
        ("{id: title, bounds: [0, 0, 9, 9]}", "{}", ":9: steps.0.tap: say what is tapped"),
        ("[0, 0, 9, 9]", "[9, 9, 0, 0]", ":9: steps.0.tap.bounds: nothing is inside of it"),
        ("key: KEYCODE_BACK", "key: bakc", ":11: steps.1.key: no such key: bakc"),
        (
            "key: KEYCODE_BACK",
            "key: back\n    swipe: up",
            ":10: steps.1: give one of tap, key, swipe, link, text, share",
        ),
        ("    key: KEYCODE_BACK\n", "", ":10: steps.1: give one of tap, key, swipe, link, text, share, not none"),
        ("key: KEYCODE_BACK", "swipe: upwards", ":11: steps.1.swipe: Input should be 'up', 'down', 'left' or 'right'"),
        ("    goto: feed\n", "", ":10: steps.1.goto: Field required"),
        ("steps:", "start: search\nsteps:", ":8: start stands here twice"),
        ("  search: {hierarchy", "  feed: {hierarchy", ":7: feed stands here twice"),
        ("language: ru", "language: [", ":4: "),
        ("app: {", "app: &a {", None),
        ("on: feed, tap", "on: *a, tap", ":9: "),
    ],
)
def test_a_mistake_is_told_with_file_line_and_reason(folder: Path, old: str, new: str, told: str | None) -> None:
    change(folder, (old, new))

    if told is None:
        assert load(folder).package == PACKAGE
    else:
        assert f"{folder / 'manifest.yaml'}{told}" in mistake_of(folder)


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    change(folder, ("start: feed", "start: home"), ("goto: search}", "goto: nowhere}"), ("search.xml", "lost.xml"))

    assert len(mistake_of(folder).splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ":1: there is no hierarchy in it"),
        (gzip.compress(FEED.encode()), ":1: it is compressed by gzip: unpack it first"),
        (b"\x89PNG\r\n" + bytes(9), ":1: it is a picture, which goes to `picture`"),
        (b"<html></html>", ":1: there is no hierarchy in it"),
        (FEED.encode()[:-30], ":2: it ends in the middle: save the screen again"),
        (FEED.replace('text="Feed"', 'text="<Feed"').encode(), ":2: "),
        (FEED.replace("[0,200]", "[0,200", 1).encode(), ":2: not a bounds attribute"),
        (hierarchy().encode(), ":2: it shows no window"),
        (FEED.replace('rotation="0"', 'rotation="90"').encode(), ":2: the rotation '90' is none of 0, 1, 2, 3"),
        (FEED.encode().replace(b"Feed", b"\xff\xfe"), ":2: byte "),
    ],
)
def test_a_damaged_dump_is_told_by_its_own_name_and_line(folder: Path, content: bytes, told: str) -> None:
    (folder / "search.xml").write_bytes(content)

    assert mistake_of(folder).startswith(f"{folder / 'search.xml'}{told}")


def test_a_dump_that_declares_entities_is_not_expanded(folder: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "xxxx">]>\n' + FEED.partition("\n")[2].replace("Feed", "&x;")
    (folder / "search.xml").write_text(bomb)

    assert "&x;" not in mistake_of(folder).partition("Entity")[0]


def test_dumps_are_read_in_the_forms_in_which_people_save_them(folder: Path) -> None:
    appium = FEED.replace("<node", "<android.widget.TextView").replace("</node", "</android.widget.TextView")
    (folder / "feed.xml").write_bytes(f"WARNING: linker\n{FEED}UI hierchary dumped to: /dev/tty\n".encode("utf-16"))
    (folder / "search.xml").write_text(appium.replace(' class="android.widget.TextView"', ""))

    screens = load(folder).screens

    for screen in screens.values():
        title = screen.hierarchy.windows[0].root.children[0]
        assert (title.attributes["text"], title.attributes["class"]) == ("Feed", "android.widget.TextView")


def in_form(form: str) -> bytes:
    bare = FEED.partition("\n")[2]
    return {
        "UTF-16 without a mark": FEED.encode("utf-16-be"),
        "UTF-16 with a line in ASCII behind it": FEED.encode("utf-16") + b"UI hierchary dumped",
        "Latin 1": f'<?xml version="1.0" encoding="ISO-8859-1"?>{bare}'.replace("Feed", "Feed\xe9").encode("latin-1"),
        "twice": f"{FEED}\n{FEED}".encode(),
        "a namespace": bare.replace("<hierarchy", "<hierarchy xmlns='urn:x'").encode(),
        "a namespace by its prefix": bare.replace("hierarchy", "a:hierarchy")
        .replace(" r", " xmlns:a='x' r", 1)
        .encode(),
        "what is no character": FEED.replace("Feed", "Feed\x01&#0;&#55357;").encode(),
        "a display of the hardware": FEED.replace("<node ", '<node display-id="4619827259835644672" ').encode(),
        "no display": FEED.replace("<node ", '<node display-id="-1" ').encode(),
    }[form]


@pytest.mark.parametrize(
    "form",
    ["UTF-16 without a mark", "UTF-16 with a line in ASCII behind it", "Latin 1", "twice", "a namespace",
     "a namespace by its prefix", "what is no character", "a display of the hardware", "no display"],
)  # fmt: skip
def test_what_profile_check_reads_is_replayed_too(folder: Path, form: str) -> None:
    (folder / "feed.xml").write_bytes(in_form(form))

    window = load(folder).screens["feed"].hierarchy.windows[0]

    assert (window.display, window.root.children[0].attributes["text"][:4]) == (0, "Feed")


def test_several_screens_in_one_file_are_told(folder: Path) -> None:
    (folder / "feed.xml").write_text(f"{FEED}\n{FEED.replace('Feed', 'Other')}")

    assert "another screen begins: save each in a file of its own" in mistake_of(folder)


def test_a_picture_that_is_none_is_a_mistake(folder: Path) -> None:
    change(folder, ("hierarchy: feed.xml", "hierarchy: feed.xml\n    picture: feed.png"))

    assert ":7: screens.feed.picture: there is no file" in mistake_of(folder)

    (folder / "feed.png").write_bytes(b"no picture")

    assert ":7: screens.feed.picture: " in mistake_of(folder)
    assert "is no picture that can be read" in mistake_of(folder)


def test_the_display_is_as_large_as_windows_and_pictures_reach(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (2000, 900)).save(picture, "PNG")
    turned = hierarchy(view("[0,0][1900,800]"), rotation=1)

    assert load(save(tmp_path / "a", {"one": turned})).size == (800, 1900)
    assert load(save(tmp_path / "b", {"one": turned}, pictures={"one": picture.getvalue()})).size == (900, 2000)
    assert load(save(tmp_path / "c", {"one": hierarchy(view("[90,800][990,1600]"))})).size == (1080, 2400)


def test_a_folder_without_a_manifest_is_a_mistake(tmp_path: Path) -> None:
    assert mistake_of(tmp_path) == f"{tmp_path / 'manifest.yaml'} cannot be read: No such file or directory"


def test_fewer_phones_than_folders_are_refused(folder: Path) -> None:
    with pytest.raises(BadOptions, match="--count 1: 2 folders of screens need as many phones"):
        BackgroundFleet(FleetOptions(count=1, base_port=0, screens=[folder, folder])).__enter__()
