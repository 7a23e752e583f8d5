"""The sample app, in each version, on a virtual phone that is touched by hand."""

from __future__ import annotations

import pytest

from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import VERSIONS, SampleApp
from virtual_phones.world import World


@pytest.fixture
def world() -> World:
    return World(seed=1, phones=1)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture(params=sorted(VERSIONS))
def app(request: pytest.FixtureRequest, world: World, faults: Faults) -> SampleApp:
    return SampleApp(world, world.signed_in(1), faults, request.param)


@pytest.fixture
def phone(app: SampleApp, faults: Faults) -> VirtualPhone:
    return VirtualPhone("phone-1", "Test", faults, [app])
