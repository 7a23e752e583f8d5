"""What the profile of TikTok finds on screens in the form of real ones, version by version and language by language."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from lxml import etree

from phonefleet.apps import load_profile
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages import ProfilePage, Relation
from phonefleet.apps.pages.post import PostPage
from phonefleet.apps.pages.post_ref import PostRef, post_at
from phonefleet.apps.screens.screen import Screen
from phonefleet.clock import Clock
from phonefleet.errors import (
    ElementMissing,
    HandleUnknown,
    Permanent,
    PhonefleetError,
    ScreenUnclear,
    UnsupportedApp,
)
from tests.apps.real_screens import TIKTOK, App, Shown, driving

app = App(TIKTOK)
OWNERS = "[42,584][912,689]"
ICON = "[960,1420][1040,1500]"
LIKE, SHARE = "[912,1414][1080,1572]", "[912,1888][1080,2046]"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a profile in one language."""

    language: str
    follow: str
    following: str
    followers: str
    number_following: str
    suggested: str


ENGLISH = Words("en", "Follow", "Following", "Followers", "Following", "Suggested accounts")
FRENCH = Words("fr", "Suivre", "Suivis ", "Followers", "Suivis", "Comptes suggérés")
RUSSIAN = Words("ru", "Подписаться", "Вы подписаны", "Подписчики", "Подписки", "Рекомендуемые аккаунты")
LANGUAGES = [ENGLISH, FRENCH, RUSSIAN]

VERSIONS = [
    ("43.1.4", "qh5", "eme", "qfw", "qfv", "rdh"),
    ("44.2.0", "aa1", "bb2", "cc3", "dd4", "ee5"),
    ("46.6.3", "aa1", "fij", "cc3", "dd4", "ee5"),
    ("46.9.3", "aa1", "bb2", "cc3", "dd4", "ee5"),
    ("47.0.3", "t3y", "fmp", "t8_", "t89", "u9f"),
    ("47.5.1", "aa1", "bb2", "cc3", "dd4", "ee5"),
]
"""Version, and the ids of handle, follow, number, its label, and of the button in rows."""


def group(kind: str, left: int, number: str, label: str, ids: tuple[str, str]) -> str:
    bounds = f"[{left},456][{left + 200},542]"
    return app.node(
        kind,
        bounds,
        app.node("Text", f"[{left},456][{left + 200},503]", name=ids[0], text=number),
        app.node("Text", f"[{left},503][{left + 200},542]", name=ids[1], text=label),
        flags="clickable",
    )


def card(left: int, button: str) -> str:
    return app.node(
        "Relative",
        f"[{left},800][{left + 389},1314]",
        app.node("Text", f"[{left + 92},1084][{left + 296},1126]", name="q0b", text="a stranger"),
        app.node("Button", f"[{left + 31},1199][{left + 357},1283]", name="chb", text=button, flags="clickable"),
        flags="clickable",
    )


def button(text: str, name: str, bounds: str = OWNERS, desc: str = "") -> str:
    return app.node("Linear", bounds, app.node("Text", bounds, name=name, text=text, desc=desc), flags="clickable")


def profile(version: str, *buttons: str, words: Words = ENGLISH, cards: bool = True, handle: str = "@some.body") -> str:
    _, handle_id, _, number, label, _ = next(ids for ids in VERSIONS if ids[0] == version)
    strangers = [
        app.node("Text", "[42,726][351,768]", name="ze8", text=words.suggested),
        card(42, words.follow),
        card(442, words.follow),
    ]
    return app.screen(
        app.node("Button", "[42,275][520,375]", text="Some Body", flags="clickable"),
        app.node("Button", "[42,380][239,419]", name=handle_id, text=handle, flags="clickable"),
        group("Linear", 42, "115", words.number_following, (number, label)),
        group("Group", 300, "3.8M", words.followers, (number, label)),
        *buttons,
        *(strangers if cards else []),
    )


