"""What touches, keys, texts and links do to a saved screen, and what the log says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.replaying import PACKAGE, hierarchy, save, view
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.replay.manifest import load
from virtual_phones.replay.phone import ReplayPhone
from virtual_phones.replay.touches import Touch, TouchLog
from virtual_phones.sample.system_dialogs import MAKERS, maker_of

SYSTEM = "com.android.systemui"
GRANTS = "com.google.android.permissioncontroller"
GOOGLE = next(seed for seed in range(100) if maker_of(seed) is MAKERS["google"])
"""A seed of phones of this maker."""
WHOLE = "[0,0][1080,2400]"
THERE = hierarchy(view(WHOLE, id="there"))

Start = Callable[..., tuple[ReplayPhone, TouchLog]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Builds a phone whose first screen has these windows; the other one is called `there`."""

    def build(*windows: str, steps: Sequence[Mapping[str, object]] = ()) -> tuple[ReplayPhone, TouchLog]:
        folder = save(tmp_path, {"here": hierarchy(*windows), "there": THERE}, steps)
        log = TouchLog()
        return ReplayPhone("phone-1", "Replay", Faults(), load(folder), log), log

    return build


@pytest.fixture
def phone(folder: Path) -> ReplayPhone:
    return ReplayPhone("phone-1", "Replay", Faults(), load(folder), TouchLog())


def last(phone: ReplayPhone) -> Touch:
    return phone.touches[-1]


def step(**trigger: object) -> list[dict[str, object]]:
    return [{"on": "here", **trigger, "goto": "there"}]


# --- what is hit ------------------------------------------------------------------------------------------


def test_a_tap_hits_the_deepest_element_and_leads_on_by_it_or_one_around_it(start: Start) -> None:
    label = view("[40,40][400,100]", id="label", text="Follow")
    phone, log = start(
        view(WHOLE, view("[0,0][500,200]", label, id="box", clickable=True)), steps=step(tap={"id": "box"})
    )

    assert phone.tap(100, 60)

    hit = log.all()[0]
    assert (hit.kind, hit.screen, hit.goto, hit.point) == ("tap", "here", "there", (100, 60))
    assert (hit.package, hit.id, hit.text) == (PACKAGE, f"{PACKAGE}:id/label", "Follow")
    assert hit.bounds == "[40,40][400,100]"
    assert phone.saved_screen == "there"


def test_without_a_step_the_screen_stays_and_the_touch_is_logged(start: Start) -> None:
    phone, log = start(view(WHOLE, view("[40,40][400,100]", id="label")), steps=step(tap={"id": "other"}))

    phone.tap(100, 60)
    phone.tap(900, 2000)
    phone.press("back")

    assert phone.saved_screen == "here"
    assert [(each.kind, each.id, each.goto) for each in log.all()] == [
        ("tap", f"{PACKAGE}:id/label", None), ("tap", "", None), ("key", "", None),
    ]  # fmt: skip


def test_a_view_that_takes_touches_hides_what_lies_below_and_one_that_does_not_lets_them_through(start: Start) -> None:
    page = view(WHOLE, view(WHOLE, view("[0,0][500,500]", id="below", clickable=True)))
    curtain = view("[0,200][1080,2400]", id="curtain", clickable=True)
    phone, log = start(view(WHOLE, page, view(WHOLE, id="empty"), curtain))

    phone.tap(100, 100)
    phone.tap(100, 300)

    assert [each.id.rpartition("/")[2] for each in log.all()] == ["below", "curtain"]


@pytest.mark.parametrize("first", [True, False])
def test_dialogs_of_the_system_and_small_windows_lie_on_top_in_whatever_order(start: Start, *, first: bool) -> None:
    app = view(WHOLE, id="app")
    dialog = view("[0,800][1080,1600]", package=GRANTS, id="dialog")
    popup = view("[0,100][500,1200]", id="popup")
    bar = view("[0,0][1080,80]", package=SYSTEM, id="bar")
    overlay = view(WHOLE, package=SYSTEM, id="overlay")
    windows = [app, dialog, popup, bar, overlay]
    phone, log = start(*(windows if first else reversed(windows)))

    for y in (40, 300, 1000, 2000):
        phone.tap(100, y)

    assert [each.id.rpartition("/")[2] for each in log.all()] == ["bar", "popup", "dialog", "app"]


