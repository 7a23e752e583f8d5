"""Says in plain English what is wrong with a value that Pydantic refuses, and what form a text must have.

It knows the types of Pydantic's errors and no model. Each reason goes behind the name of a field: `min_interval must be
a number`. Neither Pydantic's own sentences nor regular expressions come out of here.

Source of the types: https://docs.pydantic.dev/latest/errors/validation_errors/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from phonefleet.durations import written
from phonefleet.words import Message, say, say_many

_TEXT = say("wording.text", "a text")
_UTF_8 = say("wording.text_utf_8", "a text in UTF-8")
_BOOLEAN = say("wording.true_false", "true or false")
_WHOLE = say("wording.whole_number", "a whole number")
_NUMBER = say("wording.number", "a number")
_LIST = say("wording.list", "a list")
_OBJECT = say("wording.object_named_fields", "an object with named fields")
_DATE = say("wording.date_2031_01_02", "a date, as in 2031-01-02")
_PAST = say("wording.past", "in the past")
_FUTURE = say("wording.future", "in the future")
_TIME = say("wording.time_day_09_00", "a time of day, as in 09:00")
_INSTANT = say("wording.date_time_iso_8601", "a date and time in ISO 8601, as in 2031-01-02T09:00:00+02:00")
_DURATION = say("wording.duration_90_seconds_10m", "a duration, as in 90 (seconds), 10m or 1h30m")
_URL = say("wording.whole_address_https_example", "a whole address, as in https://example.com")
_UUID = say("wording.id_uuid_6f1c2a52_7a39", "an id (UUID), as in 6f1c2a52-7a39-4b0e-9a33-0d5a3b1f7c11")
_MUST_BE = {
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_unicode": _UTF_8,
    "string_not_ascii": say("wording.text_ascii_characters", "a text of ASCII characters"),
    "bytes_type": _TEXT,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": say("wording.whole_number_fewer_digits", "a whole number of fewer digits"),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "fraction_type": _NUMBER,
    "fraction_parsing": _NUMBER,
    "complex_type": _NUMBER,
    "complex_str_parsing": _NUMBER,
    "finite_number": say("wording.finite_number", "a finite number"),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "deque_type": _LIST,
    "iterable_type": _LIST,
    "iteration_error": _LIST,
    "set_item_not_hashable": say("wording.text_number", "a text or a number"),
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
    "none_required": say("wording.empty", "empty"),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": say("wording.date_without_time_2031", "a date without a time, as in 2031-01-02"),
    "date_past": _PAST,
    "date_future": _FUTURE,
    "time_type": _TIME,
    "time_parsing": _TIME,
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_past": _PAST,
    "datetime_future": _FUTURE,
    "timezone_naive": say("wording.date_time_without_offset", "a date and time without an offset"),
    "timezone_aware": say(
        "wording.instant_its_offset_from", "an instant with its offset from UTC, as in 2031-01-02T09:00:00+02:00"
    ),
    "timezone_offset": say("wording.instant_another_offset_from", "an instant with another offset from UTC"),
    "time_delta_type": _DURATION,
    "time_delta_parsing": _DURATION,
    "url_type": say("wording.address_https_example_com", "an address, as in https://example.com"),
    "url_parsing": _URL,
    "url_syntax_violation": _URL,
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": say("wording.id_uuid_another_version", "an id (UUID) of another version"),
    "json_type": say("wording.json", "JSON"),
    "json_invalid": say("wording.valid_json", "valid JSON"),
    "bytes_invalid_encoding": _UTF_8,
}
_LIMITS: dict[str, tuple[Callable[[str], Message], str]] = {
    "greater_than": (lambda limit: say("wording.more_than", "must be more than {limit}", limit=limit), "gt"),
    "greater_than_equal": (lambda limit: say("wording.at_least", "must be at least {limit}", limit=limit), "ge"),
    "less_than": (lambda limit: say("wording.less_than", "must be less than {limit}", limit=limit), "lt"),
    "less_than_equal": (lambda limit: say("wording.at_most", "must be at most {limit}", limit=limit), "le"),
    "multiple_of": (
        lambda limit: say("wording.multiple_of", "must be a multiple of {limit}", limit=limit),
        "multiple_of",
    ),
    "literal_error": (lambda limit: say("wording.one_of", "must be {limit}", limit=limit), "expected"),
    "enum": (lambda limit: say("wording.one_of", "must be {limit}", limit=limit), "expected"),
    "union_tag_invalid": (
        lambda limit: say("wording.one_of_kinds", "must be of one of these kinds: {limit}", limit=limit),
        "expected_tags",
    ),
    "url_scheme": (
        lambda limit: say("wording.begins_with", "must be an address that begins with {limit}", limit=limit),
        "expected_schemes",
    ),
}


def _characters(number: int, *, least: bool) -> Message:
    if least:
        return say_many(
            "wording.least_characters",
            "must have at least {count} character",
            "must have at least {count} characters",
            count=number,
        )
    return say_many(
        "wording.most_characters",
        "must have at most {count} character",
        "must have at most {count} characters",
        count=number,
    )


def _bytes(number: int, *, least: bool) -> Message:
    if least:
        return say_many(
            "wording.least_bytes", "must have at least {count} byte", "must have at least {count} bytes", count=number
        )
    return say_many(
        "wording.most_bytes", "must have at most {count} byte", "must have at most {count} bytes", count=number
    )


def _items(number: int, *, least: bool) -> Message:
    if least:
        return say_many(
            "wording.least_items", "must have at least {count} item", "must have at least {count} items", count=number
        )
    return say_many(
        "wording.most_items", "must have at most {count} item", "must have at most {count} items", count=number
    )


def _digits(number: int, *, least: bool) -> Message:
    if least:
        return say_many(
            "wording.least_digits",
            "must have at least {count} digit",
            "must have at least {count} digits",
            count=number,
        )
    return say_many(
        "wording.most_digits", "must have at most {count} digit", "must have at most {count} digits", count=number
    )


def _places(number: int, *, least: bool) -> Message:
    if least:
        return say_many(
            "wording.least_decimal_places",
            "must have at least {count} decimal place",
            "must have at least {count} decimal places",
            count=number,
        )
    return say_many(
        "wording.most_decimal_places",
        "must have at most {count} decimal place",
        "must have at most {count} decimal places",
        count=number,
    )


_LENGTHS = {
    "string_too_short": ("min_length", _characters),
    "string_too_long": ("max_length", _characters),
    "bytes_too_short": ("min_length", _bytes),
    "bytes_too_long": ("max_length", _bytes),
    "url_too_long": ("max_length", _characters),
    "too_short": ("min_length", _items),
    "too_long": ("max_length", _items),
    "decimal_max_digits": ("max_digits", _digits),
    "decimal_max_places": ("decimal_places", _places),
    "decimal_whole_digits": ("whole_digits", _digits),
}
_OTHERS = {
    "missing": say("wording.required", "is required"),
    "missing_argument": say("wording.required", "is required"),
    "missing_keyword_only_argument": say("wording.required", "is required"),
    "missing_positional_only_argument": say("wording.required", "is required"),
    "extra_forbidden": say("wording.not_known", "is not known"),
    "unexpected_keyword_argument": say("wording.not_known", "is not known"),
    "unexpected_positional_argument": say("wording.not_known", "is not known"),
    "multiple_argument_values": say("wording.given_twice", "is given twice"),
    "invalid_key": say("wording.has_name_no_text", "has a name that is no text"),
    "frozen_field": say("wording.cannot_be_changed", "cannot be changed"),
    "frozen_instance": say("wording.cannot_be_changed", "cannot be changed"),
    "recursion_loop": say("wording.contains_itself", "contains itself"),
    "recursion_depth_exceeded": say("wording.nested_too_deeply", "is nested too deeply"),
    "union_tag_not_found": say("wording.does_not_say_which", "does not say of which kind it is"),
    "string_pattern_mismatch": say(
        "wording.written_form_not_possible", "is written in a form that is not possible here"
    ),
}

_OURS = ("value_error", "assertion_error")
"""Errors whose sentence a check of this project wrote."""

_FOREIGN = say("wording.cannot_be_read", "cannot be read")
"""What is told of an error type that no table has: only Pydantic's insides raise those."""


