"""Watches posts and presses their buttons (like, favorite, repost, share), each at most once and verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from phonefleet.apps.pages.post import Mark, PostKind, PostPage
from phonefleet.apps.pages.post_ref import PostRef, post_at
from phonefleet.apps.pages.posts_of_user import PostsOfUser
from phonefleet.apps.shown_text import same_name
from phonefleet.pacing import draw
from tasks.context import current
from tasks.once import Deed, Outcome, perform, was_touched
from tasks.people import follow_user
from tasks.readiness import driver
from tasks.retries import device_task


def chosen_posts(urls: Sequence[str], usernames: Sequence[str], count: int) -> list[PostRef]:
    """Return the posts at the addresses, and the newest `count` posts of each person."""
    found = [post for username in usernames for post in newest_posts(username, count)]
    return [*(post_at(url) for url in urls), *found]


@device_task(run_name="find posts of @{username}")
def newest_posts(username: str, count: int) -> list[PostRef]:
    """Return up to `count` newest posts of a person, without live posts and advertisements."""
    posts = PostsOfUser(driver(), username).newest(count)
    if not posts:
        report(username, "no posts")
    return posts


@device_task(run_name="watch {post}")
def watch_post(post: PostRef, view_duration: tuple[float, float]) -> PostRef | None:
    """Watch a post for a random time and return it with its author; None for a live post or an advertisement.

    `view_duration` is (shortest, longest), in seconds. A post that an earlier try has acted on is not watched again.
    """
    found = identified(post)
    if found is not None and not _was_acted_on(post):
        context = current()
        shortest, longest = (timedelta(seconds=seconds) for seconds in view_duration)
        context.clock.sleep(draw(shortest, longest, context.rng), context.stop)
    return found


@device_task(run_name="like {post}")
def like_post(post: PostRef) -> Outcome:
    """Like a post; done when the button is lit."""
    return _press(post, "like")


@device_task(run_name="favorite {post}")
def favorite_post(post: PostRef) -> Outcome:
    """Add a post to the favorites; done when the button is lit."""
    return _press(post, "favorite")


@device_task(run_name="repost {post}")
def repost_post(post: PostRef) -> Outcome:
    """Repost a post; done when the button is lit."""
    return _press(post, "repost")


@device_task(run_name="share {post}")
def share_post(post: PostRef) -> Outcome:
    """Share a post by copying its link; done when the button is lit."""
    return _press(post, "share")


def follow_author(post: PostRef) -> None:
    """Follow the author of a post, unless it is the account itself."""
    author = post.author or find_author(post)
    if not same_name(author, current().account or ""):
        follow_user(author, "direct")


@device_task(run_name="find the author of {post}")
def find_author(post: PostRef) -> str:
    """Return the handle of who has published a post.

    Raises:
        HandleUnknown: the app shows a display name only, and nothing leads from there to the handle.

    """
    return addressed(post).author


def addressed(post: PostRef) -> PostRef:
    """Return the post with the handle of its author, whom the do-not-contact list knows by nothing else.

    Raises:
        HandleUnknown: the app shows a display name only, and nothing leads from there to the handle.

    """
    if post.author:
        return post
    page = PostPage(driver(), post)
    if not page.is_open():
        page.open()
    return _by(page, post)


def identified(post: PostRef) -> PostRef | None:
    """Open a post and return it with its author; None, and an outcome, for a live post or an advertisement."""
    page = PostPage(driver(), post)
    page.open()
    kind = page.kind()
    if kind is PostKind.PLAIN:
        return _by(page, post)
    report(post.target, "live post, skipped" if kind is PostKind.LIVE else "advertisement, skipped")
    return None


def _by(page: PostPage, post: PostRef) -> PostRef:
    """Return the post on the page with its author, and with what it calls its author."""
    author, display_name = page.owner()
    return replace(post, author=author, display_name=display_name)


def _press(post: PostRef, mark: Mark) -> Outcome:
    post = addressed(post)
    page = PostPage(driver(), post)
    anew = was_touched(mark, post.target)  # then the screen is opened anew, because only that shows how it ended

    def show() -> None:
        if anew or not page.is_open():
            page.open()

    deed = Deed(
        kind=mark,
        target=post.target,
        show=show,
        prepare=lambda: page.prepare(mark),
        is_done=lambda: page.is_lit(mark),
        act=lambda: page.touch(mark),
        person=post.author,
    )
    outcome = perform(deed)
    report(post.target, outcome, mark)
    return outcome


def _was_acted_on(post: PostRef) -> bool:
    """Tell whether an earlier try has already acted on the post, and so has watched it."""
    context = current()
    return any(each.target == post.target for each in context.ledger.actions.of_task(context.task_id))


def report(target: str, outcome: str, action: str | None = None) -> None:
    """Add an outcome to the report; `action` says what was done where the script does not tell."""
    done = {"action": action} if action else {}
    current().report.outcomes.append({"target": target, **done, "outcome": outcome})
