"""Changing what an account says about itself: each thing once, seen on its profile afterwards."""

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
from phonefleet.media import MediaFolders, MediaKind
from phonefleet.media.material import MaterialWanted, allowed, turn
from phonefleet.scripts.fields import Order
from tasks.context import RunContext, current
from tasks.media import on_phone
from tasks.once import Deed, Outcome, Seen, perform, was_touched
from tasks.readiness import driver
from tasks.renames import begin_rename, end_rename
from tasks.retries import device_task
from tasks.texts import Wording, text_for

KIND: Literal["profile"] = "profile"

_OTHERWISE = "the profile says neither what it said before nor, as far as anybody can tell, what it was to say"


@device_task(run_name="set the nickname")
def set_nickname(nicknames: Sequence[str], order: Order) -> Outcome:
    """Give the account another name to show; done when the profile shows it."""
    return _set("nickname", text_for(KIND, "nickname", Wording(nicknames, order)))


@device_task(run_name="set the bio")
def set_bio(bios: Sequence[str], order: Order) -> Outcome:
    """Write another biography; done when the profile shows it."""
    return _set("bio", text_for(KIND, "bio", Wording(bios, order)))


@device_task(run_name="set the link")
def set_link(url: str) -> Outcome:
    """Put another link onto the profile; done when the profile shows it."""
    return _set("link", url)


@device_task(run_name="set the avatar")
def set_avatar(path: str, order: Order) -> Outcome:
    """Give the account another picture: the file, or one of the folder; done when the profile shows another one."""
    picture = _picture(current(), path, order)
    page = OwnProfile(driver(), [_account()])
    with on_phone([picture], "image") as [shown]:
        avatar = _Avatar(page, look_of_file(shown.file.path), touched=was_touched(KIND, "avatar"))
        why = "the picture on the profile may be the new one, or the old one that looks like it"
        deed = Deed(KIND, "avatar", page.open, avatar.look, avatar.save, prepare=avatar.pick, why=lambda: why)
        return _report("avatar", perform(deed))


@device_task(run_name="set the username")
def set_username(usernames: Sequence[str], order: Order) -> Outcome:
    """Give the account another username: the next one, or the first after it that the app takes.

    Raises:
        Rejected: the app takes none of them.

    """
    candidates = _in_turn(usernames, text_for(KIND, "username", Wording(usernames, order)))
    rename = begin_rename(candidates)
    page = OwnProfile(driver(), [rename.before, *candidates])
    refusals: list[str] = []
    for candidate in _still_to_try(rename, candidates):
        try:
            outcome = perform(_naming(page, rename, candidate))
        except Rejected as error:
            refusals.append(f"{candidate}: {error.message}")
            continue
        page.open()
        end_rename(rename, page.read().username)
        return _report("username", outcome)
    end_rename(rename, None)
    message = f"the app takes none of the usernames ({'; '.join(refusals)})"
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
    """One thing on its way to the profile.

    Done: the profile says it, and did not say what reads just like it before. Absent: it says what it said before.
    """

    page: OwnProfile
    field: Field
    value: str
    touched: bool

    def look(self) -> Seen:
        """Tell whether the profile says it; before the first touch, keep what it says."""
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
        """Save what stands in the editor."""
        self.touched = True
        self.page.save()


def _naming(page: OwnProfile, rename: Rename, candidate: str) -> Deed:
    def is_done() -> bool:
        """Any other name than that of before is one that an earlier try of this task has given."""
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
    """Another picture on its way: how the old one looked tells it apart.

    Done: another one shows. Absent: the old one shows, and the new one does not look like it.
    """

    page: OwnProfile
    new: Look
    touched: bool
    saved: bool = False

    def look(self) -> Seen:
        """Tell whether another picture shows than before the first touch; before that, keep how the old one looks.

        Where the app has taken the new one in this very try, it may look just like the old one.
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
        """Choose the newest picture of the phone."""
        self.page.edit()
        self.page.pick_avatar()

    def save(self) -> None:
        """Save it; the app then shows the profile again."""
        self.touched = True
        self.page.save()
        self.saved = True


def _picture(context: RunContext, path: str, order: Order) -> str:
    """Return the file whose turn it is, the same in every try."""

    def choose() -> ChosenText:
        folders = MediaFolders.of(context.settings)
        if not folders.find(path).is_dir():
            return ChosenText(path)
        wanted = MaterialWanted("image", source="localFolder", folder=path)
        found = allowed(wanted, folders, _no_library)
        return ChosenText(turn(found, context.ordinal, 1)[0] if order == "sequential" else context.rng.choice(found))

    return context.ledger.texts.choose(context.task_id, KIND, "avatar", choose).content


def _no_library(kind: MediaKind, tags: Sequence[str]) -> Sequence[str]:
    """Return nothing: pictures of people come from a folder."""
    del kind, tags
    return []


def _in_turn(usernames: Sequence[str], first: str) -> list[str]:
    """Return the usernames from the chosen one on, then those before it."""
    start = list(usernames).index(first) if first in usernames else 0
    return [*usernames[start:], *usernames[:start]]


def _still_to_try(rename: Rename, candidates: Sequence[str]) -> Sequence[str]:
    """Return the candidates; only the one that the account has got, where an earlier try got so far."""
    return [rename.after] if rename.after is not None else candidates


def _account() -> str:
    account = current().account
    if account is None:
        message = "nobody knows whose profile that would be"
        raise Permanent(message)
    return account


def _report(field: str, outcome: Outcome) -> Outcome:
    current().report.outcomes.append({"target": field, "outcome": outcome})
    return outcome
