"""The button of a profile that opens the conversation, or what stands there when somebody takes no messages."""

from __future__ import annotations

from virtual_phones.sample.layout import Piece
from virtual_phones.sample.screens.messages.thread import ThreadScreen
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import skin_button, text


def message_button(stage: Stage, username: str) -> Piece:
    """Return the button; people who say so take none, and a private account says it by a button that does nothing."""
    skin, account = stage.skin, stage.world.account(username)
    if account.inbox == "hidden" and not account.private:
        note = skin.text("no_messages", username=username)
        return text(note, resource_id=skin.id("profile_no_messages"))
    return skin_button(
        skin,
        skin.text("message"),
        skin.id("profile_message"),
        lambda: stage.show(ThreadScreen(username)),
        enabled=account.inbox != "hidden",
        fill="#d9d9de",
    )
