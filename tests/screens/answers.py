"""The right answer for each known kind of real screen, as a table: what it is, who is on it, and what may be touched.

Each row is one kind; the tests vary it: in every order of windows, in the form of older and newer servers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from phonefleet.apps.pages.user_profile import Relation
from tests.screens import instagram, system, tiktok
from tests.screens.building import Box, Window


@dataclass(frozen=True, slots=True)
class Answer:
    """What is right about one screen.

    `kind` and `name` are those of `recognition`, `name` of "" stands for any. `relation` is what the active account is
    to the owner of the profile that shows, `touched` where a follow may touch, None for nowhere. `handle` is by whom
    the screen names its person, None where it shows a display name only.
    """

    what: str
    app: str
    version: str
    windows: tuple[Window, ...]
    kind: str = "page"
    name: str = ""
    relation: Relation | None = None
    touched: Box | None = None
    handle: str | None = None
    language: str = "en"
    around: tuple[Window, ...] = field(default=(system.status_bar(), system.navigation()))

    def __str__(self) -> str:
        return f"{self.app} {self.version} {self.language}: {self.what}"


RELATIONS: dict[str, Relation] = {
    "none": Relation.NONE,
    "back": Relation.NONE,
    "following": Relation.FOLLOWING,
    "friends": Relation.FOLLOWING,
    "requested": Relation.REQUESTED,
}


def tiktok_profiles(version: str, language: str) -> list[Answer]:
    """Return the profiles of people, in every relation, with and without cards of strangers."""
    app = tiktok.App(version, language)
    found: list[Answer] = []
    for said in ("none", "back", "following", "friends", "requested"):
        for cards in (True, False):
            relation = RELATIONS[said]
            what = f"{said}, {'cards of strangers' if cards else 'no cards'}"
            box = tiktok.FOLLOW_BOX if relation is Relation.NONE else None
            shown = app.profile(said, cards=cards)  # type: ignore[arg-type]
            found.append(
                Answer(what, "tiktok", version, (shown,), "page", "profile", relation, box, tiktok.OWNER, language)
            )
    return found


def instagram_profiles(language: str) -> list[Answer]:
    """Return the same of Instagram."""
    app = instagram.App(language=language)
    return [
        Answer(
            f"{said}, {'cards of strangers' if cards else 'no cards'}",
            "instagram",
            instagram.VERSION,
            (app.profile(said, cards=cards),),
            "page",
            "profile",
            RELATIONS[said],  # type: ignore[arg-type]
            instagram.FOLLOW_BOX if RELATIONS[said] is Relation.NONE else None,
            instagram.OWNER,
            language,
        )
        for said in ("none", "back", "following", "requested")
        for cards in (True, False)
    ]


def over_the_app(version: str = "43.1.4") -> list[Answer]:
    """Return what lies over the app, or is there instead of it."""
    app, found = tiktok.App(version), list[Answer]()
    below = app.profile("none")
    for language in ("en", "ru", "fr"):
        for maker in system.MAKERS:
            for again in (False, True):
                dialog = system.permission(maker, "TikTok", language, again=again)
                what = f"permission, {maker.name}, {'again' if again else 'first'}, {language}"
                found.append(Answer(what, "tiktok", version, (dialog,), "system_dialog", "permission"))
                found.append(
                    Answer(f"{what}, over the app", "tiktok", version, (below, dialog), "system_dialog", "permission")
                )
        for name, dialog in (
            ("crash", system.keeps_stopping("TikTok", language)),
            ("not responding", system.not_responding("TikTok", language)),
        ):
            found.append(Answer(f"{name}, {language}", "tiktok", version, (dialog,), "system_dialog", name))
            found.append(
                Answer(f"{name}, {language}, over the app", "tiktok", version, (below, dialog), "system_dialog", name)
            )
        found.append(
            Answer(f"keyguard, {language}", "tiktok", version, (system.keyguard(language),), "foreign", "keyguard")
        )
        asked = system.permission(system.MAKERS[-1], "TikTok", language)
        for what, windows in (("the app", (below,)), ("a dialog", (asked,)), ("both", (below, asked))):
            behind = (*windows, system.keyguard(language))
            found.append(Answer(f"keyguard over {what}, {language}", "tiktok", version, behind, "foreign", "keyguard"))
    return [
        *found,
        Answer("shade", "tiktok", version, (system.shade(),), "foreign", "shade"),
        Answer("shade over the app", "tiktok", version, (below, system.shade()), "foreign", "shade"),
        Answer("another app", "tiktok", version, (system.other_app(),), "foreign", "com.android.chrome"),
        Answer("the home screen", "tiktok", version, (system.launcher(),), "foreign"),
        Answer("a broken service", "tiktok", version, (system.broken(),), "broken", around=()),
        Answer("a screen nobody knows", "tiktok", version, (app.unheard_of(),), "unknown"),
    ]


def stops() -> list[Answer]:
    """Return the screens by which apps stop an account."""
    found = [
        Answer(f"stop: {name}", "instagram", instagram.VERSION, (instagram.App().stop(name),), "challenge")
        for name in instagram.STOPS
    ]
    for version in tiktok.IDS:
        app = tiktok.App(version)
        found.append(Answer("verification", "tiktok", version, (app.verification(),), "challenge"))
    return found


def pages() -> list[Answer]:
    """Return other pages: what is a list row, a card or a display name there must not be taken for more."""
    insta, found = instagram.App(), list[Answer]()
    found += [
        Answer(
            "feed with an inline follow button",
            "instagram",
            instagram.VERSION,
            (insta.feed(),),
            "page",
            "feed",
            handle=instagram.OWNER,
        ),
        Answer("a reel with an inline follow button", "instagram", instagram.VERSION, (insta.reel(),), "page"),
        Answer("people", "instagram", instagram.VERSION, (insta.people(instagram.STRANGERS),), "page", "people"),
        Answer(
            "own profile",
            "instagram",
            instagram.VERSION,
            (insta.own_profile(),),
            "page",
            "own profile",
            Relation.SELF,
            None,
            instagram.ME,
        ),
        Answer("nobody of that name", "instagram", instagram.VERSION, (insta.missing(),), "page", "missing profile"),
    ]
    for version in tiktok.IDS:
        app = tiktok.App(version)
        found += [
            Answer("a video by its link", "tiktok", version, (app.video(),), "page", "post", handle=None),
            Answer("the feed", "tiktok", version, (app.feed(),), "page", "feed", handle=None),
            Answer("a liked video", "tiktok", version, (app.video(liked=True),), "page", handle=None),
            Answer(
                "own profile",
                "tiktok",
                version,
                (app.own_profile(),),
                "page",
                "own profile",
                Relation.SELF,
                None,
                tiktok.ME,
            ),
            Answer("nobody of that name", "tiktok", version, (app.missing(),), "page", "missing profile"),
        ]
    return found
