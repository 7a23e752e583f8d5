"""Commenting on a post: once, with the words that were chosen for it, and seen to stand in the list."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

from phonefleet.apps.pages.comments import CommentsPage, Presence
from phonefleet.apps.pages.post_ref import PostRef
from phonefleet.errors import OutcomeUnknown
from phonefleet.scripts.comment import CommentText
from tasks.context import current
from tasks.media import on_phone
from tasks.once import Deed, Outcome, perform
from tasks.posts import identified, may_have_happened, report
from tasks.readiness import driver
from tasks.retries import device_task
from tasks.texts import Wording, text_for


@device_task(run_name="comment on {post}")
def comment_on_post(post: PostRef, content: CommentText, place: int = 0) -> Outcome | None:
    """Comment on a post; done when our comment stands in the list. None for a post to be passed over.

    `place` is the post's among those of the task: where texts come one after the other, it is that much further.
    """
    found = identified(post)
    if found is None:
        return None
    wording = Wording(
        content.comment_content, content.comment_order, insert_emoji=content.insert_emoji, chat=content.chat
    )
    text = text_for("comment", post.target, wording, current().ordinal + place)
    with on_phone([content.comment_image_path], "image") if content.comment_image_path else nullcontext():
        outcome = write_comment(found, text, with_photo=bool(content.comment_image_path))
    report(post.target, outcome, "comment")
    return outcome


def write_comment(post: PostRef, text: str, *, with_photo: bool = False) -> Outcome:
    """Write a comment once; the photo is the newest one of the phone's gallery.

    Raises:
        OutcomeUnknown: it may have been written, and the list is too long to tell.

    """
    account = current().account or ""
    page = CommentsPage(driver(), post)
    written = _Comment(page, account, text, with_photo=with_photo, anew=may_have_happened(post, "comment"))
    return perform(
        Deed(
            kind="comment",
            target=post.target,
            show=written.show,
            prepare=written.write,
            is_done=written.is_there,
            act=written.send,
            person=post.author or None,
        )
    )


@dataclass(slots=True)
class _Comment:
    """One comment on its way into the list."""

    page: CommentsPage
    author: str
    text: str
    with_photo: bool
    anew: bool
    """Whether an earlier try may have sent it."""

    there: bool = False
    sent: bool = False

    def show(self) -> None:
        """Open the comments and read them: whether the comment stands there."""
        self.page.open()
        presence = self.page.search(self.author, self.text)
        if presence is Presence.UNSETTLED and self.anew:
            message = "the comment may have been sent, and there are too many others to find it: look at the post"
            raise self.page.witnessed(OutcomeUnknown(message))
        self.there = presence is Presence.THERE

    def is_there(self) -> bool:
        """Tell whether it stands in the list; before it was sent that is known from reading the list."""
        if self.there or not self.sent:
            return self.there
        if not self.page.in_sight(self.author, self.text):
            self.page.open()
            return self.page.search(self.author, self.text) is Presence.THERE
        return True

    def send(self) -> None:
        """Send what stands in the field."""
        self.sent = True
        self.page.send()

    def write(self) -> None:
        """Write it down in the field, with the picture, without sending it."""
        if self.with_photo:
            self.page.attach_newest_photo()
        self.page.write(self.text)
