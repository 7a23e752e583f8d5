"""A dialog of the phone's system over a saved screen: the forms are those of the sample app's phones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from phonefleet.geometry import Rect
from virtual_phones.sample.system_dialogs import Answer, Form
from virtual_phones.screen.node import Node

_ROW, _MARGIN = 150, 60
"""Height of a line and distance from the edges, in pixels."""
_NAMED = "Sample"
"""The app's name in the words of the forms."""
_ENGLISH = "en"


def system_dialog(form: Form, display: Rect, app: tuple[str, str], answered: Callable[[Answer], None]) -> Node:
    """Return the dialog's window; `app` is its name and the language that the phone speaks."""
    name, language = app
    lines = list(_lines(form, language, answered))
    top = display.center.y - _ROW * len(lines) // 2
    edges = display.left + _MARGIN, display.right - _MARGIN
    root = Node("android.widget.FrameLayout", Rect(edges[0], top, edges[1], top + _ROW * len(lines)), fill="#ffffff")
    for row, line in enumerate(lines):
        line.bounds = Rect(edges[0], top + _ROW * row, edges[1], top + _ROW * (row + 1))
        line.text = line.text.replace(_NAMED, name)
    root.children = lines
    for node in root.walk():
        node.package = form.package
    return root


def _lines(form: Form, language: str, answered: Callable[[Answer], None]) -> Iterator[Node]:
    place = Rect(0, 0, 0, 0)
    title = form.words.get(language, form.words[_ENGLISH])
    yield Node("android.widget.TextView", place, resource_id=form.title_id, text=title)
    if form.box_id:
        yield Node("android.widget.CheckBox", place, resource_id=form.box_id, checkable=True)
    for answer in form.answers:
        yield Node(
            "android.widget.Button", place, resource_id=answer.resource_id, clickable=True, focusable=True,
            text=answer.words.get(language, answer.words[_ENGLISH]), on_tap=_giver(answer, answered),
        )  # fmt: skip


def _giver(answer: Answer, answered: Callable[[Answer], None]) -> Callable[[], None]:
    return lambda: answered(answer)
