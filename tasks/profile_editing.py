"""Edits the account's profile (nickname, bio, link, avatar, username), each field at most once and verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from phonefleet.apps.pages.edit_profile import Field, OwnProfile
from phonefleet.apps.pages.look import Look, look_of_file
from phonefleet.apps.shown_text import Reading, reads, same_name
from phonefleet.errors import Permanent, Rejected
from phonefleet.ledger.fleet.renames import Rename
from phonefleet.ledger.values import ChosenText
from phonefleet.media import MediaKind
from phonefleet.media.material import MaterialWanted, allowed, turn
from phonefleet.scripts.fields import Order
from phonefleet.words import joined, say
from tasks.context import RunContext, current
from tasks.media import on_phone
from tasks.once import Deed, Outcome, Seen, perform, was_touched
from tasks.readiness import driver
from tasks.renames import begin_rename, end_rename
from tasks.retries import device_task
from tasks.texts import Wording, text_for

KIND: Literal["profile"] = "profile"

_OTHERWISE = say(
    "runs.profile_says_neither_said_before",
    "the profile says neither what it said before nor, as far as anybody can tell, what it was to say",
)


@device_task(run_name="set the nickname")
def set_nickname(nicknames: Sequence[str], order: Order) -> Outcome:
    """Set the account's display name; done when the profile shows it."""
    return _set("nickname", text_for(KIND, "nickname", Wording(nicknames, order)))


@device_task(run_name="set the bio")
def set_bio(bios: Sequence[str], order: Order) -> Outcome:
    """Set the account's biography; done when the profile shows it."""
    return _set("bio", text_for(KIND, "bio", Wording(bios, order)))


@device_task(run_name="set the link")
def set_link(url: str) -> Outcome:
    """Set the profile's link; done when the profile shows it."""
    return _set("link", url)


@device_task(run_name="set the avatar")
def set_avatar(path: str, order: Order) -> Outcome:
    """Set the account's picture; done when the profile shows another one. `path` is a file or a folder of files."""
    picture = _picture(current(), path, order)
    page = OwnProfile(driver(), [_account()])
    with on_phone([picture], "image") as [shown]:
        avatar = _Avatar(page, look_of_file(shown.file.path), touched=was_touched(KIND, "avatar"))
        why = say(
            "runs.picture_profile_may_new_one",
            "the picture on the profile may be the new one, or the old one that looks like it",
        )
        deed = Deed(KIND, "avatar", page.open, avatar.look, avatar.save, prepare=avatar.pick, why=lambda: why)
        return _report("avatar", perform(deed))


@device_task(run_name="set the username")
def set_username(usernames: Sequence[str], order: Order) -> Outcome:
    """Change the account's username: to the chosen one, or the first after it that the app accepts.

    Raises:
        Rejected: the app accepts none of them.

    """
    candidates = _in_turn(usernames, text_for(KIND, "username", Wording(usernames, order)))
    rename = begin_rename(candidates)
    page = OwnProfile(driver(), [rename.before, *candidates])
    refusals: list[str] = []
    for candidate in _still_to_try(rename, candidates):
        try:
            outcome = perform(_naming(page, rename, candidate))
        except Rejected as error:
            refusals.append(say("runs.target_why", "{target}: {why}", target=candidate, why=error.message))
            continue
        page.open()
        end_rename(rename, page.read().username)
        return _report("username", outcome)
    end_rename(rename, None)
    message = say(
        "runs.app_takes_none_usernames",
        "the app takes none of the usernames ({refusals})",
        refusals=joined("; ", refusals),
    )
    raise Rejected(message)


def _set(field: Field, value: str) -> Outcome:
    page = OwnProfile(driver(), [_account()])
    setting = _Setting(page, field, value, was_touched(KIND, field))
    deed = Deed(
        kind=KIND,
        target=field,
        show=page.open,
        is_done=setting.look,
        act=setting.save,
        prepare=lambda: _enter(page, field, value),
        why=lambda: _OTHERWISE,
    )
    return _report(field, perform(deed))


