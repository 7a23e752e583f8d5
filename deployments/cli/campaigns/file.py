"""Reads campaigns from a YAML file, with the line number of each value for error messages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from phonefleet import yaml_text
from phonefleet.client import ApiError
from phonefleet.errors import Permanent
from phonefleet.words import tr

STANDARD = Path("-")
_ROOT = "campaigns"
Lines = dict[tuple[str, ...], int]


class CampaignsFile:
    """A campaigns file; `campaigns` has the body of each campaign as the API takes it.

    Raises:
        Permanent: the file cannot be read or is no such file; the message has its name and a line.

    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines: Lines = {}
        self.campaigns = self._campaigns(_text(file))

    def refusal(self, error: ApiError) -> Permanent:
        """Convert the API's refusal of fields to an error with file and line of each."""
        data = cast("dict[str, Any]", error.data or {})
        found = cast("list[dict[str, str]]", data.get("errors", []))
        told = [self._place(one["field"], one["reason"]) for one in found]
        return Permanent("\n".join(told) or f"{self._file}: {error}")

    def _campaigns(self, text: str) -> list[dict[str, Any]]:
        try:
            node, data = yaml_text.read(text)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self._wrong(line, tr("is no YAML: {problem}", problem=error.problem)) from error
        except (yaml.YAMLError, ValueError) as error:
            raise self._wrong(1, tr("is no YAML: {error}", error=error)) from error
        if node is not None:
            self._record_lines(node, ())
        return self._listed(data)

    def _listed(self, data: object) -> list[dict[str, Any]]:
        fields = cast("dict[object, Any]", data) if isinstance(data, dict) else {}
        if unknown := [name for name in fields if name != _ROOT]:
            raise self._wrong(
                self._line((str(unknown[0]),)),
                tr("{unknown} is not known; there is only {root}", unknown=unknown[0], root=_ROOT),
            )
        campaigns = fields.get(_ROOT)
        if not isinstance(campaigns, list):
            raise self._wrong(self._line((_ROOT,)), tr("must hold a list named {root}", root=_ROOT))
        return [_plain(campaign) for campaign in cast("list[Any]", campaigns)]

    def _record_lines(self, node: yaml.Node, path: tuple[str, ...]) -> None:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._lines[*path, str(key.value)] = key.start_mark.line + 1
                self._record_lines(value, (*path, str(key.value)))
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                self._record_lines(value, (*path, str(number)))

    def _place(self, field: str, reason: str) -> str:
        path = tuple(field.split("."))
        return f"{self._file}:{self._line(path)}: {'.'.join(path[2:]) or field} {reason}"

    def _line(self, path: tuple[str, ...]) -> int:
        """Return the line of a value, or of the innermost value around it that has one."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _wrong(self, line: int, what: str) -> Permanent:
        return Permanent(f"{self._file}:{line}: {what}")


def _text(file: Path) -> str:
    try:
        return sys.stdin.read() if file == STANDARD else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = tr("{file} cannot be read: {error}", file=file, error=error)
        raise Permanent(message) from error


def _plain(value: Any) -> Any:
    """Convert a YAML value to JSON types: dates and times become ISO 8601 strings."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in cast("Mapping[object, Any]", value).items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in cast("Iterable[Any]", value)]
    return value.isoformat() if hasattr(value, "isoformat") else value
