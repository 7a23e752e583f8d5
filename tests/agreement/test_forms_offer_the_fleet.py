"""Forms of Prefect's deployments offer the phones and accounts that there are; what people have changed stays."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from api.agreement.forms import FormChoices
from deployments.registration import register
from phonefleet.clock import SystemClock
from phonefleet.ledger.fleet.account_import import AccountEntry
from phonefleet.scripts import SCRIPTS
from tests.agreement.sides import NOWHERE, Converse, Sides

_ANNUALLY = {"cron": "0 9 1 1 *", "timezone": "UTC"}


class Passing(SystemClock):
    """A clock that a test moves."""

    passed = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.passed


async def deployment(sides: Sides, name: str = "follow") -> dict[str, Any]:
    return (await sides.client.get(f"/deployments/name/{name}/{name}")).json()


async def offered(sides: Sides, field: str = "serial", name: str = "follow") -> list[str]:
    schema = (await deployment(sides, name))["parameter_openapi_schema"]["properties"][field]
    return [one for each in schema.get("anyOf", []) if each.get("title") == "Choose" for one in each["enum"]]


async def until_offered(sides: Sides, name: str) -> None:
    async with asyncio.timeout(60):
        while await offered(sides) != [name]:  # noqa: ASYNC110 - Prefect sends no event of it
            await asyncio.sleep(0.1)


def forms_of(sides: Sides, clock: SystemClock | None = None) -> FormChoices:
    return FormChoices(sides.ledger, sides.prefect, clock or SystemClock())


def test_phones_and_accounts_that_come_are_renamed_and_go_are_offered_as_they_are(converse: Converse) -> None:
    async def talk(sides: Sides) -> None:
        forms, devices, accounts = forms_of(sides), sides.ledger.devices, sides.ledger.accounts
        await forms.refresh()
        assert await offered(sides) == []
        devices.seen("R58M1", "device", "desk")
        devices.seen("R58M2", "device", "desk")
        accounts.create(AccountEntry("sample", "Shop", "R58M1"))
        for _ in range(2):  # the first sees the change, the second that it has come to rest
            await forms.refresh()
        for script in SCRIPTS:
            assert await offered(sides, name=script) == ["R58M1", "R58M2"], script
            assert await offered(sides, "username", script) == ["Shop"], script
        devices.set_alias("R58M1", "front_desk")
        devices.set_alias("R58M2", "R58M1")  # another phone's serial: it would mean that one
        for _ in range(2):
            await forms.refresh()
        assert await offered(sides) == ["front_desk", "R58M2"]
        devices.seen("R58M1", "absent", "desk")
        devices.forget("R58M1")
        for _ in range(2):
            await forms.refresh()
        assert (await offered(sides), await offered(sides, "username")) == (["R58M1"], [])  # nobody has its account now

    converse(talk)


def test_what_a_person_has_changed_of_a_deployment_stays(converse: Converse) -> None:
    async def talk(sides: Sides) -> None:
        follow = await deployment(sides)
        mine = {
            "paused": True, "description": "mine", "tags": ["mine"],
            "schedules": [{"active": True, "schedule": _ANNUALLY, "parameters": {"serial": "R58M1"}}],
        }  # fmt: skip
        (await sides.client.patch(f"/deployments/{follow['id']}", json=mine)).raise_for_status()
        before = await deployment(sides)
        sides.ledger.devices.seen("of a person", "device", "desk")
        await forms_of(sides).refresh()
        after = await deployment(sides)
        assert await offered(sides) == ["of a person"]
        kept = ("paused", "description", "tags", "schedules", "entrypoint", "enforce_parameter_schema", "parameters")
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
        undone: dict[str, Any] = {"paused": False, "tags": [], "schedules": []}
        (await sides.client.patch(f"/deployments/{follow['id']}", json=undone)).raise_for_status()

    converse(talk)


def test_a_form_waits_while_a_schedule_of_its_deployment_is_about_to_fire(converse: Converse) -> None:
    async def talk(sides: Sides) -> None:
        like = await deployment(sides, "like")
        schedules = {"schedules": [{"active": True, "schedule": _ANNUALLY}]}
        (await sides.client.patch(f"/deployments/{like['id']}", json=schedules)).raise_for_status()
        due = (datetime.now(UTC) + timedelta(seconds=20)).isoformat()
        body = {
            "parameters": {"serial": "R58M1", "config": {"target_post_urls": ["https://sample.test/p/1"]}},
            "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": due}},
        }
        made = await sides.client.post(f"/deployments/{like['id']}/create_flow_run", json=body)
        made.raise_for_status()
        sides.ledger.devices.seen("waits", "device", "desk")
        clock = Passing()
        forms = forms_of(sides, clock)
        await forms.refresh()
        assert "waits" not in await offered(sides, name="like")
        assert "waits" in await offered(sides)
        clock.passed = timedelta(minutes=1)
        await forms.refresh()
        assert "waits" in await offered(sides, name="like")
        await sides.client.delete(f"/flow_runs/{made.json()['id']}")
        (await sides.client.patch(f"/deployments/{like['id']}", json={"schedules": []})).raise_for_status()

    converse(talk)


def test_a_form_that_a_new_start_has_made_anew_offers_the_fleet_again(converse: Converse) -> None:
    async def talk(sides: Sides) -> None:
        sides.ledger.devices.seen("stays", "device", "desk")
        clock = Passing()
        forms = forms_of(sides, clock)
        await forms.refresh()
        await asyncio.to_thread(register, sides.settings.prefect_api_url)
        assert await offered(sides) == []
        clock.passed = timedelta(minutes=1)
        await forms.refresh()
        assert await offered(sides) == ["stays"]

    converse(talk)


def test_a_typed_name_is_taken_and_one_that_is_no_text_is_refused(converse: Converse) -> None:
    async def talk(sides: Sides) -> None:
        sides.ledger.devices.seen("R58M1", "device", "desk")
        await forms_of(sides).refresh()
        follow = await deployment(sides)
        assert follow["enforce_parameter_schema"]
        for serial, taken in (("R58M1", True), ("10.0.0.7:5555", True), ("of nobody", True), (7, False)):
            body = {"parameters": {"serial": serial, "config": {"target_users": ["anna"]}}}
            answer = await sides.client.post(f"/deployments/{follow['id']}/create_flow_run", json=body)
            assert answer.is_success is taken, answer.text
            if taken:
                await sides.client.delete(f"/flow_runs/{answer.json()['id']}")

    converse(talk)


def test_the_whole_api_keeps_forms_through_an_absence_of_prefect(converse: Converse) -> None:
    async def talk(sides: Sides) -> None:
        sides.ledger.devices.seen("R58M1", "device", "desk")
        async with sides.api(prefect_api_url=NOWHERE) as api:  # it starts, and answers, without Prefect
            assert (await api.get("/devices")).is_success
        async with sides.api():
            await until_offered(sides, "R58M1")
            sides.ledger.devices.set_alias("R58M1", "front_desk")
            await until_offered(sides, "front_desk")

    converse(talk)
