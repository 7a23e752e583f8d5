"""Publishes a post, at most once, and verifies it on the account's own profile or in its story."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.composer import ComposerPage, Volumes
from phonefleet.apps.pages.new_post import NewPost
from phonefleet.apps.pages.own_posts import OwnPosts
from phonefleet.apps.pages.sounds import Wanted
from phonefleet.apps.shown_text import look
from phonefleet.errors import NotVerified
from phonefleet.ledger.actions.sightings import OthersSince
from phonefleet.ledger.values import ChosenText
from phonefleet.media.material import material_wanted
from phonefleet.scripts.fields import is_address
from phonefleet.scripts.post import PostConfig
from phonefleet.texts import compose
from phonefleet.texts.captions import Caption
from phonefleet.words import say
from tasks.context import RunContext, current
from tasks.material import material_for, own_config
from tasks.media import OnPhone, on_phone
from tasks.once import Deed, Outcome, Seen, perform, was_touched
from tasks.readiness import driver
from tasks.retries import device_task
from tasks.texts import LONGEST

_LOOK_EVERY = timedelta(seconds=1)
_APPEARS_WITHIN = timedelta(seconds=5)
"""How long it may take after a touch until the app shows the upload."""

_STORY_STAYS = timedelta(hours=1)
"""Within this time after the first touch, an unchanged number of story items proves that nothing was published."""

_NOT_SEEN = say("runs.nobody_knows_profile_showed_before", "nobody knows what the profile showed before")
_STORY_CHANGED = say(
    "runs.story_holds_another_number_than", "the story holds another number than before, or it was seen long ago"
)
_PROFILE_CHANGED = say(
    "runs.something_new_stands_profile_reads",
    "something new stands on the profile that reads differently, or it no longer shows what it did before",
)


@device_task(run_name="publish a {config.placement}")
def publish_post(config: PostConfig) -> Outcome:
    """Publish a post; done when it appears on the profile, or in the story."""
    context = current()
    config, turn = own_config(config)
    files = material_for(config)
    caption = _caption(context, config, turn)
    with on_phone(files, material_wanted(config).kind) as shown:
        outcome = _publish(context, config, caption, shown)
    context.report.outcomes.append({"target": config.placement, "outcome": outcome})
    return outcome


def _caption(context: RunContext, config: PostConfig, turn: int) -> Caption:
    """Return the caption. An empty one is stored too, because later posts are compared with it."""

    def choose() -> ChosenText:
        if not config.captions:
            return ChosenText("")
        text = compose(config.captions, "sequential", turn, context.rng, longest=LONGEST)
        return ChosenText(Caption.written(text, config.caption_format).stored)

    return Caption.read(context.ledger.texts.choose(context.task_id, "post", config.placement, choose).content)


def _publish(context: RunContext, config: PostConfig, caption: Caption, shown: Sequence[OnPhone]) -> Outcome:
    app = driver()
    own, touched = OwnPosts(app, context.account or ""), was_touched("post", config.placement)
    post = _Post(context, app, config, caption, shown, own, touched)
    return perform(
        Deed(
            kind="post",
            target=config.placement,
            show=post.show,
            prepare=post.compose,
            is_done=post.look,
            act=post.send,
            why=lambda: post.why,
        )
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """The profile before the first touch.

    `alike` is the number of newest posts with this caption (for a story: the number of its items), `tiles` the
    profile's first tiles, `at` the time. Earlier versions stored neither tiles nor time: then both are None.
    """

    alike: int
    tiles: tuple[str, ...] | None
    at: datetime | None

    def dump(self) -> str:
        """Return it as JSON, for the ledger."""
        return json.dumps({"alike": self.alike, "tiles": self.tiles, "at": self.at and self.at.isoformat()})

    @classmethod
    def load(cls, kept: str) -> _Before:
        """Read what `dump` returned, or the bare number that earlier versions stored."""
        if kept.isdecimal():
            return cls(int(kept), None, None)
        record = json.loads(kept)
        tiles, at = record["tiles"], record["at"]
        return cls(record["alike"], None if tiles is None else tuple(tiles), at and datetime.fromisoformat(at))


@dataclass(slots=True)
class _Post:
    """One post being published, and the rules for telling whether it was.

    DONE: the newest posts have one more with its caption than before the touch, beyond those of the account's other
    tasks. ABSENT: the profile's first tiles are those of before, below what other tasks have published.
    """

    context: RunContext
    app: AppDriver
    config: PostConfig
    caption: Caption
    shown: Sequence[OnPhone]
    own: OwnPosts
    touched: bool
    why: str = ""

    def show(self) -> None:
        """Wait for an upload to end; before the first touch, store the profile's state in the ledger."""
        self._await_upload(_APPEARS_WITHIN if self.touched else timedelta())
        if not self.touched:
            at = self.context.clock.now()
            self.context.ledger.sightings.keep(*self._key, self._seen(at).dump(), at)

    def look(self) -> Seen:
        """Tell whether the post was published."""
        if not self.touched:
            return Seen.ABSENT
        self._await_upload(timedelta())
        sightings = self.context.ledger.sightings
        kept, others = sightings.find(*self._key), sightings.others_since(*self._key, look=self._look)
        if kept is None:
            return self._unclear(_NOT_SEEN)
        before = _Before.load(kept)
        return self._story(before, others) if self.config.placement == "story" else self._post(before, others)

    def _seen(self, at: datetime) -> _Before:
        if self.config.placement == "story":
            return _Before(self.own.in_story(), (), at)
        return _Before(self.own.alike(*self._readings), tuple(self.own.first_tiles()), at)

    def _story(self, before: _Before, others: OthersSince) -> Seen:
        """Decide by counting; story items vanish after a day, so an unchanged number is proof for a while only."""
        now = self.own.in_story()
        if now > before.alike + others.here + others.perhaps:
            return Seen.DONE
        recent = before.at is not None and self.context.clock.now() - before.at < _STORY_STAYS
        if now == before.alike + others.here and (recent or not before.alike):
            return Seen.ABSENT
        return self._unclear(_STORY_CHANGED)

    def _post(self, before: _Before, others: OthersSince) -> Seen:
        among = before.alike + others.here + others.perhaps + 1
        if self.own.matching(among, *self._readings) > before.alike + others.equal + others.perhaps_equal:
            return Seen.DONE
        if before.tiles is not None and self.own.is_unchanged(before.tiles, self.own.first_tiles(), others.here):
            return Seen.ABSENT
        return self._unclear(_PROFILE_CHANGED)

    def _unclear(self, why: str) -> Seen:
        self.why = why
        return Seen.UNCLEAR

    def send(self) -> None:
        """Touch the button that publishes."""
        self.touched = True
        ComposerPage(self.app).send()

    def compose(self) -> None:
        """Fill in everything, up to the touch that publishes."""
        config = self.config
        composer = self._begun()
        self._write(composer)
        self._set_sound(composer)
        if config.ai_label:
            composer.choose("ai")
        if config.add_product_link:
            composer.choose("product")

    def _write(self, composer: ComposerPage) -> None:
        apart = bool(self.caption.title) and composer.entitle(self.caption.title)
        composer.write(self.caption.description if apart else self.caption.joined)

    @property
    def _readings(self) -> Sequence[str]:
        """How the post may read on the profile: apps with titles show them above the description, or elsewhere."""
        joined = self.caption.joined
        return [joined, self.caption.description] if self._is_titled else [joined]

    @property
    def _is_titled(self) -> bool:
        return bool(self.caption.title) and "composer_title" in self.app.profile.selectors

    def _look(self, stored: str) -> str:
        """Return how the caption of a task reads beside this one, of which perhaps the description alone shows."""
        return look(Caption.read(stored).description if self._is_titled else stored)

    def _begun(self) -> ComposerPage:
        first = self.shown[0]
        new = NewPost(self.app, first.file.kind, len(self.shown), self.config.placement)
        if self._wanted().address:
            return new.by_sound(self._wanted())
        match self.config.post_way:
            case "share":
                return new.by_share(first.uri, first.file.media_type)
            case "addButton":
                return new.by_button()
            case "useSound":
                return new.by_sound(self._wanted())

    def _set_sound(self, composer: ComposerPage) -> None:
        match self.config.add_sound:
            case "0":
                composer.remove_sound()
            case "1":
                composer.pick_sound(Wanted(patience=self._sound_patience))
            case "custom" if self.config.post_way != "useSound" and not self._wanted().address:
                composer.pick_sound(self._wanted())
            case _:
                pass
        if self.config.add_sound != "0" and self._chooses_sound and composer.has_sound():
            composer.set_volumes(Volumes(self.config.origin_sound_volume, self.config.add_sound_volume))

    @property
    def _chooses_sound(self) -> bool:
        return self.config.post_way == "useSound" or self.config.add_sound in {"1", "custom"}

    @property
    def _sound_patience(self) -> timedelta:
        return timedelta(seconds=self.config.sound_wait_time)

    def _wanted(self) -> Wanted:
        named = self.config.named_sound
        address = next((text for text in named.values() if is_address(text)), "")
        name, keyword = named.get("sound_name", ""), named.get("custom_sound_keyword", "")
        return Wanted(name, keyword, self._sound_patience, address)

    def _await_upload(self, appears_within: timedelta) -> None:
        """Wait until no upload is going on, and discard a failed one.

        Raises:
            NotVerified: it takes too long.
            Interrupted: a stop came first.

        """
        clock, stop = self.context.clock, self.context.stop
        begun, seen = clock.monotonic(), False
        longest = timedelta(seconds=self.config.upload_wait_time)
        self.own.open()
        while (going := self.own.is_uploading()) or (not seen and _since(begun, clock.monotonic()) < appears_within):
            seen = seen or going
            if _since(begun, clock.monotonic()) >= max(longest, appears_within):
                message = say(
                    "runs.post_still_being_uploaded_after",
                    "the post is still being uploaded after {longest} s",
                    longest=f"{longest.total_seconds():g}",
                )
                raise NotVerified(message)
            clock.sleep(_LOOK_EVERY, stop)
        self.own.discard_failed()

    @property
    def _key(self) -> tuple[int, str, str]:
        return self.context.task_id, "post", self.config.placement


def _since(begun: float, now: float) -> timedelta:
    return timedelta(seconds=now - begun)
