"""A person's first hour: the demonstration, a task of one's own, a challenge, a failure; all of it in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from xml.etree.ElementTree import Element, fromstring

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.integration.stack import Stack, stack_home, until
from tests.page.conftest import visiting
from tests.page.words import word

BOUNDS = re.compile(r"\[(\d+),(\d+)\]\[(\d+),(\d+)\]")
CODE = "482913"
NOBODY = "nobody_has_this_name"


class Demo(Stack):
    """What `phonefleet demo --keep` leaves running."""

    word = "demo"


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with stack_home("phonefleet-demo-") as home, Demo(home, 2, "--keep") as running:
        yield running


class FirstHour:
    """A person with a language, in front of the page."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.says: Callable[..., str] = partial(word, language)

    def button(self, name: str, **values: object) -> Locator:
        """Return the button of these words; a picture beside them counts not."""
        return self.page.get_by_role("button", name=self.says(name, **values))

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=self.says(name)).first

    def creates_a_follow(self, phone: str, target: str) -> None:
        """Fill in the form of a follow, read the plan beside it, and send it."""
        self.link("nav.new").click()
        self.page.get_by_role("combobox", name=self.says("script")).select_option("follow")
        self.page.get_by_role("checkbox", name=phone).check()
        self.page.locator("textarea").first.fill(target)
        expect(self.page.get_by_role("region", name=self.says("plan"))).to_contain_text(self.says("plan.tasks", n=1))
        self.button("form.send", n=1).click()

    def row(self, target: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=f"@{target}")

    def touches(self, node: Callable[[Element], bool]) -> None:
        """Touch an element of the phone's screen where a person sees it."""
        screen = self.page.get_by_role("application")
        box = screen.bounding_box()
        assert box is not None
        x, y = until("the element on the phone", lambda: self._place(node))
        screen.click(position={"x": box["width"] * x, "y": box["height"] * y})

    def sees(self) -> Element:
        """Return what the phone shows."""
        serial = self.page.url.rpartition("/")[2]
        base = self.page.url.partition("/#")[0]
        return fromstring(self.page.request.get(f"{base}/api/v1/devices/{serial}/hierarchy").text())  # noqa: S314 - ours

    def _place(self, wanted: Callable[[Element], bool]) -> tuple[float, float] | None:
        root = self.sees()
        sizes = [edges(node) for node in root.iter("node")]
        width, height = max(right for _, _, right, _ in sizes), max(bottom for *_, bottom in sizes)
        for node in root.iter("node"):
            if wanted(node):
                left, top, right, bottom = edges(node)
                return (left + right) / 2 / width, (top + bottom) / 2 / height
        return None


def edges(node: Element) -> tuple[int, ...]:
    found = BOUNDS.fullmatch(node.get("bounds", ""))
    assert found
    return tuple(map(int, found.groups()))


def is_a(kind: str, node: Element) -> bool:
    return node.get("class", "").endswith(kind)


@pytest.mark.parametrize(("place", "language", "locale"), [(0, "en", "en-US"), (1, "ru", "ru-RU")])
def test_the_first_hour_in_the_browser(demo: Demo, browser: Browser, place: int, language: str, locale: str) -> None:
    serial = demo.serials[place]
    name = str(demo.device(serial)["alias"] or serial)
    friend, after = f"person_02{place}3", f"person_02{place}4"
    until("the end of the demonstration", lambda: "Everything stays up" in (demo.home / "up.log").read_text())
    with visiting(browser, str(demo.endpoints["api"]), language=locale) as visit:
        person = FirstHour(visit.go(), language)
        page, says = person.page, person.says

        # The phones at work, and what the demonstration has done.
        expect(page.locator("canvas.painted")).to_have_count(len(demo.serials))
        person.link("nav.tasks").click()
        expect(page.get_by_role("row").filter(has_text=says("status.completed")).first).to_be_visible()

        # The first task of one's own.
        person.creates_a_follow(name, friend)
        expect(person.row(friend)).to_contain_text(says("status.completed"))
        assert len(demo.follows(friend)) == 1

        # The app asks who one is: the task stops, the account is held, and the wall calls for a person.
        demo.order_fault(serial, "challenge")
        person.creates_a_follow(name, after)
        expect(person.row(after)).to_contain_text(says("status.failed"))
        person.link("nav.wall").click()
        needs = page.locator("section[aria-labelledby=needs-you]")
        held = needs.get_by_role("listitem").first
        held.get_by_role("link", name=says("look")).click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        person.button("takeover.begin").click()
        expect(person.button("key.home")).to_be_visible()
        person.touches(partial(is_a, "EditText"))
        page.get_by_label(says("type")).fill(CODE)
        person.button("type.send").last.click()
        person.touches(lambda node: is_a("Button", node) and node.get("clickable") == "true")
        until("the app behind the challenge", lambda: not any(is_a("EditText", node) for node in person.sees().iter()))
        person.button("takeover.end").click()
        expect(person.button("takeover.begin")).to_be_visible()

        # Answered, and so the account may work again, and what had failed goes again.
        person.link("nav.wall").click()
        needs.get_by_role("button", name=says("release")).first.click()
        expect(needs).to_have_count(0)
        person.link("nav.tasks").click()
        page.get_by_role("link", name=f"@{after}").click()
        person.button("deed.retry").click()
        expect(page.get_by_text(says("status.completed")).first).to_be_visible()
        assert len(demo.follows(after)) == 1

        # A failure is understood: what the phone showed, and what stood on it.
        person.creates_a_follow(name, NOBODY)
        expect(person.row(NOBODY).first).to_contain_text(says("status.failed"))
        person.row(NOBODY).first.get_by_role("link").first.click()
        expect(page.get_by_text(NOBODY).first).to_be_visible()
        expect(page.get_by_role("region", name=says("evidence")).get_by_role("button").first).to_be_visible()
