"""Says in plain English what is wrong with a value that Pydantic refuses, and what form a text must have.

It knows the types of Pydantic's errors and no model. Each reason goes behind the name of a field: `min_interval must be
a number`. Neither Pydantic's own sentences nor regular expressions come out of here.

Source of the types: https://docs.pydantic.dev/latest/errors/validation_errors/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from phonefleet.durations import written

_WHOLE, _NUMBER, _OBJECT, _LIST = "a whole number", "a number", "an object with named fields", "a list"
_INSTANT = "a date and time in ISO 8601, as in 2031-01-02T09:00:00+02:00"
_DURATION = "a duration, as in 90 (seconds), 10m or 1h30m"
_MUST_BE = {
    "string_type": "a text",
    "string_sub_type": "a text",
    "string_unicode": "a text in UTF-8",
    "string_not_ascii": "a text of ASCII characters",
    "bytes_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "a whole number of fewer digits",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "fraction_type": _NUMBER,
    "fraction_parsing": _NUMBER,
    "complex_type": _NUMBER,
    "complex_str_parsing": _NUMBER,
    "finite_number": "a finite number",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "deque_type": _LIST,
    "iterable_type": _LIST,
    "iteration_error": _LIST,
    "set_item_not_hashable": "a text or a number",
    "dict_type": _OBJECT,
    "frozen_dict_type": _OBJECT,
    "ordered_dict_type": _OBJECT,
    "counter_type": _OBJECT,
    "mapping_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "dataclass_exact_type": _OBJECT,
    "named_tuple_type": _OBJECT,
    "arguments_type": _OBJECT,
    "none_required": "empty",
    "date_type": "a date, as in 2031-01-02",
    "date_parsing": "a date, as in 2031-01-02",
    "date_from_datetime_parsing": "a date, as in 2031-01-02",
    "date_from_datetime_inexact": "a date without a time, as in 2031-01-02",
    "date_past": "in the past",
    "date_future": "in the future",
    "time_type": "a time of day, as in 09:00",
    "time_parsing": "a time of day, as in 09:00",
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_past": "in the past",
    "datetime_future": "in the future",
    "timezone_naive": "a date and time without an offset",
    "timezone_aware": "an instant with its offset from UTC, as in 2031-01-02T09:00:00+02:00",
    "timezone_offset": "an instant with another offset from UTC",
    "time_delta_type": _DURATION,
    "time_delta_parsing": _DURATION,
    "url_type": "an address, as in https://example.com",
    "url_parsing": "a whole address, as in https://example.com",
    "url_syntax_violation": "a whole address, as in https://example.com",
    "uuid_type": "an id (UUID), as in 6f1c2a52-7a39-4b0e-9a33-0d5a3b1f7c11",
    "uuid_parsing": "an id (UUID), as in 6f1c2a52-7a39-4b0e-9a33-0d5a3b1f7c11",
    "uuid_version": "an id (UUID) of another version",
    "json_type": "JSON",
    "json_invalid": "valid JSON",
    "bytes_invalid_encoding": "a text in UTF-8",
}
_LIMITS = {
    "greater_than": ("must be more than {}", "gt"),
    "greater_than_equal": ("must be at least {}", "ge"),
    "less_than": ("must be less than {}", "lt"),
    "less_than_equal": ("must be at most {}", "le"),
    "multiple_of": ("must be a multiple of {}", "multiple_of"),
    "literal_error": ("must be {}", "expected"),
    "enum": ("must be {}", "expected"),
    "union_tag_invalid": ("must be of one of these kinds: {}", "expected_tags"),
    "url_scheme": ("must be an address that begins with {}", "expected_schemes"),
}
_LENGTHS = {
    "string_too_short": ("min_length", "character"),
    "string_too_long": ("max_length", "character"),
    "bytes_too_short": ("min_length", "byte"),
    "bytes_too_long": ("max_length", "byte"),
    "url_too_long": ("max_length", "character"),
    "too_short": ("min_length", "item"),
    "too_long": ("max_length", "item"),
    "decimal_max_digits": ("max_digits", "digit"),
    "decimal_max_places": ("decimal_places", "decimal place"),
    "decimal_whole_digits": ("whole_digits", "digit"),
}
_OTHERS = {
    "missing": "is required",
    "missing_argument": "is required",
    "missing_keyword_only_argument": "is required",
    "missing_positional_only_argument": "is required",
    "extra_forbidden": "is not known",
    "unexpected_keyword_argument": "is not known",
    "unexpected_positional_argument": "is not known",
    "multiple_argument_values": "is given twice",
    "invalid_key": "has a name that is no text",
    "frozen_field": "cannot be changed",
    "frozen_instance": "cannot be changed",
    "recursion_loop": "contains itself",
    "recursion_depth_exceeded": "is nested too deeply",
    "union_tag_not_found": "does not say of which kind it is",
    "string_pattern_mismatch": "is written in a form that is not possible here",
}
_OURS = ("value_error", "assertion_error")
"""Errors whose sentence a check of this project wrote."""

_FOREIGN = "cannot be read"
"""What is told of an error type that no table has: only Pydantic's insides raise those."""


