"""JSON-RPC methods that read and write text: fields, the focused view, the clipboard."""

from __future__ import annotations

from virtual_phones.u2.automator import Automator, Target
from virtual_phones.u2.matching.fields import text_of
from virtual_phones.u2.protocol.registry import Family

text = Family()


@text.method("getText", "Selector", "String")
def get_text(automator: Automator, target: Target) -> str | None:
    """Return what an element shows: its text, or its hint while it is empty; None for a UiObject2 without text."""
    if (view := automator.plain(target)) is not None:
        return text_of(view)
    return text_of(automator.require(target)) or ""


@text.method("setText", "Selector, String", "String, String")
def set_text(automator: Automator, target: Target, value: str | None) -> bool:
    """Make `value` the whole text of an element.

    By a plain selector, it is tapped first, and the answer is True whatever came of it.
    """
    if (view := automator.plain(target)) is None:
        return automator.phone.set_text(automator.require(target).node, value or "")
    automator.tap(view)
    if (view := automator.plain(target)) is None:  # the tap has led away from it
        return automator.phone.set_text(automator.require(target).node, value or "")
    automator.phone.set_text(view.node, value or "")
    return True


@text.method("clearTextField", "Selector", "String")
def clear_text_field(automator: Automator, target: Target) -> None:
    """Empty an element."""
    view = automator.plain(target) or automator.require(target)
    automator.phone.set_text(view.node, "")


@text.method("clearInputText", "")
def clear_input_text(automator: Automator) -> None:
    """Empty the focused view, if one has the keyboard: Ctrl-A and Delete."""
    if (node := automator.phone.focused_node) is not None:
        automator.phone.set_text(node, "")


@text.method("setClipboard", "String, String")
def set_clipboard(automator: Automator, _label: str | None, value: str | None) -> None:
    """Put text on the clipboard."""
    automator.phone.clipboard = value


@text.method("getClipboard", "")
def get_clipboard(automator: Automator) -> str | None:
    """Return the text on the clipboard."""
    return automator.phone.clipboard


@text.method("pasteClipboard", "")
def paste_clipboard(automator: Automator) -> None:
    """Append the clipboard's text to the focused view: Ctrl-V."""
    automator.phone.type_text(automator.phone.clipboard or "")
