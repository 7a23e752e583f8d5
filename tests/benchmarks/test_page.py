"""The fleet page in a real Chromium: how soon the wall of 200 phones shows, how soon changes and touches are seen.

    uv run pytest tests/benchmarks/test_page.py -m benchmark -s -n0

Times are the browser's: from the beginning of a visit, or from the touch. Run it on a machine that does nothing else.
All tests share one stack, whose first visitor is the one of the fixture.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import fromstring

import psutil
import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from api.answers.page.built import built_page
from tests.benchmarks.figures import report
from tests.benchmarks.test_fleet import running
from tests.integration.stack import Stack, until
from tests.page.conftest import browser, visiting

__all__ = ["browser"]

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

REPOSITORY = Path(__file__).parents[2]
PHONES = 200
VISITS = 5
CHANGES = 12
IN_SIGHT = 41
"""So many tiles are in sight at least."""
LARGE = ViewportSize(width=1920, height=1200)
QUIET = 20.0
"""Seconds after a start until nothing of it goes on any more, and until nobody takes pictures after a visit."""
MEASURED = 20.0
"""Seconds for which the server's share of a core is measured."""
NEEDED = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
HOOK = """
import sys
from pathlib import Path
sys.path.insert(0, "web")
import build_hook
build_hook._build(Path("web").absolute())
"""
BUILD = ["uv", "run", "--no-project", *(f"--with={one}" for one in NEEDED), "python", "-c", HOOK]
FIRST_VISITS = """
(() => {
    const times = (window.__wall = { sight: 0, tiles: 0, first: 0, all: 0 });
    const look = () => {
        const tiles = [...document.querySelectorAll('ul.wall > li')];
        const sight = tiles.filter((tile) => tile.getBoundingClientRect().top < innerHeight);
        const painted = sight.filter((tile) => tile.querySelector('canvas.painted'));
        const now = performance.now();
        times.sight = sight.length;
        if (sight.length) times.tiles ||= now;
        if (painted.length) times.first ||= now;
        if (sight.length && painted.length === sight.length) times.all = now;
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})();
"""
PAINTS = """
(() => {
    const paints = (window.__paints = []);
    const shown = ImageBitmapRenderingContext.prototype;
    const paint = shown.transferFromImageBitmap;
    shown.transferFromImageBitmap = function (picture) {
        const tile = this.canvas.closest('li')?.querySelector('strong')?.textContent ?? '';
        paints.push([tile, performance.timeOrigin + performance.now()]);
        return paint.call(this, picture);
    };
    window.__touched = 0;
    addEventListener('pointerup', () => (window.__touched = performance.timeOrigin + performance.now()), true);
})();
"""


@dataclass(frozen=True)
class Visited:
    """A stack, and what its first visitor has met."""

    stack: Stack
    first: dict[str, float]


@pytest.fixture(scope="module")
def visited(browser: Browser) -> Iterator[Visited]:
    with running(PHONES) as stack:
        time.sleep(QUIET)
        yield Visited(stack, _visit(browser, stack))


def test_the_wall_shows_two_hundred_phones(browser: Browser, visited: Visited) -> None:
    first, later = visited.first, list[dict[str, float]]()
    for _ in range(VISITS):
        time.sleep(QUIET / 2)
        later.append(_visit(browser, visited.stack))
    report(f"the first visitor of {PHONES} phones after their start, ms", **first)
    report(
        f"{VISITS} later ones, medians, ms",
        **{name: statistics.median(one[name] for one in later) for name in first},
        slowest_all=max(one["all"] for one in later),
    )
    assert max(first["paint"], *(one["paint"] for one in later)) < 400
    assert max(first["all"], *(one["all"] for one in later)) < 1200


def _visit(browser: Browser, stack: Stack) -> dict[str, float]:
    """Open the wall as somebody who has never been there, and return the times in ms until something was to be seen."""
    with visiting(browser, str(stack.endpoints["api"]), size=LARGE) as visit:
        visit.page.add_init_script(FIRST_VISITS)
        page = visit.go()
        until("all pictures", lambda: page.evaluate("window.__wall.all"))
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        return {"paint": paint, **page.evaluate("window.__wall")}


def test_changes_and_touches_are_seen_soon(browser: Browser, visited: Visited) -> None:
    stack = visited.stack
    with visiting(browser, str(stack.endpoints["api"]), size=LARGE) as visit:
        visit.page.add_init_script(PAINTS)
        page = visit.go()
        until("the pictures", lambda: page.locator("canvas.painted").count() > min(PHONES, IN_SIGHT) - 1)
        name = page.locator("ul.wall > li strong").first.inner_text()
        serial = str(stack.device(name)["serial"])
        wall = _changes(page, stack, serial, name)
        page = visit.go(f"#/phone/{serial}")
        until("the picture", lambda: page.locator(".screen.painted canvas").count())
        close = _changes(page, stack, serial, "")
        touched = _touches(page, stack, serial)
    for name, took in {"a change on the wall": wall, "a change on the phone's page": close, "a touch": touched}.items():
        report(f"{name} is seen after, ms", times=len(took), median=statistics.median(took), longest=max(took))
    assert max(wall) < 2000
    assert max(close) < 500
    assert statistics.median(touched) < 400


