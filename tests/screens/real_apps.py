"""The ways of scripts through made-up screens of TikTok and Instagram, and their profiles as a user extends them.

The built-in profiles know no account switcher, because no public screen shows one: whoever uses them adds what is seen
on the own phone. Here that is a sheet of our own.
"""

from __future__ import annotations

from pathlib import Path

from phonefleet.apps.loading import BUILT_IN
from tests.screens import instagram, tiktok
from tests.screens.building import Window
from tests.screens.recording import Recording
from tests.screens.scenes import TAGS

SWITCHER = """
  switcher_open: [{{id: {opens}}}]
  switcher: [{{id: acct_sheet}}]
  switcher_username: {{holds: handle, any: [{{id: {name}}}]}}
  switcher_active: [{{id: acct_on}}]
"""
FOLLOWERS = (("ann.b", "bo_c", "cy.d", "di_e"), ("cy.d", "di_e", "ed.f"))
POST = "https://www.tiktok.com/@kim.kitchen/video/7300000000000000001"
PICTURE = "https://www.instagram.com/p/Cxyz/"
TIKTOK_USER, INSTAGRAM_USER = "https://www.tiktok.com/@kim.kitchen", "https://www.instagram.com/kim.kitchen/"


def extend(folder: Path) -> None:
    """Write both profiles into a folder, with the account switcher."""
    for app, opens, name in (("tiktok", "switch_name", "acct"), ("instagram", "action_bar_title", "row_user_textview")):
        said = (BUILT_IN / f"{app}.yaml").read_text(encoding="utf-8")
        own = "\n".join(line for line in said.splitlines() if not line.startswith("  switcher_"))
        extended = own.replace("\nselectors:", f"\nselectors:{SWITCHER.format(opens=opens, name=name)}", 1)
        (folder / f"{app}.yaml").write_text(extended, encoding="utf-8")


# --- TikTok ---------------------------------------------------------------------------------------------


def tiktok_begun(app: tiktok.App, seed: int = 0) -> Recording:
    """Return a recording with the feed, the own profile and the accounts."""
    made = Recording(tiktok.PACKAGE, app.version, tiktok.ACTIVITY, TAGS[app.language], "home", seed)
    made.screen("home", app.feed(name="Nora"))
    made.screen("me", app.own_profile())
    made.screen("accounts", app.accounts())
    made.tap("home", "me", (864, 2140, 1080, 2240))
    made.tap("me", "home", (0, 2140, 216, 2240))
    made.tap_id("me", "accounts", "switch_name")
    made.back("accounts", "me")
    return made


def tiktok_following(version: str, language: str, relation: tiktok.Relation = "none") -> Recording:
    """Somebody's profile; after a touch of Follow the app suggests more people."""
    app = tiktok.App(version, language)
    made = tiktok_begun(app, seed=len(version) + len(relation))
    made.screen("kim", app.profile(relation, cards=relation != "none"))
    made.screen("kim after", app.profile("following"))
    if relation in {"none", "back"}:
        made.tap("kim", "kim after", tiktok.FOLLOW_BOX)
    made.link("*", "kim", TIKTOK_USER)
    return made


def tiktok_liking(
    version: str, *, liked: bool = False, owner: str = tiktok.OWNER, name: str = tiktok.NAME
) -> Recording:
    """A video by its link; the name on it leads to its author, and Back from there to the video."""
    app = tiktok.App(version)
    made = tiktok_begun(app, seed=3)
    made.screen("video", app.video(liked=liked))
    made.screen("video after", app.video(liked=True))
    made.screen("author", app.profile("following", owner=owner, name=name))
    made.link("*", "video", POST)
    made.tap_id("video", "author", "title")
    made.back("author", "video")
    if not liked:
        made.tap_id("video", "video after", app.ids.like)
    return made


def tiktok_collecting(version: str) -> Recording:
    """Somebody's profile, and two screens of the people who follow them."""
    app = tiktok.App(version)
    made = tiktok_begun(app, seed=5)
    made.screen("kim", app.profile("none"))
    made.link("*", "kim", TIKTOK_USER)
    for place, handles in enumerate(FOLLOWERS):
        made.screen(f"people {place}", app.people(handles))
    made.tap("kim", "people 0", (288, 630, 510, 704))
    made.swipe("people 0", "people 1")
    return made


def tiktok_showing(*windows: Window) -> Recording:
    """Something else than the profile to which the link should lead."""
    made = tiktok_begun(tiktok.App())
    made.screen("shown", *windows)
    made.link("*", "shown", "https://*")
    return made


# --- Instagram ------------------------------------------------------------------------------------------


def instagram_begun(app: instagram.App, seed: int = 0) -> Recording:
    """Return a recording with the feed, the own profile and the accounts."""
    made = Recording(instagram.PACKAGE, app.version, instagram.ACTIVITY, TAGS[app.language], "home", seed)
    made.screen("home", app.feed(owner="nora.o"))
    made.screen("me", app.own_profile())
    made.screen("accounts", app.accounts())
    made.tap_id("home", "me", "profile_tab")
    made.tap_id("me", "home", "feed_tab")
    made.tap_id("me", "accounts", "action_bar_title")
    made.back("accounts", "me")
    return made


def instagram_following(language: str, relation: instagram.Relation = "none") -> Recording:
    """Somebody's profile; after a touch of Follow cards of strangers show."""
    app = instagram.App(language=language)
    made = instagram_begun(app, seed=7)
    made.screen("kim", app.profile(relation, cards=relation != "none"))
    made.screen("kim after", app.profile("following"))
    if relation in {"none", "back"}:
        made.tap("kim", "kim after", instagram.FOLLOW_BOX)
    made.link("*", "kim", INSTAGRAM_USER)
    return made


def instagram_unfollowing(language: str) -> Recording:
    """Somebody who is followed, the question, and the profile afterwards."""
    app = instagram.App(language=language)
    made = instagram_begun(app, seed=8)
    made.screen("kim", app.profile("following"))
    made.screen("sheet", app.profile("following"), app.unfollow_sheet())
    made.screen("kim after", app.profile("none"))
    made.tap("kim", "sheet", instagram.FOLLOW_BOX)
    made.tap_id("sheet", "kim after", "follow_sheet_unfollow_row")
    made.link("*", "kim", INSTAGRAM_USER)
    return made


def instagram_liking(language: str, also: str = "") -> Recording:
    """A post by its link; a Follow button stands beside the name of its author."""
    app = instagram.App(language=language)
    made = instagram_begun(app, seed=9)
    made.screen("post", app.feed(also=also))
    made.screen("post after", app.feed(also=also, liked=True))
    made.link("*", "post", PICTURE)
    made.tap_id("post", "post after", "row_feed_button_like")
    return made


def instagram_collecting() -> Recording:
    """Somebody's profile, and two screens of the people who follow them."""
    app = instagram.App()
    made = instagram_begun(app, seed=10)
    made.screen("kim", app.profile("none"))
    made.link("*", "kim", INSTAGRAM_USER)
    for place, handles in enumerate(FOLLOWERS):
        made.screen(f"people {place}", app.people(handles))
    made.tap_id("kim", "people 0", "profile_header_followers_stacked_familiar")
    made.swipe("people 0", "people 1")
    return made


def instagram_stopped(name: str) -> Recording:
    """A screen by which the app stops the account, instead of a profile."""
    app = instagram.App()
    made = instagram_begun(app, seed=11)
    made.screen("shown", app.stop(name))
    made.link("*", "shown", "https://*")
    return made
