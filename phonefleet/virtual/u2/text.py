"""JSON-RPC methods that read and write text: fields, the focused view, the clipboard."""

from __future__ import annotations

from phonefleet.virtual.hierarchy import shown_text
from phonefleet.virtual.u2.automator import Automator
from phonefleet.virtual.u2.registry import Family

text = Family()


@text.method("getText")
def get_text(automator: Automator, target: object) -> str:
    """Return what an element shows: its text, or its hint while it is empty."""
    return shown_text(automator.require(target).node)


@text.method("setText")
def set_text(automator: Automator, target: object, value: str | None) -> bool:
    """Make `value` the whole text of an element; False when it takes no text."""
    return automator.phone.set_text(automator.require(target).node, value or "")


@text.method("clearTextField")
def clear_text_field(automator: Automator, target: object) -> None:
    """Empty an element."""
    automator.phone.set_text(automator.require(target).node, "")


@text.method("clearInputText")
def clear_input_text(automator: Automator) -> None:
    """Empty the focused view, if one has the keyboard."""
    if (node := automator.phone.focused_node) is not None:
        automator.phone.set_text(node, "")


@text.method("setClipboard")
def set_clipboard(automator: Automator, _label: str | None, value: str | None) -> None:
    """Put text on the clipboard."""
    automator.phone.clipboard = value


@text.method("getClipboard")
def get_clipboard(automator: Automator) -> str | None:
    """Return the text on the clipboard."""
    return automator.phone.clipboard


@text.method("pasteClipboard")
def paste_clipboard(automator: Automator) -> None:
    """Append the clipboard's text to the focused view."""
    automator.phone.type_text(automator.phone.clipboard or "")
