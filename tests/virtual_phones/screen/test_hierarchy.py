from __future__ import annotations

import re

import pytest
from lxml import etree

from phonefleet.geometry import Rect
from virtual_phones.screen import hierarchy
from virtual_phones.screen.node import Node

SCREEN = Rect(0, 0, 1080, 2400)
CORNER = Rect(0, 0, 100, 100)


def screen_of(*children: Node) -> Node:
    return Node("android.widget.FrameLayout", SCREEN, "com.example", children=list(children))


def text_at(text: str, bounds: Rect = CORNER) -> Node:
    return Node("android.widget.TextView", bounds, "com.example", text=text)


def parsed(xml: str) -> etree._Element:  # pyright: ignore[reportPrivateUsage] - lxml's only name for it
    return etree.fromstring(xml.encode())


def texts(xml: str) -> list[str]:
    return [str(node.get("text")) for node in parsed(xml).iter("node") if node.get("text")]


def test_a_dump_looks_like_one_of_uiautomator() -> None:
    xml = hierarchy.dump(screen_of(text_at("Hello")), SCREEN)
    lines = xml.split("\r\n")
    assert lines[0] == "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
    assert lines[1] == '<hierarchy rotation="0">'
    assert lines[2].startswith('  <node index="0" text="" resource-id="" class="android.widget.FrameLayout"')
    assert lines[3] == (
        '    <node index="0" text="Hello" resource-id="" class="android.widget.TextView" package="com.example"'
        ' content-desc="" checkable="false" checked="false" clickable="false" enabled="true" focusable="false"'
        ' focused="false" scrollable="false" long-clickable="false" password="false" selected="false"'
        ' visible-to-user="true" bounds="[0,0][100,100]" drawing-order="1" hint="" display-id="0" />'
    )
    assert lines[4:] == ["  </node>", "</hierarchy>"]


def test_the_rotation_is_told() -> None:
    assert parsed(hierarchy.dump(screen_of(), SCREEN, rotation=3)).get("rotation") == "3"


def test_line_breaks_markup_and_other_scripts_survive() -> None:
    text = "a<b> & \"c\" 'd' ☀️ \u200d \xa0 שלום 漢字 \ue000\x85\nnew\tline"
    assert texts(hierarchy.dump(screen_of(text_at(text)), SCREEN)) == [text]


def test_characters_that_xml_cannot_hold_become_dots() -> None:
    assert texts(hierarchy.dump(screen_of(text_at("a\x00b\x0bc\ud83dd\uffffe")), SCREEN)) == ["a.b.c.d.e"]


@pytest.mark.parametrize("text", ["😀", "𠀀", "𝄞", "\U000f0000", "\U0010fffd"])
def test_a_character_of_two_utf16_units_becomes_two_dots(text: str) -> None:
    node = Node("android.widget.EditText", CORNER, text=f"<{text}>", content_desc=f"a{text}", hint=f"{text}b")
    shown = next(parsed(hierarchy.dump(screen_of(node), SCREEN)).iterfind(".//node[@hint='..b']"))
    assert (shown.get("text"), shown.get("content-desc")) == ("<..>", "a..")


def test_units_between_the_control_characters_that_xml_discourages_become_dots() -> None:
    text = "\x7f\x84\x85\x86\x9f\xa0\ufdcf\ufdd0\ufddf\ufde0\ufffd"
    assert texts(hierarchy.dump(screen_of(text_at(text)), SCREEN)) == ["..\x85..\xa0\ufdcf..\ufde0\ufffd"]


def test_a_slider_shows_its_value_as_a_float() -> None:
    bar = Node("android.widget.SeekBar", CORNER, text="50")
    assert texts(hierarchy.dump(screen_of(bar), SCREEN)) == ["50.0"]


def test_what_lies_outside_of_the_screen_is_left_out() -> None:
    root = screen_of(text_at("below", Rect(0, 2400, 100, 2500)), text_at("left", Rect(-200, 0, 0, 50)), text_at("in"))
    assert texts(hierarchy.dump(root, SCREEN)) == ["in"]


