"""A saved screen as a phone shows it now: its views, which field has the focus, and what was typed into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from phonefleet.geometry import Rect
from virtual_phones.apps.home import SYSTEM_UI
from virtual_phones.replay import windows
from virtual_phones.replay.dump import SavedView
from virtual_phones.replay.manifest import Replay, SavedScreen
from virtual_phones.replay.steps import Step
from virtual_phones.replay.windows import SavedScene
from virtual_phones.screen.node import Direction, Dumped, Node
from virtual_phones.windows.window import Window

Typed = Callable[[Node, str], None]
"""Gets a field and the whole text that it is to hold."""

_BULLET = "\u2022"
_WAYS: dict[Direction, Direction] = {"up": "down", "down": "up", "left": "right", "right": "left"}
_GRANT = "com.android.permissioncontroller.permission.ui.GrantPermissionsActivity"


class LiveScreen:
    """One showing of a saved screen: what is typed is gone when the screen is shown again."""

    def __init__(self, replay: Replay, screen: SavedScreen, typed: Typed) -> None:
        self.name, self.picture, self.rotation = screen.name, screen.picture, screen.hierarchy.rotation
        self._replay = replay
        self._steps = tuple(step for step in replay.steps if step.holds_on(screen.name))
        ends = frozenset(_WAYS) - {_WAYS[step.swipe] for step in self._steps if step.swipe is not None}
        self._contents: dict[int, str] = {}
        width, height = replay.size
        display = Rect(0, 0, height, width) if self.rotation % 2 else Rect(0, 0, width, height)
        roots = [(_node(each.root, typed, ends), each.display) for each in screen.hierarchy.windows]
        here = windows.ranked([root for root, number in roots if not number], replay.package, display)
        self._active = windows.active(here, replay.package, display) if here else None
        self._display = display
        self._all = tuple(
            windows.window(root, display, is_active=root is self._active, number=number) for root, number in roots
        )
        self._here = tuple(windows.window(root, display, is_active=root is self._active) for root in here)

    @property
    def all_windows(self) -> Sequence[Window]:
        """The windows of all displays, in the order of the file."""
        return self._all

    @property
    def scene(self) -> SavedScene:
        """What shows on the first display."""
        front = self._active if self._active is not None else Node("android.widget.FrameLayout", self._display)
        return SavedScene(front, self.field, self._here)

    @property
    def locked(self) -> bool:
        """Whether it is the keyguard that shows."""
        root = self._active
        return (
            root is not None
            and windows.is_a_curtain(root, self._display)
            and any("keyguard" in node.resource_id for node in root.walk())
        )

    @property
    def foreground(self) -> tuple[str, str]:
        """Package and activity of what is in front: the app, also below dialogs of the system without an activity."""
        root = self._active
        top = windows.package_of(root) if root is not None else ""
        if root is None or self._shows_the_app or top in {"", "android"}:
            return self._replay.package, self._replay.activity
        if top == SYSTEM_UI and not windows.covers(root.bounds, self._display):
            return self._replay.package, self._replay.activity
        return top, _GRANT if windows.is_of_a_dialog(top) else ".MainActivity"

    @property
    def field(self) -> Node | None:
        """The editable view that has the focus."""
        return next((node for node in self._nodes() if node.focused and windows.is_editable(node)), None)

    def step(self, leads_on: Callable[[Step], bool]) -> Step | None:
        """Return the first step from this screen for which the condition holds."""
        return next((step for step in self._steps if leads_on(step)), None)

    def focus(self, field: Node) -> None:
        """Give the focus to a field."""
        for node in self._nodes():
            node.focused = node is field

    def content(self, field: Node) -> str:
        """Return what a field holds: not its hint, which accessibility reports as its text while it is empty."""
        if (typed := self._contents.get(id(field))) is not None:
            return typed
        return "" if _shows_hint(field) else field.text

    def write(self, field: Node, text: str) -> None:
        """Make `text` the whole content of a field."""
        self._contents[id(field)] = text
        hint = field.hint if not text else ""
        field.text = _BULLET * len(text) if field.password else text or hint

    def take_over(self, resource_id: str, text: str) -> None:
        """Show what was typed on the screen before in the field of the same id, if there is one."""
        alike = (node for node in self._nodes() if resource_id and node.resource_id == resource_id)
        if (field := next((node for node in alike if windows.is_editable(node)), None)) is not None:
            self.focus(field)
            self.write(field, text)

    @property
    def _roots(self) -> list[Node]:
        return [window.root for window in self._here]

    @property
    def _shows_the_app(self) -> bool:
        return any(node.package == self._replay.package for node in self._nodes())

    def _nodes(self) -> Iterator[Node]:
        return (node for root in self._roots for node in root.walk())


def _shows_hint(field: Node) -> bool:
    """Tell whether a field's saved text is its hint, as any is taken for one in a dump that knows no hints."""
    hint = field.dumped.attributes.get("hint") if field.dumped is not None else None
    return hint is None or field.text == hint


def _node(view: SavedView, typed: Typed, ends: frozenset[Direction]) -> Node:
    """Return a view as a node; a field tells what is typed into it."""
    saved = view.attributes

    def is_set(flag: str) -> bool:
        return saved.get(flag) == "true"

    node = Node(
        saved["class"], view.bounds, saved.get("package", ""), saved.get("resource-id", ""), saved.get("text", ""),
        saved.get("content-desc", ""), saved.get("hint", ""),
        checkable=is_set("checkable"), checked=is_set("checked"), clickable=is_set("clickable"),
        enabled=saved.get("enabled") != "false", focusable=is_set("focusable"), focused=is_set("focused"),
        scrollable=is_set("scrollable"), long_clickable=is_set("long-clickable"), password=is_set("password"),
        selected=is_set("selected"), children=[_node(child, typed, ends) for child in view.children],
        ends=ends, dumped=Dumped(_number(saved.get("index", "")), saved),
    )  # fmt: skip
    if windows.is_editable(node):
        node.on_text = lambda text: typed(node, text)
    if node.scrollable:
        node.on_scroll = _stays
    return node


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _stays(_: Direction) -> bool:
    """Scroll nothing: it is the phone that follows a step by a swipe."""
    return False
