"""No sentence of Pydantic's and no regular expression reaches a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, cast

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import api
import phonefleet
from api.answers.errors import reasons
from phonefleet.wording import reason

_FOREIGN = re.compile(
    r"Input |String should|should (?:have|be|match|not)|pattern|[Vv]alidation|pydantic|datetime\.|timedelta|"
    r"not permitted|Field required|valid (?:string|integer|number|dictionary|list|tuple)|Value error|Assertion|"
    r"\[\^|\{\w*\}"
)
_WRONG: tuple[Any, ...] = (
    None, "", " ", "x y", "x" * 5000, "\x00", "\x01", "-", 0, -1, 10**30, 1.5, float("nan"), True, [], [None], ["", {}],
    ["x"] * 2000, {}, {"": None}, {"a b": {"c": []}}, "2031-13-45", "2031-01-02", "25:99", "http:/x", b"\xff",
)  # fmt: skip


def _models() -> list[type[BaseModel]]:
    for package in (api, phonefleet):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name:  # those need a connection to be imported
                import_module(module.name)
    return sorted(
        {model for model in _below(BaseModel) if model.__module__.startswith(("api.", "phonefleet."))}, key=str
    )


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        yield each
        yield from _below(each)


def _errors(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    names = [info.alias or name for name, info in model.model_fields.items()]
    for wrong in _WRONG:
        for given in (wrong, dict.fromkeys(names, wrong), {"never_heard_of": wrong}):
            try:
                TypeAdapter(model).validate_python(given)
            except ValidationError as error:
                yield from cast("list[dict[str, Any]]", error.errors())


def test_what_our_models_refuse_is_told_in_plain_english() -> None:
    models = _models()
    found = {(error["type"], reason(error)) for model in models for error in _errors(model)}
    told = {why for model in models for error in _errors(model) for _, why in reasons([error])}

    assert len(models) > 60
    assert {"string_too_long", "greater_than_equal", "literal_error", "extra_forbidden", "missing"} <= {
        a for a, _ in found
    }
    assert sorted(why for why in told | {why for _, why in found} if _FOREIGN.search(why)) == []


def test_each_type_of_error_that_pydantic_has_is_told_in_plain_english() -> None:
    for known in import_module("pydantic_core._pydantic_core").list_all_errors():
        ctx = known.get("example_context")
        told = reason({"type": known["type"], "ctx": ctx, "msg": "Input should be anything", "loc": ()})

        assert known["type"] in {"value_error", "assertion_error"} or not _FOREIGN.search(told)


def test_an_error_type_that_nobody_has_heard_of_is_told_in_plain_english() -> None:
    assert reason({"type": "new_in_pydantic_9", "msg": "Input should be new", "loc": ()}) == "cannot be read"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"type": "string_too_short", "ctx": {"min_length": 1}}, "must not be empty"),
        ({"type": "string_too_short", "ctx": {"min_length": 3}}, "must have at least 3 characters"),
        ({"type": "too_long", "ctx": {"max_length": 1, "field_type": "List"}}, "must have at most 1 item"),
        ({"type": "less_than_equal", "ctx": {"le": 2678400.0}}, "must be at most 2678400"),
        ({"type": "literal_error", "ctx": {"expected": "'a' or 'b'"}}, "must be 'a' or 'b'"),
        ({"type": "value_error", "msg": "Value error, is too warm"}, "is too warm"),
    ],
)
def test_numbers_and_choices_are_told(error: dict[str, Any], told: str) -> None:
    assert reason({"msg": "", "loc": (), **error}) == told
