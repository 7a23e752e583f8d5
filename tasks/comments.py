"""Writes a comment on a post, at most once, and verifies that it appears in the list of comments."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Literal

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.comments import CommentsPage, Listing, Row, alike
from phonefleet.apps.pages.identity import require_handles, shows_handles
from phonefleet.apps.pages.post_ref import PostRef
from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.apps.shown_text import Reading, is_name, look, reads, same_name
from phonefleet.ledger.actions.sightings import OthersSince
from phonefleet.scripts.comment import CommentText
from phonefleet.words import say
from tasks.context import current
from tasks.media import on_phone
from tasks.once import Deed, Outcome, Seen, perform, was_touched
from tasks.posts import addressed, identified, report
from tasks.readiness import driver
from tasks.retries import device_task
from tasks.texts import Wording, text_for

KIND: Literal["comment"] = "comment"

_TOO_MANY = say("runs.too_many_others_find", "there are too many others to find it")
_LOOKS_ALIKE = say(
    "runs.comment_account_stands_reads_like",
    "a comment of the account stands there that reads like it, and nobody can tell whether it is it",
)
_DIFFERENT = say(
    "runs.something_new_stands_reads_differently",
    "something new stands there that reads differently, or the account's own comments are others than before",
)


@device_task(run_name="comment on {post}")
def comment_on_post(post: PostRef, content: CommentText, place: int = 0) -> Outcome | None:
    """Comment on a post; done when the comment is in the list. None for a live post or an advertisement.

    `place` is the post's index among those of the task; with `comment_order` sequential it selects the text.
    """
    found = identified(post)
    if found is None:
        return None
    wording = Wording(
        content.comment_content, content.comment_order, insert_emoji=content.insert_emoji, chat=content.chat
    )
    text = text_for(KIND, post.target, wording, current().ordinal + place)
    with on_phone([content.comment_image_path], "image") if content.comment_image_path else nullcontext():
        outcome = write_comment(found, text, with_photo=bool(content.comment_image_path))
    report(post.target, outcome, KIND)
    return outcome


def write_comment(post: PostRef, text: str, *, with_photo: bool = False) -> Outcome:
    """Write a comment, at most once; `with_photo` attaches the newest photo of the phone's gallery.

    Raises:
        OutcomeUnknown: it may have been written, and the list does not show whether it was.
        HandleUnknown: comments are signed with display names, and the account's own is not known.

    """
    driven, post = driver(), addressed(post)
    by_handle = shows_handles(driven.profile, "comment_author")
    author = (current().account or "") if by_handle else _display_name(driven, current().account or "")
    page = CommentsPage(driven, post)
    written = _Comment(page, author, post, text, with_photo, was_touched(KIND, post.target), by_handle)
    return perform(
        Deed(
            kind=KIND,
            target=post.target,
            show=page.open,
            prepare=written.write,
            is_done=written.look,
            act=written.send,
            person=post.author,
            why=lambda: written.why,
        )
    )


def _display_name(driven: AppDriver, account: str) -> str:
    """Return how the account's comments are signed where those are signed with display names.

    Raises:
        HandleUnknown: its profile shows no such name.

    """
    profile = ProfilePage(driven)
    profile.open_direct(account)
    if not (name := profile.display_name()):
        require_handles(driven.profile, "comment_author")
    driven.leave()  # a post without an address is found again only where it was left
    return name


@dataclass(frozen=True, slots=True)
class _Before:
    """The list of comments before the first touch.

    `rows` counts all rows by fingerprint, `own` those of the account, `alike` those of the account that read like the
    new comment; `whole` is False if the list was not read to its end.
    """

    rows: Counter[str]
    own: int = 0
    alike: int = 0
    whole: bool = True

    @classmethod
    def of(cls, listing: Listing, author: str, text: str) -> _Before:
        """Summarize a list."""
        return cls(_prints(listing.rows), _own(listing.rows, author), alike(listing.rows, author, text), listing.whole)

    def dump(self) -> str:
        """Return it as JSON, for the ledger."""
        return json.dumps({"rows": self.rows, "own": self.own, "alike": self.alike, "whole": self.whole})

    @classmethod
    def load(cls, kept: str) -> _Before:
        """Read what `dump` returned."""
        record = json.loads(kept)
        return cls(Counter(record["rows"]), record["own"], record["alike"], record["whole"])


@dataclass(slots=True)
class _Comment:
    """One comment being written, and the rules for telling whether it was.

    DONE: the list has one more comment of the account that reads like it than before the touch, beyond those that other
    tasks may have written. ABSENT: the list was read to its end before the touch and now, and everything new in it is
    certainly by others. Where comments are signed with display names (`by_handle` is False), an equal one that stood
    there before may be by somebody of the same name: nobody can tell.
    """

    page: CommentsPage
    author: str
    post: PostRef
    text: str
    with_photo: bool
    touched: bool
    by_handle: bool = True
    why: str = ""

    def look(self) -> Seen:
        """Tell whether the comment was written; before the first touch, store the list in the ledger."""
        if not self.touched:
            return self._first_look()
        context = current()
        kept = context.ledger.sightings.find(context.task_id, KIND, self.post.target)
        return self._look_without_memory() if kept is None else self._since(_Before.load(kept))

    def _first_look(self) -> Seen:
        context, listing = current(), self.page.read(self.author, self.text)
        if listing.found is Reading.SAME and self.by_handle:
            return Seen.DONE
        if listing.found is not Reading.OTHER:
            return self._unclear(_LOOKS_ALIKE)
        kept = _Before.of(listing, self.author, self.text).dump()
        context.ledger.sightings.keep(context.task_id, KIND, self.post.target, kept, context.clock.now())
        return Seen.ABSENT

    def _look_without_memory(self) -> Seen:
        """Decide without a stored list: an earlier version touched and stored none."""
        self.page.open()
        listing = self.page.read(self.author, self.text)
        if listing.found is Reading.PERHAPS or (listing.found is Reading.SAME and not self.by_handle):
            return self._unclear(_LOOKS_ALIKE)
        return Seen.DONE if listing.found is Reading.SAME else self._compared(_Before(Counter()), listing, 0)

    def _since(self, before: _Before) -> Seen:
        if not before.whole:
            in_sight = self.by_handle and self.page.in_sight(self.author, self.text)
            return Seen.DONE if in_sight else self._unclear(_TOO_MANY)
        others = self._others()
        most = before.alike + others.equal + others.perhaps_equal
        if self.page.alike_in_sight(self.author, self.text) > most:
            return Seen.DONE
        self.page.open()
        listing = self.page.read()
        if alike(listing.rows, self.author, self.text) > most and listing.joins:
            return Seen.DONE
        return self._compared(before, listing, others.here)

    def _compared(self, before: _Before, now: Listing, others: int) -> Seen:
        """Compare the lists: ABSENT if everything new is certainly by others, otherwise UNCLEAR."""
        if not now.whole:
            return self._unclear(_TOO_MANY)
        new = _prints(now.rows) - before.rows
        rows = {row for row in now.rows if row.fingerprint in new}
        ours = {row for row in rows if same_name(row.author, self.author)}
        doubtful = any(reads(row.text, self.text) or not is_name(row.author) for row in rows - ours)
        as_many = sum(new[row.fingerprint] for row in ours) <= others == _own(now.rows, self.author) - before.own
        return Seen.ABSENT if as_many and not doubtful else self._unclear(_DIFFERENT)

    def _others(self) -> OthersSince:
        context = current()
        return context.ledger.sightings.others_since(context.task_id, KIND, self.post.target, look=look)

    def send(self) -> None:
        """Touch the button that sends the comment."""
        self.touched = True
        self.page.send()

    def write(self) -> None:
        """Type the text, and attach the picture, without sending."""
        if self.with_photo:
            self.page.attach_newest_photo()
        self.page.write(self.text)

    def _unclear(self, why: str) -> Seen:
        self.why = why
        return Seen.UNCLEAR


def _prints(rows: Iterable[Row]) -> Counter[str]:
    return Counter(row.fingerprint for row in rows)


def _own(rows: Iterable[Row], author: str) -> int:
    return sum(same_name(row.author, author) for row in rows)
