#!/usr/bin/env bash
# uiautomator2 3.7.1: `d.xpath(...).get().scroll()` answers False ("cannot be scrolled again") although the list has moved and
# goes on, when the windows of two dumps come in another order.
#
# Behaviour: XMLElement.scroll() swipes, then looks for elements that are new and whose absolute path begins with that of the
#   list, such as /hierarchy/android.widget.FrameLayout[2]/... The server (u2.jar 0.4.1) sends the roots of all windows in the
#   order of a hash set, another one at each dump. Where the app's window was the first root before the swipe and is the
#   second one after it, no new row has the path of the list. scroll_to() ends by that, and does not find what it was to find.
# Output seen, 2026-11-30:
#   uiautomator2 3.7.1
#   windows in the same order: scroll() -> True, scroll_to('Row 25') -> found
#   windows in another order: scroll() -> False, scroll_to('Row 25') -> not found
# Why it matters: whoever reads a list to its end by scroll() takes a part of it for all, on some runs only. `d.xpath.scroll_to`
#   and reading the rows oneself do not depend on the order.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet uiautomator2==3.7.1
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from uiautomator2.xpath import XPathEntry

FRAME = "android.widget.FrameLayout"


def node(kind, bounds, inner="", text=""):
    return f'<node class="{kind}" text="{text}" bounds="{bounds}" package="a">{inner}</node>'


class ListOfThirty:
    """A screen with a status bar and a list of 30 rows, 8 of them in sight; it scrolls by 7. It answers as a phone does."""

    wait_timeout = 1.0

    def __init__(self, *, another_order):
        self.top, self.another_order = 0, another_order

    def dump_hierarchy(self):
        rows = [
            node("android.widget.TextView", f"[0,{200 + 100 * place}][1080,{300 + 100 * place}]", text=f"Row {row}")
            for place, row in enumerate(range(self.top, min(30, self.top + 8)))
        ]
        app = node(FRAME, "[0,0][1080,2400]", node("android.widget.ListView", "[0,200][1080,1000]", "".join(rows)))
        bar = node(FRAME, "[0,0][1080,66]")
        swapped = self.another_order and self.top % 2
        return f"<hierarchy>{bar + app if swapped else app + bar}</hierarchy>"

    def swipe(self, x1, y1, x2, y2, *_, **__):
        self.top = max(0, min(22, self.top + (7 if y2 < y1 else -7)))

    def click(self, *_):
        raise NotImplementedError


def outcome(*, another_order):
    moved = XPathEntry(ListOfThirty(another_order=another_order))("//android.widget.ListView").get().scroll("up")
    listing = XPathEntry(ListOfThirty(another_order=another_order))("//android.widget.ListView").get()
    found = listing.scroll_to("//*[@text='Row 25']", "up")
    return moved, found is not None


print("uiautomator2", version("uiautomator2"))
seen = {}
for words, another_order in (("the same", False), ("another", True)):
    moved, found = seen[words] = outcome(another_order=another_order)
    print(f"windows in {words} order: scroll() -> {moved}, scroll_to('Row 25') -> {'found' if found else 'not found'}")
assert seen == {"the same": (True, True), "another": (False, False)}, "uiautomator2 behaves otherwise now"
PYTHON
