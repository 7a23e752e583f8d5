"""A person's first hour, all of it in the browser.

The demonstration, a task of one's own, a challenge, a failure, a campaign, and a profile that is corrected on a phone
which shows again what was recorded.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.integration.stack import Stack, stack_home, until
from tests.page.conftest import visiting
from tests.page.words import word

BOUNDS = re.compile(r"\[(\d+),(\d+)\]\[(\d+),(\d+)\]")
CODE = "482913"
PACKAGE = "com.phonefleet.sample"
SELECTOR = "own_mark"
NOBODY = "nobody_has_this_name"


class Demo(Stack):
    """What `phonefleet demo --keep` leaves running."""

    word = "demo"


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with stack_home("phonefleet-demo-") as home, Demo(home, 2, "--keep") as running:
        yield running


@pytest.fixture(scope="module")
def replays() -> Iterator[ExitStack]:
    """Phones that replay what a person has recorded; they stay until both persons are done."""
    with ExitStack() as phones:
        yield phones


@dataclass(frozen=True)
class Person:
    """Somebody with a language, in front of the page, who minds one of the phones."""

    page: Page
    demo: Demo
    language: str
    place: int

    @property
    def serial(self) -> str:
        return self.demo.serials[self.place]

    @property
    def phone(self) -> str:
        """What the phone is called."""
        return str(self.demo.device(self.serial)["alias"] or self.serial)

    def friend(self, number: int) -> str:
        """Return somebody of the app whom nobody else acts on."""
        return f"person_02{self.place}{number}"

    def says(self, name: str, /, **values: object) -> str:
        """Return what the page says under a name."""
        return word(self.language, name, **values)

    def button(self, name: str, /, **values: object) -> Locator:
        return self.page.get_by_role("button", name=self.says(name, **values))

    def goes_to(self, name: str) -> None:
        """Follow a link of these words."""
        self.page.get_by_role("link", name=self.says(name)).first.click()

    def region(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=self.says(name))

    def row(self, target: str) -> Locator:
        """Return the newest task about somebody."""
        return self.page.get_by_role("row").filter(has_text=f"@{target}").first

    def creates_a_follow(self, target: str) -> None:
        """Fill in the form of a follow, read the plan beside it, and send it."""
        self.goes_to("nav.new")
        self.chooses_a_follow(target)
        expect(self.region("plan")).to_contain_text(self.says("plan.tasks", n=1))
        self.button("form.send", n=1).click()

    def chooses_a_follow(self, target: str) -> None:
        self.page.get_by_role("combobox", name=self.says("script")).select_option("follow")
        self.page.get_by_role("checkbox", name=self.phone).check()
        self.page.locator("textarea").first.fill(target)

    def touches(self, wanted: Callable[[Element], bool]) -> None:
        """Touch an element of the phone's screen where a person sees it."""
        screen = self.page.get_by_role("application")
        box = screen.bounding_box()
        assert box is not None
        x, y = until("the element on the phone", lambda: place_of(self.sees(), wanted))
        screen.click(position={"x": box["width"] * x, "y": box["height"] * y})

    def sees(self) -> list[Element]:
        """Return what the phone shows."""
        address = f"{self.demo.endpoints['api']}/api/v1/devices/{self.serial}/hierarchy"
        return list(fromstring(self.page.request.get(address).text()).iter("node"))  # noqa: S314 - our own phone's


def place_of(screen: list[Element], wanted: Callable[[Element], bool]) -> tuple[float, float] | None:
    """Return the middle of the first such element, as shares of the screen."""
    width, height = (max(edges(node)[side] for node in screen) for side in (2, 3))
    found = next(filter(wanted, screen), None)
    if found is None:
        return None
    left, top, right, bottom = edges(found)
    return (left + right) / 2 / width, (top + bottom) / 2 / height


def edges(node: Element) -> tuple[int, ...]:
    found = BOUNDS.fullmatch(node.get("bounds", ""))
    assert found
    return tuple(map(int, found.groups()))


def is_a(kind: str, node: Element) -> bool:
    return node.get("class", "").endswith(kind)


