"""Makes phonefleet/client/answers.py: what the API answers, as types of the client, from the OpenAPI document.

datamodel-code-generator writes the types. Before that, names are chosen here: those of the API's models without `Out`,
and names for choices that several answers have.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datamodel_code_generator import DataModelType, InputFileType, LiteralType, PythonVersion, generate

ROOT = Path(__file__).parent.parent
ANSWERS = ROOT / "phonefleet" / "client" / "answers.py"
Described = dict[str, Any]

NAMES = {
    "EntryOut": "Person",
    "FieldError": "PlanRefusal",
    "Override-Output": "Override",
    "PersonOut": "KnownPerson",
    "HostOut": "JoinedHost",
    "StepOut": "OutcomeStep",
}
"""What says too little outside of its place in the API."""
CHOICES = {
    "DeviceState": ("DeviceOut", "state"),
    "Weekday": ("CampaignOut", "working_days"),
    "Overlap": ("CampaignOut", "overlap"),
    "CatchUp": ("CampaignOut", "catch_up"),
    "Kind": ("KindUsage", "kind"),
    "WhenMet": ("AccountUsage", "when_met"),
}
"""Names of choices, each with a field that has it."""
HEADER = '''"""What the task API answers, field by field; instants are ISO 8601 text with offset.

Made by `just docs` from the API's OpenAPI document.
"""'''
_PREFIX = "#/components/schemas/"
_ONLY_CHECKED = {"examples", "pattern"}
"""Words of a schema for which a type of its own would be made, though Python has none that says as much."""


def answers_module(document: Described) -> str:
    """Return the text of the module."""
    schemas = document["components"]["schemas"]
    names = {name: NAMES.get(name, name.removesuffix("Out")) for name in sorted(_answered(document))}
    choices = {name: _choice(schemas[model]["properties"][field]) for name, (model, field) in CHOICES.items()}
    renamed = {new: _renamed(schemas[old], names, choices) for old, new in names.items()}
    made = generate(
        json.dumps({"openapi": "3.1.0", "paths": {}, "components": {"schemas": {**choices, **renamed}}}),
        input_file_type=InputFileType.OpenAPI,
        output_model_type=DataModelType.TypingTypedDict,
        target_python_version=PythonVersion.PY_311,
        enum_field_as_literal=LiteralType.All,
        use_schema_description=True,
        use_attribute_docstrings=True,
        use_field_description=True,
        use_inline_field_description=True,
        use_single_line_docstring=True,
        use_closed_typed_dict=False,
        use_standard_collections=True,
        use_union_operator=True,
        use_double_quotes=True,
        disable_timestamp=True,
        custom_file_header=HEADER,
        formatters=[],
    )
    return _ruff("format", _ruff("check --fix --quiet", str(made)))


def _ruff(command: str, text: str) -> str:
    """Have a text put right as the file that it becomes."""
    whole = [sys.executable, "-m", "ruff", *command.split(), "--stdin-filename", ANSWERS, "-"]
    return subprocess.run(whole, input=text, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout  # noqa: S603


def _answered(document: Described) -> set[str]:
    """Return the names of all schemas that answers are made of; not those of the envelopes around them."""
    schemas, found = document["components"]["schemas"], set[str]()
    new = {name for operations in document["paths"].values() for one in operations.values() for name in _told(one)}
    while new:
        found |= new
        new = {name for one in new for name in _references(schemas[one])} - found
    return {name for name in found if not name.startswith("Envelope")}


def _told(operation: Described) -> set[str]:
    return set(_references(operation["responses"]["200"].get("content", {}).get("application/json", {})))


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].removeprefix(_PREFIX)
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _references(one)


def _choice(schema: Described) -> Described:
    """Return the choice that a field has, or each item of it, or is null instead of."""
    for one in [schema, *schema.get("anyOf", [])]:
        if "enum" in one.get("items", one):
            return {"type": "string", "enum": one.get("items", one)["enum"]}
    message = f"there is no choice in {schema}"
    raise LookupError(message)


def _renamed(value: Any, names: dict[str, str], choices: dict[str, Described]) -> Any:
    """Return a schema with the names of the client: references, and choices that have a name."""
    if isinstance(value, list):
        return [_renamed(one, names, choices) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return {"$ref": _PREFIX + names[value["$ref"].removeprefix(_PREFIX)]}
    for name, choice in choices.items():
        if value.get("enum") == choice["enum"]:
            return {"$ref": _PREFIX + name}
    return {key: _renamed(one, names, choices) for key, one in value.items() if key not in _ONLY_CHECKED}
