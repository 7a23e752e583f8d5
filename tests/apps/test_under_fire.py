"""Whatever comes in between, looking before acting follows each person exactly once."""

from __future__ import annotations

import pytest

from phonefleet.apps.pages import ProfilePage, Relation
from phonefleet.errors import Transient
from virtual_phones.faults import Faults
from virtual_phones.world import World

TARGETS = ("person_0001", "private_0002", "example_user")
STORMS = [(rate, seed) for rate in (0.05, 0.2, 0.4) for seed in range(2)]


@pytest.fixture(params=STORMS, ids=lambda storm: f"rate {storm[0]} seed {storm[1]}")
def faults(request: pytest.FixtureRequest) -> Faults:
    rate, seed = request.param
    return Faults(rate, seed)


def reach(page: ProfilePage, access: str, target: str, *, follow: bool) -> None:
    """Look, act when needed, look again; begin anew whenever something came in between."""
    for _ in range(60):
        try:
            getattr(page, access)(target)
            if (page.relation() is not Relation.NONE) is follow:
                return
            page.follow() if follow else page.unfollow()
        except Transient:
            continue
    pytest.fail(f"{target} was not reached")


@pytest.mark.parametrize("access", ["open_direct", "open_search"])
def test_each_person_is_followed_and_unfollowed_once(page: ProfilePage, world: World, access: str) -> None:
    for target in TARGETS:
        reach(page, access, target, follow=True)
    for target in TARGETS:
        reach(page, access, target, follow=False)
    dump = world.dump()
    assert [each["followee"] for each in dump["follows"]] == list(TARGETS)
    assert [each["followee"] for each in dump["unfollows"]] == list(TARGETS)
