"""The ways of the ten scripts through the made-up app: which screens follow each other, in each language."""

from __future__ import annotations

from tests.screens import replayed
from tests.screens.building import Window
from tests.screens.recording import Recording
from tests.screens.replayed import CONFIRM, FOLLOW, LIKE, ME, MESSAGE, OTHER, OWNER, POST, SAVE, SEND, App

TAGS = {"en": "en-US", "ru": "ru-RU", "fr": "fr-FR"}
TEXT = "Good evening, Kim"
COMMENT = "What a soup!"
CAPTION = "Bread of today"
NAME, BIO = "Desk of One", "Breads and soups"
PAGES = (
    ("anna.b", "ben_c", "carla.d", "dan_e", "emil.f", "fay_g", "gus.h"),
    ("fay_g", "gus.h", "hana.i", "ivo_j", "jo.k", "kai_l", "lou.m"),
    ("jo.k", "kai_l", "lou.m", "max_n", "nora.o"),
)
"""Followers as three screens of a list show them."""


def begun(language: str, seed: int = 0) -> Recording:
    """Return a recording with the feed, the own profile and the account switcher."""
    app, made = App(language), _empty(language, seed)
    made.screen("home", app.post(owner="nora.o", name="Nora", words="Rain", tabs=True))
    made.screen("me", app.me())
    made.screen("accounts", app.accounts())
    for tab, goto in (("tab_a", "home"), ("tab_d", "me")):
        made.tap_id("home", goto, tab)
        made.tap_id("me", goto, tab)
    made.tap_id("me", "accounts", "switch")
    made.back("accounts", "me")
    return made


def _empty(language: str, seed: int) -> Recording:
    return Recording(replayed.PACKAGE, replayed.VERSION, replayed.ACTIVITY, TAGS[language], "home", seed)


def user(name: str) -> str:
    """Return the link to somebody's profile."""
    return f"replayed://user/{name}"


def following(language: str = "en", relation: replayed.Relation = "none", *between: Window, seed: int = 0) -> Recording:
    """Somebody's profile, and how a touch of Follow changes it; windows `between` come before it shows."""
    app, made = App(language), begun(language, seed)
    made.screen("kim", app.profile(relation))
    made.screen("kim after", app.profile("following"))
    if relation in {"none", "back"}:
        made.tap("kim", "kim after", FOLLOW)
    if between:
        made.screen("between", *between)
    made.link("*", "between" if between else "kim", user(OWNER))
    return made


def unfollowing(language: str) -> Recording:
    """The profile of somebody who is followed, the question, and the profile afterwards."""
    app, made = App(language), begun(language)
    made.screen("kim", app.profile("following"))
    made.screen("sheet", app.profile("following"), app.unfollow_sheet())
    made.screen("kim after", app.profile("none"))
    made.tap("kim", "sheet", FOLLOW)
    made.tap("sheet", "kim after", CONFIRM)
    made.link("kim after", "kim after", user(OWNER))
    made.link("*", "kim", user(OWNER))
    return made


def liking(language: str, *, liked: bool = False, badge: str = "") -> Recording:
    """A profile with one post, and the post before and after a touch of its heart."""
    app, made = App(language), begun(language)
    made.screen("kim", app.profile("following"))
    made.screen("post", app.post(liked=liked, badge=badge))
    made.screen("post after", app.post(liked=True))
    made.tap_id("kim", "post", "tile")
    made.link("*", "post", "replayed://post/*")
    made.link("*", "kim", user(OWNER))
    if not liked:
        made.tap("post", "post after", LIKE)
    return made


def commenting(language: str) -> Recording:
    """A post, its comments, and the same with one of ours."""
    app, made = App(language), begun(language)
    others = ("nora.o", "Yum"), ("desk_two", COMMENT)
    made.screen("post", app.post())
    made.screen("comments", app.comments(*others))
    made.screen("comments after", app.comments(*others, (ME, COMMENT)))
    made.link("*", "post", "replayed://post/*")
    made.tap_id("post", "comments", "replies")
    made.tap("comments", "comments after", SEND)
    return made


def writing(language: str, *, closed: bool = False) -> Recording:
    """A profile, the conversation with its owner, and the same with a message of ours."""
    app, made = App(language), begun(language)
    said = (("theirs", "Hello"), ("mine", TEXT))
    made.screen("kim", app.profile("following"))
    made.screen("thread", app.thread(*said, closed=closed))
    made.screen("thread after", app.thread(*said, ("mine", TEXT)))
    made.link("*", "kim", user(OWNER))
    made.tap("kim", "thread", MESSAGE)
    made.tap("thread", "thread after", SEND)
    return made