def video(*more: str, like: str = "Like video. 110 likes", like_id: str = "f57", icon: str = "") -> str:
    name = app.node("Button", "[32,2100][300,2150]", name="title", text="Some Body", flags="clickable")
    return app.screen(
        app.node("View", "[0,0][1080,2300]", name="long_press_layout", desc="Video"),
        name,
        app.node("Button", LIKE, *([icon] if icon else []), name=like_id, desc=like, flags="clickable"),
        app.node(
            "Button", "[912,1600][1080,1700]", name="dtv", desc="Read or add comments. 9 comments", flags="clickable"
        ),
        app.node("Button", SHARE, name="f57", desc="Share video. 12 shares", flags="clickable"),
        *more,
    )


def opened(xml: str, version: str, clock: Clock) -> tuple[Shown, ProfilePage]:
    phone = Shown(TIKTOK, {"profile": xml}, {})
    page = ProfilePage(driving(phone, version, clock))
    page.open_direct("some.body")
    return phone, page


def found(xml: str, version: str, name: str, language: str | None = None) -> list[str]:
    known = load_profile("tiktok").for_version(version, language).selectors
    return [str(each.bounds) for each in Screen.parse(xml, TIKTOK).find_all(known.get(name, ()))]


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
@pytest.mark.parametrize(("version", "follow"), [(ids[0], ids[2]) for ids in VERSIONS])
def test_a_follow_touches_the_owners_button_and_no_stranger(
    version: str, follow: str, words: Words, clock: Clock
) -> None:
    phone, page = opened(profile(version, button(words.follow, follow), words=words), version, clock)
    assert page.relation() is Relation.NONE
    page.follow()
    assert phone.touched == [("profile", OWNERS)]
    assert found(phone.hierarchy(), version, "follow_button", words.language) == [OWNERS]


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
@pytest.mark.parametrize(("version", "follow"), [(ids[0], ids[2]) for ids in VERSIONS])
def test_whom_the_account_follows_is_not_touched_whatever_the_cards_say(
    version: str, follow: str, words: Words, clock: Clock
) -> None:
    shown = profile(version, button(f"{words.following}\u00a0", follow), words=words)
    phone, page = opened(shown, version, clock)
    assert page.relation() is Relation.FOLLOWING
    with pytest.raises(ElementMissing, match="shows following_button and not follow_button"):
        page.follow()
    assert phone.touched == []


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("Follow back", Relation.NONE),
        ("Friends", Relation.FOLLOWING),
        ("Requested ", Relation.REQUESTED),
        ("Suivre en retour", Relation.NONE),
    ],
)
def test_the_owners_button_tells_the_relation(text: str, relation: Relation, clock: Clock) -> None:
    _, page = opened(profile("47.0.3", button(text, "fmp")), "47.0.3", clock)
    assert page.relation() is relation


@pytest.mark.parametrize("heading", [ENGLISH.suggested, "People whom you may like"])
def test_a_profile_with_nothing_but_cards_has_no_relation(heading: str, clock: Clock) -> None:
    phone, page = opened(profile("47.0.3").replace(ENGLISH.suggested, heading), "47.0.3", clock)
    with pytest.raises(ElementMissing, match="does not show follow_button"):
        page.follow()
    assert phone.touched == []


def test_contradicting_buttons_are_told_and_nothing_is_touched(clock: Clock) -> None:
    two = button("Follow", "fmp", "[42,584][400,689]"), button("Following", "fmp", "[420,584][912,689]")
    phone, page = opened(profile("47.0.3", *two), "47.0.3", clock)
    with pytest.raises(ScreenUnclear, match=r"follow_button 'Follow'.*following_button 'Following'"):
        page.follow()
    assert phone.touched == []


