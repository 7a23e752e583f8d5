"""A conversation of the active account with somebody: bubbles, and below them the field to write into."""

from __future__ import annotations

from dataclasses import dataclass, field

from virtual_phones.sample.backlog import Backlog
from virtual_phones.sample.layout import Piece, Slot, at_bottom, column, inset, row, space, view
from virtual_phones.sample.screens.bars import below_bar
from virtual_phones.sample.scrolling import Form
from virtual_phones.sample.skins import PACKAGE
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button, entry, icon, icon_button, loading, text
from virtual_phones.world import Relation
from virtual_phones.world.messages import Message

_BUBBLE = 150
_OURS, _THEIRS = "#cfe3ff", "#ececf0"


@dataclass(slots=True)
class ThreadScreen:
    """What was written, the end of it first in sight; `draft` is what stands in the field."""

    partner: str
    activity: str = ".ThreadActivity"
    draft: str = ""
    rows: Backlog = field(default_factory=Backlog)

    def body(self, stage: Stage) -> Piece:
        """Return the conversation."""
        handle = text(stage.skin.text("handle", username=self.partner), resource_id=stage.skin.id("thread_title"))
        return below_bar(
            stage, inset(handle, 40, 30), column(*self._notice(stage), Slot(self._bubbles(stage)), *self._foot(stage))
        )

    def send_card(self, stage: Stage) -> None:
        """Send the active account's own profile card."""
        stage.attempt(lambda: stage.world.messages.send_card(stage.me, self.partner, stage.me))
        self.rows.back = 0

    def _notice(self, stage: Stage) -> list[Slot]:
        """Return that the message will be a request, where the other one does not follow the active account."""
        skin, open_ = stage.skin, self._takes_messages(stage)
        if not open_ or stage.world.relation(self.partner, stage.me) is Relation.FOLLOWING:
            return []
        notice = text(skin.text("thread_request", username=self.partner), resource_id=skin.id("thread_request"))
        return [Slot(inset(notice, 40, 20), 120)]

    def _bubbles(self, stage: Stage) -> Piece:
        skin = stage.skin
        messages = stage.world.messages.thread(stage.me, self.partner)
        form = Form(skin.id("thread"), _BUBBLE, loading(skin.id("loading")))
        return self.rows.listing(messages, lambda message: _bubble(stage, message), form)

    def _foot(self, stage: Stage) -> list[Slot]:
        skin = stage.skin
        if not self._takes_messages(stage):
            closed = text(skin.text("thread_closed", username=self.partner), resource_id=skin.id("thread_closed"))
            return [Slot(inset(closed, 40, 20), 160)]
        attach = icon_button(
            skin.text("thread_attach"), lambda: stage.ask(AttachSheet(self)), resource_id=skin.id("thread_attach")
        )
        write = entry(self.draft, skin.text("thread_hint"), skin.id("thread_entry"), self._typed)
        slots = [Slot(inset(attach, 10), 150), Slot(inset(write, 10)), *self._send_button(stage)]
        return [Slot(row(*(slots if skin.dialogs == "box" else [slots[1], slots[0], *slots[2:]])), 170)]

    def _send_button(self, stage: Stage) -> list[Slot]:
        """Return the button: version 1 shows it always, version 2 only when there is something to send."""
        skin = stage.skin
        if not self.draft.strip() and skin.dialogs == "sheet":
            return []
        send = view(
            "android.widget.ImageButton",
            content_desc=skin.text("thread_send"),
            resource_id=skin.id("thread_send"),
            enabled=bool(self.draft.strip()),
            clickable=True,
            on_tap=lambda: self._send(stage),
            fill="#1d6fe0",
        )
        return [Slot(inset(send, 10), 170)]

    def _typed(self, draft: str) -> None:
        self.draft = draft

    def _send(self, stage: Stage) -> None:
        stage.attempt(lambda: self._sent(stage))

    def _sent(self, stage: Stage) -> None:
        stage.world.send(stage.me, self.partner, self.draft.strip())
        self.draft, self.rows.back = "", 0

    def _takes_messages(self, stage: Stage) -> bool:
        return stage.world.account(self.partner).inbox == "open"


@dataclass(eq=False, slots=True)
class AttachSheet:
    """What else can be sent than words."""

    thread: ThreadScreen
    cancelable: bool = True
    package: str = PACKAGE

    def panel(self, stage: Stage) -> Piece:
        """Return the sheet."""
        skin = stage.skin
        photo = button(skin.text("attach_photo"), lambda: stage.close(self), resource_id=skin.id("attach_photo"))
        card = button(skin.text("attach_card"), lambda: self._choose(stage), resource_id=skin.id("attach_card"))
        choices = (photo, card) if skin.dialogs == "box" else (card, photo)
        slots = (Slot(inset(each, 40, 16), 160) for each in choices)
        return at_bottom(column(*slots, resource_id=skin.id("attach"), fill="#ffffff"), 380)

    def _choose(self, stage: Stage) -> None:
        stage.close(self)
        self.thread.send_card(stage)


def _bubble(stage: Stage, message: Message) -> Piece:
    ours = message.sender == stage.me
    content = _card(stage, message, ours=ours) if message.card else _text(stage, message, ours=ours)
    if ours:
        return row(Slot(space(), 260), Slot(inset(content, 20, 10)))
    photo = inset(icon(f"Photo of {message.sender}"), 20)
    return row(Slot(photo, 130), Slot(inset(content, 20, 10)), Slot(space(), 130))


def _text(stage: Stage, message: Message, *, ours: bool) -> Piece:
    side = "mine" if ours else "theirs"
    return text(
        message.text,
        resource_id=stage.skin.id(f"thread_{side}"),
        content_desc=stage.skin.text(f"{side}_desc"),
        fill=_OURS if ours else _THEIRS,
    )


def _card(stage: Stage, message: Message, *, ours: bool) -> Piece:
    skin = stage.skin
    return text(
        skin.text("handle", username=message.card),
        resource_id=skin.id("thread_my_card" if ours else "thread_their_card"),
        content_desc=skin.text("mine_desc" if ours else "theirs_desc"),
        fill=_OURS if ours else _THEIRS,
    )