def reason(error: Mapping[str, Any]) -> str:
    """Return what is wrong with a value, for one of the errors of `pydantic.ValidationError.errors()`.

    >>> reason({"type": "greater_than_equal", "ctx": {"ge": 1}, "msg": "Input should be …"})
    'must be at least 1'
    """
    kind, given = str(error["type"]), cast("Mapping[str, Any]", error.get("ctx") or {})
    if kind in _MUST_BE:
        return say("wording.must_be", "must be {what}", what=_MUST_BE[kind])
    if kind in _LENGTHS:
        return _length(kind, given)
    if kind in _LIMITS:
        sentence, key = _LIMITS[kind]
        return sentence(_plain(given.get(key, say("wording.another_value", "another value"))))
    return _OTHERS.get(kind) or _of_a_check(kind, _own_sentence(given) or str(error["msg"]))


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
    key, sentence = _LENGTHS[kind]
    number = given.get(key, 0)
    if kind.endswith("too_short") and number == 1:
        return say("wording.not_empty", "must not be empty")
    return sentence(number, least=kind.endswith("too_short"))


def wrong_field(field: str, reason: str) -> Message:
    """Return a field with what is wrong with it, as lists of errors say it: `min_interval must be a number`."""
    return say("wording.field", "{field} {reason}", field=field, reason=reason)


def _own_sentence(given: Mapping[str, Any]) -> str:
    """Return the sentence of a check of ours as it was raised, which Pydantic's text of the error no longer knows."""
    error = given.get("error")
    return str(error) if isinstance(error, ValueError) else str(given.get("told") or "")


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
