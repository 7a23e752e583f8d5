"""Posts and their comments through the screens of the sample app, in both of its versions."""

from __future__ import annotations

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.comments import CommentsPage, Presence
from phonefleet.apps.pages.post import Mark, PostKind, PostPage
from phonefleet.apps.pages.post_ref import PostRef, post_at, tile_of
from phonefleet.apps.pages.posts_of_user import PostsOfUser
from phonefleet.errors import ElementMissing, LinkRefused, TargetMissing
from virtual_phones.direct import DirectPhone
from virtual_phones.sample import VERSIONS, SampleApp
from virtual_phones.world import World

ME = "shop_001"
MARKS: tuple[Mark, ...] = ("like", "favorite", "repost", "share")


@pytest.fixture
def post(world: World) -> PostRef:
    return post_at("sample://post/" + world.publish("person_0701", "Fresh bread"))


@pytest.fixture
def page(driver: AppDriver, post: PostRef) -> PostPage:
    return PostPage(driver, post)


@pytest.fixture
def comments(driver: AppDriver, post: PostRef) -> CommentsPage:
    return CommentsPage(driver, post)


def kind_of(driver: AppDriver, world: World, kind: str) -> PostKind:
    post = next(post for post in world.posts() if post.kind == kind)
    page = PostPage(driver, post_at(f"sample://post/{post.id}"))
    page.open()
    return page.kind()


def done(world: World) -> list[str]:
    dump = world.dump()
    return [
        f"{mark}s {len(events)}"
        for mark, events in (
            ("like", dump["likes"]),
            ("favorite", dump["favorites"]),
            ("repost", dump["reposts"]),
            ("share", dump["shares"]),
        )
    ]


@pytest.mark.parametrize(
    ("url", "author", "post"),
    [
        ("sample://post/1234", "", "1234"),
        ("https://sample.example/@anna/post/1234?from=web", "anna", "1234"),
        ("https://www.tiktok.com/@anna.b/video/7123456789012345678/", "anna.b", "7123456789012345678"),
        ("https://www.instagram.com/p/C8_x-Yz/", "", "C8_x-Yz"),
        ("https://example.com", "", ""),
    ],
)
def test_an_address_names_the_post_and_perhaps_its_author(url: str, author: str, post: str) -> None:
    ref = post_at(url)
    assert (str(ref), ref.author, ref.id) == (url, author, post)


def test_a_post_says_whose_it_is(page: PostPage) -> None:
    assert not page.is_open()
    page.open()
    assert page.is_open()
    assert (page.author(), page.kind()) == ("person_0701", PostKind.PLAIN)


def test_live_posts_and_advertisements_are_told_apart(driver: AppDriver, world: World) -> None:
    assert [kind_of(driver, world, kind) for kind in ("plain", "live", "ad")] == list(PostKind)


def test_the_address_on_the_web_leads_to_the_same_post(driver: AppDriver, post: PostRef) -> None:
    page = PostPage(driver, post_at(f"https://sample.example/@person_0701/post/{post.id}"))
    page.open()
    assert page.is_open()


def test_an_address_with_another_author_is_no_post_to_act_on(driver: AppDriver, post: PostRef) -> None:
    with pytest.raises(ElementMissing, match="does not show"):
        PostPage(driver, post_at(f"https://sample.example/@person_0702/post/{post.id}")).open()


def test_a_post_that_is_gone_is_missing(driver: AppDriver) -> None:
    with pytest.raises(TargetMissing, match="knows no post sample://post/999999"):
        PostPage(driver, post_at("sample://post/999999")).open()


@pytest.mark.parametrize("url", ["https://other.example/@anna/post/1", "sample://nothing/here"])
def test_an_address_that_the_app_does_not_open_is_refused(driver: AppDriver, url: str) -> None:
    with pytest.raises(LinkRefused, match="does not open the address"):
        PostPage(driver, post_at(url)).open()


def test_each_button_lights_once_touched_and_the_world_has_it_once(page: PostPage, world: World) -> None:
    page.open()
    assert [page.is_lit(mark) for mark in MARKS] == [False] * 4
    for mark in MARKS:
        page.prepare(mark)
        page.touch(mark)
        assert page.is_lit(mark)
    assert done(world) == ["likes 1", "favorites 1", "reposts 1", "shares 1"]


def test_a_lit_button_is_not_touched_again(page: PostPage, world: World) -> None:
    page.open()
    page.touch("like")
    with pytest.raises(ElementMissing, match="like_button"):
        page.touch("like")
    assert (len(world.dump()["likes"]), len(world.dump()["unlikes"])) == (1, 0)


def test_another_post_in_front_is_not_touched(driver: AppDriver, page: PostPage, world: World) -> None:
    page.open()
    PostPage(driver, post_at("sample://post/" + world.publish("person_0701", "another"))).open()
    assert not page.is_open()
    with pytest.raises(ElementMissing):
        page.touch("like")
    assert done(world)[0] == "likes 0"


