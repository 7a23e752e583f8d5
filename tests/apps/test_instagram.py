"""What the profile of Instagram finds on screens in the form of real ones, in both of its layouts and languages."""

from __future__ import annotations

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.pages import ProfilePage, Relation
from phonefleet.apps.pages.feed import FeedPage
from phonefleet.apps.pages.post import PostPage
from phonefleet.apps.pages.post_ref import PostRef
from phonefleet.apps.recognition import Seen, kind_of, may_be_a_stop
from phonefleet.apps.screens.screen import Screen
from phonefleet.clock import Clock
from phonefleet.errors import ElementMissing, HandleUnknown, ScreenUnclear, UnsupportedApp
from tests.apps.real_screens import INSTAGRAM, App, Shown, driving

app = App(INSTAGRAM)
VERSION = "410.1.0.63.71"
OWNERS = "[30,700][500,790]"


def owners(text: str, *, selected: bool = False) -> str:
    flags = "clickable selected" if selected else "clickable"
    return app.node("Button", OWNERS, name="profile_header_follow_button", text=text, flags=flags)


def profile(*more: str, title: str = "some.body", cards: str = "Follow") -> str:
    suggestion = [
        app.node(
            "Button",
            f"[{left},1400][{left + 300},1480]",
            name="suggested_user_card_follow_button",
            text=cards,
            flags="clickable",
        )
        for left in (30, 400)
    ]
    return app.screen(
        app.node("Text", "[150,120][600,200]", name="action_bar_title", text=title),
        app.node("Text", "[30,300][600,350]", name="profile_header_full_name_above_vanity", text="Some Body"),
        app.node("Group", "[400,400][600,500]", name="profile_header_followers_stacked_familiar", flags="clickable"),
        app.node("Group", "[650,400][850,500]", name="profile_header_following_stacked_familiar", flags="clickable"),
        *more,
        app.node("Button", "[950,700][1050,790]", name="row_profile_header_button_chaining", flags="clickable"),
        *suggestion,
        app.node("Recycler", "[0,1500][1080,2200]", name="android:id/list", flags="scrollable"),
        tabs("profile_tab"),
    )


def tabs(selected: str, *, messages: bool = True) -> str:
    names = ["feed_tab", "clips_tab", "direct_tab" if messages else "creation_tab", "search_tab", "profile_tab"]
    return app.node(
        "Linear",
        "[0,2250][1080,2400]",
        *(
            app.node(
                "Frame",
                f"[{place * 216},2250][{place * 216 + 216},2400]",
                name=name,
                flags="clickable selected" if name == selected else "clickable",
            )
            for place, name in enumerate(names)
        ),
    )


def feed_post(top: int, owner: str, like: str = "Like") -> str:
    buttons = [("like", like), ("comment", "Comment"), ("share", "Send post"), ("save", "Add to Saved")]
    return app.node(
        "Linear",
        f"[0,{top}][1080,{top + 900}]",
        app.node("Button", f"[120,{top}][700,{top + 60}]", name="row_feed_photo_profile_name", text=owner),
        app.node(
            "Button", f"[800,{top}][1000,{top + 60}]", name="inline_follow_button", text="Follow", flags="clickable"
        ),
        *(
            app.node(
                "Button",
                f"[{place * 150},{top + 700}][{place * 150 + 120},{top + 790}]",
                name=f"row_feed_button_{name}",
                desc=desc,
                flags="clickable",
            )
            for place, (name, desc) in enumerate(buttons)
        ),
    )


def feed(*posts: str, listing: str = "android:id/list") -> str:
    tray = app.node("Text", "[30,300][200,340]", name="username", text="Your story")
    return app.screen(
        app.node("Recycler", "[0,200][1080,2250]", tray, *posts, name=listing, flags="scrollable"), tabs("feed_tab")
    )


def reel(like: str = "Like", *, selected: bool = False) -> str:
    flags = "clickable selected" if selected else "clickable"
    return app.screen(
        app.node("Button", "[120,1900][500,1960]", name="clips_author_username", text="some.body", flags="clickable"),
        app.node("Button", "[520,1900][700,1960]", name="inline_follow_button", text="Follow", flags="clickable"),
        app.node("Image", "[950,1200][1050,1300]", name="like_button", desc=like, flags=flags),
        app.node("Image", "[950,1400][1050,1500]", name="comment_button", desc="Comment", flags="clickable"),
        app.node("Image", "[950,1600][1050,1700]", name="direct_share_button", desc="Share", flags="clickable"),
    )