@pytest.mark.parametrize(("version", "row"), [(ids[0], ids[5]) for ids in VERSIONS])
def test_the_rows_of_a_list_have_no_button_to_follow(version: str, row: str) -> None:
    rows = [
        app.node("Button", f"[700,{top}][1000,{top + 90}]", name=row, text=text, flags="clickable")
        for top, text in ((300, "Follow"), (500, "Following"), (700, "Friends"), (900, "Follow back"))
    ]
    shown = app.screen(app.node("Recycler", "[0,200][1080,2300]", *rows, flags="scrollable"))
    for name in ("follow_button", "following_button", "requested_button", "profile_username"):
        assert found(shown, version, name) == []


@pytest.mark.parametrize(
    ("version", "shown", "bounds"),
    [
        ("43.1.4", button("Message", "eme", "[500,584][912,689]"), "[500,584][912,689]"),
        ("47.0.3", button("Message", "fmp", "[500,584][912,689]"), "[500,584][912,689]"),
        (
            "46.6.3",
            app.node("Image", "[800,584][912,689]", desc="send", flags="clickable"),
            "[800,584][912,689]",
        ),
        (
            "46.6.3",
            button("", "aa", "[800,584][912,689]", desc="envoyer"),
            "[800,584][912,689]",
        ),
    ],
)
def test_the_button_for_messages_is_a_word_or_an_icon(version: str, shown: str, bounds: str) -> None:
    screen = profile(version, button("Following", "xyz", "[42,584][480,689]"), shown)
    assert found(screen, version, "message_button") == [bounds]
    assert found(screen, version, "following_button") == ["[42,584][480,689]"]


@pytest.mark.parametrize("version", [ids[0] for ids in VERSIONS])
def test_handle_display_name_and_numbers_are_told_apart(version: str) -> None:
    screen = profile(version)
    known = load_profile("tiktok").for_version(version)
    assert found(screen, version, "profile_username") == ["[42,380][239,419]"]
    assert found(screen, version, "profile_name") == ["[42,275][520,375]"]
    assert found(screen, version, "profile_followers") == ["[300,456][500,542]"]
    assert found(screen, version, "profile_following") == ["[42,456][242,542]"]
    kinds = [known.holds(name) for name in ("profile_username", "profile_name", "post_owner")]
    assert kinds == ["handle", "display_name", "display_name"]


def test_a_mention_below_the_numbers_is_nobodys_handle(clock: Clock) -> None:
    mention = app.node("Button", "[42,700][400,760]", text="@another", flags="clickable")
    _, page = opened(profile("44.2.0", mention, button("Follow", "bb2")), "44.2.0", clock)
    assert page.username() == "some.body"


@pytest.mark.parametrize("version", ["43.1.4", "47.0.3"])
def test_ones_own_profile_has_a_button_to_edit(version: str, clock: Clock) -> None:
    edit = app.node("Button", "[540,280][700,370]", text="Edit", flags="clickable")
    _, page = opened(profile(version, edit, cards=False), version, clock)
    assert page.relation() is Relation.SELF


# --- videos ----------------------------------------------------------------------------------------------

LIKES = [
    ("43.1.4", video(), "like"),
    ("43.1.4", video(icon=app.node("Image", ICON, name="f4u", desc="Like")), "like"),
    ("43.1.4", video(icon=app.node("Image", ICON, name="f4u", desc="Like", flags="selected")), "liked"),
    ("43.1.4", video(app.node("Image", ICON, name="f4u", flags="selected")), "liked"),
    ("43.1.4", video(like="Video liked. 111 likes"), "liked"),
    ("47.0.3", video(like="Like video. 3 likes", like_id="zz9"), "like"),
    ("47.0.3", video(like="video liked", like_id="zz9"), "liked"),
    ("47.0.3", video(like_id="zz9", icon=app.node("Image", ICON, desc="Like", flags="selected")), "liked"),
    ("45.0.1", video(like_id="zz9"), "like"),
    ("46.6.3", video(like_id="g2w"), "like"),
    ("46.6.3", video(like_id="g2w", icon=app.node("Image", ICON, name="g2c", flags="selected")), "liked"),
    ("46.6.3", video().replace('content-desc="Like video. 110 likes"', 'content-desc=""'), "liked"),
]  # fmt: skip


