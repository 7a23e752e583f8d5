"""Write docs/api.md, docs/scripts.md, and the types of client and page from what code says of itself.

With `--check`, tell if they are up to date.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
sys.path.insert(0, str(ROOT))

from answers_module import ANSWERS, answers_module  # noqa: E402 - it needs the path
from page_types import TYPES, page_types  # noqa: E402 - as above
from scripts_page import scripts_page  # noqa: E402 - as above

Described = dict[str, Any]
INTRODUCTION = """# The API

Made by `just docs` from the API's own description, which a running server shows at `/docs` and `/openapi.json`.

The base URL is `http://localhost:50809/api/v1`. Every answer, refusals included, is one JSON envelope,
`{"code": 0, "message": "success", "data": …}`; the HTTP status is the first three digits of the code, and 200 for 0.
Instants are ISO 8601 with offset. Only pictures, XML, CSV, figures and event streams come without an envelope.

Texts for people are English. A client that sends `Accept-Language: ru` gets them in Russian; with any
`Accept-Language`, the id and the parameters of a text `remark` stand beside it, in `remark_id` and `remark_params`, and
those of any other text likewise. Codes, keys and words for programs are the same in every language.

"""


def main() -> int:
    """Return the exit code."""
    document = _document()
    pages = {
        DOCS / "api.md": reference(document),
        DOCS / "scripts.md": scripts_page(),
        ANSWERS: answers_module(document),
        TYPES: page_types(document),
    }
    if "--check" in sys.argv:
        return int(any(not path.exists() or path.read_text(encoding="utf-8") != page for path, page in pages.items()))
    for path, page in pages.items():
        path.write_text(page, encoding="utf-8")
    return 0


def reference(document: Described) -> str:
    """Return the page."""
    parts = [INTRODUCTION, _errors(document)]
    for tag in dict.fromkeys(operation["tags"][0] for _, _, operation in _operations(document)):
        parts.append(f"## {tag.capitalize()}\n\n")
        parts += [_operation(m, p, o, document) for m, p, o in _operations(document) if o["tags"][0] == tag]
    parts.append("## Bodies\n\n")
    parts += [
        _schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items()) if _told(name)
    ]
    return "".join(parts).rstrip() + "\n"


def _document() -> Described:
    for name in [name for name in os.environ if name.startswith("PHONEFLEET_")]:
        del os.environ[name]
    from api.app import create_app  # noqa: PLC0415 - after the environment is clean
    from phonefleet.settings import Settings  # noqa: PLC0415 - as above

    return create_app(Settings(database_url="postgresql+psycopg://nobody@127.0.0.1/nothing")).openapi()


def _operations(document: Described) -> list[tuple[str, str, Described]]:
    return [(method.upper(), path, one) for path, every in document["paths"].items() for method, one in every.items()]


def _errors(document: Described) -> str:
    told = {
        status: answer["description"]
        for _, _, operation in _operations(document)
        for status, answer in operation["responses"].items()
        if status != "200"
    }
    rows = "".join(f"| {status} | {_line(text)} |\n" for status, text in sorted(told.items()))
    return f"## Refusals\n\n| status | codes |\n|---|---|\n{rows}\n"


def _operation(method: str, path: str, operation: Described, document: Described) -> str:
    told = [
        f"### `{method} {path.removeprefix('/api/v1')}`\n\n{operation.get('description', operation['summary'])}\n\n",
        f"Role: {operation.get('x-role', 'none, not even a login')}\n\n",
    ]
    parameters = operation.get("parameters", [])
    if parameters:
        told.append("| parameter | in | type | meaning |\n|---|---|---|---|\n")
        told += [_parameter(parameter) for parameter in parameters]
        told.append("\n")
    told += [
        f"Body: {_type(body['schema'])} as `{media}`\n\n"
        for media, body in operation.get("requestBody", {}).get("content", {}).items()
    ]
    return "".join([*told, _answer(operation["responses"]["200"], document)])


def _parameter(parameter: Described) -> str:
    meaning = parameter.get("description") or parameter["schema"].get("description", "")
    need = " (required)" if parameter.get("required") and parameter["in"] != "path" else ""
    return f"| `{parameter['name']}` | {parameter['in']} | {_type(parameter['schema'])}{need} | {_line(meaning)} |\n"


def _answer(answer: Described, document: Described) -> str:
    for media, content in answer.get("content", {}).items():
        schema = content.get("schema", {})
        if media != "application/json":
            return f"Answer: `{media}`. {_line(answer['description'])}\n\n"
        name = schema.get("$ref", "").rsplit("/", 1)[-1]
        data = document["components"]["schemas"].get(name, schema).get("properties", {}).get("data", {})
        return f"`data`: {_type(data)}\n\n"
    return ""


def _schema(name: str, schema: Described) -> str:
    required = schema.get("required", [])
    fields = schema.get("properties", {}).items()
    rows = [_field(name, one, " (required)" if name in required else "") for name, one in fields]
    table = "| field | type | meaning |\n|---|---|---|\n" + "".join(rows) + "\n" if rows else ""
    return f"### {name}\n\n{schema.get('description', '')}\n\n{table}"


def _field(name: str, schema: Described, need: str) -> str:
    return f"| `{name}` | {_type(schema)}{need} | {_line(schema.get('description', ''))} |\n"


def _type(schema: Described) -> str:  # noqa: PLR0911 - one line for each form of a schema
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(map(_type, several)))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map to {_type(schema['additionalProperties'])}"
    form = f" ({schema['format']})" if "format" in schema else ""
    return f"{schema.get('type', 'anything')}{form}"


def _told(name: str) -> bool:
    return not name.startswith("Envelope")


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
