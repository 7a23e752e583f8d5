"""Warming up an account: watching post after post for a while, and now and then doing something with one.

The time that was spent is kept in the ledger after each post: a run that comes back goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from phonefleet.apps.pages.feed import FeedPage, FeedPost
from phonefleet.apps.pages.post import PostKind
from phonefleet.apps.pages.post_ref import PostRef
from phonefleet.errors import DoNotContact, LimitReached, Postponed, TargetMissing
from phonefleet.ledger.actions.warm_ups import WarmUp
from phonefleet.ledger.values import Action
from phonefleet.limits import Kind
from phonefleet.pacing import draw
from phonefleet.scripts.account_warmup import AccountWarmupConfig
from tasks.comments import comment_on_post
from tasks.context import RunContext, current
from tasks.progress import report_progress
from tasks.readiness import driver
from tasks.retries import device_task

_MOST_SEEN_IN_A_ROW = 200
"""How many posts that were seen already are passed over before a feed counts as seen."""


class Seen:
    """The posts that were seen; no dataclass, so that Prefect does not look through all of them at each task."""

    def __init__(self) -> None:
        self.posts: set[PostRef] = set()


_COUNTED: dict[str, Kind] = {
    "likes": "like", "follows": "follow", "favorites": "favorite", "comments": "comment",
}  # fmt: skip


class WarmUpRun:
    """One run of a warm-up: whose turn it is on the screen, and what became of it."""

    def __init__(self, config: AccountWarmupConfig) -> None:
        self._config = config
        self._context = current()
        self._began = self._context.clock.monotonic()
        self._earlier = self._context.ledger.warm_ups.get(self._context.task_id)
        self._so_far = self._earlier
        self._seen = Seen()
        self._closed: set[Kind] = set()

    def posts(self) -> Iterator[PostRef]:
        """Yield each post that was watched, until the time is used up; live ones and advertisements are passed over."""
        duration = timedelta(seconds=self._config.task_duration)
        self._report()
        for place, topic in enumerate(self._config.topic, start=1):
            yield from self._of(topic, duration * place / len(self._config.topic))
        while self._spent() < duration:
            yield from self._of(None, duration)
            self._seen.posts.clear()  # then everything was seen, and it starts over
        self._report()

    def perhaps(self, kind: Kind, percent: int, act: Callable[[PostRef], object], post: PostRef) -> None:
        """Do something with a post in so many cases of a hundred; what a limit forbids is left out from then on."""
        if kind in self._closed or self._context.rng.random() * 100 >= percent:
            return
        try:
            act(post)
        except (LimitReached, Postponed) as error:
            if self._context.stop.reason is not None:
                raise
            self._closed.add(kind)
            self._context.report.note(f"no {kind} any more in this run: {error.message}")
        except (TargetMissing, DoNotContact) as error:
            self._context.report.note(error.message)

    def comment(self, post: PostRef) -> None:
        """Comment on the post, in the configured words."""
        commented = sum(action.kind == "comment" for action in _actions(self._context))
        comment_on_post(post, self._config.comment_text, commented)

    def _of(self, topic: str | None, until: timedelta) -> Iterator[PostRef]:
        """Yield the posts of the feed or of a topic, until so much time was spent or all were seen."""
        found = None
        while (left := until - self._spent()) > timedelta():
            earlier = found
            span = self._config.min_duration, self._config.max_duration
            found = watch_next_post(topic, self._seen, span, left, anew=earlier is None)
            if found is None:
                if topic is not None and earlier is None:
                    self._context.report.note(f"there are no posts about {topic}")
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
        """Keep how far the run is, and show it: in seconds, and what was watched and done."""
        self._so_far = replace(self._so_far, spent=self._spent())
        self._context.ledger.warm_ups.keep(self._context.task_id, self._so_far)
        total = max(round(self._config.task_duration), 1)
        report_progress(min(int(self._so_far.spent.total_seconds()), total), total)
        self._context.report.counts = _counts(self._so_far, self._context)


@device_task(run_name="watch the next post")
def watch_next_post(
    topic: str | None, seen: Seen, span: tuple[float, float], left: timedelta, *, anew: bool
) -> FeedPost | None:
    """Show the next post that was not seen yet, and watch a plain one for a random time, but no longer than is left.

    `anew` begins with the first post of the feed or the topic. None when there is no further one.
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
