from __future__ import annotations

import io

from PIL import Image

from phonefleet.geometry import Rect
from virtual_phones.screen import drawing
from virtual_phones.screen.node import Node

WIDTH, HEIGHT = 540, 1200


def screen_of(*children: Node) -> Node:
    return Node("android.widget.FrameLayout", Rect(0, 0, WIDTH, HEIGHT), fill="#ffffff", children=list(children))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def ink_in(root: Node, box: tuple[int, int, int, int]) -> bool:
    """Tell whether anything but the paper is drawn in the box."""
    return len(drawing.draw(root, WIDTH, HEIGHT).crop(box).getcolors(1 << 20) or []) > 1


def test_a_png_has_the_size_of_the_display() -> None:
    picture = opened(drawing.png(screen_of(), WIDTH, HEIGHT))
    assert (picture.format, picture.size, picture.mode) == ("PNG", (WIDTH, HEIGHT), "RGB")


def test_a_jpeg_has_the_size_of_the_display() -> None:
    picture = opened(drawing.to_jpeg(drawing.draw(screen_of(), WIDTH, HEIGHT)))
    assert (picture.format, picture.size) == ("JPEG", (WIDTH, HEIGHT))


def test_a_picture_can_be_drawn_smaller() -> None:
    assert opened(drawing.png(screen_of(), WIDTH, HEIGHT, scale=0.25)).size == (135, 300)


def test_a_view_is_filled_with_its_colour() -> None:
    root = screen_of(Node("android.view.View", Rect(100, 100, 200, 200), fill="#ff0000"))
    picture = drawing.draw(root, WIDTH, HEIGHT)
    assert picture.getpixel((150, 150)) == (255, 0, 0)
    assert picture.getpixel((250, 150)) == (255, 255, 255)


def test_text_is_drawn_inside_of_its_view() -> None:
    root = screen_of(Node("android.widget.TextView", Rect(0, 100, 400, 200), text="A very readable text"))
    assert ink_in(root, (0, 100, 400, 200))
    assert not ink_in(root, (0, 200, WIDTH, HEIGHT))


def test_a_text_that_is_too_long_stays_inside_of_its_view() -> None:
    root = screen_of(
        Node("android.widget.TextView", Rect(0, 0, 200, 60), text="Donaudampfschifffahrtsgesellschaft " * 9)
    )
    assert not ink_in(root, (200, 0, WIDTH, HEIGHT))


def test_text_on_a_dark_view_is_light() -> None:
    root = screen_of(Node("android.widget.TextView", Rect(0, 0, 400, 100), text="WWWW", fill="#000000"))
    colors = drawing.draw(root, WIDTH, HEIGHT).crop((0, 0, 400, 100)).getcolors(1 << 20) or []
    assert (255, 255, 255) in [color for _, color in colors]


def test_a_button_has_a_border() -> None:
    root = screen_of(Node("android.widget.Button", Rect(100, 100, 300, 200)))
    picture = drawing.draw(root, WIDTH, HEIGHT)
    assert picture.getpixel((100, 150)) != (255, 255, 255)
    assert picture.getpixel((200, 150)) == (255, 255, 255)


def test_a_set_check_mark_is_filled() -> None:
    box = Node("android.widget.CheckBox", Rect(0, 0, 200, 100), checkable=True)
    empty = drawing.draw(screen_of(box), WIDTH, HEIGHT).getpixel((180, 50))
    box.checked = True
    assert drawing.draw(screen_of(box), WIDTH, HEIGHT).getpixel((180, 50)) != empty


def test_what_is_not_visible_is_not_drawn() -> None:
    listing = Node("android.widget.ListView", Rect(0, 0, 500, 500), scrollable=True)
    listing.children = [Node("android.view.View", Rect(0, 500, 500, 600), fill="#ff0000")]
    assert not ink_in(screen_of(listing), (0, 0, WIDTH, HEIGHT))


def test_what_lies_behind_a_dialog_is_drawn_darker() -> None:
    shade = Node("android.widget.FrameLayout", Rect(0, 0, WIDTH, HEIGHT), on_tap=list[str]().clear)
    shade.children = [Node("android.view.View", Rect(0, 0, 100, 100), fill="#ffffff")]
    behind = Node("android.view.View", Rect(0, 0, 500, 500), fill="#ffffff")
    picture = drawing.draw(screen_of(behind, shade), WIDTH, HEIGHT)
    assert picture.getpixel((50, 50)) == (255, 255, 255)
    assert picture.getpixel((300, 300)) == (153, 153, 153)


def test_widgets_without_room_do_no_harm() -> None:
    kinds = ("Button", "EditText", "ImageView", "CheckBox", "TextView")
    children = [
        Node(f"android.widget.{kind}", Rect(place, 0, place + 1, 1), text="x", checkable=kind == "CheckBox")
        for place, kind in enumerate(kinds)
    ]
    assert drawing.png(screen_of(*children), WIDTH, HEIGHT, scale=0.1)


def test_a_display_that_is_off_is_black() -> None:
    assert drawing.draw(screen_of(), WIDTH, HEIGHT, dark=True).getcolors() == [(WIDTH * HEIGHT, (0, 0, 0))]
