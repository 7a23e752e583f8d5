"""Parameters of calls: the types that Java has for them, and how jsonrpc4j and Jackson read JSON as each of them.

jsonrpc4j chooses among signatures by `accepts`; Jackson then reads with its usual leniency: a float becomes an int, a
number a text, a missing value 0. Sources: `JsonRpcBasicServer.isMatchingType`, and jackson-databind's defaults.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from virtual_phones.u2.configurator import Configurator
from virtual_phones.u2.failures import Misformatted, Mismatched, OutOfRange, Unrecognized
from virtual_phones.u2.matching.fields import FIELDS
from virtual_phones.u2.matching.selector import Selector

Json = Mapping[str, object]

_STUB = "com.wetest.uia2.stub"
_BITS = 32


@dataclass(frozen=True, slots=True)
class JavaType:
    """A type of a parameter: whether it suits a JSON value, and how the value is read."""

    accepts: Callable[[object], bool]
    read: Callable[[object], object]


@dataclass(frozen=True, slots=True)
class Fingertip:
    """`com.wetest.uia2.stub.Point`."""

    x: int
    y: int


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mismatch(value: object, class_name: str) -> Mismatched:
    return Mismatched(f"Cannot deserialize value of type `{class_name}` from {value!r}")


def _number(value: object, class_name: str) -> float:
    if value is None or value == "":
        return 0
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError as error:
            message = f"Cannot deserialize value of type `{class_name}` from String {value!r}: not a valid value"
            raise Misformatted(message) from error
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _mismatch(value, class_name)
    return value


def _integer(bits: int) -> JavaType:
    class_name = "int" if bits == _BITS else "long"

    def read(value: object) -> int:
        number = int(_number(value, class_name))
        if not -(1 << (bits - 1)) <= number < 1 << (bits - 1):
            message = f"Numeric value ({number}) out of range of {class_name}"
            raise OutOfRange(message)
        return number

    return JavaType(_is_number, read)


def _boolean(value: object) -> bool:
    match value:
        case bool():
            return value
        case int():
            return value != 0
        case None | "":
            return False
        case "true" | "True" | "TRUE":
            return True
        case "false" | "False" | "FALSE":
            return False
        case _:
            raise _mismatch(value, "boolean")


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        raise _mismatch(cast("object", value), "java.lang.String")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _members(value: object, class_name: str, names: set[str]) -> Json | None:
    """Return the members of an object that has no others than these; None for null."""
    if value is None:
        return None
    if not isinstance(value, dict):
        message = f"Cannot construct instance of `{class_name}`: no creator to deserialize from {value!r}"
        raise Mismatched(message)
    members = cast("dict[str, object]", value)
    if unknown := next((name for name in members if name not in names), None):
        message = f'Unrecognized field "{unknown}" (class {class_name}), not marked as ignorable'
        raise Unrecognized(message)
    return members


_NUMBERS = {"index", "instance"}
_TEXTS = {name for name in FIELDS if name.startswith(("text", "description", "className", "packageName", "resourceId"))}
_SELECTOR = {*FIELDS, "mask", "instance", "childOrSibling", "childOrSiblingSelector"}


def _selector(value: object) -> Selector | None:
    members = _members(value, f"{_STUB}.Selector", _SELECTOR)
    if members is None:
        return None
    others = _list_of(_selector)(members.get("childOrSiblingSelector", []))
    return Selector(
        int(_number(members.get("mask"), "long")),
        {name: _member(name, members.get(name)) for name in (*FIELDS, "instance")},
        tuple(str(word) for word in _list_of(_text)(members.get("childOrSibling", []))),
        tuple(cast("list[Selector]", others)),
    )


def _member(name: str, value: object) -> object:
    if name in _NUMBERS:
        return int(_number(value, "int"))
    return _text(value) if name in _TEXTS else _boolean(value)


def _list_of(read: Callable[[object], object]) -> Callable[[object], list[object]]:
    def read_all(value: object) -> list[object]:
        if not isinstance(value, list):
            raise _mismatch(value, "an array")
        return [read(item) for item in cast("list[object]", value)]

    return read_all


def _array(member: JavaType) -> JavaType:
    def accepts(value: object) -> bool:
        if isinstance(value, list):
            items = cast("list[object]", value)
            return bool(items) and member.accepts(items[0])
        return isinstance(value, dict)

    return JavaType(lambda value: value is None or accepts(value), _list_of(member.read))


def _point(value: object) -> Fingertip | None:
    members = _members(value, f"{_STUB}.Point", {"x", "y"})
    if members is None:
        return None
    return Fingertip(int(_number(members.get("x"), "int")), int(_number(members.get("y"), "int")))


def _configurator(value: object) -> Mapping[str, int] | None:
    members = _members(value, f"{_STUB}.ConfiguratorInfo", set(Configurator().as_json()))
    return None if members is None else {name: int(_number(wanted, "long")) for name, wanted in members.items()}


def _object(read: Callable[[object], object]) -> JavaType:
    return JavaType(lambda value: value is None or isinstance(value, dict), read)


_PLAIN: Mapping[str, JavaType] = {
    "int": _integer(_BITS),
    "long": _integer(2 * _BITS),
    "float": JavaType(_is_number, lambda value: float(_number(value, "float"))),
    "boolean": JavaType(lambda value: isinstance(value, bool), _boolean),
    "String": JavaType(lambda value: isinstance(value, str), _text),
    "Selector": _object(_selector),
    "Point": _object(_point),
    "ConfiguratorInfo": _object(_configurator),
}


@functools.cache
def java_type(name: str) -> JavaType:
    """Return a type by its simple name, such as `int` or `Selector[]`."""
    return _array(_PLAIN[name[:-2]]) if name.endswith("[]") else _nullable(_PLAIN[name])


def _nullable(plain: JavaType) -> JavaType:
    return JavaType(lambda value: value is None or plain.accepts(value), plain.read)
