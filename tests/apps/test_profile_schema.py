"""The JSON schema of app profiles, by which editors complete and check them, takes what the loader takes."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import yaml

from phonefleet.apps import profile_names
from phonefleet.apps.loading import BUILT_IN
from phonefleet.apps.schema import ProfileRules

SCHEMA: Any = jsonschema.Draft202012Validator(ProfileRules.model_json_schema())


def complaints(profile: Any) -> list[str]:
    found: Any = SCHEMA.iter_errors(profile)
    return [f"{'.'.join(map(str, each.path))}: {each.message}" for each in found]


def minimal(**more: Any) -> dict[str, Any]:
    version = {"range": ">=1", "selectors": {"follow_button": more.pop("selector", [{"id": "follow"}])}}
    links = {"user": "https://notes.example/@{username}"}
    return {"name": "notes", "package": "x.y", "verified": "never", "links": links, "versions": [version], **more}


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(ProfileRules.model_json_schema())


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_that_comes_along_keeps_to_the_schema(name: str) -> None:
    assert complaints(yaml.safe_load((BUILT_IN / f"{name}.yaml").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "profile",
    [
        minimal(),
        minimal(selector={"any": [{"id": "follow"}], "verified": False, "read_for": "3.2"}),
        minimal(selector=[{"id": "follow", "not_in": {"class": "List"}, "take": "clickable"}]),
        minimal(selector=[{"id": "follow", "not_in": [{"class": "List"}], "within": {"has": {"id": "x"}}}]),
        minimal(format=2, languages=["en"], texts={"follow": {"en": ["Follow"]}, "ok": ["OK"]}),
    ],
)
def test_whatever_the_loader_takes_keeps_to_the_schema(profile: dict[str, Any]) -> None:
    assert ProfileRules.model_validate(profile)
    assert complaints(profile) == []


@pytest.mark.parametrize(
    ("profile", "place"),
    [
        (minimal(colour="green"), "'colour' was unexpected"),
        (minimal(format=7), "format: 7 is not one of"),
        (minimal(selector=[]), "versions.0.selectors.follow_button: "),
        (minimal(selector=[{"ids": "follow"}]), "versions.0.selectors.follow_button: "),
        (minimal(selector={"any": [{"id": "x"}], "holds": "name"}), "versions.0.selectors.follow_button: "),
        ({"name": "notes"}, "'package' is a required property"),
    ],
)
def test_a_mistake_is_told_with_its_place(profile: dict[str, Any], place: str) -> None:
    assert [each for each in complaints(profile) if place in each]