def test_an_interrupted_share_does_not_stand_in_the_way(
    page: PostPage, phone: DirectPhone, app: SampleApp, world: World
) -> None:
    page.open()
    wanted = VERSIONS[app.version_name].id("share")
    button = [node for node in phone.virtual.tree().walk() if node.resource_id == wanted][-1]
    phone.tap(button.bounds.center)
    assert not page.is_open()
    page.open()
    page.touch("like")
    assert done(world) == ["likes 1", "favorites 0", "reposts 0", "shares 0"]


def test_the_newest_plain_posts_of_a_user_are_found(driver: AppDriver, world: World) -> None:
    plain = [post for post in world.posts_of("example_user") if post.kind == "plain"]
    assert len(plain) < len(world.posts_of("example_user")), "some are live or advertisements"
    for count in (1, 4, 50):
        found = PostsOfUser(driver, "example_user").newest(count)
        assert [ref.target for ref in found] == [f"sample://post/{post.id}" for post in plain[:count]]
        assert {ref.author for ref in found} == {"example_user"}


@pytest.mark.parametrize("username", ["person_0700", "private_0070"])
def test_a_user_whose_posts_cannot_be_seen_has_none(driver: AppDriver, username: str) -> None:
    assert PostsOfUser(driver, username).newest(3) == []


def test_the_posts_of_an_unknown_user_are_missing(driver: AppDriver) -> None:
    with pytest.raises(TargetMissing, match="knows no user"):
        PostsOfUser(driver, "nobody_here").newest(1)


def test_a_post_is_found_again_by_its_tile(driver: AppDriver, app: SampleApp, world: World) -> None:
    oldest = [post for post in world.posts_of("example_user") if post.kind == "plain"][-1]
    word = "Photo" if oldest.media == "image" else "Video"
    skin = VERSIONS[app.version_name]
    page = PostPage(driver, tile_of("example_user", skin.text("grid_cell", media=word, post=oldest.id)))
    page.open()
    page.touch("like")
    assert [like["post"] for like in world.dump()["likes"]] == [oldest.id]


def test_a_tile_that_is_gone_is_missing(driver: AppDriver) -> None:
    with pytest.raises(TargetMissing, match="has no post 'Photo 1' any more"):
        PostPage(driver, tile_of("example_user", "Photo 1")).open()


def test_a_comment_is_written_once_and_found_by_author_and_text(comments: CommentsPage, world: World) -> None:
    text = "So nice ✨\nand {curly} 'quoted'"
    comments.open()
    assert comments.search(ME, text) is Presence.ABSENT
    comments.write(text)
    comments.send()
    assert comments.in_sight("@Shop_001", text)
    assert comments.search(ME, text) is Presence.THERE
    assert comments.search("person_0001", text) is Presence.ABSENT
    assert comments.search(ME, "So nice ✨") is Presence.ABSENT
    assert [(each["username"], each["text"]) for each in world.dump()["comments"]] == [(ME, text)]


def test_a_comment_among_many_is_found_by_scrolling(driver: AppDriver, world: World) -> None:
    post = next(post for post in world.posts() if len(world.comments.on(post.id)) == 45 and post.kind == "plain")
    world.comment(ME, post.id, "first of mine")
    for number in range(30):
        world.comment("person_0702", post.id, f"later {number}")
    comments = CommentsPage(driver, post_at(f"sample://post/{post.id}"))
    for text, presence in (("first of mine", Presence.THERE), ("never said", Presence.ABSENT)):
        comments.open()
        assert comments.search(ME, text) is presence
    comments.write("never said")
    comments.send()
    assert comments.in_sight(ME, "never said")


def test_the_first_comment_of_a_post_is_written(driver: AppDriver, world: World) -> None:
    silent = next(post.id for post in world.posts() if not world.comments.on(post.id) and post.kind == "plain")
    comments = CommentsPage(driver, post_at(f"sample://post/{silent}"))
    comments.open()
    assert comments.search(ME, "First!") is Presence.ABSENT
    comments.write("First!")
    comments.send()
    assert comments.in_sight(ME, "First!")


def test_a_list_that_nobody_reads_to_its_end_leaves_it_open(driver: AppDriver, post: PostRef, world: World) -> None:
    for number in range(400):
        world.comment("person_0702", post.id, f"number {number}")
    comments = CommentsPage(driver, post)
    comments.open()
    assert comments.search(ME, "never said") is Presence.UNSETTLED


def test_the_comments_of_another_post_are_not_written_to(
    driver: AppDriver, comments: CommentsPage, world: World
) -> None:
    comments.open()
    CommentsPage(driver, post_at("sample://post/" + world.publish("person_0701", "another"))).open()
    with pytest.raises(ElementMissing):
        comments.write("hello")
    assert world.dump()["comments"] == []
