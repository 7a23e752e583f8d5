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
    names = _Names(schemas)
    return "\n".join([_HEADER, *(names.interface(name, schema) for name, schema in schemas.items())])


def _is_told(name: str) -> bool:
    return not name.startswith(("Envelope", "ErrorEnvelope"))


class _Names:
    """Writes types by what the models are called: without `Out`, unless another model has that name."""

    def __init__(self, schemas: Described) -> None:
        self._of = {name: name.removesuffix("Out") for name in schemas if name.removesuffix("Out") not in schemas}

    def interface(self, name: str, schema: Described) -> str:
        """Return a schema as an interface, or as another name for what is no object."""
        if "properties" not in schema:
            return f"export type {self._name(name)} = {self._type(schema)};\n"
        required = set(schema.get("required", []))
        fields = "".join(self._field(field, one, required) for field, one in schema["properties"].items())
        return f"{_comment(schema, '')}export interface {self._name(name)} {{\n{fields}}}\n"

    def _name(self, schema: str) -> str:
        return "".join(part[:1].upper() + part[1:] for part in self._of.get(schema, schema).split("-"))

    def _field(self, name: str, schema: Described, required: set[str]) -> str:
        optional = "" if name in required else "?"
        return f"{_comment(schema, '    ')}    {name}{optional}: {self._type(schema)};\n"

    def _type(self, schema: Described) -> str:
        if "$ref" in schema:
            return self._name(schema["$ref"].removeprefix(_PREFIX))
        if several := schema.get("anyOf") or schema.get("oneOf"):
            return " | ".join(dict.fromkeys(map(self._type, several)))
        if "enum" in schema or "const" in schema:
            return " | ".join(json.dumps(one) for one in schema.get("enum", [schema.get("const")]))
        if schema.get("type") == "array":
            return f"({self._type(schema.get('items', {}))})[]"
        if schema.get("type") == "object":
            values = schema.get("additionalProperties")
            return f"Record<string, {self._type(values) if isinstance(values, dict) else 'unknown'}>"
        return _PLAIN.get(schema.get("type", ""), "unknown")


def _comment(schema: Described, indent: str) -> str:
    told = " ".join(str(schema.get("description", "")).split()).replace("*/", "* /")
    return f"{indent}/** {told} */\n" if told else ""