@dataclass(slots=True)
class _Setting:
    """One field being set, and the rules for telling whether it was.

    DONE: the profile shows the value, and did not show one that reads the same before. ABSENT: it shows what it showed
    before.
    """

    page: OwnProfile
    field: Field
    value: str
    touched: bool

    def look(self) -> Seen:
        """Tell whether the profile shows the value; before the first touch, store the old one in the ledger."""
        context, found = current(), self.page.says(self.field, self.value)
        said: str = getattr(self.page.read(), self.field)
        if not self.touched:
            context.ledger.sightings.keep(context.task_id, KIND, self.field, said, context.clock.now())
            return Seen.DONE if found is Reading.SAME else Seen.ABSENT
        before = context.ledger.sightings.find(context.task_id, KIND, self.field)
        if found is Reading.SAME or (found is Reading.PERHAPS and before is not None and not reads(before, self.value)):
            return Seen.DONE
        return Seen.ABSENT if found is Reading.OTHER and before is not None and reads(said, before) else Seen.UNCLEAR

    def save(self) -> None:
        """Touch the button that saves."""
        self.touched = True
        self.page.save()


def _naming(page: OwnProfile, rename: Rename, candidate: str) -> Deed:
    def is_done() -> bool:
        """Any name other than the old one counts, because an earlier try of this task has set it."""
        shown = page.read().username
        return same_name(shown, candidate) or not same_name(shown, rename.before)

    return Deed(
        kind=KIND,
        target="username",
        show=page.open,
        is_done=is_done,
        act=page.save,
        prepare=lambda: _enter(page, "username", candidate),
    )


def _enter(page: OwnProfile, field: Field, value: str) -> None:
    page.edit()
    page.enter(field, value)


@dataclass(slots=True)
class _Avatar:
    """A new avatar being set; it is recognized by looking different from the old one.

    DONE: the profile shows another picture. ABSENT: it shows the old one, and the new one would look different.
    """

    page: OwnProfile
    new: Look
    touched: bool
    saved: bool = False

    def look(self) -> Seen:
        """Compare the shown picture with the old one; before the first touch, store the old one's look in the ledger.

        If it was saved in this try, it is DONE even if it looks like the old one.
        """
        context = current()
        if self.saved:
            self.page.read()
            return Seen.DONE
        if not self.touched:
            kept = self.page.avatar().dump()
            context.ledger.sightings.keep(context.task_id, KIND, "avatar", kept, context.clock.now())
            return Seen.ABSENT
        before = context.ledger.sightings.find(context.task_id, KIND, "avatar")
        if before is None:
            return Seen.UNCLEAR
        old = Look.load(before)
        if self.page.avatar().differs_from(old):
            return Seen.DONE
        return Seen.ABSENT if self.new.differs_from(old) else Seen.UNCLEAR

    def pick(self) -> None:
        """Choose the newest picture of the phone's gallery."""
        self.page.edit()
        self.page.pick_avatar()

    def save(self) -> None:
        """Touch the button that saves; the app then shows the profile again."""
        self.touched = True
        self.page.save()
        self.saved = True


def _picture(context: RunContext, path: str, order: Order) -> str:
    """Choose the picture by the configured order, and store the choice, so that every retry uses the same."""

    def choose() -> ChosenText:
        folders = context.media
        if not folders.find(path).is_dir():
            return ChosenText(path)
        wanted = MaterialWanted("image", source="localFolder", folder=path)
        found = allowed(wanted, folders, _no_library)
        return ChosenText(turn(found, context.ordinal, 1)[0] if order == "sequential" else context.rng.choice(found))

    return context.ledger.texts.choose(context.task_id, KIND, "avatar", choose).content


def _no_library(kind: MediaKind, tags: Sequence[str]) -> Sequence[str]:
    """Return nothing: avatars are taken from a folder, never from the media library."""
    del kind, tags
    return []


def _in_turn(usernames: Sequence[str], first: str) -> list[str]:
    """Return the usernames rotated, so that they begin with `first`."""
    start = list(usernames).index(first) if first in usernames else 0
    return [*usernames[start:], *usernames[:start]]


def _still_to_try(rename: Rename, candidates: Sequence[str]) -> Sequence[str]:
    """Return the candidates, or only the username that an earlier try has already set."""
    return [rename.after] if rename.after is not None else candidates


def _account() -> str:
    account = current().account
    if account is None:
        message = say("runs.nobody_knows_whose_profile_would", "nobody knows whose profile that would be")
        raise Permanent(message)
    return account


def _report(field: str, outcome: Outcome) -> Outcome:
    current().report.outcomes.append({"target": field, "outcome": outcome})
    return outcome
