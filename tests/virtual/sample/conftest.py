"""The sample app, in each version, on a virtual phone that is touched by hand."""

from __future__ import annotations

import pytest

from phonefleet.virtual.faults import Faults
from phonefleet.virtual.phone import VirtualPhone
from phonefleet.virtual.sample import VERSIONS, SampleApp
from phonefleet.virtual.world import World


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