def reason(error: Mapping[str, Any]) -> str:
    """Return what is wrong with a value, for one of the errors of `pydantic.ValidationError.errors()`.

    >>> reason({"type": "greater_than_equal", "ctx": {"ge": 1}, "msg": "Input should be …"})
    'must be at least 1'
    """
    kind, given = str(error["type"]), cast("Mapping[str, Any]", error.get("ctx") or {})
    if kind in _MUST_BE:
        return f"must be {_MUST_BE[kind]}"
    if kind in _LENGTHS:
        return _length(kind, given)
    if kind in _LIMITS:
        sentence, key = _LIMITS[kind]
        return sentence.format(_plain(given.get(key, "another value")))
    return _OTHERS.get(kind) or _of_a_check(kind, str(error["msg"]))


def place(error: Mapping[str, Any], data: object) -> tuple[str | int, ...]:
    """Return where in the data the value is that an error is about: keys as they were given, and list indexes from 0.

    Pydantic's own places also name which type of several it tried; no person wrote those.
    """
    steps: list[str | int] = []
    for step in error["loc"]:
        found, inner = _below(data, step)
        if found or (error["type"] == "missing" and step is error["loc"][-1]):
            steps.append(step)
            data = inner
    return tuple(steps)


def _below(data: object, step: str | int) -> tuple[bool, object]:
    """Return whether there is something at a step into the data, and what."""
    if isinstance(data, Mapping):
        fields = cast("Mapping[object, object]", data)
        return step in fields, fields.get(step)
    if isinstance(data, list | tuple) and isinstance(step, int):
        items = cast("Sequence[object]", data)
        return step < len(items), items[step] if step < len(items) else None
    return False, None


def _length(kind: str, given: Mapping[str, Any]) -> str:
    key, unit = _LENGTHS[kind]
    number = given.get(key, 0)
    if kind.endswith("too_short"):
        return "must not be empty" if number == 1 else f"must have at least {number} {unit}s"
    return f"must have at most {number} {unit}{'' if number == 1 else 's'}"


def _plain(value: object) -> str:
    if isinstance(value, timedelta):
        return written(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _of_a_check(kind: str, message: str) -> str:
    """Return the sentence of a check of ours; it has a type of its own, or is a `ValueError`."""
    if kind in _OURS:
        return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return message if kind.startswith(OWN) else _FOREIGN


OWN = "phonefleet_"
"""With which the types of errors begin that this project raises with a sentence of its own."""

_FORM: LiteralString = "phonefleet_form"


@dataclass(frozen=True, slots=True)
class Form:
    """The form that a text must have: a regular expression for programs, and the words that people are told.

        Alias = Annotated[str, Form(r"^[a-z]+$", "must be small letters")]

    The whole text must match. The OpenAPI document shows the expression.
    """

    pattern: str
    told: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the text behind all other checks of the field."""
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of the field with the expression."""
        return {**handler(schema), "pattern": self.pattern}

    def _checked(self, text: str) -> str:
        if re.fullmatch(self.pattern, text) is None:
            raise PydanticCustomError(_FORM, "{told}", {"told": self.told})
        return text