def test_what_those_who_look_cost_the_server(browser: Browser, visited: Visited) -> None:
    """The API's share of a core: while nobody looks, for one and for ten browsers, and without the pictures."""
    base = str(visited.stack.endpoints["api"])
    time.sleep(QUIET)
    before = _share(visited.stack)
    shares = {name: _looked_at(browser, base, visited.stack, name) for name in ("no pictures", "one", "ten")}
    time.sleep(QUIET)
    after = _share(visited.stack)
    report("the API's share of a core, %", nobody_before=before, **shares, nobody_afterwards=after)
    ratio = (shares["ten"] - before) / (shares["one"] - before)
    report("ten who look beside one", ratio=ratio)
    assert shares["no pictures"] - before < 10
    assert shares["one"] - before < 25
    assert after - before < 1
    assert ratio < 1.5


def _looked_at(browser: Browser, base: str, stack: Stack, how: str) -> float:
    with ExitStack() as visits:
        for _ in range(10 if how == "ten" else 1):
            visit = visits.enter_context(visiting(browser, base, size=LARGE))
            if how == "no pictures":
                visit.page.route("**/screens", lambda route: route.abort())
            page = visit.go()
            until("the tiles", lambda page=page: page.locator("ul.wall > li").count() == PHONES)
        time.sleep(QUIET / 2)
        return _share(stack)


def _share(stack: Stack) -> float:
    """Return the API's share of a core for some time, in percent."""
    process = psutil.Process(stack.endpoints["pids"]["api"])
    process.cpu_percent()
    time.sleep(MEASURED)
    return process.cpu_percent()


def _changes(page: Page, stack: Stack, serial: str, tile: str) -> list[float]:
    """Change what a phone shows again and again; return after how many ms a tile has shown each.

    What adb takes is in it: the picture may be seen before adb returns.
    """
    took: list[float] = []
    address = stack.addresses[stack.serials.index(serial)]
    for number in range(CHANGES):
        time.sleep(2.5)  # until nothing of before is still to be painted
        since = time.time() * 1000
        link = f"am start --user 0 -a android.intent.action.VIEW -d sample://user/person_{number + 1:04}"
        stack.adb("-s", address, "shell", f"{link} com.phonefleet.sample")
        took.append(_painted(page, tile, since))
    return took


def _painted(page: Page, tile: str, since: float) -> float:
    """Wait for the next picture of a tile; return how many ms after `since`, in ms since 1970, it was painted."""
    find = f"window.__paints.find(([name, at]) => name === {tile!r} && at > {since!r})?.[1]"
    return until("a picture", lambda: page.evaluate(find)) - since


def _touches(page: Page, stack: Stack, serial: str) -> list[float]:
    """Take the phone over and go to and fro between two tabs of its app; return after how many ms each was seen."""
    page.get_by_role("button", name="Take over").click()
    until("the phone", lambda: page.get_by_role("button", name="Home", exact=True).is_enabled())
    screen = page.get_by_role("application")
    box = screen.bounding_box()
    assert box is not None
    home, other, *_ = _tabs(page, stack, serial)
    took: list[float] = []
    for number in range(2 * CHANGES):
        time.sleep(1)
        x, y = home if number % 2 else other
        screen.click(position={"x": box["width"] * x, "y": box["height"] * y})
        took.append(_painted(page, "", page.evaluate("window.__touched")))
    return took


def _tabs(page: Page, stack: Stack, serial: str) -> list[tuple[float, float]]:
    """Return where the tabs of the sample app are, as shares of the screen; versions call them differently."""
    address = f"{stack.endpoints['api']}/api/v1/devices/{serial}/hierarchy"
    views = list(fromstring(page.request.get(address).text()).iter("node"))  # noqa: S314 - our own phone's
    _, _, width, height = _edges(views[0].get("bounds", ""))
    edges = [_edges(view.get("bounds", "")) for view in views if ":id/nav_" in view.get("resource-id", "")]
    return [((left + right) / 2 / width, (top + bottom) / 2 / height) for left, top, right, bottom in edges]


def _edges(bounds: str) -> list[int]:
    return [int(number) for number in bounds.strip("[]").replace("][", ",").split(",")]


def test_what_the_page_weighs() -> None:
    files = built_page().files
    sizes = {name: len(file.compressed or file.plain) for name, file in files.items()}
    first = [
        name for name in sizes if name.split("/")[-1] in files["index.html"].plain.decode() or name == "index.html"
    ]
    report(
        "the page as it is sent, kB",
        first_load=sum(sizes[name] for name in first) / 1000, all_files=sum(sizes.values()) / 1000, files=len(sizes),
    )  # fmt: skip
    assert sum(sizes.values()) < 150_000


def test_the_page_is_built_in_fifteen_seconds() -> None:
    """From nothing, as at an installation; npm fetches what the build needs, or has it in its cache."""
    with tempfile.TemporaryDirectory(prefix="phonefleet-bench-") as name:
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=REPOSITORY, check=True, capture_output=True).stdout
        subprocess.run(["tar", "x", "-C", name], input=archive, check=True)
        began = time.monotonic()
        subprocess.run(BUILD, cwd=name, check=True)
        seconds = time.monotonic() - began
    report("the page is built from nothing", seconds=seconds)
    assert seconds < 15
