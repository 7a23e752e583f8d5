"""The fields of a selector: their bits in its mask, and how UiSelector and BySelector compare each of them.

The two do not agree. UiSelector ignores case in "contains" and "starts with", and a view without a text matches no
text. BySelector takes no text for an empty one, minds the case, lets `.` match no line break, and refuses two fields
that ask for the same thing. Source: `Selector`, `UiSelector` and `BySelector` in u2.jar 0.4.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from virtual_phones.screen.hierarchy import View, shown_text
from virtual_phones.u2.matching.javaregex import compile_java

Test = Callable[[View], bool]
Read = Callable[[View], str | None]

INDEX, INSTANCE = 0x800000, 0x01000000


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its bit, its name in UiSelector's words, and what makes a test of its wanted value.

    `by` is None where BySelector has no such field; `asks_for` is what BySelector allows only once.
    """

    bit: int
    words: str
    ui: Callable[[object], Test]
    by: Callable[[object], Test] | None
    asks_for: str = ""


def text_of(view: View) -> str | None:
    """Return a view's text as accessibility has it; only an editable view has an empty one."""
    text = shown_text(view.node)
    return text if text or view.node.on_text is not None else None


def description_of(view: View) -> str | None:
    """Return a view's content description, if it has one."""
    return view.node.content_desc or None


def id_of(view: View) -> str | None:
    """Return a view's resource id, if it has one."""
    return view.node.resource_id or None


def _class_of(view: View) -> str | None:
    return view.node.class_name


def _package_of(view: View) -> str | None:
    return view.node.package


def _same(bit: int, words: str, read: Read, asks_for: str) -> Field:
    return Field(
        bit,
        words,
        lambda wanted: lambda view: read(view) == wanted,
        lambda wanted: lambda view: (read(view) or "") == wanted,
        asks_for,
    )


def _part(bit: int, words: str, read: Read, asks_for: str, fits: Callable[[str, str], bool]) -> Field:
    def ui(wanted: object) -> Test:
        low = str(wanted).lower()
        return lambda view: (text := read(view)) is not None and fits(text.lower(), low)

    return Field(bit, words, ui, lambda wanted: lambda view: fits(read(view) or "", str(wanted)), asks_for)


def _pattern(bit: int, words: str, read: Read, asks_for: str, *, dotall: bool) -> Field:
    def ui(wanted: object) -> Test:
        pattern = compile_java(str(wanted), dotall=dotall)
        return lambda view: (text := read(view)) is not None and pattern.fullmatch(text) is not None

    def by(wanted: object) -> Test:
        pattern = compile_java(str(wanted), dotall=False)
        return lambda view: pattern.fullmatch(read(view) or "") is not None

    return Field(bit, words, ui, by, asks_for)


def _state(bit: int, words: str, read: Callable[[View], bool], asks_for: str = "") -> Field:
    def make(wanted: object) -> Test:
        return lambda view: read(view) is bool(wanted)

    return Field(bit, words, make, make, asks_for)


def _contains(text: str, part: str) -> bool:
    return part in text


_TEXT, _CLASS, _DESCRIPTION, _PACKAGE, _ID = "Text", "Class", "Description", "Package", "Resource name"

FIELDS: Mapping[str, Field] = {
    "checkable": _state(0x0400, "CHECKABLE", lambda view: view.node.checkable, "Checkable"),
    "checked": _state(0x0800, "CHECKED", lambda view: view.node.checked),
    "className": _same(0x10, "CLASS", _class_of, _CLASS),
    "classNameMatches": _pattern(0x20, "CLASS_REGEX", _class_of, _CLASS, dotall=False),
    "clickable": _state(0x1000, "CLICKABLE", lambda view: view.node.clickable),
    "description": _same(0x40, "DESCRIPTION", description_of, _DESCRIPTION),
    "descriptionContains": _part(0x80, "CONTAINS_DESCRIPTION", description_of, _DESCRIPTION, _contains),
    "descriptionMatches": _pattern(0x0100, "DESCRIPTION_REGEX", description_of, _DESCRIPTION, dotall=True),
    "descriptionStartsWith": _part(0x0200, "START_DESCRIPTION", description_of, _DESCRIPTION, str.startswith),
    "enabled": _state(0x8000, "ENABLED", lambda view: view.node.enabled),
    "focusable": _state(0x010000, "FOCUSABLE", lambda view: view.node.focusable),
    "focused": _state(0x020000, "FOCUSED", lambda view: view.node.focused),
    "longClickable": _state(0x2000, "LONG_CLICKABLE", lambda view: view.node.long_clickable),
    "packageName": _same(0x080000, "PACKAGE NAME", _package_of, _PACKAGE),
    "packageNameMatches": _pattern(0x100000, "PACKAGE_NAME_REGEX", _package_of, _PACKAGE, dotall=False),
    "resourceId": _same(0x200000, "RESOURCE_ID", id_of, _ID),
    "resourceIdMatches": _pattern(0x400000, "RESOURCE_ID_REGEX", id_of, _ID, dotall=False),
    "scrollable": _state(0x4000, "SCROLLABLE", lambda view: view.node.scrollable),
    "selected": _state(0x040000, "SELECTED", lambda view: view.node.selected),
    "text": _same(0x01, "TEXT", text_of, _TEXT),
    "textContains": _part(0x02, "CONTAINS_TEXT", text_of, _TEXT, _contains),
    "textStartsWith": _part(0x08, "START_TEXT", text_of, _TEXT, str.startswith),
    "textMatches": _pattern(0x04, "TEXT_REGEX", text_of, _TEXT, dotall=True),
    "index": Field(INDEX, "INDEX", lambda wanted: lambda view: view.index == wanted, None),
}
"""In the order in which the server reads them; `instance` is no field that a view has."""
