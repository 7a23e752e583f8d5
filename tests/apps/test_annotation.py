"""What was found is drawn where it is on the picture, whatever size that has."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from phonefleet.apps import load_profile
from phonefleet.apps.annotation import PictureUnusable, annotated
from phonefleet.apps.check import check_here
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.sightings import Sighting, sightings
from phonefleet.geometry import Rect
from virtual_phones.direct import DirectPhone

GREEN, RED, BLUE = (10, 143, 60), (208, 2, 27), (31, 111, 214)
SAMPLE = load_profile("sample")


def screen(width: int, height: int) -> Screen:
    node = f'<node package="org.example.notes" class="x" text="words" bounds="[0,0][{width},{height}]" />'
    return Screen.parse(f'<hierarchy rotation="0">{node}</hierarchy>', "org.example.notes")


def sighting(name: str, *places: Rect, row: bool = False) -> Sighting:
    return Sighting(name, tuple(Element(place) for place in places), 0, looks_like_a_row=row)


def picture(width: int, height: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(written, "PNG")
    return written.getvalue()


def drawn(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


BOX = Rect(100, 400, 700, 500)


@pytest.mark.parametrize(
    ("given", "size", "scale"),
    [
        (None, (1080, 2400), 1.0),
        (picture(1080, 2400), (1080, 2400), 1.0),
        (picture(1080, 2520), (1080, 2520), 1.0),  # the hierarchy does not reach to the edge of the display
        (picture(540, 1200), (720, 1600), 720 / 1080),  # a smaller picture is enlarged, so that names can be read
    ],
)
def test_a_box_is_drawn_where_the_element_is(given: bytes | None, size: tuple[int, int], scale: float) -> None:
    image = drawn(annotated(screen(1080, 2400), [sighting("follow_button", BOX)], given))
    assert image.size == size
    for x, y in ((103, 450), (698, 450), (400, 498)):
        assert image.getpixel((int(x * scale), int(y * scale))) == GREEN
    assert image.getpixel((int(400 * scale), int(450 * scale))) in {(255, 255, 255), (200, 200, 200)}


@pytest.mark.parametrize(
    ("found", "colour"),
    [
        (sighting("follow_button", BOX), GREEN),
        (sighting("follow_button", BOX, row=True), RED),
        (sighting("follow_button", BOX, Rect(0, 1000, 9, 1010)), RED),
        (sighting("comment_text", BOX, Rect(0, 1000, 9, 1010)), BLUE),
    ],
)
def test_a_colour_tells_what_is_clear(found: Sighting, colour: tuple[int, int, int]) -> None:
    assert drawn(annotated(screen(1080, 2400), [found])).getpixel((100, 450)) == colour


def test_names_of_elements_that_lie_close_do_not_cover_each_other() -> None:
    places = [Rect(0, top, 400, top + 10) for top in range(100, 160, 10)]
    found = [sighting(f"selector_{number}", place) for number, place in enumerate(places)]
    image = drawn(annotated(screen(1080, 2400), found))
    written = sum(image.getpixel((1, y)) == BLUE for y in range(2400))
    assert written > 6 * 24


@pytest.mark.parametrize("bounds", ["[0,0][0,0]", "[-50,-50][10,10]", "[0,0][2000000000,2000000000]"])
def test_a_screen_of_any_size_is_drawn(bounds: str) -> None:
    odd = Screen.parse(f'<hierarchy><node package="x" text="y" bounds="{bounds}" /></hierarchy>', "x")
    image = drawn(annotated(odd, [sighting("follow_button", Rect.parse(bounds))]))
    assert max(image.size) <= 3200


@pytest.mark.parametrize(
    ("given", "complaint"),
    [(b"no picture", "cannot be drawn upon"), (picture(500, 300), "is not one of this screen of 1080 x 2400")],
)
def test_a_picture_of_something_else_is_refused(given: bytes, complaint: str) -> None:
    with pytest.raises(PictureUnusable, match=complaint):
        annotated(screen(1080, 2400), [], given)


def test_what_a_phone_shows_is_drawn_onto_its_picture(driver: AppDriver, phone: DirectPhone) -> None:
    driver.open_link("user", username="example_user")
    checked = check_here(phone, SAMPLE, pictures=True)
    [(name, shown)] = checked.screens.items()
    found = sightings(driver.profile, shown)
    button = found["follow_button"].bounds
    assert button is not None
    image = drawn(annotated(shown, found.values(), checked.pictures[name]))
    scale = image.width / shown.bounds.width
    assert image.getpixel((int(button.left * scale) + 1, int(button.center.y * scale))) == GREEN
