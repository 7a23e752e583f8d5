"""Converts arguments and results of ledger calls to JSON and back, by the type hints of the methods.

Pydantic makes the converters. Two kinds of values need more than it knows: messages (`phonefleet.words`), which are
texts that must stay translatable on the other side, and JSON without a type, in which messages may stand too. So the
schemas of plain texts and of `Any` are replaced.

    codec = codec_of(Task | None)
    codec.read(codec.written(task)) == task
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, PlainValidator, TypeAdapter
from pydantic_core import PydanticCustomError, SchemaSerializer, SchemaValidator, core_schema

from phonefleet.ledger.names import Names
from phonefleet.pacing import zone_named
from phonefleet.words import Message, pack, pack_within, unpack, unpack_within

_PLAIN: Final = {"type", "metadata", "ref"}
"""Keys of a schema that constrains nothing."""


@dataclass(frozen=True, slots=True)
class Codec:
    """Converts values of one type; `read` raises `ValueError` for JSON that is of another type."""

    _validator: SchemaValidator
    _serializer: SchemaSerializer

    def written(self, value: object) -> bytes:
        """Return a value as JSON in UTF-8."""
        return self._serializer.to_json(value)

    def read(self, text: bytes) -> Any:
        """Return the value that was written. Raises `ValueError`."""
        return self._validator.validate_json(text)


def codec_of(hint: Any) -> Codec:
    """Return the codec of a type as it stands in a signature."""
    schema = _with_messages(TypeAdapter(on_the_wire(hint)).core_schema)
    return Codec(SchemaValidator(schema), SchemaSerializer(schema))


@cache
def _zone(name: str) -> tzinfo:
    return zone_named(name)


def _name_of_zone(zone: tzinfo) -> str:
    if isinstance(zone, ZoneInfo):
        return zone.key
    name = zone.tzname(None)
    if name is None:
        raise TypeError(zone)
    return name


def _parts_of_names(names: Names) -> dict[str, Any]:
    return {"found": dict(names), "unclear": names.unclear, "aliases": names.aliases}


def _names(parts: Any) -> Names:
    unclear = {name: tuple(serials) for name, serials in parts["unclear"].items()}
    return Names(parts["found"], unclear, parts["aliases"])


_SPECIAL: Final[Mapping[object, Any]] = {
    tzinfo: Annotated[Any, PlainSerializer(_name_of_zone), PlainValidator(_zone)],
    Names: Annotated[Any, PlainSerializer(_parts_of_names), PlainValidator(_names)],
}
_SEVERAL: Final = (Collection, Iterable)


def on_the_wire(hint: Any) -> Any:
    """Return the type that pydantic is asked for: one that it knows, with the same values."""
    if hint in _SPECIAL:
        return _SPECIAL[hint]
    origin, inner = get_origin(hint), tuple(on_the_wire(each) for each in get_args(hint))
    if origin in {Union, types.UnionType}:
        return Union[inner]  # noqa: UP007 - made at run time
    if origin in _SEVERAL:
        return list[inner[0]]
    if origin is AbstractSet:
        return frozenset[inner[0]]
    return hint


def _with_messages(schema: Any) -> Any:
    """Return a schema in which plain texts and untyped JSON keep the messages that they are, or that they hold."""
    if isinstance(schema, list):
        return [_with_messages(one) for one in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    node = cast("dict[str, Any]", schema)
    if _is_plain(node, "str"):
        return _TEXTS
    if node.get("type") == "dict" and _is_plain(node.get("values_schema", _NONE), "any"):
        return _JSON
    return {key: one if key in _AS_THEY_ARE else _with_messages(one) for key, one in node.items()}


def _is_plain(node: Mapping[str, Any], kind: str) -> bool:
    """Tell whether a schema is of this kind and constrains nothing."""
    return node.get("type") == kind and node.keys() <= _PLAIN


_AS_THEY_ARE: Final = frozenset({"keys_schema", "default", "expected", "metadata", "serialization", "cls", "config"})
"""Parts of a schema that hold no schema of texts to replace: keys stay plain texts."""


def _packed(text: str) -> object:
    return pack(text) if isinstance(text, Message) else text


def _unpacked(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        packed = cast("dict[str, Any]", value)
        text = packed.get("text")
        if isinstance(text, str) and isinstance(packed.get("id"), str):
            return unpack(text, packed) or text
    raise _NO_TEXT


def _unpacked_json(value: object) -> Any:
    if isinstance(value, dict):
        return unpack_within(value)
    raise _NO_OBJECT


def _function(read: Callable[[Any], Any], write: Callable[[Any], Any]) -> core_schema.CoreSchema:
    written = core_schema.plain_serializer_function_ser_schema(write)
    return core_schema.no_info_plain_validator_function(read, serialization=written)


_NO_TEXT: Final = PydanticCustomError("text", "neither a text nor a message")
_NO_OBJECT: Final = PydanticCustomError("object", "no JSON object")
_TEXTS: Final = _function(_unpacked, _packed)
_JSON: Final = _function(_unpacked_json, pack_within)
_NONE: Final[Mapping[str, Any]] = {}