def without_like(xml: str) -> str:
    """Return a video as a version shows it that hides the button once it was touched."""
    shown = etree.fromstring(xml.encode())
    liking = [node for node in shown.iter("node") if node.get("content-desc", "").startswith("Like video")]
    for node in liking:
        parent = node.getparent()
        assert parent is not None
        parent.remove(node)
    return etree.tostring(shown, encoding="unicode")


def test_a_hidden_like_button_says_liked_although_the_button_to_share_bears_its_id(clock: Clock) -> None:
    shared = video(like_id="g2w").replace(":id/f57", ":id/g2w")
    for xml, lit in ((without_like(shared), True), (shared, False)):
        phone = Shown(TIKTOK, {"video": xml}, {})
        page = PostPage(driving(phone, "46.6.3", clock), PostRef("a video", "some.body", display_name="Some Body"))
        assert page.is_lit("like") is lit


@pytest.mark.parametrize("words", ["Don\u2019t allow", "Don't allow"])
def test_what_the_app_itself_asks_for_is_refused(words: str, clock: Clock) -> None:
    asks = app.node("Button", "[172,1348][539,1473]", text=words, flags="clickable")
    allows = app.node("Button", "[540,1348][907,1473]", text="Open settings", flags="clickable")
    phone = Shown(
        TIKTOK, {"asks": app.screen(asks, allows), "video": video()}, {("asks", "[172,1348][539,1473]"): "video"}
    )
    driving(phone, "43.1.4", clock).wait_for("post_owner")
    assert phone.touched == [("asks", "[172,1348][539,1473]")]


@pytest.mark.parametrize(("version", "xml", "state"), LIKES)
def test_a_video_is_liked_once_and_never_taken_back(version: str, xml: str, state: str, clock: Clock) -> None:
    phone = Shown(TIKTOK, {"video": xml}, {})
    page = PostPage(driving(phone, version, clock), PostRef("a video", "some.body", display_name="Some Body"))
    assert page.is_lit("like") is (state == "liked")
    if state == "liked":
        with pytest.raises(ElementMissing, match="shows liked_button and not like_button"):
            page.touch("like")
        assert phone.touched == []
    else:
        page.touch("like")
        assert phone.touched in ([("video", LIKE)], [("video", ICON)])


def test_where_a_version_does_not_hide_the_button_a_missing_one_says_nothing(clock: Clock) -> None:
    gone = video().replace('content-desc="Like video. 110 likes"', 'content-desc=""')
    page = PostPage(
        driving(Shown(TIKTOK, {"video": gone}, {}), "47.0.3", clock), PostRef("v", display_name="Some Body")
    )
    with pytest.raises(ElementMissing, match="does not show like_button or liked_button"):
        page.is_lit("like")


def test_the_buttons_of_a_video_are_told_apart_although_they_share_an_id() -> None:
    assert [found(video(), "43.1.4", name) for name in ("like_button", "share_button")] == [[LIKE], [SHARE]]
    assert found(video(), "43.1.4", "comment_button") == ["[912,1600][1080,1700]"]
    assert found(video(), "43.1.4", "feed") == ["[0,0][1080,2300]"]


PROFILE = profile("47.0.3", button("Follow", "fmp"))
NAME = "[32,2100][300,2150]"


def test_the_handle_behind_a_display_name_is_read_on_the_profile(clock: Clock) -> None:
    steps = {("video", NAME): "profile", ("profile", "back"): "video"}
    phone = Shown(TIKTOK, {"video": video(), "profile": PROFILE}, steps)
    page = PostPage(driving(phone, "47.0.3", clock), PostRef("Some Body: ", display_name="Some Body"))
    assert page.owner() == ("some.body", "Some Body")
    assert (phone.now, phone.touched) == ("video", [("video", NAME)])


LINK = "https://www.tiktok.com/@some.body/video/123"