def known(language: str | None = None) -> VersionProfile:
    return load_profile("instagram").for_version(VERSION, language)


def found(xml: str, name: str, language: str | None = None) -> list[str]:
    return [str(each.bounds) for each in Screen.parse(xml, INSTAGRAM).find_all(known(language).selectors.get(name, ()))]


def on(xml: str, clock: Clock) -> tuple[Shown, ProfilePage]:
    phone = Shown(INSTAGRAM, {"profile": xml}, {})
    page = ProfilePage(driving(phone, VERSION, clock, app="instagram"))
    page.open_direct("some.body")
    return phone, page


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("Follow", Relation.NONE),
        ("Follow Back", Relation.NONE),
        ("Following", Relation.FOLLOWING),
        ("Following\u00a0", Relation.FOLLOWING),
        ("Requested", Relation.REQUESTED),
        ("Подписаться", Relation.NONE),
        ("Запрос отправлен", Relation.REQUESTED),
    ],
)
@pytest.mark.parametrize("selected", [True, False])
def test_the_text_of_the_owners_button_decides_and_not_that_it_is_selected(
    *, text: str, relation: Relation, selected: bool, clock: Clock
) -> None:
    _, page = on(profile(owners(text, selected=selected)), clock)
    assert page.relation() is relation


@pytest.mark.parametrize("cards", ["Follow", "Following", "Requested"])
def test_a_follow_touches_the_owners_button_and_no_suggestion(cards: str, clock: Clock) -> None:
    phone, page = on(profile(owners("Follow"), cards=cards), clock)
    page.follow()
    assert phone.touched == [("profile", OWNERS)]


def test_a_profile_whose_owner_has_no_button_has_no_relation(clock: Clock) -> None:
    phone, page = on(profile(), clock)
    with pytest.raises(ElementMissing, match="does not show follow_button"):
        page.follow()
    assert phone.touched == []


@pytest.mark.parametrize(
    "xml",
    [feed(feed_post(400, "some.body")), feed(feed_post(400, "a"), listing="sticky_header_list"), reel(), profile()],
)
def test_the_follow_buttons_of_posts_reels_and_cards_are_nobodys_own(xml: str) -> None:
    for name in ("follow_button", "following_button", "requested_button"):
        assert found(xml, name) == []


def test_what_the_owner_can_be_sent_and_edited_is_told_by_its_description() -> None:
    message = app.node("Button", "[520,700][900,790]", name="button_container", desc="Message", flags="clickable")
    edit = app.node("Button", "[30,700][500,790]", name="button_container", desc="Edit profile", flags="clickable")
    assert found(profile(owners("Following"), message), "message_button") == ["[520,700][900,790]"]
    assert found(profile(owners("Following"), message), "edit_button") == []
    assert found(profile(edit), "edit_button") == ["[30,700][500,790]"]


def test_two_buttons_for_messages_are_told_and_none_is_touched(clock: Clock) -> None:
    two = [
        app.node("Button", f"[520,{top}][900,{top + 90}]", name="button_container", desc="Message")
        for top in (700, 800)
    ]
    _, page = on(profile(owners("Following"), *two), clock)
    with pytest.raises(ScreenUnclear, match="message_button"):
        page.message_button()


@pytest.mark.parametrize("title", ["New reel", "Drafts", "some.body"])
def test_a_heading_of_another_screen_is_nobodys_handle(title: str) -> None:
    shown = app.screen(app.node("Text", "[150,120][600,200]", name="action_bar_title", text=title))
    assert found(shown, "profile_username") == []
    assert found(profile(title="New reel"), "profile_username") == []
    assert found(profile(), "profile_username") == ["[150,120][600,200]"]


def test_handles_and_names_are_told_apart() -> None:
    held = {name: known().holds(name) for name in ("profile_username", "profile_name", "post_owner", "thread_title")}
    assert list(held.values()) == ["handle", "display_name", "handle", "display_name"]


