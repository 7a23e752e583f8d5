"""Scripts on phones of which every tenth call breaks: whatever comes of it, nobody else is touched.

Saved screens remember nothing: when a fault ends the app, its first screen shows again, and what was done is undone. So
how often somebody is touched says nothing here; the virtual phones with the sample app show that.
"""

from __future__ import annotations

import pytest

from tests.screens import real_apps, replayed, scenes, tiktok
from tests.screens.building import Box
from tests.screens.lane import Lane, inside
from tests.screens.replayed import CONFIRM, FOLLOW, LIKE, ME, MESSAGE, OWNER, SEND

FAULT_RATE = 0.1
RECORDINGS = {
    **{f"follow {number}": scenes.following("ru", seed=number) for number in range(3)},
    **{f"unfollow {number}": scenes.unfollowing("fr") for number in range(2)},
    **{f"like {number}": scenes.liking("en") for number in range(2)},
    **{f"message {number}": scenes.writing("ru") for number in range(3)},
    **{f"tiktok {number}": real_apps.tiktok_following("47.0.3", "fr") for number in range(2)},
}
ONCE: dict[str, tuple[str, Box, dict[str, object]]] = {
    "follow": ("kim", FOLLOW, {"target_users": [OWNER]}),
    "unfollow": ("sheet", CONFIRM, {"target_users": [OWNER]}),
    "like": ("post", LIKE, {"target_users": [OWNER], "view_duration": [1, 2]}),
    "message": ("thread", SEND, {"target_users": [OWNER], "message_contents": [scenes.TEXT]}),
    "tiktok": ("kim", tiktok.FOLLOW_BOX, {"target_users": [OWNER]}),
}
"""For each way what may be touched once: on which screen, where, and the script's configuration."""

BEFORE: dict[str, tuple[Box, ...]] = {
    "unfollow": (FOLLOW,),
    "like": ((0, 1400, 350, 1900),),
    "message": (MESSAGE, (40, 2120, 880, 2220)),
}
"""What leads there: the button, the tile, the field."""

APPS = {replayed.PACKAGE, tiktok.PACKAGE}
HARMLESS = {"home", "me", "accounts"}
"""Where a script makes sure which account acts, as often as it must."""


@pytest.mark.parametrize("phone", RECORDINGS)
def test_nobody_else_is_touched_whatever_breaks(lane: Lane, phone: str) -> None:
    way = phone.partition(" ")[0]
    screen, box, config = ONCE[way]
    app, script = ("tiktok", "follow") if way == "tiktok" else (replayed.NAME, way)
    if app == "tiktok":
        lane.know(phone, app)
    run = lane.run(script, phone, app, ME, **config)
    if run.completed:
        assert run.states() == ["done"]
        assert any(inside(each, box) for each in run.taps(screen))
    allowed = (box, *BEFORE.get(way, ()))
    acted = [each for each in run.taps() if each.screen not in HARMLESS and each.package in APPS]
    strange = [each for each in acted if not any(inside(each, one) for one in allowed)]
    assert [(each.screen, each.id, each.bounds) for each in strange] == []
