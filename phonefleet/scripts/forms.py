"""The forms in which clients send values: documented defaults spelled out, numbers and booleans as strings, synonyms.

It prepares what came as JSON for a strict model, and knows no script. What it cannot read it leaves to the model, whose
error names it.

    >>> tidy(FollowConfig, {"target_users": "", "target_user": "anna"})
    {'target_user': 'anna'}
"""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

_BOOLEANS = {"true": True, "false": False}
_LONGEST_NUMBER = 400
"""Characters; no number of a request is as long."""


def tidy(model: type[BaseModel], raw: object) -> object:
    """Return a JSON object with what was not given left out, one name for each field, and values in their own types.

    Empty strings, empty lists and null mean that a field was not given. Of a field's names the first one counts that
    was given. Anything but an object is returned as it is.
    """
    if not isinstance(raw, Mapping):
        return raw
    given = {name: value for name, value in cast("Mapping[str, Any]", raw).items() if not _is_empty(value)}
    for name, info in model.model_fields.items():
        names = [each for each in names_of(name, info, model) if each in given]
        for spare in names[1:]:
            del given[spare]
        for each in names[:1]:
            given[each] = _typed(info.annotation, given[each])
    return given


def names_of(name: str, info: FieldInfo, model: type[BaseModel]) -> list[str]:
    """Return by which names a field may be given, the first one first."""
    choices = info.validation_alias
    if isinstance(choices, AliasChoices):
        return [choice for choice in choices.choices if isinstance(choice, str)]
    by_name = choices is None or bool(model.model_config.get("validate_by_name"))
    return [*([choices] if isinstance(choices, str) else []), *([name] if by_name else [])]


def unknown_fields(model: type[BaseModel], raw: object) -> Iterator[tuple[str, ...]]:
    """Yield the places of what a model and the models inside of it have no field for."""
    if not isinstance(raw, Mapping):
        return
    fields = {each: info for name, info in model.model_fields.items() for each in names_of(name, info, model)}
    for name, value in cast("Mapping[str, Any]", raw).items():
        if name not in fields:
            yield (name,)
        elif (inner := model_of(fields[name].annotation)) is not None:
            yield from ((name, *place) for place in unknown_fields(inner, value))


def without(raw: Mapping[str, Any], places: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """Return a JSON object without what stands at these places."""
    gone = {place[0] for place in places if len(place) == 1}
    inner = {name: [place[1:] for place in places if place[0] == name and len(place) > 1] for name in raw}
    kept = {name: value for name, value in raw.items() if name not in gone}
    return {name: without(value, inner[name]) if inner[name] else value for name, value in kept.items()}


def nearest_name(model: type[BaseModel], place: Sequence[str | int]) -> str | None:
    """Return the known name that is most like an unknown one at a place; None when none is."""
    owner: type[BaseModel] | None = model
    for step in place[:-1]:
        owner = _inner(owner, step) if owner is not None else None
    if owner is None or not place:
        return None
    known = [each for name, info in owner.model_fields.items() for each in names_of(name, info, owner)]
    by_form = {_plain(each): each for each in reversed(known)}
    found = difflib.get_close_matches(_plain(str(place[-1])), by_form, n=1)
    return by_form[found[0]] if found else None


def model_of(annotation: object) -> type[BaseModel] | None:
    """Return the model that a field holds, also where it may be null."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in _choices(cast("object", annotation)) if (found := model_of(each)) is not None), None)


def _inner(owner: type[BaseModel], step: str | int) -> type[BaseModel] | None:
    fields = {each: info for name, info in owner.model_fields.items() for each in names_of(name, info, owner)}
    return model_of(fields[str(step)].annotation) if str(step) in fields else None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()


def _is_empty(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _choices(annotation: object) -> tuple[Any, ...]:
    """Return the types of a union, without null."""
    if get_origin(annotation) is Annotated:
        return (get_args(annotation)[0],)
    if get_origin(annotation) in {Union, types.UnionType}:
        return tuple(each for each in get_args(annotation) if each is not type(None))
    return ()


def _typed(annotation: object, value: object) -> object:
    """Return a value in the type that is meant, where it says the same in another one."""
    choices = _choices(annotation)
    if len(choices) == 1:
        return _typed(choices[0], value)
    if get_origin(annotation) is Literal:
        return _chosen(get_args(annotation), value)
    if get_origin(annotation) is tuple and isinstance(value, list | tuple):
        return [_typed(get_args(annotation)[0], each) for each in cast("Sequence[object]", value)]
    if annotation is bool and isinstance(value, str):
        return _BOOLEANS.get(value.strip().casefold(), value)
    if (annotation is int or annotation is float) and isinstance(value, str):
        return _number(value)
    return value


def _number(text: str) -> object:
    """Return the number that a string is; whole ones are integers."""
    with suppress(ValueError, OverflowError):
        if len(text) <= _LONGEST_NUMBER and text.strip().isascii():
            number = float(text)
            return int(number) if number.is_integer() else number
    return text


def _chosen(choices: Sequence[object], value: object) -> object:
    """Return the choice that reads like the value: "1" for 1, and 1 for "1"."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or value in choices:
        return value
    return next((choice for choice in choices if str(choice) == str(value).strip()), value)
