"""What an adversary would show: the owner's button is touched, or nothing is.

Each variation is of a known kind of screen; which screens are right is said by `owners`, where somebody may be touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.apps.recognition import kind_of_dump
from phonefleet.errors import PhonefleetError
from tests.screens import instagram, system, tiktok
from tests.screens.building import FORMS, WIDTH, Box, View, Window, button, dump, orders, text, view, window
from tests.screens.still import Still, looking_at, rules
from tests.screens.tiktok import FOLLOW_BOX, OWNER
from tests.screens.wording import LANGUAGES

PADS = ("{} ", " {}", "{}\u00a0", "\u200f{}\u200e", "{}\u200b", "\u2068{}\u2069", "{}\u2009")
RECYCLER = "androidx.recyclerview.widget.RecyclerView"


@dataclass(frozen=True, slots=True)
class Variation:
    """A screen; `owners` is where a follow may touch, None for nowhere; `must` says that it has to."""

    what: str
    app: str
    version: str
    windows: tuple[Window, ...]
    owners: Box | None = None
    must: bool = False
    language: str = "en"

    def __str__(self) -> str:
        return f"{self.app} {self.version} {self.language}: {self.what}"


def relabelled(shown: Window, where: Box, says: str) -> Window:
    """Return a window in which the text in a rectangle says something else."""
    return replace(shown, root=_relabelled(shown.root, where, says))


def _relabelled(one: View, where: Box, says: str) -> View:
    children = tuple(_relabelled(child, where, says) for child in one.children)
    return replace(one, children=children, text=says if one.box == where and one.text else one.text)


def renamed(shown: Window, ids: dict[str, str]) -> Window:
    """Return a window in which elements bear other ids, as in another version of the app."""
    return replace(shown, root=_renamed(shown.root, ids))


def _renamed(one: View, ids: dict[str, str]) -> View:
    return replace(one, id=ids.get(one.id, one.id), children=tuple(_renamed(child, ids) for child in one.children))


def sized(says: str, where: Box, id_: str = "") -> View:
    """Return a text in a group that takes touches, as the owner's button is one."""
    return view("LinearLayout", where, text(where, says, id_), taps=True)


BELOW: Box = (48, 2060, 700, 2130)
BIO: Box = (48, 706, 700, 714)


def of_tiktok(version: str, language: str) -> Iterator[Variation]:
    """Yield what can be made of a profile on TikTok."""
    app = tiktok.App(version, language)
    word, following = app.say("none"), app.say("following")
    none, followed = app.profile("none"), app.profile("following")
    more = tiktok.with_views

    def one(what: str, *windows: Window, owners: Box | None = FOLLOW_BOX, must: bool = False) -> Variation:
        return Variation(what, "tiktok", version, windows, owners, must, language)

    for pad in PADS:
        yield one(f"padded {pad!r}", relabelled(none, FOLLOW_BOX, pad.format(word)), must=True)
        padded = relabelled(followed, FOLLOW_BOX, pad.format(following.strip()))
        yield one(f"followed, padded {pad!r}", padded, owners=None)
    for name in (word, following, app.say("suggested"), app.say("followers"), f"@{OWNER}"):
        yield one(f"the owner is named {name!r}", app.profile("none", name=name))
        yield one(f"a followed owner is named {name!r}", app.profile("following", name=name), owners=None)
    for says in (word, app.say("suggested"), app.say("followers"), f"@{OWNER}", "@leo_hart"):
        yield one(f"the biography says {says!r}", more(none, text(BIO, says)))
        yield one(f"the biography of somebody followed says {says!r}", more(followed, text(BIO, says)), owners=None)
        yield one(f"a title that can be touched says {says!r}", more(followed, sized(says, BIO)), owners=None)
    same, group = text((68, 1200, 368, 1290), word, app.ids.relation), (48, 940, 388, 1430)
    card = view("RelativeLayout", group, view("LinearLayout", (68, 1200, 368, 1290), same, taps=True), taps=True)
    listed = view(RECYCLER, (0, 930, WIDTH, 1440), card)
    heading = text((48, 860, 600, 910), app.say("suggested"), app.ids.heading)
    yield one("cards are built as the owner's button", more(app.profile("none", cards=False), heading, listed))
    bare = more(app.profile("following", cards=False), heading, listed)
    yield one("cards are built as the button of somebody followed", bare, owners=None)
    yield one("cards without their heading", more(app.profile("following", cards=False), listed), owners=None)
    yield one("two buttons", more(app.profile("none", cards=False), sized(word, BELOW, app.ids.relation)))
    both = more(app.profile("following", cards=False), sized(word, BELOW, app.ids.relation))
    yield one("follow and following at once", both, owners=None)
    yield one("somebody else's profile", app.profile("none", owner="leo_hart", name=OWNER), owners=None)
    yield one("a longer handle", app.profile("none", owner=f"{OWNER}_"), owners=None)
    yield one("in capitals", app.profile("none", owner=OWNER.upper()), must=True)
    rows = app.people((OWNER, "leo_hart"))
    yield one("a list in which the person is a row", rows, owners=None)
    sheet = replace(app.people(("leo_hart",), top=1500), root=replace(rows.root, box=(0, 1200, WIDTH, 2240)))
    yield one("a sheet of people over a followed profile", followed, sheet, owners=None)
    yield one("on the cover display", followed, replace(none, display=1), owners=None)
    yield one("beside another app", followed, system.other_app(), owners=None)
    yield one("with handle, cutout and bubble", none, system.edge_handle(), system.cutout(), system.bubble(), must=True)
    other = {getattr(app.ids, name): f"x{name[:2]}" for name in ("relation", "handle", "number", "label", "heading")}
    yield one("ids of a version that nobody has seen", renamed(none, other))
    yield one("the same of somebody followed", renamed(followed, other), owners=None)


