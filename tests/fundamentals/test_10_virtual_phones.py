"""Virtual phones: whole fleets without hardware, with a world of people that each seed draws anew."""

from __future__ import annotations

import httpx

from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions
from virtual_phones.world.population import Population


def test_a_fleet_runs_while_a_program_needs_it() -> None:
    with BackgroundFleet(FleetOptions(count=2, base_port=0, seed=7)) as fleet:
        assert len(fleet.serials) == 2
        shown = httpx.get(f"{fleet.world_url}/phones", timeout=60, trust_env=False).json()
        assert {phone["serial"] for phone in shown} == set(fleet.serials)


def test_a_seed_draws_the_same_people_each_time() -> None:
    drawn = Population(seed=7, phones=1)
    assert drawn.accounts == Population(seed=7, phones=1).accounts
    assert drawn.accounts != Population(seed=8, phones=1).accounts