def test_a_video_at_an_address_is_by_whom_the_address_says(clock: Clock) -> None:
    steps = {("else", LINK): "video", ("video", NAME): "profile", ("profile", "back"): "video"}
    phone = Shown(TIKTOK, {"else": PROFILE, "video": video(), "profile": PROFILE}, steps)
    page = PostPage(driving(phone, "47.0.3", clock), post_at(LINK))
    page.open()
    assert page.is_open()
    assert page.owner() == ("some.body", "Some Body")


def test_the_video_of_somebody_of_the_same_display_name_is_not_the_one(clock: Clock) -> None:
    other = profile("47.0.3", button("Follow", "fmp"), handle="@another")
    steps = {("else", LINK): "video", ("video", NAME): "profile", ("profile", "back"): "video"}
    phone = Shown(TIKTOK, {"else": PROFILE, "video": video(), "profile": other}, steps)
    with pytest.raises(ElementMissing, match="the one on the screen is by @another"):
        PostPage(driving(phone, "47.0.3", clock), post_at(LINK)).open()


def test_a_profile_of_another_name_than_the_video_is_not_its_authors(clock: Clock) -> None:
    steps = {("video", NAME): "profile", ("profile", "back"): "video"}
    other = PROFILE.replace("Some Body", "Any Body")
    phone = Shown(TIKTOK, {"video": video(), "profile": other}, steps)
    page = PostPage(driving(phone, "47.0.3", clock), PostRef("v", display_name="Some Body"))
    with pytest.raises(HandleUnknown, match="leads to the profile of 'Any Body'"):
        page.owner()


# --- the rest --------------------------------------------------------------------------------------------


def comments() -> str:
    def row(top: int, author: str, text: str) -> str:
        return app.node(
            "Linear",
            f"[0,{top}][1080,{top + 200}]",
            app.node("Button", f"[100,{top}][500,{top + 50}]", name="title", text=author),
            app.node("Text", f"[100,{top + 60}][900,{top + 120}]", name="e7j", text=text),
            app.node("Text", f"[100,{top + 130}][300,{top + 180}]", name="drx", text="Reply", desc="@2131888123"),
        )

    entry = app.node("Edit", "[40,2200][800,2300]", name="dpl", text="Add comment...")
    post = app.node("Button", "[850,2210][1040,2290]", desc="Post comment", flags="clickable")
    close = app.node("Image", "[980,800][1060,880]", name="b9b", flags="clickable")
    rows = app.node("Recycler", "[0,900][1080,2190]", row(900, "Ann", "one"), row(1200, "Some Body", "two"))
    return video(close, rows, entry, post)


def test_the_comments_of_a_video_are_read_and_the_videos_name_is_none_of_their_authors() -> None:
    shown = comments()
    assert found(shown, "43.1.4", "comment_author") == ["[100,900][500,950]", "[100,1200][500,1250]"]
    assert len(found(shown, "43.1.4", "comment_text")) == 2
    assert found(shown, "43.1.4", "comment_entry") == ["[40,2200][800,2300]"]
    assert found(shown, "43.1.4", "comment_send") == ["[850,2210][1040,2290]"]
    assert load_profile("tiktok").for_version("43.1.4").holds("comment_author") == "display_name"


TABS_43 = ["mkq", "mkp", "mkn", "mkr", "mks"]


@pytest.mark.parametrize(
    ("name", "place"), [("home_tab", 0), ("create_button", 2), ("inbox_open", 3), ("profile_tab", 4)]
)
def test_the_tabs_are_known_by_id_and_by_their_words(name: str, place: int) -> None:
    words = ["Home", "Friends", "Create", "Inbox", "Profile"]

    def bar(*, ids: bool, descs: bool) -> str:
        return app.screen(
            *(
                app.node(
                    "Frame",
                    f"[{number * 216},2200][{number * 216 + 216},2300]",
                    name=TABS_43[number] if ids else f"x{number}",
                    desc=words[number] if descs else "",
                    flags="clickable selected" if not number else "clickable",
                )
                for number in range(5)
            )
        )

    tab = [f"[{place * 216},2200][{place * 216 + 216},2300]"]
    assert found(bar(ids=True, descs=False), "43.1.4", name) == tab
    assert found(bar(ids=False, descs=True), "47.0.3", name, "en-GB") == tab