@pytest.mark.parametrize(("place", "language", "locale"), [(0, "en", "en-US"), (1, "ru", "ru-RU")])
def test_the_first_hour_in_the_browser(  # noqa: PLR0913, PLR0917 - fixtures and a person
    demo: Demo, replays: ExitStack, browser: Browser, place: int, language: str, locale: str
) -> None:
    until("the end of the demonstration", lambda: "Everything stays up" in (demo.home / "up.log").read_text())
    with visiting(browser, str(demo.endpoints["api"]), language=locale) as visit:
        person = Person(visit.go(), demo, language, place)
        sees_what_the_demonstration_did(person)
        creates_the_first_task(person)
        answers_a_challenge(person)
        retries_what_it_had_stopped(person)
        understands_a_failure(person)
        plans_a_campaign_and_runs_it(person)
        records_the_phone(person)
        corrects_the_profile(person, begin_replay(person, replays))


def sees_what_the_demonstration_did(person: Person) -> None:
    phones = person.demo.call("GET", "/devices")["devices"]  # one more for the second person: the first one's replay
    expect(person.page.locator("canvas.painted")).to_have_count(len(phones))
    person.goes_to("nav.tasks")
    done = person.page.get_by_role("row").filter(has_text=person.says("status.completed"))
    expect(done.first).to_be_visible()


def creates_the_first_task(person: Person) -> None:
    friend = person.friend(0)
    person.creates_a_follow(friend)
    expect(person.row(friend)).to_contain_text(person.says("status.completed"))
    assert len(person.demo.follows(friend)) == 1


def answers_a_challenge(person: Person) -> None:
    """The app asks who one is: the task stops, the wall calls, and a person answers on the phone and releases it."""
    person.demo.order_fault(person.serial, "challenge")
    person.creates_a_follow(person.friend(1))
    expect(person.row(person.friend(1))).to_contain_text(person.says("status.failed"))
    person.goes_to("nav.wall")
    needs = person.page.locator("section[aria-labelledby=needs-you]")
    needs.get_by_role("link", name=person.says("look")).first.click()
    expect(person.page.get_by_role("heading", name=person.phone)).to_be_visible()
    person.button("takeover.begin").click()
    expect(person.button("key.home")).to_be_visible()

    person.touches(partial(is_a, "EditText"))
    person.page.get_by_label(person.says("type")).fill(CODE)
    person.button("type.send").last.click()
    person.touches(lambda node: is_a("Button", node) and node.get("clickable") == "true")
    until("the app behind the challenge", lambda: not any(is_a("EditText", node) for node in person.sees()))
    person.button("takeover.end").click()
    expect(person.button("takeover.begin")).to_be_visible()
    person.goes_to("nav.wall")
    needs.get_by_role("button", name=person.says("release")).first.click()
    expect(needs).to_have_count(0)


def retries_what_it_had_stopped(person: Person) -> None:
    person.goes_to("nav.tasks")
    person.page.get_by_role("link", name=f"@{person.friend(1)}").click()
    person.button("deed.retry").click()
    until("the follow", lambda: person.demo.follows(person.friend(1)))
    person.goes_to("nav.tasks")
    expect(person.row(person.friend(1))).to_contain_text(person.says("status.completed"))
    assert len(person.demo.follows(person.friend(1))) == 1


def understands_a_failure(person: Person) -> None:
    """The task says why it failed, and shows what stood on the phone."""
    person.creates_a_follow(NOBODY)
    expect(person.row(NOBODY)).to_contain_text(person.says("status.failed"))
    person.row(NOBODY).get_by_role("link").first.click()
    expect(person.page.get_by_text(NOBODY).first).to_be_visible()
    expect(person.region("evidence").get_by_role("button").first).to_be_visible()


def plans_a_campaign_and_runs_it(person: Person) -> None:
    """What is to be done every evening: planned before there is any campaign, and done once at a click."""
    page, name = person.page, f"Evenings {person.place}"
    person.goes_to("nav.campaigns")
    person.goes_to("campaign.new")
    page.get_by_label(person.says("campaign.name"), exact=True).fill(name)
    page.get_by_label(person.says("way.at"), exact=True).fill("18:30")
    page.get_by_label(person.says("timezone")).fill("UTC")
    person.chooses_a_follow(person.friend(2))
    evenings = person.region("campaign.plan").get_by_role("listitem").filter(has_text=person.says("plan.tasks", n=1))
    expect(evenings).to_have_count(7)
    person.button("campaign.create").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    person.button("campaign.run").click()
    expect(page.get_by_role("row").filter(has_text=person.says("firing.fired"))).to_have_count(1)
    until("what the campaign does", lambda: person.demo.follows(person.friend(2)))


