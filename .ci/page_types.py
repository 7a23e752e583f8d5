"""Makes web/src/shared/api/types.ts: what the API takes and answers, as types of the page, from its document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TYPES = Path(__file__).parent.parent / "web" / "src" / "shared" / "api" / "types.ts"
Described = dict[str, Any]

_HEADER = """// What the task API takes and answers; instants are ISO 8601 text with offset.
// Made by `just docs` from the API's OpenAPI document.
"""
_PREFIX = "#/components/schemas/"
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def page_types(document: Described) -> str:
    """Return the text of the module: an interface for each schema but the envelopes."""
    schemas = {name: one for name, one in sorted(document["components"]["schemas"].items()) if _is_told(name)}
    return "\n".join([_HEADER, *(_interface(_name(name), schema) for name, schema in schemas.items())])


def _is_told(name: str) -> bool:
    return not name.startswith(("Envelope", "ErrorEnvelope"))


def _name(schema: str) -> str:
    """Return the type's name: that of the model without `Out`, in letters and digits."""
    return "".join(part[:1].upper() + part[1:] for part in schema.split("-")).removesuffix("Out")


def _interface(name: str, schema: Described) -> str:
    if "properties" not in schema:
        return f"export type {name} = {_type(schema)};\n"
    required = set(schema.get("required", []))
    fields = "".join(_field(field, one, required) for field, one in schema["properties"].items())
    return f"{_comment(schema, '')}export interface {name} {{\n{fields}}}\n"


def _field(name: str, schema: Described, required: set[str]) -> str:
    optional = "" if name in required else "?"
    return f"{_comment(schema, '    ')}    {name}{optional}: {_type(schema)};\n"


def _comment(schema: Described, indent: str) -> str:
    told = " ".join(str(schema.get("description", "")).split()).replace("*/", "* /")
    return f"{indent}/** {told} */\n" if told else ""


def _type(schema: Described) -> str:
    if "$ref" in schema:
        return _name(schema["$ref"].removeprefix(_PREFIX))
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(map(_type, several)))
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(one) for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"({_type(schema.get('items', {}))})[]"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"Record<string, {_type(values) if isinstance(values, dict) else 'unknown'}>"
    return _PLAIN.get(schema.get("type", ""), "unknown")
