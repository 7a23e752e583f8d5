"""The page about the scripts: the fields of each one's `script_config`, as the models describe them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

INTRODUCTION = """# The scripts

Made by `just docs` from the models that check every `script_config`. Unknown fields are refused. A list may come as an
array, or as one string with line breaks or commas between its items; texts (comments, messages, captions, biographies)
are one a line, and commas belong to them.

In a text, `{good|great}` is one of several wordings; such groups nest, and `\\{`, `\\|` and `\\}` stand for themselves.
Texts in sequential order go by the task's place in its request, so that phones write different ones. A text is chosen
once: every further try of a task writes the same words.

A request makes one task for each phone or account, and for each of the targets where it says so below.

"""


def scripts_page() -> str:
    """Return the page."""
    from phonefleet.scripts import SCRIPTS  # noqa: PLC0415 - the path is set by whoever runs this

    parts = [INTRODUCTION]
    shared: dict[str, type[BaseModel]] = {}
    for script in SCRIPTS.values():
        divided = f" One task for each of `{'` or `'.join(script.target_fields)}`." if script.target_fields else ""
        parts.append(f"## {script.name}\n\n{_line(script.config.__doc__ or '')}{divided}\n\n{_table(script.config)}\n")
        shared |= {model.__name__: model for model in _inside(script.config)}
    parts.append("## Parts\n\n")
    parts += [
        f"### {name}\n\n{_line(model.__doc__ or '')}\n\n{_table(model)}\n" for name, model in sorted(shared.items())
    ]
    return "".join(parts).rstrip() + "\n"


def _table(model: type[BaseModel]) -> str:
    properties: dict[str, Any] = model.model_json_schema().get("properties", {})
    rows = "".join(_row(name, field, properties) for name, field in model.model_fields.items())
    return f"| field | type | default | meaning |\n|---|---|---|---|\n{rows}"


def _row(name: str, field: FieldInfo, properties: dict[str, Any]) -> str:
    names = _names(name, field)
    shown = names[0]
    others = f" (also `{'`, `'.join(names[1:])}`)" if names[1:] else ""
    default = "required" if field.is_required() else f"`{_json(field.get_default(call_default_factory=True))}`"
    kind = _type(properties[shown])
    return f"| `{shown}`{others} | {kind} | {default} | {_line(field.description or '')} |\n"


def _names(name: str, field: FieldInfo) -> list[str]:
    if isinstance(field.validation_alias, AliasChoices):
        return [str(choice) for choice in field.validation_alias.choices]
    return [field.alias, name] if field.alias else [name]


def _json(value: object) -> str:
    plain = value.model_dump(mode="json", exclude_defaults=True) if isinstance(value, BaseModel) else value
    return json.dumps(plain)


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(map(_type, kinds)))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    bounds = [f"{schema[key]:g}" for key in ("minimum", "maximum") if key in schema]
    return f"{schema.get('type', 'anything')}{f' {bounds[0]} to {bounds[1]}' if len(bounds) > 1 else ''}"


def _inside(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for field in model.model_fields.values():
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield part
                yield from _inside(part)


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
