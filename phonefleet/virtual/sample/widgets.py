"""The views that the app's screens are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

from phonefleet.virtual.sample.layout import Look, Piece, view


def text(content: str, **look: Unpack[Look]) -> Piece:
    """Return a line of text."""
    return view("android.widget.TextView", text=content, **look)


def button(label: str, on_tap: Callable[[], None], **look: Unpack[Look]) -> Piece:
    """Return a push button."""
    return view(
        "android.widget.Button", text=label, on_tap=on_tap, clickable=True, focusable=True, fill="#1d6fe0", **look
    )


def icon(description: str, on_tap: Callable[[], None] | None = None, **look: Unpack[Look]) -> Piece:
    """Return a picture; one that can be tapped is an image button."""
    kind = "ImageButton" if on_tap else "ImageView"
    return view(f"android.widget.{kind}", content_desc=description, on_tap=on_tap, clickable=on_tap is not None, **look)


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
