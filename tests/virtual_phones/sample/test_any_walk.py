"""Whatever is touched in whatever order, the app stays a sound app."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, VERSIONS, SampleApp
from virtual_phones.sample.system_dialogs import MAKERS
from virtual_phones.screen.node import Node
from virtual_phones.world import World

SYSTEM = {"android", "com.android.systemui", "com.samsung.android.MtpApplication"} | {
    maker.package for maker in MAKERS.values()
}
"""Whose dialogs may come over the app."""

STEPS = st.lists(
    st.tuples(st.sampled_from(["tap", "tap", "tap", "scroll", "back", "type", "link", "post"]), st.integers(0, 99)),
    max_size=25,
)


def touch(phone: VirtualPhone, kind: str, number: int) -> None:
    nodes = [node for node in phone.tree().walk() if node.on_tap is not None]
    match kind:
        case "tap" if nodes:
            center = nodes[number % len(nodes)].bounds.center
            phone.tap(center.x, center.y)
        case "scroll":
            phone.swipe(540, 1700, 540, 900) if number % 3 else phone.swipe(540, 900, 540, 1700)
        case "back":
            phone.press("back")
        case "type":
            phone.type_text("person_00"[: number % 10])
        case "post":
            phone.open_link(f"sample://post/{1000 + number}")
        case _:
            phone.open_link(f"sample://user/person_{number:04}")


def assert_sound(root: Node) -> None:
    for node in root.walk():
        assert node.package in {PACKAGE, "com.android.launcher3", *SYSTEM}
        assert not node.clickable or node.on_tap is not None or node.on_text is not None, node
        for child in node.children:
            assert child.bounds.intersection(root.bounds) == child.bounds, (node, child)


def happened(world: World) -> list[tuple[str, str]]:
    """Return what the phone's accounts did, in order, as (kind, who and whom), whatever their usernames were then."""
    dump = world.dump()
    events = [(each["at"], "follow", each) for each in dump["follows"]]
    events += [(each["at"], "unfollow", each) for each in dump["unfollows"]]
    events += [(each["at"], "rename", each) for each in dump["profile_changes"] if each["field"] == "username"]
    births: dict[str, str] = {}
    done: list[tuple[str, str]] = []
    for _, kind, each in sorted(events, key=lambda event: event[0]):
        if kind == "rename":
            births[each["value"]] = births.pop(each["username"], each["username"])
        else:
            done.append((kind, births.get(each["follower"], each["follower"]) + each["followee"]))
    return done


def alternates(events: list[tuple[str, str]]) -> bool:
    """Tell whether nobody is followed twice without an unfollow between, nor the other way round."""
    following: set[str] = set()
    for kind, pair in events:
        if (kind == "follow") == (pair in following):
            return False
        following ^= {pair}
    return True


@settings(max_examples=40)
@given(version=st.sampled_from(sorted(VERSIONS)), rate=st.sampled_from([0.0, 0.3]), seed=st.integers(0, 9), steps=STEPS)
def test_any_walk_keeps_the_layout_sound_and_the_follows_alternating(
    version: str, rate: float, seed: int, steps: list[tuple[str, int]]
) -> None:
    instants = (datetime(2026, 5, 1, tzinfo=UTC) + timedelta(seconds=second) for second in count())
    world, faults = World(seed=3, phones=1, now=lambda: next(instants)), Faults(rate, seed)
    phone = VirtualPhone("phone-1", "Test", faults, [SampleApp(world, world.signed_in(1), faults, version)])
    for kind, number in steps:
        if phone.front is None:
            phone.start_app(PACKAGE)
        touch(phone, kind, number)
        assert_sound(phone.tree())
    assert alternates(happened(world))