def test_windows_of_another_display_are_not_hit(start: Start) -> None:
    phone, log = start(view(WHOLE, id="app"), view("[0,0][500,500]", id="cover", display_id="1"))

    phone.tap(100, 100)

    assert log.all()[0].id == f"{PACKAGE}:id/app"


# --- what a step asks for ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tap",
    [
        {"id": "follow"},
        {"id": f"{PACKAGE}:id/follow"},
        {"text": "Follow back"},
        {"desc": "Follow Ann"},
        {"bounds": "[0,0][200,200]"},
        {"id": "follow", "text": "Follow back"},
    ],
)
def test_an_element_is_named_by_id_text_description_or_bounds(start: Start, tap: dict[str, str]) -> None:
    button = view("[40,40][400,100]", id="follow", text=" Follow\u00a0\u200eback ", desc="Follow Ann\n")
    phone, _ = start(view(WHOLE, button), steps=step(tap=tap))

    phone.tap(100, 60)

    assert phone.saved_screen == "there"


@pytest.mark.parametrize(
    "tap", [{"id": "follow", "text": "Follow"}, {"bounds": "[300,0][400,99]"}, {"text": "follow back"}]
)
def test_all_that_a_step_says_of_an_element_must_hold(start: Start, tap: dict[str, str]) -> None:
    phone, _ = start(view(WHOLE, view("[40,40][400,100]", id="follow", text="Follow back")), steps=step(tap=tap))

    phone.tap(100, 60)

    assert phone.saved_screen == "here"


def test_the_first_step_that_fits_wins_and_a_star_stands_for_every_screen(start: Start) -> None:
    steps = [{"on": "*", "key": "back", "goto": "there"}, {"on": "here", "key": "back", "goto": "here"}]
    phone, _ = start(view(WHOLE), steps=steps)

    phone.press("KEYCODE_BACK")

    assert phone.saved_screen == "there"


@pytest.mark.parametrize(
    ("key", "name"), [("back", "back"), (66, "enter"), ("KEYCODE_HOME", "home"), ("recent", "recent")]
)
def test_any_key_can_lead_on(start: Start, key: str | int, name: str) -> None:
    phone, _ = start(view(WHOLE), steps=step(key=name))

    phone.press(key)

    assert phone.saved_screen == "there"


@pytest.mark.parametrize("way", ["up", "down", "left", "right"])
def test_a_swipe_goes_where_the_finger_goes(start: Start, way: str) -> None:
    ends = {"up": (500, 400), "down": (500, 2000), "left": (100, 1200), "right": (1000, 1200)}
    phone, log = start(view(WHOLE, id="list"), steps=step(swipe=way))
    for other, end in ends.items():
        if other != way:
            phone.swipe(500, 1200, *end)
    before = phone.saved_screen

    moved = phone.swipe(500, 1200, *ends[way])

    assert (before, moved, phone.saved_screen) == ("here", True, "there")
    assert (log.all()[-1].kind, log.all()[-1].value, log.all()[-1].id) == ("swipe", way, f"{PACKAGE}:id/list")


@pytest.mark.parametrize(
    ("pattern", "url", "leads"),
    [
        ("https://*/@ann", "https://www.example.com/@ann", True),
        ("https://*/@ann", "https://www.example.com/%40ann", False),
        ("*%40ann*", "https://www.example.com/%40ann?lang=ru", True),
        ("*/@ann", "https://www.example.com/@Ann", False),
    ],
)
def test_a_link_fits_as_it_was_sent(start: Start, pattern: str, url: str, *, leads: bool) -> None:
    phone, log = start(view(WHOLE), steps=step(link=pattern))

    assert phone.open_link(url, PACKAGE)

    assert phone.saved_screen == ("there" if leads else "here")
    assert (log.all()[0].kind, log.all()[0].value, log.all()[0].package) == ("link", url, PACKAGE)


def test_a_link_that_names_no_app_is_taken_only_by_a_step(start: Start) -> None:
    phone, _ = start(view(WHOLE), steps=step(link="app://*"))

    assert not phone.open_link("https://example.com")
    assert phone.open_link("app://x")
    assert not phone.open_link("app://x", "com.other.app")