def of_instagram(language: str) -> Iterator[Variation]:
    """Yield what can be made of Instagram's screens."""
    app = instagram.App(language=language)
    word, box = app.say("none"), instagram.FOLLOW_BOX
    none, followed = app.profile("none"), app.profile("following")
    more = tiktok.with_views

    def one(what: str, *windows: Window, owners: Box | None = box, must: bool = False) -> Variation:
        return Variation(what, "instagram", instagram.VERSION, windows, owners, must, language)

    for pad in PADS:
        yield one(f"padded {pad!r}", relabelled(none, box, pad.format(word)), must=True)
    again = button((36, 840, 520, 930), word, "profile_header_follow_button")
    yield one("two buttons", more(none, again))
    yield one("follow and following at once", more(followed, again), owners=None)
    yield one("a list with the person's title", app.people((OWNER, "leo_hart")), owners=None)
    yield one("a post of the person in the feed", app.feed(), owners=None)
    yield one("a reel of the person", app.reel(), owners=None)
    yield one("somebody else's profile", app.profile("none", owner="leo_hart"), owners=None)
    yield one("another language's word", relabelled(none, box, "Folgen"), owners=None)
    part = view("FrameLayout", (0, 1500, WIDTH, 1900), id="bloks_container")
    yield one("a container of stops as a part of the profile", more(none, part), must=True)
    yield one("on the cover display", followed, replace(none, display=1), owners=None)
    yield one("beside another app", followed, system.other_app(), owners=None)


ALL = [
    *(each for version in tiktok.IDS for language in LANGUAGES for each in of_tiktok(version, language)),
    *(each for language in ("en", "ru") for each in of_instagram(language)),
]


def follow(shown: Variation, xml: str) -> str:
    """Complain of a follow that touches anybody but the owner, or nobody where it must."""
    profile = rules(shown.app, shown.version, shown.language)
    phone, said = Still(xml, profile.package), ""
    page = ProfilePage(looking_at(profile, phone))
    try:
        page.open_direct(OWNER)
        page.follow()
    except PhonefleetError as error:
        said = f"{type(error).__name__}: {error}"
    if phone.is_untouched:
        return f"nobody was touched: {said}" if shown.must else ""
    allowed = shown.owners is not None and phone.touched_only(shown.owners)
    return "" if allowed else f"touched {phone.taps}"


@pytest.mark.parametrize("app", ["tiktok", "instagram"])
def test_whatever_the_screen_shows_only_the_owners_button_is_touched(app: str) -> None:
    wrong: list[str] = []
    for number, shown in enumerate(each for each in ALL if each.app == app):
        windows = (*shown.windows, system.status_bar(), system.navigation())
        order = orders(*windows, seed=number)[number % 2]
        complaint = follow(shown, dump(*order, form=FORMS[number % 2]))
        wrong += [f"{shown}: {complaint}"] if complaint else []
    assert wrong == []


def test_a_small_sheet_of_the_container_of_stops_over_the_feed_is_no_stop() -> None:
    app = instagram.App()
    sheet = window(
        instagram.PACKAGE, view("FrameLayout", (0, 1400, WIDTH, 2340), id="bloks_container"), box=(0, 1400, WIDTH, 2340)
    )
    xml = dump(sheet, app.feed(), system.status_bar())
    assert kind_of_dump(rules("instagram", instagram.VERSION, "en"), xml).kind != "challenge"


@pytest.mark.parametrize("name", instagram.STOPS)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_stop_is_one_whatever_it_says_and_whatever_stands_around_it(name: str, language: str) -> None:
    profile = rules("instagram", instagram.VERSION, language)
    around = (system.status_bar(), system.navigation(), system.cutout(), system.edge_handle(), system.cover_display())
    for order in orders(instagram.App().stop(name), *around):
        assert kind_of_dump(profile, dump(*order, form="new")).kind == "challenge"
