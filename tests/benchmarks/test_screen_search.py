"""Searching a screen: one window beside five, as phones with bars, edge handles and dialogs show them."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.screens.screen import Screen
from tests.benchmarks.figures import report

pytestmark = pytest.mark.benchmark

OWN, SYSTEM_UI = "com.phonefleet.sample", "com.android.systemui"
NODES, SELECTORS, ROUNDS, CHILDREN = 1_000, 20, 60, 8


def test_five_windows_are_searched_about_as_quickly_as_one_of_as_many_nodes() -> None:
    one = _dump((NODES, OWN, "[0,0][1080,2400]"))
    five = _dump(
        (30, SYSTEM_UI, "[0,0][1080,110]"),
        (20, SYSTEM_UI, "[0,2300][1080,2400]"),
        (800, OWN, "[0,0][1080,2400]"),
        (50, "org.edge", "[1000,300][1080,900]"),
        (100, "android", "[70,1025][1010,1447]"),
    )
    search = {name: _search(xml) for name, xml in (("one window", one), ("five windows", five))}
    taken: dict[str, list[float]] = {name: [] for name in search}
    for _ in range(ROUNDS):
        for name, call in search.items():
            taken[name].append(_cpu_seconds(call))
    medians = {name: median(each) for name, each in taken.items()}
    ratio = medians["five windows"] / medians["one window"]
    shown = {f"{name.replace(' ', '_')}_ms": 1000 * each for name, each in medians.items()}
    report("searching 1,000 nodes by 20 selectors", **shown, ratio=ratio)
    assert ratio <= 1.2


def _search(xml: str) -> Callable[[], object]:
    profile = load_profile("sample").for_version("1.4.2")
    names = sorted(profile.selectors)[::6][:SELECTORS]
    assert len(names) == SELECTORS

    def call() -> object:
        screen = Screen.parse(xml, OWN)
        return [screen.find(profile.selectors[name]) for name in names]

    return call


def _cpu_seconds(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


def _dump(*windows: tuple[int, str, str]) -> str:
    xml = "".join(_window(*window) for window in windows)
    assert xml.count("<node ") == NODES
    return f'<hierarchy rotation="0">{xml}</hierarchy>'


def _window(nodes: int, package: str, bounds: str) -> str:
    groups: list[str] = []
    for start in range(0, nodes - 1, CHILDREN):
        size = min(CHILDREN, nodes - 1 - start)
        inner = "".join(_node(package, start + each) for each in range(1, size))
        groups.append(_node(package, start, inner))
    return _node(package, 0, "".join(groups), bounds)


def _node(package: str, number: int, inner: str = "", bounds: str | None = None) -> str:
    left, top = number % 50 * 20, number % 97 * 20
    place = bounds or f"[{left},{top}][{left + 300},{top + 100}]"
    name = f"{package}:id/row_{number % 37}" if number % 3 else ""
    return (
        f'<node text="Text {number}" resource-id="{name}" class="android.widget.TextView" package="{package}" '
        f'content-desc="" clickable="{"false" if number % 5 else "true"}" bounds="{place}">{inner}</node>'
    )