def test_a_link_starts_the_app_where_it_begins(start: Start) -> None:
    phone, _ = start(view(WHOLE), steps=step(link="app://*"))
    phone.stop_app(PACKAGE)

    phone.open_link("app://x", PACKAGE)

    assert phone.saved_screen == "there"


def test_a_picture_is_shared_by_its_media_type(start: Start) -> None:
    phone, log = start(view(WHOLE), steps=step(share="image/*"))
    uri = phone.media.items()[0].uri

    assert not phone.share("content://media/external/images/media/999", PACKAGE, "image/jpeg")
    assert phone.share(uri, PACKAGE, "video/mp4")
    stayed = phone.saved_screen
    assert phone.share(uri, PACKAGE, "image/jpeg")

    assert (stayed, phone.saved_screen) == ("here", "there")
    assert [(each.kind, each.value, each.uri) for each in log.all()] == [
        ("share", "video/mp4", uri), ("share", "image/jpeg", uri),
    ]  # fmt: skip


# --- typing -----------------------------------------------------------------------------------------------


def field(*, text: str = "", hint: str = "", focused: bool = False, password: bool = False) -> str:
    more = {"hint": hint} if hint else {}
    return view("[0,100][900,220]", kind="EditText", id="query", text=text, focused=focused, password=password, **more)


def test_what_is_typed_shows_in_the_field_until_the_screen_changes(start: Start) -> None:
    phone, log = start(view(WHOLE, field(text="Search", hint="Search")), steps=step(key="enter"))
    phone.tap(100, 150)

    phone.type_text("an")
    phone.type_text("n")

    assert phone.focused_node is not None
    assert (phone.focused_node.text, phone.focused_node.focused) == ("ann", True)
    assert [(each.kind, each.id, each.text, each.value) for each in log.all()[1:]] == [
        ("text", f"{PACKAGE}:id/query", "Search", "an"), ("text", f"{PACKAGE}:id/query", "an", "ann"),
    ]  # fmt: skip
    phone.show("here")
    assert phone.scene().front.children[0].text == "Search"


def test_a_field_that_holds_a_text_keeps_it_and_an_emptied_one_shows_its_hint(start: Start) -> None:
    phone, _ = start(view(WHOLE, field(text="Ann", hint="Name", focused=True)))

    phone.type_text("a")
    longer = phone.focused_node.text if phone.focused_node else None
    for _ in range(4):
        phone.press("del")

    assert longer == "Anna"
    assert phone.focused_node is not None
    assert phone.focused_node.text == "Name"


def test_a_password_shows_as_bullets(start: Start) -> None:
    phone, log = start(view(WHOLE, field(focused=True, password=True)))

    phone.type_text("ab")
    phone.type_text("c")

    assert phone.focused_node is not None
    assert phone.focused_node.text == "\u2022" * 3
    assert log.all()[-1].value == "abc"


def test_a_text_can_lead_on_and_stays_in_the_field_of_the_next_screen(phone: ReplayPhone) -> None:
    phone.show("search")
    phone.tap(100, 150)

    phone.type_text("person_0007")

    assert phone.saved_screen == "results"
    assert phone.focused_node is not None
    assert phone.focused_node.text == "person_0007"
    assert (last(phone).goto, last(phone).value) == ("results", "person_0007")


def test_the_keyboards_action_key_is_the_key_enter(phone: ReplayPhone) -> None:
    phone.show("results")
    phone.tap(100, 150)

    assert phone.enter()

    assert (phone.saved_screen, last(phone).kind, last(phone).value) == ("person", "key", "enter")


def test_what_is_typed_without_a_field_is_logged_and_does_nothing(start: Start) -> None:
    phone, log = start(view(WHOLE), steps=step(text="*"))

    assert not phone.type_text("lost")

    assert (phone.saved_screen, log.all()[0].kind, log.all()[0].value) == ("here", "text", "lost")


# --- the phone around it ----------------------------------------------------------------------------------


