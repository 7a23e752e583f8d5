"""The work of `super_marketing` on one target: each enabled feature, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from phonefleet.apps.pages.post_ref import PostRef, post_at
from phonefleet.apps.shown_text import same_name
from phonefleet.scripts.super_marketing import PostSettings, SuperMarketingConfig
from phonefleet.words import say
from tasks.comments import comment_on_post
from tasks.messages import send_message
from tasks.people import follow_user, unfollow_user
from tasks.pool import Visit
from tasks.posts import identified, like_post, newest_posts, watch_post
from tasks.retries import device_task


def work_on(visit: Visit, config: SuperMarketingConfig) -> None:
    """Do the enabled features with one target: first with its posts, then with the person."""
    person, posts = _found(visit, config)
    if person and same_name(person, visit.context.account or ""):
        visit.skip(say("runs.account_itself", "is the account itself"))
    if not posts and (config.features.boost_posts or config.features.mass_comment or visit.claim.posts):
        visit.note("visit", "skipped", say("runs.no_posts_work", "there are no posts to work on"))
    if config.features.boost_posts:
        boost(visit, posts, config.post_settings)
    if config.features.mass_comment:
        comment_on(visit, posts, config)
    if person:
        approach(visit, person, config)


def boost(visit: Visit, posts: Sequence[PostRef], settings: PostSettings) -> None:
    """Watch each post `settings.repeat_times` times, then like it."""
    for post in posts:
        for _ in range(settings.repeat_times):
            visit.look("boostPosts", lambda post=post: watch_post(post, settings.view_durations))
        visit.step("boostPosts", lambda post=post: like_post(post))


def comment_on(visit: Visit, posts: Sequence[PostRef], config: SuperMarketingConfig) -> None:
    """Comment on each post; sequential texts continue from target to target."""
    for number, post in enumerate(posts):
        place = visit.place(number, config.post_settings.max_posts_count)
        visit.step("massComment", lambda post=post, place=place: comment_on_post(post, config.comments, place))


def approach(visit: Visit, person: str, config: SuperMarketingConfig) -> None:
    """Follow or unfollow the person, and send a message."""
    method = config.access_method
    if config.features.follow_users:
        visit.step("followUsers", lambda: follow_user(person, method))
    if config.features.unfollow_users:
        visit.step("unfollowUsers", lambda: unfollow_user(person, method))
    if config.features.send_dm:
        visit.step("sendDM", lambda: send_message(person, config.messages, method, visit.place()))


def _found(visit: Visit, config: SuperMarketingConfig) -> tuple[str, list[PostRef]]:
    """Return the target's person ("" if unknown), and the posts to work on."""
    if visit.claim.posts:
        posts = [post for url in visit.claim.posts for post in _shown(visit, url)]
        return posts[0].author if posts else "", posts
    person = visit.claim.target
    wanted = config.features.boost_posts or config.features.mass_comment
    return person, _posts_of(visit, person, config.post_settings) if wanted else []


def _shown(visit: Visit, url: str) -> list[PostRef]:
    found = visit.look("visit", lambda: identify_post(post_at(url)))
    return [found] if found else []


def _posts_of(visit: Visit, person: str, settings: PostSettings) -> list[PostRef]:
    most = settings.skip_posts_count + settings.max_posts_count
    return (visit.look("visit", lambda: newest_posts(person, most)) or [])[settings.skip_posts_count :]


@device_task(run_name="look at {post}")
def identify_post(post: PostRef) -> PostRef | None:
    """Open a post and return it with its author; None for a live post or an advertisement."""
    return identified(post)