def test_a_view_without_size_is_left_out() -> None:
    assert texts(hierarchy.dump(screen_of(text_at("flat", Rect(10, 10, 10, 50))), SCREEN)) == []


def test_bounds_end_at_the_edge_of_the_screen() -> None:
    xml = hierarchy.dump(screen_of(text_at("half", Rect(-50, 2300, 100, 2500))), SCREEN)
    assert 'bounds="[0,2300][100,2400]"' in xml


def test_a_list_hides_what_is_scrolled_out_of_it() -> None:
    listing = Node("android.widget.ListView", Rect(0, 500, 1080, 1000), scrollable=True)
    listing.children = [text_at("above", Rect(0, 300, 1080, 500)), text_at("cut", Rect(0, 900, 1080, 1100))]
    xml = hierarchy.dump(screen_of(listing), SCREEN)
    assert texts(xml) == ["cut"]
    assert 'bounds="[0,900][1080,1000]"' in xml


def test_a_dialog_hides_what_lies_behind_it() -> None:
    shade = Node("android.widget.FrameLayout", SCREEN, on_tap=list[str]().clear, children=[text_at("Update now")])
    root = screen_of(text_at("behind"), shade, text_at("above"))
    assert texts(hierarchy.dump(root, SCREEN)) == ["Update now", "above"]


def test_a_control_over_part_of_the_screen_hides_nothing() -> None:
    banner = Node("android.widget.FrameLayout", Rect(0, 0, 1080, 200), on_tap=list[str]().clear)
    assert texts(hierarchy.dump(screen_of(text_at("behind"), banner), SCREEN)) == ["behind"]


def test_the_index_counts_hidden_siblings_too() -> None:
    xml = hierarchy.dump(screen_of(text_at("hidden", Rect(0, -9, 9, 0)), text_at("second")), SCREEN)
    assert parsed(xml).xpath("//node[@text='second']/@index") == ["1"]


def test_the_depth_is_limited() -> None:
    inner = Node("android.widget.LinearLayout", SCREEN, children=[text_at("deep")])
    assert texts(hierarchy.dump(screen_of(inner), SCREEN, max_depth=1)) == []
    assert texts(hierarchy.dump(screen_of(inner), SCREEN, max_depth=2)) == ["deep"]


def test_a_compressed_dump_leaves_bare_layouts_out() -> None:
    inner = Node("android.widget.LinearLayout", SCREEN, children=[text_at("one"), text_at("two")])
    xml = hierarchy.dump(screen_of(inner), SCREEN, compressed=True)
    assert "LinearLayout" not in xml
    assert parsed(xml).xpath("//node[@text]/@index") == ["0", "0", "1"]


def test_an_empty_field_shows_its_hint_as_its_text() -> None:
    field = Node("android.widget.EditText", Rect(0, 0, 9, 9), hint="Search")
    node = parsed(hierarchy.dump(screen_of(field), SCREEN)).find("node/node")
    assert node is not None
    assert (node.get("text"), node.get("hint")) == ("Search", "Search")


def test_a_password_is_not_told() -> None:
    field = Node("android.widget.EditText", Rect(0, 0, 9, 9), text="secret", password=True)
    assert texts(hierarchy.dump(screen_of(field), SCREEN)) == ["\u2022" * 6]


def test_a_control_without_words_is_not_accessibility_friendly() -> None:
    button = Node("android.widget.ImageView", Rect(0, 0, 9, 9), clickable=True)
    row = Node("android.widget.LinearLayout", Rect(0, 9, 9, 99), clickable=True)
    row.children = [text_at("says what it is", Rect(0, 9, 9, 99))]
    assert re.findall(r'<node NAF="true" .*?class="(.*?)"', hierarchy.dump(screen_of(button, row), SCREEN)) == [
        "android.widget.ImageView"
    ]
