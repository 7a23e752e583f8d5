"""Puts the names of phones and accounts into the forms by which people start runs in Prefect.

A form is made by Prefect's UI from the JSON schema of a deployment's parameters. Seen with Prefect 3.8.8, in both of
its UIs: `enum` makes a list to choose from, which takes nothing else, and whose labels are its values; each alternative
of `anyOf` is a tab that is called by its `title`; `examples` are not shown at all. Its server checks parameters against
the schema. So a field gets both, a list to choose from and a text to type, and any name passes.

After each key, the older UI shows the first tab whose `type` is that of the value. Hence names to choose from have no
`type`, and of lists, which need one, those to type come first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

MOST_CHOICES: Final = 1000
"""Of so many names a list offers the first; any other can be typed."""

_CHOOSE: Final = "Choose"
_TYPE: Final = "Type"
_NONE: Final = "None"
_OURS: Final = frozenset({_CHOOSE, _TYPE, _NONE})
_ABOUT: Final = frozenset({"title", "description", "position", "default", "example", "examples"})
"""What a schema says of a field beside what the field takes."""

_TASK: Final = "TaskRequest"
"""The part of a campaign's form with the body of `POST /task`."""

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choices:
    """The names that forms offer: of phones, their groups, accounts, and their tags."""

    phones: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    usernames: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def with_choices(form: Schema, choices: Choices) -> dict[str, Any]:
    """Return a form that offers these names, and no other that was offered before.

    It fits forms of scripts, with the fields `serial` and `username`, and those of campaigns, with `serials` and
    `usernames` of a task. What is no text, or already a list of its author's own, stays as it is.

    Example:
        >>> form = {"properties": {"serial": {"title": "Phone", "type": "string"}}}
        >>> with_choices(form, Choices(phones=("front_desk",)))["properties"]["serial"]["anyOf"]
        [{'title': 'Choose', 'enum': ['front_desk']}, {'title': 'Type', 'type': 'string'}]

    """
    one = {"serial": choices.phones, "username": choices.usernames}
    groups, tags = [f"group:{name}" for name in choices.groups], [f"tag:{name}" for name in choices.tags]
    several = {"serials": (*choices.phones, *groups), "usernames": (*choices.usernames, *tags)}
    made = _with_fields(form, one)
    parts: Schema = made.get("definitions") or {}
    task: Schema = parts.get(_TASK) or {}
    if task:
        made["definitions"] = {**parts, _TASK: _with_fields(task, several)}
    return made


def _with_fields(form: Schema, names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    fields: Schema = form.get("properties") or {}
    offering = {name: _offering(field, names[name]) if name in names else field for name, field in fields.items()}
    return {**form, "properties": offering} if fields else dict(form)


def _offering(field: Schema, names: Sequence[str]) -> Schema:
    """Return a field that offers names beside the text that it takes; the field itself if it takes none."""
    alternatives: Sequence[Schema] = field.get("anyOf") or [_without(field, _ABOUT)]
    own = [_untitled(each) for each in alternatives if each.get("title") != _CHOOSE]
    typed = next((each for each in own if _is_text(each)), None)
    if typed is None:
        return field
    about = {name: value for name, value in field.items() if name in _ABOUT}
    offered = _with_list(typed, own, names) if names else own
    return {**about, **offered[0]} if len(offered) == 1 else {**about, "anyOf": offered}


def _is_text(alternative: Schema) -> bool:
    """Tell whether an alternative takes any text, or a list of any texts."""
    if alternative.get("type") == "array":
        items: Schema = alternative.get("items") or {}
        return _is_text(items)
    return alternative.get("type") == "string" and not {"enum", "const", "format"} & alternative.keys()


def _with_list(typed: Schema, own: Sequence[Schema], names: Sequence[str]) -> list[Schema]:
    """Return a field's own alternatives with names to choose from, in the order that suits the older UI."""
    titled = [_titled(each) for each in own]
    if typed["type"] != "array":
        return [{"title": _CHOOSE, "enum": list(names)}, *titled]
    several = {"title": _CHOOSE, "type": "array", "items": {"type": "string", "enum": list(names)}}
    place = list(own).index(typed) + 1
    return [*titled[:place], several, *titled[place:]]


def _titled(alternative: Schema) -> Schema:
    title = {"null": _NONE, "string": _TYPE, "array": _TYPE}.get(str(alternative.get("type")))
    return {"title": title, **alternative} if title else alternative


def _untitled(alternative: Schema) -> Schema:
    return _without(alternative, {"title"}) if alternative.get("title") in _OURS else alternative


def _without(schema: Schema, names: set[str] | frozenset[str]) -> Schema:
    return {name: value for name, value in schema.items() if name not in names}
