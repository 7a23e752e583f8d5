"""Publishing a post: once, and seen to stand on the account's own profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.composer import ComposerPage, Volumes
from phonefleet.apps.pages.new_post import NewPost
from phonefleet.apps.pages.own_posts import OwnPosts
from phonefleet.apps.pages.sounds import Wanted
from phonefleet.errors import NotVerified
from phonefleet.ledger.values import Action, ChosenText
from phonefleet.media.material import material_wanted
from phonefleet.scripts.post import PostConfig
from tasks.context import RunContext, current
from tasks.material import material_for
from tasks.media import OnPhone, on_phone
from tasks.once import Deed, Outcome, perform
from tasks.readiness import driver
from tasks.retries import device_task
from tasks.texts import Wording, text_for

_LOOK_EVERY = timedelta(seconds=1)
_APPEARS_WITHIN = timedelta(seconds=5)
"""How long an upload that was begun may take to show at all."""


@device_task(run_name="publish a {config.placement}")
def publish_post(config: PostConfig) -> Outcome:
    """Publish a post; done when it stands on the profile, or in the story."""
    context = current()
    files = material_for(config)
    caption = _caption(context, config)
    with on_phone(files, material_wanted(config).kind) as shown:
        outcome = _publish(context, config, caption, shown)
    context.report.outcomes.append({"target": config.placement, "outcome": outcome})
    return outcome


def _caption(context: RunContext, config: PostConfig) -> str:
    """Return the words of the post; none are kept, too, because later posts are compared with them."""
    if config.captions:
        return text_for("post", config.placement, Wording(config.captions, "sequential"))
    return context.ledger.texts.choose(context.task_id, "post", config.placement, lambda: ChosenText("")).content


def _publish(context: RunContext, config: PostConfig, caption: str, shown: Sequence[OnPhone]) -> Outcome:
    app = driver()
    post = _Post(context, app, config, caption, shown, OwnPosts(app, context.account or ""))
    return perform(
        Deed(
            kind="post",
            target=config.placement,
            show=post.show,
            prepare=post.compose,
            is_done=post.is_there,
            act=ComposerPage(app).send,
        )
    )


@dataclass(slots=True)
class _Post:
    """One post on its way to the profile.

    How many equal ones stand first on the profile before the touch is kept with the intent. Afterwards, those that have
    come since are the account's other posts, which the ledger knows, and ours.
    """

    context: RunContext
    app: AppDriver
    config: PostConfig
    caption: str
    shown: Sequence[OnPhone]
    own: OwnPosts
    is_new: bool = False
    """Whether nothing was touched yet, as `show` has found out."""

    def show(self) -> None:
        """Let what was begun come to its end; before the first touch, keep what stands there."""
        self.is_new = not self._was_touched()
        self._await_upload(timedelta() if self.is_new else _APPEARS_WITHIN)
        if self.is_new:
            at = self.context.clock.now()
            before = self.own.in_story() if self.config.placement == "story" else self.own.alike(self.caption)
            self.context.ledger.sightings.keep(*self._key, str(before), at)

    def is_there(self) -> bool:
        """Tell whether one more stands there than before and than others have published since."""
        if self.is_new:
            self.is_new = False
            return False
        self._await_upload(timedelta())
        sightings = self.context.ledger.sightings
        before, others = int(sightings.find(*self._key) or 0), sightings.others_since(*self._key)
        if self.config.placement == "story":
            return self.own.in_story() > before + others.here
        return self.own.matching(self.caption, before + others.here + 1) > before + others.equal

    def compose(self) -> None:
        """Do everything that leads to the touch that publishes."""
        config = self.config
        composer = self._begun()
        composer.write(self.caption)
        self._set_sound(composer)
        if config.ai_label:
            composer.choose("ai")
        if config.add_product_link:
            composer.choose("product")

    def _begun(self) -> ComposerPage:
        first = self.shown[0]
        new = NewPost(self.app, first.file.kind, len(self.shown), self.config.placement)
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
            case "custom" if self.config.post_way != "useSound":
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
        return Wanted(self.config.sound_name, self.config.custom_sound_keyword, self._sound_patience)

    def _await_upload(self, appears_within: timedelta) -> None:
        """Wait while something is on its way, which a stop ends; take away what has failed.

        Raises:
            NotVerified: it takes too long.

        """
        clock, stop = self.context.clock, self.context.stop
        begun, seen = clock.monotonic(), False
        longest = timedelta(seconds=self.config.upload_wait_time)
        self.own.open()
        while (going := self.own.is_uploading()) or (not seen and _since(begun, clock.monotonic()) < appears_within):
            seen = seen or going
            if _since(begun, clock.monotonic()) >= max(longest, appears_within):
                message = f"the post is still being uploaded after {longest.total_seconds():g} s"
                raise NotVerified(message)
            clock.sleep(_LOOK_EVERY, stop)
        self.own.discard_failed()

    def _was_touched(self) -> bool:
        return any(_is_of(action, self.config) for action in self.context.ledger.actions.of_task(self.context.task_id))

    @property
    def _key(self) -> tuple[int, str, str]:
        return self.context.task_id, "post", self.config.placement


def _is_of(action: Action, config: PostConfig) -> bool:
    return (action.kind, action.target) == ("post", config.placement) and action.acting_at is not None


def _since(begun: float, now: float) -> timedelta:
    return timedelta(seconds=now - begun)
