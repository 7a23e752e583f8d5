"""The client asks for everything that the OpenAPI document offers, and for nothing else.

What is answered has its types made from the document: see `.ci/answers_module.py`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import pytest

from phonefleet.client import ApiError, Client
from phonefleet.client.connection import Unset
from tests.client.served import Served, operation_of

OURS = ("iter_", "some_", "wait", "another", "close", "csv_of_")
"""Methods that are made of other calls."""
NOT_SENT = {"silence"}
"""What tells the client, not the server."""
INPUTS = {"tap", "swipe", "type_text", "press_key"}
"""Methods of one operation, each for another field of its body."""
FIELD_OF: dict[str, dict[str, str]] = {
    "screens": {"serials": "phones", "seen": "phones"},
    "tap": dict.fromkeys(("x", "y", "seconds"), "tap"),
    "swipe": dict.fromkeys(("start", "end", "seconds"), "swipe"),
}
"""The field of the body that a method's argument is only a part of."""
NOT_ASKED: dict[str, set[str]] = {"screen": {"if_none_match", "seen", "wait"}}
"""What a method leaves out: who follows a screen with the client uses `screens`, which tells the tags to do it by."""
Described = dict[str, Any]


def methods() -> list[str]:
    public = [name for name, _ in inspect.getmembers(Client, inspect.isfunction) if not name.startswith("_")]
    return [name for name in public if not name.startswith(OURS)]


def arguments_of(name: str) -> dict[str, Any]:
    """Return each argument of a method with its type; those of a TypedDict of keywords one by one."""
    function = getattr(Client, name)
    hints = get_type_hints(function)
    found: dict[str, Any] = {}
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        hint = hints[parameter.name]
        if parameter.kind is parameter.VAR_KEYWORD:
            found |= get_type_hints(get_args(hint)[0])
        elif parameter.name not in NOT_SENT:
            found[parameter.name] = hint
    return found


def sample(hint: Any) -> Any:
    """Return some value of a type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return sample(next(one for one in inner if one is not NoneType and Unset.UNSET not in get_args(one)))
    if origin is Literal:
        return inner[0]
    if origin in {list, Iterable, Sequence}:
        return [sample(inner[0])]
    if origin is tuple:
        return tuple(sample(one) for one in inner)
    if origin in {dict, Mapping}:
        return {}
    return {str: "phone-1", int: 1, float: 1.5, bool: True, bytes: b"x", datetime: datetime(2026, 1, 1, tzinfo=UTC)}[
        hint
    ]


def ask(client: Client, name: str) -> None:
    """Call a method with every argument it has."""
    given = {argument: sample(hint) for argument, hint in arguments_of(name).items()}
    with suppress(ApiError):
        answer = getattr(client, name)(**given)
        if inspect.isgenerator(answer):
            next(answer)
            answer.close()


@pytest.fixture
def asked(api: Served, client: Client) -> dict[tuple[str, str], set[str]]:
    """Which method asks for which operation."""
    found: dict[tuple[str, str], set[str]] = {}
    for name in methods():
        before = len(api.requests)
        ask(client, name)
        assert len(api.requests) == before + 1, name
        operation = operation_of(api.requests[-1], api.document)
        found.setdefault(operation, set()).add(name)
    assert [names for names in found.values() if len(names) > 1] == [INPUTS]
    return found


def test_every_operation_has_a_method_and_every_parameter_and_field_an_argument(
    api: Served, asked: dict[tuple[str, str], set[str]]
) -> None:
    every = {(method, path) for path, methods in api.document["paths"].items() for method in methods}
    assert every == set(asked)
    wanted = {
        operation: names_of(api.document["paths"][operation[1]][operation[0]], api.document) for operation in asked
    }
    assert wanted == {operation: set[str]().union(*map(fields_of, names)) for operation, names in asked.items()}


def fields_of(name: str) -> set[str]:
    """Return what a method sends, as the operation calls it."""
    sent = {FIELD_OF.get(name, dict[str, str]()).get(argument, argument) for argument in arguments_of(name)}
    return sent | NOT_ASKED.get(name, set[str]())


def names_of(operation: Described, document: Described) -> set[str]:
    """Return what an operation takes: its parameters, and the fields of its body (or `content`, if it is no JSON)."""
    names = {parameter["name"].lower().replace("-", "_") for parameter in operation.get("parameters", [])}
    for media, body in operation.get("requestBody", {}).get("content", {}).items():
        if media != "application/json":
            return names | {"content"}
        for schema in alternatives(body["schema"], document):
            names |= set(schema.get("properties", {}))
    return names


def resolved(schema: Described, document: Described) -> Described:
    if "$ref" in schema:
        return document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def alternatives(schema: Described, document: Described) -> list[Described]:
    """Return what a schema may be, with references followed."""
    schema = resolved(schema, document)
    parts = schema.get("anyOf") or schema.get("oneOf")
    return [one for part in parts for one in alternatives(part, document)] if parts else [schema]