@pytest.mark.parametrize(
    ("version", "name", "id_", "kind"),
    [
        ("43", "search_tab", "irz", "Image"),
        ("43", "search_tab", "skc", "Button"),
        ("43", "posts_list", "gxd", "Grid"),
        ("46.6.3", "posts_list", "i4a", "Grid"),
        ("43", "favorite_button", "guh", "Button"),
        ("43", "composer_caption", "g19", "Edit"),
        ("43", "composer_title", "g1c", "Edit"),
        ("43", "composer_post", "qrb", "Button"),
        ("43", "gallery_done", "uyb", "Button"),
        ("43", "gallery_photo", "nbu", "Image"),
        ("43", "gallery", "yc0", "Text"),
        ("43", "people_follow", "rdh", "Button"),
        ("47.0.3", "people_follow", "u9f", "Button"),
        ("47.0.3", "suggested_follow", "chb", "Button"),
        ("47.0.3", "suggested_name", "q0b", "Text"),
        ("43", "profile_number", "qfw", "Text"),
        ("47.0.3", "profile_number", "t8_", "Text"),
    ],
)
def test_what_is_known_of_a_version_by_id_is_found_there_and_nowhere_else(
    version: str, name: str, id_: str, kind: str
) -> None:
    shown = app.screen(app.node(kind, "[0,300][100,400]", name=id_))
    assert found(shown, version, name) == ["[0,300][100,400]"]
    assert found(shown, "44.0.0", name) == []


@pytest.mark.parametrize(
    ("version", "kind"), [("44.0", "comment_send"), ("47.0.3", "composer_post"), ("47.0.3", "search_username")]
)
def test_what_is_not_known_for_a_version_is_said_instead_of_guessed(version: str, kind: str) -> None:
    with pytest.raises(UnsupportedApp, match="does not know the selector"):
        load_profile("tiktok").for_version(version).selector(kind)


@pytest.mark.parametrize("version", ["42.9.9", "48.0.1", "57.1"])
def test_other_versions_are_refused_with_those_that_are_known(version: str) -> None:
    with pytest.raises(UnsupportedApp, match=r"covers the versions >=43,<44 or .*>=47,<48"):
        load_profile("tiktok").for_version(version)


def test_other_languages_are_refused() -> None:
    with pytest.raises(UnsupportedApp, match="knows its words in en, fr, ru"):
        load_profile("tiktok").for_version("47.0.3", "de-DE")


@pytest.mark.parametrize("caption", ["temporarily blocked, that is what I was", "Verify to continue reading"])
def test_what_a_video_says_is_no_stop_unless_it_says_the_same_as_one(caption: str, clock: Clock) -> None:
    phone = Shown(TIKTOK, {"video": video(app.node("Text", "[32,2160][800,2200]", text=f"is {caption}"))}, {})
    driving(phone, "47.0.3", clock).look()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Drag the slider to fit the puzzle", "en"),
        ("Verify to continue:", "en"),
        ("Подтвердите, чтобы продолжить", "ru"),
        ("Log in to TikTok", "en"),
    ],
)
def test_a_verification_is_noticed_in_the_languages_of_the_profile(text: str, language: str, clock: Clock) -> None:
    phone = Shown(TIKTOK, {"stop": app.screen(app.node("Text", "[100,900][900,1000]", text=text))}, {})
    profile_ = load_profile("tiktok").for_version("47.0.3", language)
    driver = AppDriver(phone, profile_, clock, driving(phone, "47.0.3", clock).stop, random.Random(1))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    with pytest.raises(PhonefleetError, match="release the account") as caught:
        driver.look()
    assert not isinstance(caught.value, Permanent)