# --- posts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("listing", ["android:id/list", "sticky_header_list"])
def test_a_padded_handle_of_the_feed_is_the_authors(listing: str, clock: Clock) -> None:
    shown = feed(feed_post(400, "\u00a0some.body\u00a0\u00a0"), listing=listing)
    page = FeedPage(driving(Shown(INSTAGRAM, {"feed": shown}, {}), VERSION, clock, app="instagram"))
    assert page.current().ref.author == "some.body"


def test_a_post_by_two_is_by_nobody_who_could_be_acted_on(clock: Clock) -> None:
    shown = feed(feed_post(400, "ann\u00a0and\u00a0bob "))
    phone = Shown(INSTAGRAM, {"feed": shown}, {})
    driver = driving(phone, VERSION, clock, app="instagram")
    ref = FeedPage(driver).current().ref
    assert (ref.author, ref.display_name) == ("", "ann and bob")
    with pytest.raises(HandleUnknown, match="no selector post_owner_open"):
        PostPage(driver, ref).owner()
    assert phone.touched == []


@pytest.mark.parametrize(
    ("xml", "lit"),
    [
        (feed(feed_post(400, "some.body")), False),
        (feed(feed_post(400, "some.body", like="Liked")), True),
        (reel(), False),
        (reel("Liked"), True),
        (reel(selected=True), True),
        (reel("Unlike"), True),
    ],
)
def test_a_post_and_a_reel_are_liked_once(*, xml: str, lit: bool, clock: Clock) -> None:
    phone = Shown(INSTAGRAM, {"post": xml}, {})
    page = PostPage(driving(phone, VERSION, clock, app="instagram"), PostRef("a post", "some.body"))
    assert page.is_lit("like") is lit
    if not lit:
        page.touch("like")
    assert len(phone.touched) == (0 if lit else 1)


def test_two_posts_on_one_screen_are_not_liked_by_chance(clock: Clock) -> None:
    phone = Shown(INSTAGRAM, {"post": feed(feed_post(300, "some.body"), feed_post(1300, "another"))}, {})
    with pytest.raises(ScreenUnclear, match=r"like_button 'Like' at .*like_button 'Like' at"):
        PostPage(driving(phone, VERSION, clock, app="instagram"), PostRef("a post", "some.body")).touch("like")
    assert phone.touched == []


def test_the_buttons_of_reels_are_known() -> None:
    names = ("post_owner", "like_button", "comment_button", "share_button")
    assert all(len(found(reel(), name)) == 1 for name in names)


# --- tabs, gallery, caption page ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("messages", "expected"), [(True, {"inbox_open"}), (False, {"create_button"})], ids=["messages", "new post"]
)
def test_both_layouts_of_the_tabs_are_known(*, messages: bool, expected: set[str]) -> None:
    shown = app.screen(tabs("feed_tab", messages=messages))
    names = {"home_tab", "search_tab", "profile_tab", "inbox_open", "create_button"}
    assert {name for name in names if found(shown, name)} == {"home_tab", "search_tab", "profile_tab"} | expected


def test_the_inbox_button_of_the_other_layout_is_known() -> None:
    assert found(app.screen(app.node("Button", "[900,100][1000,200]", name="action_bar_inbox_button")), "inbox_open")


def test_the_gallery_and_the_caption_page_are_known_by_their_own_ids() -> None:
    tiles = [
        app.node(
            "View", f"[{x},900][{x + 200},1100]", name="gallery_grid_item_thumbnail", desc="Unselected photo thumbnail"
        )
        for x in (0, 220)
    ]
    gallery = app.screen(app.node("Button", "[30,700][300,780]", name="gallery_folder_menu_tv", text="Recents"), *tiles)
    assert len(found(gallery, "gallery_photo")) == 2
    assert found(gallery, "gallery") == ["[30,700][300,780]"]
    container = app.node(
        "Frame",
        "[500,2200][1080,2300]",
        app.node("Button", "[540,2210][1040,2290]", name="share_button", text="Share", flags="clickable"),
        name="share_button_container",
    )
    footer = app.node("Button", "[0,2300][1080,2390]", name="share_footer_button", text="Share")
    caption = app.node("Edit", "[30,300][1050,600]", name="caption_input_text_view")
    draft = app.node("Button", "[30,2210][480,2290]", name="save_draft_button", text="Save draft")
    page = app.screen(caption, draft, container, footer)
    assert found(page, "composer_post") == ["[540,2210][1040,2290]"]
    assert found(app.screen(app.node("Button", "[0,0][90,90]", name="share_button")), "composer_post") == []


