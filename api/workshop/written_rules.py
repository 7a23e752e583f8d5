"""Reads rules that a person has written in the form of profiles, on one line each."""

from __future__ import annotations

import yaml
from pydantic import ValidationError

from api.answers.envelope import invalid
from api.workshop.schemas import ChangeRequest, SelectorIn
from phonefleet import wording, yaml_text
from phonefleet.apps.schema import MatchRule, SelectorRule
from phonefleet.workshop.editing import Change


def rule_of(text: str, field: str) -> MatchRule:
    """Return a rule such as `{id: cta_primary, text_of: follow}`. Raises `Problem`."""
    try:
        return MatchRule.model_validate(yaml_text.read(text)[1])
    except yaml.YAMLError as error:
        raise invalid((field, f"is no YAML: {error}")) from error
    except ValidationError as error:
        told = [
            (f"{field}.{'.'.join(map(str, each['loc']))}".rstrip("."), wording.reason(each)) for each in error.errors()
        ]
        raise invalid(*told) from error


def change_of(wanted: ChangeRequest) -> Change:
    """Return the change that a request describes. Raises `Problem`."""
    return Change(
        range=wanted.range,
        copy_of=wanted.copy_of,
        selectors={name: _selector(name, each) for name, each in wanted.selectors.items()},
        pages={page: tuple(marks) for page, marks in wanted.pages.items()},
    )


def _selector(name: str, wanted: SelectorIn) -> SelectorRule:
    alternatives = tuple(rule_of(text, f"selectors.{name}.any.{place}") for place, text in enumerate(wanted.any))
    return SelectorRule(
        any=alternatives, holds=wanted.holds, verified=wanted.read_for is None, read_for=wanted.read_for
    )
