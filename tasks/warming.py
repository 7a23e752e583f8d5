"""Warms up an account: watches post after post for a while, and sometimes likes, comments or follows.

The time spent is stored in the ledger after each post, so that a run that was requeued continues with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from phonefleet.apps.pages.feed import FeedPage, FeedPost
from phonefleet.apps.pages.post import PostKind
from phonefleet.apps.pages.post_ref import PostRef
from phonefleet.errors import (
    DoNotContact,
    HandleUnknown,
    LimitReached,
    Postponed,
    ScreenUnclear,
    TargetMissing,
    TextNotWritten,
)
from phonefleet.ledger.actions.warm_ups import WarmUp
from phonefleet.ledger.values import Action
from phonefleet.limits import Kind
from phonefleet.pacing import draw
from phonefleet.scripts.account_warmup import AccountWarmupConfig
from phonefleet.words import say
from tasks.comments import comment_on_post
from tasks.context import RunContext, current
from tasks.progress import report_progress
from tasks.readiness import driver
from tasks.retries import device_task

_MOST_SEEN_IN_A_ROW = 200
"""After this many already seen posts in a row, the whole feed counts as seen."""


class Seen:
    """The posts already seen. No dataclass, because Prefect would visit each post in it at every task call."""

    def __init__(self) -> None:
        self.posts: set[PostRef] = set()


_COUNTED: dict[str, Kind] = {
    "likes": "like", "follows": "follow", "favorites": "favorite", "comments": "comment",
}  # fmt: skip


class WarmUpRun:
    """One run of a warm-up: yields the posts that were watched, acts on some of them, and reports progress."""

    def __init__(self, config: AccountWarmupConfig) -> None:
        self._config = config
        self._context = current()
        self._began = self._context.clock.monotonic()
        self._earlier = self._context.ledger.warm_ups.get(self._context.task_id)
        self._so_far = self._earlier
        self._seen = Seen()
        self._closed: set[Kind] = set()

    def posts(self) -> Iterator[PostRef]:
        """Watch and yield posts until the configured time is used up; live posts and advertisements are skipped."""
        duration = timedelta(seconds=self._config.task_duration)
        self._report()
        for place, topic in enumerate(self._config.topic, start=1):
            yield from self._of(topic, duration * place / len(self._config.topic))
        while self._spent() < duration:
            yield from self._of(None, duration)
            self._seen.posts.clear()  # the whole feed was seen: start over
        self._report()

    def perhaps(self, kind: Kind, percent: float, act: Callable[[PostRef], object], post: PostRef) -> None:
        """Act on a post with a probability of `percent`; a kind that has met a limit is not tried again in this run."""
        if kind in self._closed or self._context.rng.random() * 100 >= percent:
            return
        try:
            act(post)
        except (LimitReached, Postponed) as error:
            if self._context.stop.reason is not None:
                raise
            self._closed.add(kind)
            self._context.report.note(
                say("runs.no_any_more_run", "no {kind} any more in this run: {error}", kind=kind, error=error.message)
            )
        except (TargetMissing, DoNotContact, HandleUnknown, ScreenUnclear, TextNotWritten) as error:
            self._context.report.note(error.message)

    def comment(self, post: PostRef) -> None:
        """Comment on the post with one of the configured texts."""
        commented = sum(action.kind == "comment" for action in _actions(self._context))
        comment_on_post(post, self._config.comment_text, commented)

    def _of(self, topic: str | None, until: timedelta) -> Iterator[PostRef]:
        """Watch and yield the posts of the feed (None) or of a topic, until `until` was spent or all were seen."""
        found = None
        while (left := until - self._spent()) > timedelta():
            earlier = found
            span = self._config.min_duration, self._config.max_duration
            found = watch_next_post(topic, self._seen, span, left, anew=earlier is None)
            if found is None:
                if topic is not None and earlier is None:
                    self._context.report.note(
                        say("runs.no_posts_about", "there are no posts about {topic}", topic=topic)
                    )
                return
            self._seen.posts.add(found.ref)
            self._count(found.kind)
            if found.kind is PostKind.PLAIN:
                yield found.ref
            self._report()

    def _count(self, kind: PostKind) -> None:
        so_far = self._so_far
        self._so_far = replace(
            so_far,
            watched=so_far.watched + (kind is PostKind.PLAIN),
            live=so_far.live + (kind is PostKind.LIVE),
            ads=so_far.ads + (kind is PostKind.AD),
        )

    def _spent(self) -> timedelta:
        return self._earlier.spent + timedelta(seconds=self._context.clock.monotonic() - self._began)

    def _report(self) -> None:
        """Store the time spent in the ledger, and report progress in seconds and the counts."""
        self._so_far = replace(self._so_far, spent=self._spent())
        self._context.ledger.warm_ups.keep(self._context.task_id, self._so_far)
        total = max(round(self._config.task_duration), 1)
        report_progress(min(int(self._so_far.spent.total_seconds()), total), total)
        self._context.report.counts = _counts(self._so_far, self._context)


@device_task(run_name="watch the next post")
def watch_next_post(
    topic: str | None, seen: Seen, span: tuple[float, float], left: timedelta, *, anew: bool
) -> FeedPost | None:
    """Show the next unseen post, watch it for a random time, and return it; None if there is none.

    `span` is (shortest, longest) in seconds; the time is cut to `left`. Live posts and advertisements are not watched.
    `anew` begins with the first post of the feed or the topic.
    """
    feed = FeedPage(driver(), topic)
    post = _next(feed, seen) if (feed.open() if anew else feed.resume()) else None
    if post is not None and post.kind is PostKind.PLAIN:
        context = current()
        shortest, longest = (timedelta(seconds=seconds) for seconds in span)
        context.clock.sleep(min(draw(shortest, longest, context.rng), left), context.stop)
    return post


def _next(feed: FeedPage, seen: Seen) -> FeedPost | None:
    for _ in range(_MOST_SEEN_IN_A_ROW):
        post = feed.current()
        if post.ref not in seen.posts:
            return post
        if not feed.advance():
            return None
    return None


def _counts(warm_up: WarmUp, context: RunContext) -> dict[str, int]:
    done = [action.kind for action in _actions(context) if action.state == "done"]
    watching = {"watched": warm_up.watched, "live_skipped": warm_up.live, "ads_skipped": warm_up.ads}
    return watching | {name: done.count(kind) for name, kind in _COUNTED.items()}


def _actions(context: RunContext) -> list[Action]:
    return context.ledger.actions.of_task(context.task_id)