def posting(language: str, *, titled: bool = False) -> Recording:
    """The own profile, the form of a new post, and the profile with it; a title does not show there."""
    app, made = App(language), begun(language)
    made.screen("form", app.composer(titled=titled))
    made.screen("sent", app.me(uploading=True))
    made.screen("me after", app.me(posts=(CAPTION,)))
    made.screen("mine", app.post(owner=ME, name=replayed.MY_NAME, words=CAPTION))
    made.share("*", "form")
    made.tap("form", "sent", POST)
    for name in ("sent", "me after", "mine"):
        made.link(name, "me after", user(ME))
    made.link("*", "me", user(ME))
    made.tap_id("me after", "mine", "tile")
    return made


def warming(language: str) -> Recording:
    """A feed of three posts, the second of them an advertisement; each can be liked."""
    app, made = App(language), begun(language)
    made.screen("home after", app.post(owner="nora.o", name="Nora", words="Rain", tabs=True, liked=True))
    made.screen("second", app.post(owner="ads", name="Shop", words="Buy", tabs=True, badge="ad"))
    made.screen("third", app.post(owner=OTHER, name=replayed.OTHER_NAME, words="Sun", tabs=True))
    made.screen("third after", app.post(owner=OTHER, name=replayed.OTHER_NAME, words="Sun", tabs=True, liked=True))
    made.tap("home", "home after", LIKE)
    made.tap("third", "third after", LIKE)
    for name in ("home", "home after"):
        made.swipe(name, "second")
    made.swipe("second", "third")
    for name in ("second", "third", "third after"):
        made.tap_id(name, "home", "tab_a")
    made.tap_id("home after", "home after", "tab_a")
    return made


def marketing(language: str) -> Recording:
    """Two people: one is followed, liked and written to, the other takes no messages and is followed already."""
    app, made = App(language), begun(language)
    for name, shown in ((OWNER, replayed.OWNER_NAME), (OTHER, replayed.OTHER_NAME)):
        before: replayed.Relation = "none" if name == OWNER else "following"
        made.screen(name, app.profile(before, owner=name, name=shown, posts=(f"Soup of {name}",)))
        made.screen(f"{name} after", app.profile("following", owner=name, name=shown, posts=(f"Soup of {name}",)))
        made.screen(f"post of {name}", app.post(owner=name, name=shown, words=f"Soup of {name}"))
        made.screen(f"post of {name} after", app.post(owner=name, name=shown, words=f"Soup of {name}", liked=True))
        made.screen(f"thread with {name}", app.thread(partner=name, closed=name == OTHER))
        made.screen(f"thread with {name} after", app.thread(("mine", TEXT), partner=name))
        if before == "none":
            made.tap(name, f"{name} after", FOLLOW)
        made.tap(f"post of {name}", f"post of {name} after", LIKE)
        made.tap(f"thread with {name}", f"thread with {name} after", SEND)
        for profile in (name, f"{name} after"):
            made.tap_id(profile, f"post of {name}", "tile")
            made.tap(profile, f"thread with {name}", MESSAGE)
        made.link(f"{name} after", f"{name} after", user(name))
        made.link("*", name, user(name))
    return made


def editing(language: str) -> Recording:
    """The own profile and its editor, before and after a name and then a biography were saved."""
    app, made = App(language), begun(language)
    made.screen("me named", app.me(name=NAME))
    made.screen("me done", app.me(name=NAME, bio=BIO))
    made.screen("editor", app.editor())
    made.screen("editor named", app.editor(name=NAME))
    made.tap("me", "editor", FOLLOW)
    made.tap("editor", "me named", SAVE)
    made.tap("me named", "editor named", FOLLOW)
    made.tap("editor named", "me done", SAVE)
    for name in ("me named", "me done"):
        made.tap_id(name, name, "tab_d")
    return made


def collecting(language: str) -> Recording:
    """A profile, and three screens of the people who follow its owner."""
    app, made = App(language), begun(language)
    made.screen("kim", app.profile("none"))
    made.link("*", "kim", user(OWNER))
    for place, names in enumerate(PAGES):
        made.screen(f"people {place}", app.people(names))
    made.tap_id("kim", "people 0", "followers")
    made.swipe("people 0", "people 1")
    made.swipe("people 1", "people 2")
    return made