def records_the_phone(person: Person) -> None:
    """Record two people's profiles, which a person opens on the phone by their links."""
    page, name = person.page, recording_of(person)
    person.goes_to("nav.workshop")
    page.get_by_label(person.says("workshop.profile")).select_option("sample")
    page.get_by_role("combobox", name=person.says("phone")).select_option(person.serial)
    page.get_by_label(person.says("workshop.recordingName")).fill(name)
    person.button("workshop.record").click()
    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))
    expect(row).to_contain_text(person.says("workshop.running"))
    for number in (1, 2):
        person.demo.adb("-s", person.demo.addresses[person.place], "shell", opening(person.friend(number)))
        until("a screen", lambda least=number: person.demo.call("GET", f"/recordings/{name}")["screens"] >= least)
    row.get_by_role("button", name=person.says("workshop.stop")).click()
    row.get_by_role("button", name=person.says("workshop.open")).click()
    expect(page.get_by_role("link", name="profile", exact=True)).to_be_visible()


def recording_of(person: Person) -> str:
    return f"hour-{person.place}"


def opening(friend: str) -> str:
    """Return the shell command that opens somebody's profile."""
    return f"am start --user 0 -a android.intent.action.VIEW -d sample://user/{friend} {PACKAGE}"


def begin_replay(person: Person, until_the_end: ExitStack) -> str:
    """Let a phone show what was recorded, connect it to the demonstration, and return its serial."""
    folder = person.demo.home / "recordings" / recording_of(person)
    program = str(Path(sys.executable).with_name("phonefleet"))
    command = [program, "virtual", "--base-port", "0", "--screens", str(folder)]
    phones = until_the_end.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    until_the_end.callback(phones.terminate)
    assert phones.stdout is not None
    address = phones.stdout.readline().split()[-1]
    person.demo.adb("connect", address)
    serial = until("the phone that replays", lambda: serial_at(person.demo, address))
    person.demo.adb("-s", address, "shell", f"monkey -p {PACKAGE} -c android.intent.category.LAUNCHER 1")
    return serial


def serial_at(demo: Demo, address: str) -> str | None:
    """Return which phone is at an address; None until it has been identified there."""
    phones = demo.call("GET", "/devices")["devices"]
    return next((phone["serial"] for phone in phones if address in phone["addresses"]), None)


def corrects_the_profile(person: Person, serial: str) -> None:
    """Choose an element of what the phone shows, try the best rule for it there, save it, and say that it is right."""
    page = person.page
    person.goes_to("nav.workshop")
    page.get_by_label(person.says("workshop.profile")).select_option("sample")
    page.get_by_role("combobox", name=person.says("phone")).select_option(serial)
    page.get_by_role("link", name=person.says("workshop.openPhone")).click()
    expect(page.get_by_role("heading", name=person.says("workshop.isPage", page="profile"))).to_be_visible()
    page.locator(".views").locator("xpath=ancestor::details").locator("summary").first.press("Enter")
    page.locator(".views button").nth(2).press("Enter")
    page.get_by_label(person.says("workshop.selector"), exact=True).fill(SELECTOR)
    take = re.compile(rf"^{person.says('workshop.take')} ")  # the rule follows
    page.get_by_role("button", name=take).first.click()
    person.button("workshop.tryChange").click()
    expect(page.get_by_text(person.says("workshop.here"))).to_contain_text(
        person.says("workshop.hereFound", names=SELECTOR)
    )
    person.button("workshop.save").click()
    expect(page.get_by_text(person.says("workshop.saved", name="sample"))).to_be_visible()
    assert SELECTOR in (person.demo.home / "profiles" / "sample.yaml").read_text(encoding="utf-8")
    expect(page.get_by_role("button", name=re.compile(rf"{SELECTOR}\b")).first).to_be_visible()