def test_steps_of_publishing_are_pages_and_no_stops() -> None:
    caption = app.node("Edit", "[30,300][1050,600]", name="caption_input_text_view", text="Write a caption")
    done = app.node("Button", "[900,52][1060,130]", name="action_bar_button_text", text="OK", flags="clickable")
    editor = app.node("Frame", "[0,0][1080,2400]", done, name="clips_post_capture_controls")
    for inner, name in (((caption, done), "caption"), ((editor,), "reel editor")):
        screen = Screen.parse(app.screen(*inner), INSTAGRAM)
        assert kind_of(known(), screen) == Seen("page", name)
        assert not may_be_a_stop(known(), screen)


def test_false_friends_are_told_apart() -> None:
    shown = feed(feed_post(400, "some.body"), listing="sticky_header_list")
    assert found(shown, "comments_list") == []
    assert found(shown, "editor_username") == []
    assert found(profile(), "feed") == []
    assert found(profile(), "people_list") == []
    assert len(found(shown, "feed")) == 1


def test_the_rating_dialog_is_put_off(clock: Clock) -> None:
    dialog = app.screen(
        app.node("Text", "[100,900][900,1000]", name="appirater_title_area", text="Enjoying Instagram?"),
        app.node("Button", "[100,1100][900,1180]", name="appirater_cancel_button", text="No"),
        app.node("Button", "[100,1200][900,1280]", name="appirater_rate_later_button", text="Later"),
    )
    steps = {("dialog", "[100,1200][900,1280]"): "feed"}
    phone = Shown(INSTAGRAM, {"dialog": dialog, "feed": feed(feed_post(400, "some.body"))}, steps)
    driving(phone, VERSION, clock, app="instagram").look()
    assert (phone.now, phone.touched) == ("feed", [("dialog", "[100,1200][900,1280]")])


# --- stops -----------------------------------------------------------------------------------------------

STOPS = ["Upload your ID", "Confirmez votre identité", "Take a video selfie", "Мы отключили ваш аккаунт", "?"]


def bloks(*more: str, words: str = "?") -> str:
    inside = app.node("View", "[48,200][1032,300]", text=words, desc=words)
    return app.screen(app.node("Frame", "[0,0][1080,2400]", inside, name="bloks_container"), *more)


def stops(xml: str) -> list[str]:
    screen = Screen.parse(xml, INSTAGRAM)
    return [
        each.name for each in known().challenges if screen.find(each.when) is not None and not screen.find(each.unless)
    ]


@pytest.mark.parametrize("words", STOPS)
def test_a_stop_is_told_by_its_container_in_any_language(words: str) -> None:
    assert stops(bloks(words=words))[:1] == ["account stopped"]


@pytest.mark.parametrize(
    "more",
    [
        [tabs("feed_tab")],
        [app.node("Button", "[120,1900][500,1960]", name="clips_author_username", text="some.body")],
        [app.node("Edit", "[30,2200][900,2300]", name="row_thread_composer_edittext")],
        [app.node("Edit", "[30,300][1050,600]", name="caption_input_text_view")],
    ],
)
def test_the_same_container_in_a_part_of_a_screen_is_no_stop(more: list[str]) -> None:
    assert stops(bloks(*more)) == []


@pytest.mark.parametrize("xml", [profile(owners("Follow")), feed(feed_post(400, "some.body")), reel()])
def test_screens_of_every_day_are_no_stops(xml: str, clock: Clock) -> None:
    assert stops(xml) == []
    driving(Shown(INSTAGRAM, {"day": xml}, {}), VERSION, clock, app="instagram").look()


def test_other_languages_and_versions_are_refused() -> None:
    with pytest.raises(UnsupportedApp, match="knows its words in en, ru"):
        known("fr-FR")
    with pytest.raises(UnsupportedApp, match="covers the versions >=226,<439"):
        load_profile("instagram").for_version("500.0.0.1.2")
