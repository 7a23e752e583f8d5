"""Forms in Prefect offer the names that there are, and take every other name as well."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.utilities.schema_tools.validation import is_valid, is_valid_schema

from api.campaigns.schemas import CampaignParameters
from deployments.descriptions import form
from deployments.registration import script_flows
from phonefleet.runs.forms import Choices, with_choices

FLEET = Choices(phones=("R58M1", "front_desk"), groups=("desk",), usernames=("Shop",), tags=("mine",))
FORMS = {script.name: form(flow) for script, flow in script_flows()}


def campaign_form() -> dict[str, Any]:
    schema = CampaignParameters.model_json_schema(ref_template="#/definitions/{model}")
    return {"type": "object", "properties": schema["properties"], "definitions": schema["$defs"]}


def choices_of(field: dict[str, Any]) -> list[str]:
    [chosen] = [each for each in field["anyOf"] if each.get("title") == "Choose"]
    return chosen["items"]["enum"] if "items" in chosen else chosen["enum"]


@pytest.mark.parametrize("script", FORMS)
def test_a_script_offers_phones_and_accounts_and_takes_any_other_name(script: str) -> None:
    offering = with_choices(FORMS[script], FLEET)
    fields = offering["properties"]
    assert (choices_of(fields["serial"]), choices_of(fields["username"])) == (["R58M1", "front_desk"], ["Shop"])
    assert (fields["serial"]["title"], fields["serial"]["position"]) == ("Phone", 0)
    is_valid_schema(offering)
    about = {"properties": {name: fields[name] for name in ("serial", "username")}, "required": ["serial"]}
    for named in ("front_desk", "R58M1", "10.0.0.7:5555", "@shop", "of nobody"):
        assert is_valid({"serial": named, "username": named}, about), named
    assert is_valid({"serial": "front_desk", "username": None}, about)
    assert not is_valid({"serial": 7}, about)


def test_a_campaign_offers_groups_and_tags_too_and_takes_any_other_name() -> None:
    offering = with_choices(campaign_form(), FLEET)
    fields = offering["definitions"]["TaskRequest"]["properties"]
    assert choices_of(fields["serials"]) == ["R58M1", "front_desk", "group:desk"]
    assert choices_of(fields["usernames"]) == ["Shop", "tag:mine"]
    task = {"serials": ["front_desk", "10.0.0.7:5555"], "usernames": None, "script_name": "follow"}
    assert is_valid({"task": task}, offering)
    assert not is_valid({"task": {**task, "serials": [7]}}, offering)


def test_what_is_typed_is_shown_in_its_own_tab() -> None:
    """The older UI shows the first tab whose type is that of the value, after each key."""
    fields = with_choices(FORMS["follow"], FLEET)["properties"]
    lists = with_choices(campaign_form(), FLEET)["definitions"]["TaskRequest"]["properties"]
    for field in (fields["serial"], fields["username"], lists["serials"], lists["usernames"]):
        [first] = [each for each in field["anyOf"] if each.get("type") in {"string", "array"}][:1]
        assert first["title"] == "Type"


@pytest.mark.parametrize("form_of", [*FORMS.values(), campaign_form()], ids=[*FORMS, "a campaign"])
def test_names_that_are_gone_leave_the_form_as_its_author_made_it(form_of: dict[str, Any]) -> None:
    offering = with_choices(with_choices(form_of, Choices(phones=("gone",), tags=("gone",))), FLEET)
    assert offering == with_choices(form_of, FLEET)
    assert with_choices(offering, Choices()) == form_of


@pytest.mark.parametrize(
    "field",
    [
        {"title": "Serial", "type": "string", "enum": ["a", "b"]},
        {"title": "Serial", "type": "integer"},
        {"title": "Serial", "type": "string", "format": "date"},
        {"title": "Serial", "anyOf": [{"type": "integer"}, {"type": "null"}]},
        {"$ref": "#/definitions/Phone"},
    ],
)
def test_what_takes_no_text_or_is_a_list_of_its_own_stays_as_it_is(field: dict[str, Any]) -> None:
    own = {"properties": {"serial": field, "other": {"type": "string"}}, "definitions": {}}
    assert with_choices(own, FLEET) == own


@pytest.mark.parametrize("own", [{}, {"properties": {}}, {"properties": {"x": {"type": "string"}}}])
def test_a_form_without_phones_stays_as_it_is(own: dict[str, Any]) -> None:
    assert with_choices(own, FLEET) == own
