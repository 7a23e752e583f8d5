"""A dump is a set of windows: in whatever order they come, a page reads the same, and fingers stay in the app's own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from phonefleet.apps.check import check_screens
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages import AccountSwitcher, ProfilePage
from phonefleet.apps.pages.comments import CommentsPage, Presence
from phonefleet.apps.pages.feed import FeedPage
from phonefleet.apps.pages.people_list import open_relations
from phonefleet.apps.pages.post_ref import post_at
from phonefleet.apps.pages.search import SearchPage
from phonefleet.apps.pages.thread import ThreadPage
from phonefleet.apps.recognition import page_of
from phonefleet.apps.screens.reader import ScreenReader
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element, Match, words
from phonefleet.apps.screens.windows import Known
from phonefleet.device.phone import Phone
from phonefleet.errors import AppCrashed, AutomationDown, ElementMissing
from phonefleet.geometry import Point, Rect
from virtual_phones.direct import DirectPhone
from virtual_phones.sample import PACKAGE
from virtual_phones.windows.equipment import Equipment
from virtual_phones.world import World

FIRST_POST = World(seed=1, phones=1).posts()[0].id
OWN, SYSTEM_UI, KEYS = "org.own", "com.android.systemui", "org.keys"
FULL = "[0,0][1080,2400]"
EQUIPMENTS = [
    Equipment(navigation, overlay != "none", overlay, second)
    for navigation, overlay, second in product(("gestures", "buttons"), ("none", "cutout", "edge"), (False, True))
]


def node(text: str = "", bounds: str = FULL, package: str = OWN, inner: str = "", **attributes: object) -> str:
    given = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<node text="{text}" package="{package}" bounds="{bounds}"{given}>{inner}</node>'


def dump(*windows: str, rotation: int = 0) -> str:
    return f'<hierarchy rotation="{rotation}">{"".join(windows)}</hierarchy>'


def screen_of(*windows: str) -> Screen:
    return Screen.parse(dump(*windows), OWN)


STATUS = node(bounds="[0,0][1080,110]", package=SYSTEM_UI, inner=node("9:41", "[0,0][99,110]", SYSTEM_UI))
CUTOUT = node(bounds="[0,0][1080,110]", package=SYSTEM_UI)
BAR = node(
    bounds="[0,2300][1080,2400]",
    package=SYSTEM_UI,
    inner=node("", "[400,2300][600,2400]", SYSTEM_UI, content_desc="Home"),
)
KEYBOARD = node(
    bounds="[0,1500][1080,2300]", package=KEYS, inner=node("", "[0,2000][99,2099]", KEYS, content_desc="Home")
)
COVER = node(
    bounds="[0,0][1080,1056]",
    package=OWN,
    display_id=1,
    inner=node("", "[0,0][99,99]", content_desc="Home", display_id=1, scrollable="true"),
)
ROWS = node("Ann", "[0,300][900,400]") + node("Bob", "[0,400][900,500]")
LIST = node(bounds="[0,200][1080,2400]", scrollable="true", inner=ROWS)
APP = node(inner=LIST)
POPUP = node(bounds="[100,800][900,1000]", inner=node("Later", "[100,900][300,1000]"))
SHEET = node(bounds="[100,600][900,1400]", inner=node(bounds="[100,700][900,1400]", scrollable="true"))
OTHER_APP = node(package="org.other", inner=node("Ann", "[0,300][900,400]", "org.other"))


def home(**more: object) -> Match:
    return Match(descs=words("Home"), **more)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def labels(screen: Screen, *alternatives: Match) -> list[str]:
    return [element.label for element in screen.find_all(alternatives)]


# --- in any order ------------------------------------------------------------------------------------------


def open_comments(driver: AppDriver) -> None:
    page = CommentsPage(driver, post_at(f"sample://post/{FIRST_POST}"))
    page.open()
    page.write("what a keyboard comes for")


def open_thread(driver: AppDriver) -> None:
    profile, thread = ProfilePage(driver), ThreadPage(driver)
    profile.open_direct("person_0001")
    thread.open_from(profile)
    thread.write("hello")


VISITS: dict[str, Callable[[AppDriver], object]] = {
    "feed": lambda driver: FeedPage(driver).open(),
    "search": lambda driver: SearchPage(driver).enter("person_06"),
    "profile": lambda driver: ProfilePage(driver).open_direct("person_0640"),
    "people": lambda driver: next(open_relations(driver, "example_user", "followers").screens()),
    "switcher": lambda driver: AccountSwitcher(driver).open(),
    "comments": open_comments,
    "thread": open_thread,
}


def shuffled(xml: str, chance: random.Random) -> str:
    hierarchy = etree.fromstring(xml.encode())
    roots = list(hierarchy)
    chance.shuffle(roots)
    hierarchy[:] = roots
    return etree.tostring(hierarchy, encoding="unicode")


@pytest.mark.parametrize("visit", VISITS)
@given(seed=st.integers(0, 2**32), equipment=st.sampled_from(EQUIPMENTS))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_page_reads_the_same_in_any_order_of_the_windows(
    driver: AppDriver, phone: DirectPhone, visit: str, seed: int, equipment: Equipment
) -> None:
    phone.virtual.equipment = equipment
    driver.ensure_started()
    VISITS[visit](driver)
    chance, first = random.Random(seed), driver.look()
    for _ in range(3):
        other = Screen.parse(shuffled(first.xml, chance), PACKAGE).on(first.display)
        assert other.elements == first.elements
        assert page_of(driver.profile, other) == page_of(driver.profile, first)
        assert check_screens(driver.profile, {"": other}) == check_screens(driver.profile, {"": first})
        assert other.scroll_area(None) == first.scroll_area(None)
        touched = [other.point_of(element) for element in other.elements]
        assert touched == [first.point_of(element) for element in first.elements]


def test_of_the_screen_before_only_the_windows_that_have_not_changed_are_taken() -> None:
    known: Known = {}
    first = Screen.parse(dump(STATUS, node("before")), OWN, known)
    again = Screen.parse(dump(node("now"), STATUS), OWN, known)
    assert [element.text for element in again.elements] == ["now"]
    assert [one is other for one, other in zip(again.windows, first.windows, strict=True)] == [True, False]
    assert again.windows[1].elements == screen_of(STATUS, node("now")).windows[1].elements


def test_a_window_that_lies_higher_than_before_is_read_anew() -> None:
    known: Known = {}
    Screen.parse(dump(node("own")), OWN, known)
    [own] = Screen.parse(dump(STATUS, node("own")), OWN, known).elements
    assert own.height == (1, 0)


def test_a_popup_of_the_app_lies_over_its_window_wherever_both_stand_in_the_dump() -> None:
    for order in permutations([STATUS, BAR, APP, POPUP, COVER]):
        screen = screen_of(*order)
        later, ann = (screen.find((Match(texts=frozenset({text})),)) for text in ("Later", "Ann"))
        assert later is not None
        assert ann is not None
        assert screen.height_of(later) > screen.height_of(ann)
        assert [element.text for element in screen.elements if element.text] == ["Later", "Ann", "Bob"]


def test_a_dialog_of_the_system_lies_over_the_apps_own() -> None:
    for order in permutations([POPUP, node("", "[90,900][990,1500]", "android"), APP]):
        screen = screen_of(*order)
        dialog = screen.find((Match(package="android"),))
        assert dialog is not None
        assert all(screen.height_of(dialog) > screen.height_of(element) for element in screen.elements)


# --- whose elements ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [STATUS, CUTOUT, BAR, KEYBOARD, COVER])
def test_what_others_show_is_not_the_apps(first: str) -> None:
    screen = screen_of(first, STATUS, BAR, KEYBOARD, COVER, APP)
    assert labels(screen, home()) == []
    assert labels(screen, home(xpath="//node[@content-desc='Home']")) == []
    assert labels(screen, Match(text_pattern=None, class_name="")) == ["", "", "Ann", "Bob"]
    assert set(labels(screen, home(package=SYSTEM_UI))) == {"Home"}, "a rule may name another package"


def test_paths_are_those_of_the_apps_own_window() -> None:
    screen = screen_of(STATUS, BAR, APP)
    assert labels(screen, Match(xpath="/hierarchy/node[1]/node/node[2]")) == ["Bob"]


def test_only_popups_are_looked_for_in_dialogs_of_the_system() -> None:
    screen = screen_of(APP, node("Wait", "[0,0][9,9]", "android"), node("Wait", "[0,0][9,9]", "org.other"))
    wait = (Match(texts=frozenset({"Wait"})),)
    assert screen.find(wait) is None
    assert [element.package for element in screen.find_all(wait, dialogs=True)] == ["android"]


def test_an_app_on_the_second_display_alone_is_not_in_front() -> None:
    screen = screen_of(OTHER_APP, COVER)
    assert not screen.shows(OWN)
    assert screen.largest_of_others(()) == "org.other"


@pytest.mark.parametrize(("display", "is_read"), [(4619827259835644672, True), (-1, True), (2, False)])
def test_the_only_display_counts_whose_number_is_none_of_androids(display: int, *, is_read: bool) -> None:
    here = screen_of(node(inner=node("Ann", "[0,300][900,400]", display_id=display), display_id=display))
    assert here.shows(OWN) is is_read
    both = screen_of(node(display_id=display), node(package="org.other"))
    assert both.packages == {"org.other"}


@pytest.mark.parametrize("equipment", EQUIPMENTS)
def test_another_app_in_front_is_named_and_the_bars_are_not(
    driver: AppDriver, phone: DirectPhone, equipment: Equipment
) -> None:
    phone.virtual.equipment = equipment
    with pytest.raises(AppCrashed, match=r"not in front, com\.android\.launcher3 is"):
        driver.look()


def test_one_empty_node_is_a_broken_service_and_not_a_crashed_app(
    driver: AppDriver, phone: DirectPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone, "hierarchy", lambda: dump(node(package="android", bounds="[0,0][1080,1920]")))
    with pytest.raises(AutomationDown, match="accessibility service is broken"):
        driver.look()


# --- where fingers go --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("windows", "area"),
    [
        ([STATUS, BAR, APP], Rect(0, 200, 1080, 2300)),
        ([STATUS, BAR, KEYBOARD, APP], Rect(0, 200, 1080, 1500)),
        ([COVER, STATUS, BAR, node()], Rect(0, 110, 1080, 2300)),
        ([CUTOUT, STATUS, BAR, APP, POPUP], Rect(0, 200, 1080, 2300)),
        ([STATUS, BAR, APP, SHEET], Rect(100, 700, 900, 1400)),
        ([APP], Rect(0, 200, 1080, 2304)),
        ([STATUS, BAR, APP, node("", "[1060,600][1080,800]", "org.edge")], Rect(0, 200, 1080, 2300)),
        ([STATUS, BAR, APP, node("", "[300,900][500,1100]", "org.bubble")], Rect(0, 200, 1080, 2300)),
        ([STATUS, APP, node(package=SYSTEM_UI)], Rect(0, 200, 1080, 2304)),
    ],
)
def test_what_scrolls_is_the_visible_part_of_the_apps_own_list(windows: list[str], area: Rect) -> None:
    for order in permutations(windows):
        assert screen_of(*order).scroll_area(None) == area


def test_bars_are_known_though_the_phone_says_another_size_than_its_dump() -> None:
    bar = node(bounds="[0,1820][1080,1920]", package=SYSTEM_UI)
    screen = screen_of(STATUS, bar, node(bounds="[0,0][1080,1920]")).on(Rect(0, 0, 1080, 2400))
    assert screen.scroll_area(None) == Rect(0, 110, 1080, 1820)


def test_the_form_with_all_windows_of_androids_own_tool_is_read() -> None:
    def group(display: int, *windows: str) -> str:
        inner = "".join(f'<window index="0"><hierarchy rotation="1">{each}</hierarchy></window>' for each in windows)
        return f'<display id="{display}">{inner}</display>'

    xml = f"<displays>{group(0, STATUS, APP)}{group(1, OTHER_APP)}</displays>"
    screen = Screen.parse(xml, OWN)
    assert (screen.rotation, screen.packages) == (1, {SYSTEM_UI, OWN})
    assert [element.text for element in screen.elements if element.text] == ["Ann", "Bob"]


def test_bars_at_the_side_of_a_phone_held_sideways_are_left_out() -> None:
    bar = node(bounds="[2274,0][2400,1080]", package=SYSTEM_UI)
    app = node(bounds="[0,0][2400,1080]", inner=node(bounds="[0,100][2400,1080]", scrollable="true"))
    status = node(bounds="[0,0][2400,60]", package=SYSTEM_UI)
    assert screen_of(bar, app, status).scroll_area(None) == Rect(0, 100, 2274, 1037)


@pytest.mark.parametrize(
    ("bounds", "point"),
    [
        (Rect(0, 300, 900, 400), Point(450, 350)),
        (Rect(0, 1400, 900, 1600), Point(450, 1450)),
        (Rect(0, 1600, 900, 1700), None),
        (Rect(0, 2310, 900, 2390), None),
        (Rect(300, 900, 500, 1100), None),
        (Rect(250, 900, 600, 1000), None),
    ],
)
def test_an_element_is_touched_where_nothing_lies_over_it(bounds: Rect, point: Point | None) -> None:
    screen = screen_of(STATUS, BAR, KEYBOARD, APP, node("", "[300,900][500,1100]", "org.bubble"))
    found = screen.point_of(Element(bounds, height=screen.elements[0].height))
    if bounds.width == 350:
        assert found is not None
        assert bounds.contains(found)
        assert not Rect(300, 900, 500, 1100).contains(found)
    else:
        assert found == point


def test_a_popup_of_the_app_is_not_scrolled_or_touched_in_place_of_the_list_below() -> None:
    for order in permutations([STATUS, BAR, APP, POPUP, COVER]):
        screen = screen_of(*order)
        popup = Rect(100, 800, 900, 1000)
        assert not any(popup.contains(point) for point in screen.scroll_line(None))
        row = next(element for element in screen.elements if element.text == "Ann")
        beneath = replace(row, bounds=Rect(200, 850, 800, 950))
        assert screen.point_of(beneath) is None
        beside = screen.point_of(replace(row, bounds=Rect(200, 850, 1080, 1200)))
        assert beside is not None
        assert not popup.contains(beside)


def test_a_swipe_goes_around_what_floats_over_the_list() -> None:
    bubble = node("", "[500,1800][600,1950]", "org.bubble")
    upper, lower = screen_of(STATUS, BAR, APP, bubble).scroll_line(None)
    assert upper.x == lower.x
    assert not Rect(500, 1800, 600, 1950).contains(lower)


class Fingers(DirectPhone):
    """Notes where fingers go down and come up."""

    def __init__(self, phone: DirectPhone) -> None:
        super().__init__(phone.virtual)
        self.swipes: list[tuple[Point, Point]] = []
        self.taps: list[Point] = []

    def swipe(self, start: Point, end: Point, steps: int = 20) -> None:
        self.swipes.append((start, end))
        super().swipe(start, end, steps)

    def tap(self, point: Point) -> None:
        self.taps.append(point)
        super().tap(point)


@pytest.fixture
def fingers(phone: DirectPhone) -> Fingers:
    return Fingers(phone)


@pytest.fixture
def touching(fingers: Fingers, driver: AppDriver) -> AppDriver:
    driven: Phone = fingers
    return AppDriver(driven, driver.profile, driver.clock, driver.stop, random.Random(1))


@pytest.mark.parametrize("equipment", EQUIPMENTS)
def test_a_list_is_read_whole_on_every_kind_of_phone_without_leaving_the_app(
    touching: AppDriver, fingers: Fingers, world: World, equipment: Equipment
) -> None:
    fingers.virtual.equipment = equipment
    people = open_relations(touching, "person_0644", "following")
    found = list(dict.fromkeys(name for names in people.screens() for name in names))
    free = equipment.free(fingers.display(), 0)
    assert found == list(dict.fromkeys(world.following("person_0644")))
    assert fingers.swipes
    assert all(free.contains(point) for swipe in fingers.swipes for point in swipe)


@pytest.mark.parametrize("equipment", EQUIPMENTS)
def test_results_are_scrolled_above_the_keyboard_that_is_open(
    touching: AppDriver, fingers: Fingers, equipment: Equipment
) -> None:
    fingers.virtual.equipment = equipment
    ProfilePage(touching).open_search("person_0641")
    assert ProfilePage(touching).username() == "person_0641"
    assert fingers.virtual.foreground[0] == PACKAGE


class Covered(DirectPhone):
    """Shows dumps that the test has made; Back takes the keyboard away, once."""

    def __init__(self, phone: DirectPhone, *rows: str) -> None:
        super().__init__(phone.virtual)
        self.keyboard, self.rows = [KEYBOARD.replace(OWN, PACKAGE)], rows
        self.touched: list[Point] = []
        self.keys: list[str] = []

    def hierarchy(self) -> str:
        app = node(inner="".join(self.rows)).replace(OWN, PACKAGE)
        return dump(STATUS, *self.keyboard, app, BAR)

    def tap(self, point: Point) -> None:
        self.touched.append(point)

    def press(self, key: str) -> None:
        self.keys.append(key)
        self.keyboard = []


SEND = node("Send", "[700,1900][1000,2000]", class_="Button")


def covered(phone: DirectPhone, driver: AppDriver, *rows: str) -> tuple[Covered, AppDriver]:
    shown = Covered(phone, *rows)
    driven: Phone = shown  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]
    return shown, AppDriver(driven, driver.profile, driver.clock, driver.stop, random.Random(1))


def test_the_keyboard_is_put_away_from_what_it_covers_and_then_that_is_touched_once(
    phone: DirectPhone, driver: AppDriver
) -> None:
    shown, covering = covered(phone, driver, ROWS, SEND)
    send = covering.look().find((Match(texts=frozenset({"Send"})),))
    assert send is not None
    covering.tap(send)
    assert (shown.keys, shown.touched) == (["back"], [Point(850, 1950)])


def test_of_two_alike_below_the_keyboard_none_is_touched(phone: DirectPhone, driver: AppDriver) -> None:
    shown, covering = covered(phone, driver, SEND, SEND.replace("1900", "2000").replace("2000]", "2100]"))
    send = covering.look().find((Match(texts=frozenset({"Send"})),))
    assert send is not None
    with pytest.raises(ElementMissing, match="something lies over it"):
        covering.tap(send)
    assert shown.touched == []


def test_what_the_keyboard_leaves_free_is_touched_at_once(phone: DirectPhone, driver: AppDriver) -> None:
    shown, covering = covered(phone, driver, ROWS, SEND)
    ann = covering.look().find((Match(texts=frozenset({"Ann"})),))
    assert ann is not None
    covering.tap(ann)
    assert (shown.keys, shown.touched) == ([], [Point(450, 350)])


@pytest.mark.parametrize("equipment", EQUIPMENTS)
def test_leaving_a_screen_while_the_keyboard_is_open_leaves_the_screen(
    touching: AppDriver, fingers: Fingers, equipment: Equipment
) -> None:
    fingers.virtual.equipment = equipment
    open_thread(touching)
    touching.leave()
    assert fingers.virtual.foreground == (PACKAGE, ".ProfileActivity")


# --- the end of a list -------------------------------------------------------------------------------------


class Late(DirectPhone):
    """A phone whose screen shows a scroll one look late."""

    def __init__(self, phone: DirectPhone) -> None:
        super().__init__(phone.virtual)
        self.kept: Iterator[str] = iter(())

    def hierarchy(self) -> str:
        return next(self.kept, None) or super().hierarchy()

    def swipe(self, start: Point, end: Point, steps: int = 20) -> None:
        before = super().hierarchy()
        super().swipe(start, end, steps)
        self.kept = iter([before])


def test_a_list_that_moves_late_is_not_taken_for_one_that_has_ended(
    phone: DirectPhone, driver: AppDriver, world: World
) -> None:
    post = world.publish("person_0701", "Fresh bread")
    for number in range(30):
        world.comment("person_0002", post, f"number {number}")
    world.comment("shop_001", post, "ours")
    for number in range(30, 60):
        world.comment("person_0002", post, f"number {number}")
    late: Phone = Late(phone)
    comments = CommentsPage(
        AppDriver(late, driver.profile, driver.clock, driver.stop, random.Random(1)), post_at(f"sample://post/{post}")
    )
    comments.open()
    assert comments.search("shop_001", "ours") is Presence.THERE


# --- the size of the display -------------------------------------------------------------------------------


class Measured(DirectPhone):
    """Counts how often its size is asked for."""

    asked = 0
    size: Rect | None = None
    shown: str = ""

    def display(self) -> Rect:
        self.asked += 1
        return self.size or super().display()

    def hierarchy(self) -> str:
        return self.shown or super().hierarchy()


def test_the_size_of_the_display_is_asked_for_once_for_each_rotation(phone: DirectPhone) -> None:
    measured = Measured(phone.virtual)
    measured.launch(PACKAGE)
    reader = ScreenReader(measured, PACKAGE)
    sizes: list[Rect] = []
    for rotation in (0, 0, 1, 0, 1, 3, 0):
        measured.virtual.rotation = rotation
        sizes += [reader.read().display for _ in range(3)]
    assert set(sizes) == {Rect(0, 0, 1080, 2400), Rect(0, 0, 2400, 1080)}
    assert measured.asked == 3


def test_a_phone_that_unfolds_is_measured_anew(phone: DirectPhone) -> None:
    measured = Measured(phone.virtual)
    measured.shown, measured.size = dump(STATUS, APP), Rect(0, 0, 1080, 2400)
    reader = ScreenReader(measured, OWN)
    assert reader.read().display == Rect(0, 0, 1080, 2400)
    measured.shown, measured.size = dump(node(bounds="[0,0][2176,1812]")), Rect(0, 0, 2176, 1812)
    assert reader.read().display == Rect(0, 0, 2176, 1812)
    measured.shown = dump(node(bounds="[0,0][1080,2400]"))
    assert reader.read().display == Rect(0, 0, 1080, 2400), "a size that does not fit is not believed"


def test_a_dialog_alone_does_not_make_the_display_smaller(phone: DirectPhone) -> None:
    measured = Measured(phone.virtual)
    measured.shown, measured.size = dump(POPUP, STATUS), Rect(0, 0, 1080, 2400)
    assert ScreenReader(measured, OWN).read().display == Rect(0, 0, 1080, 2400)
