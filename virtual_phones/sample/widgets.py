"""The views that the app's screens are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict, Unpack

from virtual_phones.sample.layout import Piece, Slot, row, view
from virtual_phones.sample.skins import Skin


class TextLook(TypedDict, total=False):
    """What can be said of a line of text beside its content."""

    resource_id: str
    content_desc: str
    clickable: bool
    on_tap: Callable[[], None] | None
    fill: str | None


def text(content: str, **look: Unpack[TextLook]) -> Piece:
    """Return a line of text."""
    return view("android.widget.TextView", text=content, **look)


def button(label: str, on_tap: Callable[[], None], *, resource_id: str) -> Piece:
    """Return a push button."""
    return view(
        "android.widget.Button",
        text=label,
        on_tap=on_tap,
        resource_id=resource_id,
        clickable=True,
        focusable=True,
        fill="#1d6fe0",
    )


def skin_button(  # noqa: PLR0913 - a button has these
    skin: Skin,
    label: str,
    resource_id: str,
    on_tap: Callable[[], None],
    *,
    content_desc: str = "",
    enabled: bool = True,
    fill: str | None = None,
) -> Piece:
    """Return a button in the skin's manner: one view, or a text in a layout that takes the touches."""
    if not skin.nested:
        return view(
            skin.button_class, text=label, resource_id=resource_id, content_desc=content_desc, enabled=enabled,
            clickable=True, focusable=True, on_tap=on_tap, fill=fill,
        )  # fmt: skip
    words = view(skin.button_class, text=label, resource_id=resource_id, selected=True, enabled=enabled)
    return row(Slot(words), clickable=True, focusable=True, on_tap=on_tap, enabled=enabled, fill=fill)


def icon(description: str, resource_id: str = "") -> Piece:
    """Return a small picture."""
    return view("android.widget.ImageView", content_desc=description, resource_id=resource_id)


def icon_button(
    description: str, on_tap: Callable[[], None], *, resource_id: str = "", selected: bool = False
) -> Piece:
    """Return a picture that can be tapped."""
    return view(
        "android.widget.ImageButton",
        content_desc=description,
        on_tap=on_tap,
        resource_id=resource_id,
        clickable=True,
        focusable=True,
        selected=selected,
        fill="#ececf0",
    )


def picture(description: str, resource_id: str, fill: str) -> Piece:
    """Return a large picture."""
    return view("android.widget.ImageView", content_desc=description, resource_id=resource_id, fill=fill)


def entry(content: str, hint: str, resource_id: str, on_text: Callable[[str], None]) -> Piece:
    """Return an editable line of text."""
    return view(
        "android.widget.EditText",
        text=content,
        hint=hint,
        resource_id=resource_id,
        clickable=True,
        focusable=True,
        on_text=on_text,
        fill="#f0f0f3",
    )


def loading(resource_id: str) -> Piece:
    """Return the spinner at the end of a list of which more is to come."""
    return view("android.widget.ProgressBar", content_desc="Loading", resource_id=resource_id)
