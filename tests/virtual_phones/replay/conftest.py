"""A replay phone with a feed, a search page and a page of somebody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replaying import Replayed, hierarchy, replay, save, view

FEED = hierarchy(
    view(
        "[0,0][1080,2400]",
        view("[900,100][1060,220]", id="search_button", desc="Search", kind="ImageView", clickable=True),
        view(
            "[0,300][1080,500]",
            view("[20,320][1060,480]", text="Ann\u00a0"),
            id="row",
            kind="LinearLayout",
            clickable=True,
        ),
    )
)
SEARCH = hierarchy(
    view(
        "[0,0][1080,2400]",
        view("[0,100][900,220]", id="query", kind="EditText", text="Search here", hint="Search here", clickable=True),
        view("[0,300][900,420]", id="other", kind="EditText", text="kept", hint="Name", clickable=True),
    )
)
RESULTS = hierarchy(
    view(
        "[0,0][1080,2400]",
        view("[0,100][900,220]", id="query", kind="EditText", text="recorded", hint="Search here", clickable=True),
    )
)
PERSON = hierarchy(view("[0,0][1080,2400]", view("[40,600][500,700]", id="follow", text="Follow", clickable=True)))
STEPS = [
    {"on": "feed", "tap": {"id": "search_button"}, "goto": "search"},
    {"on": "feed", "tap": {"text": "Ann"}, "goto": "person"},
    {"on": "feed", "swipe": "up", "goto": "person"},
    {"on": "search", "text": "?*", "goto": "results"},
    {"on": "results", "key": "enter", "goto": "person"},
    {"on": "*", "link": "https://example.com/@*", "goto": "person"},
    {"on": "*", "share": "image/*", "goto": "search"},
    {"on": "*", "key": "back", "goto": "feed"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save(tmp_path / "saved", {"feed": FEED, "search": SEARCH, "results": RESULTS, "person": PERSON}, STEPS)


@pytest.fixture
def replayed(folder: Path) -> Iterator[Replayed]:
    with replay(folder) as phone:
        yield phone
