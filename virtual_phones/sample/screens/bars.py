"""The bar at the top of a screen and the tabs at its bottom."""

from __future__ import annotations

from virtual_phones.sample.layout import Piece, Slot, column, inset, row, view
from virtual_phones.sample.skins import Tab
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import text

TOP = 168
BOTTOM = 168


def titled(stage: Stage, title: str, content: Piece, *actions: Slot) -> Piece:
    """Return the content below a bar with a title and actions."""
    label = text(title, resource_id=stage.skin.id("title"))
    return below_bar(stage, inset(label, 40, 30), content, *actions)


def below_bar(stage: Stage, label: Piece, content: Piece, *actions: Slot) -> Piece:
    """Return the content below a bar with any label and actions."""
    bar = row(Slot(label), *actions, resource_id=stage.skin.id("action_bar"), fill="#ffffff")
    return column(Slot(bar, TOP), Slot(content))


def with_tabs(stage: Stage, content: Piece, current: Tab | None, *extra: Slot) -> Piece:
    """Return the content above the tabs of the app, with what else stands among them."""
    tabs = [_tab(stage, tab, current) for tab in stage.skin.tabs]
    return column(Slot(content), Slot(row(*tabs[:2], *extra, *tabs[2:]), BOTTOM))


def _tab(stage: Stage, tab: Tab, current: Tab | None) -> Slot:
    skin = stage.skin
    return Slot(
        view(
            skin.tab_class,
            content_desc=skin.text(f"tab_{tab}"),
            on_tap=lambda: stage.open_tab(tab),
            resource_id=skin.id(f"tab_{tab}"),
            clickable=True,
            focusable=True,
            selected=tab == current,
            fill="#ececf0",
        )
    )