def test_the_launcher_is_the_phones_own_and_its_touches_are_logged(phone: ReplayPhone) -> None:
    phone.press("home")
    icon = next(node for node in phone.scene().front.walk() if node.text == "App")

    phone.tap(icon.bounds.center.x, icon.bounds.center.y)

    assert phone.saved_screen == "feed"
    assert (last(phone).screen, last(phone).text, last(phone).package) == (None, "App", "com.android.launcher3")


def test_a_display_that_is_off_takes_no_touches(phone: ReplayPhone) -> None:
    phone.sleep()

    phone.tap(950, 150)

    assert phone.saved_screen == "feed"
    assert last(phone).bounds == ""


def test_a_crash_ends_the_app_after_the_touch(phone: ReplayPhone) -> None:
    phone.faults.order(Strike(Fault.CRASH))

    phone.tap(950, 150)

    assert (phone.saved_screen, phone.front, last(phone).goto) == (None, None, "search")
    phone.start_app(PACKAGE)
    assert phone.saved_screen == "feed"


@pytest.mark.parametrize(
    ("fault", "button", "then"),
    [
        (Fault.ANR, "aerr_wait", "search"),
        (Fault.ANR, "aerr_close", None),
        (Fault.KEEPS_STOPPING, "aerr_close", None),
        (Fault.PERMISSION, "permission_deny", "search"),
        (Fault.BATTERY_DIALOG, "button1", "search"),
        (Fault.USB_DIALOG, "button2", "search"),
        (Fault.DEBUGGING_DIALOG, "button2", "search"),
    ],
)
def test_a_dialog_of_the_system_lies_over_the_screen_until_it_is_answered(
    phone: ReplayPhone, fault: Fault, button: str, then: str | None
) -> None:
    phone.faults.order(Strike(fault))
    phone.tap(950, 150)
    phone.tap(5, 5)
    node = next(node for node in phone.scene().front.walk() if button in node.resource_id)

    phone.tap(node.bounds.center.x, node.bounds.center.y)

    assert phone.saved_screen == then
    assert (last(phone).package, last(phone).id) == (node.package, node.resource_id)


def test_a_permission_that_was_refused_is_asked_for_in_another_way(folder: Path) -> None:
    phone = ReplayPhone("phone-1", "Replay", Faults(seed=GOOGLE), load(folder), TouchLog())
    refusals: list[str] = []
    for _ in range(2):
        phone.faults.order(Strike(Fault.PERMISSION))
        phone.tap(5, 5)
        deny = [node for node in phone.scene().front.walk() if node.clickable][-1]
        phone.tap(deny.bounds.center.x, deny.bounds.center.y)
        refusals.append(deny.resource_id.rpartition("/")[2])

    assert refusals == ["permission_deny_button", "permission_deny_and_dont_ask_again_button"]


def test_a_phone_that_was_locked_shows_its_own_keyguard_until_it_is_well(phone: ReplayPhone) -> None:
    phone.suffer(Strike(Fault.LOCKED))
    locked = phone.saved_screen

    phone.tap(950, 150)
    phone.recover()

    assert (locked, phone.saved_screen) == (None, "feed")


def test_the_same_seed_brings_the_same_faults(folder: Path) -> None:
    def course(seed: int) -> list[str | None]:
        phone = ReplayPhone("phone-1", "Replay", Faults(0.5, seed), load(folder), TouchLog())
        return [phone.saved_screen for _ in range(30) if phone.start_app(PACKAGE) or phone.tap(1, 1)]

    assert course(1) == course(1)
    assert None in course(1)
    assert course(1) != course(2)


@pytest.mark.parametrize("first", [True, False])
def test_the_systems_shade_lies_over_the_app_and_takes_its_touches(start: Start, *, first: bool) -> None:
    app = view(WHOLE, view("[0,500][1080,700]", id="follow", clickable=True))
    shade = view(
        WHOLE,
        view("[0,100][1080,2400]", package=SYSTEM, id="notification_panel", desc="Notification shade."),
        package=SYSTEM,
    )
    phone, log = start(*((app, shade) if first else (shade, app)), steps=step(tap={"id": "follow"}))

    phone.tap(500, 600)

    assert (log.all()[0].package, phone.saved_screen) == (SYSTEM, "here")
    assert phone.foreground[0] == PACKAGE
    assert [window.active for window in phone.windows()] == [not first, first]
