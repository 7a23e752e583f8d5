"""People are known by handle, and a list has ended only where a list was scrolled to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages import AccountSwitcher, ProfilePage
from phonefleet.apps.pages.feed import FeedPage
from phonefleet.apps.pages.people_list import open_relations, open_results
from phonefleet.apps.pages.search import SearchPage
from phonefleet.apps.pages.thread import ThreadPage
from phonefleet.clock import Clock
from phonefleet.errors import ElementMissing, HandleUnknown, ScreenUnclear, TargetMissing, UnsupportedApp
from tests.apps.real_screens import App, Shown, driving

OWN = "org.own"
app = App(OWN)
PROFILE = """
format: 2
name: own
package: org.own
verified: made up
links: {{user: "own://{{username}}"}}
selectors:
  search_tab: [{{id: search}}]
  search_field: [{{id: field}}]
  search_username: {{holds: {rows}, any: [{{id: row}}]}}
  search_nothing: [{{id: nothing}}]
  search_list: [{{id: {container}}}]
  people_username: {{holds: {rows}, any: [{{id: row}}]}}
  people_none: [{{id: nobody}}]
  people_list: [{{id: {container}}}]
  profile_tab: [{{id: me}}]
  profile_username: [{{id: handle}}]
  profile_name: {{holds: display_name, any: [{{id: {name}}}]}}
  profile_missing: [{{id: missing}}]
  profile_private: [{{id: private}}]
  profile_followers: [{{id: followers}}]
  follow_button: [{{id: follow, text: Follow}}]
  following_button: [{{id: follow, text: Following}}]
  edit_button: [{{id: edit}}]
  message_button: [{{id: message}}]
  messages_refused: [{{id: refused}}]
  thread_title: {{holds: display_name, any: [{{id: title}}]}}
  thread_list: [{{id: messages}}]
  thread_mine: [{{id: mine}}]
  thread_theirs: [{{id: theirs}}]
  thread_closed: [{{id: closed}}]
  thread_entry: [{{id: entry}}]
  thread_send: [{{id: send}}]
  loading: [{{id: loading}}]
  feed: [{{id: pages}}]
  post_owner: {{holds: display_name, any: [{{id: owner}}]}}
  post_caption: [{{id: caption}}]
  home_tab: [{{id: home}}]
  switcher_username: {{holds: {rows}, any: [{{id: account}}]}}
  switcher_active: [{{id: check}}]
{more}
versions: [{{range: ">=1"}}]
"""
SWITCHER = "  switcher: [{id: sheet}]\n  switcher_open: [{id: accounts}]"


def profile(
    folder: Path, *, rows: str = "handle", container: str = "people", name: str = "name", more: str = ""
) -> Path:
    (folder / "own.yaml").write_text(
        PROFILE.format(rows=rows, container=container, name=name, more=more), encoding="utf-8"
    )
    return folder


def page(handle: str = "@ann", name: str = "Ann B", follow: str = "Follow") -> str:
    return app.screen(
        app.node("Text", "[0,200][500,260]", name="handle", text=handle),
        app.node("Text", "[0,300][500,360]", name="name", text=name),
        app.node("Button", "[0,400][300,460]", name="follow", text=follow, flags="clickable"),
        app.node("Button", "[320,400][600,460]", name="message", text="Write", flags="clickable"),
        app.node("Button", "[620,400][900,460]", name="followers", text="9", flags="clickable"),
    )


def people(*names: str, listed: bool = True) -> str:
    rows = [
        app.node("Text", f"[0,{300 + place * 150}][900,{400 + place * 150}]", name="row", text=name)
        for place, name in enumerate(names)
    ]
    if listed:
        rows = [app.node("Recycler", "[0,250][1080,2200]", *rows, name="people", flags="scrollable")]
    return app.screen(*rows)


def driver_of(
    folder: Path, clock: Clock, screens: dict[str, str], steps: dict[tuple[str, str], str]
) -> tuple[Shown, AppDriver]:
    phone = Shown(OWN, screens, steps)
    return phone, driving(phone, "1.0", clock, folder, app="own")


FOLLOWERS = ("profile", "[620,400][900,460]")


def read(phone: Shown, driver: AppDriver) -> tuple[list[list[str]], bool, int]:
    listing = open_relations(driver, "ann", "followers")
    screens = list(listing.screens())
    return screens, listing.complete, phone.swiped


def test_a_list_has_ended_where_two_swipes_inside_of_it_change_nothing(tmp_path: Path, clock: Clock) -> None:
    steps = {FOLLOWERS: "one", ("one", "swipe"): "two"}
    screens = {"profile": page(), "one": people("bob", "cat"), "two": people("cat", "dan")}
    phone, driver = driver_of(profile(tmp_path), clock, screens, steps)
    assert read(phone, driver) == ([["bob", "cat"], ["cat", "dan"]], True, 3)


def test_a_swipe_that_came_to_nothing_is_not_the_end(tmp_path: Path, clock: Clock) -> None:
    steps = {FOLLOWERS: "one", ("one", "swipe"): "stuck", ("stuck", "swipe"): "two"}
    screens = {"profile": page(), "one": people("bob"), "stuck": people("bob"), "two": people("cat")}
    phone, driver = driver_of(profile(tmp_path), clock, screens, steps)
    assert read(phone, driver) == ([["bob"], ["cat"]], True, 4)


@pytest.mark.parametrize("listed", [True, False])
def test_rows_in_no_known_list_end_only_where_something_scrolls(*, listed: bool, tmp_path: Path, clock: Clock) -> None:
    screens = {"profile": page(), "one": people("bob", listed=listed)}
    phone, driver = driver_of(profile(tmp_path, container="unknown"), clock, screens, {FOLLOWERS: "one"})
    assert read(phone, driver)[:2] == ([["bob"]], listed)


@pytest.mark.parametrize("listed", [True, False])
def test_a_search_without_a_list_does_not_say_that_somebody_is_missing(
    *, listed: bool, tmp_path: Path, clock: Clock
) -> None:
    shown = people("bob", listed=listed).replace(
        "</hierarchy>",
        app.node(
            "Frame",
            "[0,0][1080,2400]",
            app.node("Button", "[0,120][90,180]", name="search"),
            app.node("Edit", "[100,120][900,180]", name="field"),
        )
        + "</hierarchy>",
    )
    _, driver = driver_of(profile(tmp_path), clock, {"results": shown}, {})
    with pytest.raises(TargetMissing if listed else ElementMissing, match="finds no user" if listed else "no list"):
        SearchPage(driver).open_result("zoe")


def test_people_whom_an_app_lists_by_display_name_are_refused(tmp_path: Path, clock: Clock) -> None:
    phone, driver = driver_of(profile(tmp_path, rows="display_name"), clock, {"profile": page()}, {})
    for read_people in (
        lambda: open_relations(driver, "ann", "followers"),
        lambda: open_results(driver, "ann"),
        lambda: SearchPage(driver).open_result("ann"),
        lambda: AccountSwitcher(driver).accounts(),
    ):
        with pytest.raises(HandleUnknown, match="by display name"):
            read_people()
    assert phone.touched == []


def test_a_row_that_is_no_handle_is_nobody(tmp_path: Path, clock: Clock) -> None:
    screens = {"profile": page(), "one": people("bob", "Cat D")}
    phone, driver = driver_of(profile(tmp_path), clock, screens, {FOLLOWERS: "one"})
    assert read(phone, driver)[:2] == ([["bob"]], False)
    phone, driver = driver_of(
        profile(tmp_path), clock, {"profile": page(), "one": people("Cat D", "Eve F")}, {FOLLOWERS: "one"}
    )
    with pytest.raises(HandleUnknown, match="shows people as 'Cat D'"):
        read(phone, driver)


# --- conversations ---------------------------------------------------------------------------------------

MESSAGE = ("profile", "[320,400][600,460]")


def thread(title: str, *, sends: int = 1) -> str:
    return app.screen(
        app.node("Text", "[0,200][500,260]", name="title", text=title),
        app.node("Recycler", "[0,300][1080,2000]", name="messages"),
        app.node("Edit", "[0,2100][700,2180]", name="entry", text="hello"),
        *(
            app.node("Button", f"[{720 + place * 150},2100][{860 + place * 150},2180]", name="send")
            for place in range(sends)
        ),
    )


def opened(folder: Path, clock: Clock, conversation: str) -> tuple[Shown, ThreadPage]:
    phone, driver = driver_of(folder, clock, {"profile": page(), "thread": conversation}, {MESSAGE: "thread"})
    person = ProfilePage(driver)
    person.open_direct("ann")
    talk = ThreadPage(driver)
    talk.open_from(person)
    return phone, talk


def test_a_conversation_is_the_one_whose_title_the_profile_has_shown(tmp_path: Path, clock: Clock) -> None:
    phone, talk = opened(profile(tmp_path), clock, thread("Ann\u00a0B "))
    talk.send()
    assert phone.touched == [MESSAGE, ("thread", "[720,2100][860,2180]")]


def test_the_conversation_with_somebody_else_is_not_touched(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(ElementMissing, match="the conversation with ann does not show"):
        opened(profile(tmp_path), clock, thread("Ann C"))


def test_a_conversation_is_not_opened_where_nothing_tells_whose_it_is(tmp_path: Path, clock: Clock) -> None:
    phone, driver = driver_of(profile(tmp_path, name="nowhere"), clock, {"profile": page()}, {})
    person = ProfilePage(driver)
    person.open_direct("ann")
    with pytest.raises(HandleUnknown, match="thread_title"):
        ThreadPage(driver).open_from(person)
    assert phone.touched == []


def test_two_buttons_that_send_are_told_and_none_is_touched(tmp_path: Path, clock: Clock) -> None:
    phone, talk = opened(profile(tmp_path), clock, thread("Ann B", sends=2))
    with pytest.raises(ScreenUnclear, match="thread_send"):
        talk.send()
    assert phone.touched == [MESSAGE]


# --- accounts and posts ----------------------------------------------------------------------------------


def own_profile(handle: str) -> str:
    return app.screen(
        app.node("Text", "[0,200][500,260]", name="handle", text=handle),
        app.node("Button", "[0,400][300,460]", name="edit"),
        app.node("Frame", "[800,2300][1000,2390]", name="me"),
    )


def test_without_a_switcher_the_active_account_is_read_on_its_own_profile(tmp_path: Path, clock: Clock) -> None:
    phone, driver = driver_of(profile(tmp_path), clock, {"me": own_profile("@me.too")}, {})
    switcher = AccountSwitcher(driver)
    assert switcher.active() == "me.too"
    switcher.switch_to("@Me.Too")
    with pytest.raises(UnsupportedApp, match="'switcher'"):
        switcher.switch_to("another")
    with pytest.raises(UnsupportedApp, match="'switcher'"):
        switcher.accounts()
    assert {bounds for _, bounds in phone.touched} == {"[800,2300][1000,2390]"}


def test_an_account_that_two_rows_name_is_not_switched_to(tmp_path: Path, clock: Clock) -> None:
    rows = [
        app.node("Text", f"[0,{top}][800,{top + 90}]", name="account", text=name)
        for top, name in ((300, "me"), (400, "you"), (500, "You"))
    ]
    check = app.node("Image", "[900,300][1000,390]", name="check")
    phone, driver = driver_of(
        profile(tmp_path, more=SWITCHER),
        clock,
        {"sheet": app.screen(app.node("Frame", "[0,250][1080,900]", *rows, check, name="sheet"))},
        {},
    )
    with pytest.raises(ScreenUnclear, match="2 rows"):
        AccountSwitcher(driver).switch_to("you")
    assert phone.touched == []


def test_two_accounts_that_are_marked_as_active_are_none(tmp_path: Path, clock: Clock) -> None:
    rows = [
        app.node("Text", f"[0,{top}][800,{top + 90}]", name="account", text=name)
        for top, name in ((300, "me"), (400, "you"))
    ]
    checks = [app.node("Image", f"[900,{top}][1000,{top + 90}]", name="check") for top in (300, 400)]
    sheet = app.screen(app.node("Frame", "[0,250][1080,900]", *rows, *checks, name="sheet"))
    _, driver = driver_of(profile(tmp_path, more=SWITCHER), clock, {"sheet": sheet}, {})
    with pytest.raises(ElementMissing, match="which account is active"):
        AccountSwitcher(driver).active()


def test_a_post_of_the_feed_has_no_author_by_its_display_name(tmp_path: Path, clock: Clock) -> None:
    post = app.screen(
        app.node("Frame", "[0,200][1080,2200]", name="pages", flags="scrollable"),
        app.node("Text", "[0,300][500,360]", name="owner", text="Ann\u00a0B "),
        app.node("Text", "[0,400][500,460]", name="caption", text="bread"),
        app.node("Frame", "[0,2300][200,2390]", name="home"),
        app.node("Button", "[300,2300][400,2390]", name="search"),
    )
    _, driver = driver_of(profile(tmp_path), clock, {"feed": post}, {})
    ref = FeedPage(driver).current().ref
    assert (ref.author, ref.display_name, ref.caption, ref.target) == ("", "Ann B", "bread", "Ann B: bread")


def test_two_handles_on_a_profile_are_nobodys(tmp_path: Path, clock: Clock) -> None:
    two = page().replace('text="Ann B"', 'text="@bob"').replace("id/name", "id/handle")
    _, driver = driver_of(profile(tmp_path), clock, {"profile": two}, {})
    with pytest.raises(ElementMissing, match="the profile of ann does not show"):
        ProfilePage(driver).open_direct("ann")
