"""Changes the text of a profile where a person has decided something, and leaves every other line as it is.

A profile is written by people, with comments and an order of its own, so it is not read and written anew: the places of
the values that change are looked up in the text (`yaml.Node` knows them), and only these are replaced. What comes of it
is read again, and must say what was meant and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from pydantic import ValidationError

from phonefleet import wording, yaml_text
from phonefleet.apps.schema import ProfileRules, SelectorRule, VersionRules
from phonefleet.errors import Permanent
from phonefleet.words import joined, say
from phonefleet.workshop.rules import as_line

LONGEST_LINE = 120
"""Characters: a selector that needs more is written over several lines."""

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's loader where there is one: its nodes stand in the same places, and come ten times as quickly."""

_STEP = 2
"""Blanks of one more level."""


class EditRefused(Permanent):
    """The profile cannot be changed like this."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a person has decided, for one range of versions.

    `range` is one that the profile has, or a new one, which comes first and so wins, as a copy of `copy_of` if that is
    given. `selectors` replaces or adds, by name. `pages` gives the selectors that tell a page: of a page that the range
    or all versions have, it replaces them for the range; a new page comes first of all, because the first one counts.
    """

    range: str
    copy_of: str | None = None
    selectors: Mapping[str, SelectorRule] = field(default_factory=dict[str, SelectorRule])
    pages: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def edited(text: str, change: Change) -> str:
    """Return the text of a profile with a change.

    Raises:
        EditRefused: the text is no profile, the change does not fit it or makes none of it, or its form is one in which
            nothing can be changed safely, such as with aliases.

    """
    before = parsed(text)
    meant = _meant(before, change)
    if change.range not in {rules.range for rules in before.versions}:
        text = _with_range(text, change)
    for name, rule in change.selectors.items():
        text = _in_range(text, change.range, "selectors", name, _selector(rule))
    for name, marks in change.pages.items():
        text = _with_page(text, change.range, name, list(marks))
    after = parsed(text)
    if after != meant or list(after.pages) != list(meant.pages):  # the first page counts that fits
        message = say(
            "workshop.form_cannot_be_changed",
            "the profile is written in a form that cannot be changed here: change its file by hand",
        )
        raise EditRefused(message)
    return text


def parsed(text: str) -> ProfileRules:
    """Return what the text of a profile says.

    Raises:
        EditRefused: it is none; the message has the field.

    """
    data: object = None
    try:
        data = yaml_text.read(text)[1]
        return ProfileRules.model_validate(data)
    except yaml.YAMLError as error:
        message = say("workshop.would_be_no_yaml", "it would be no YAML: {error}", error=error)
        raise EditRefused(message) from error
    except ValidationError as error:
        told = [
            joined(": ", (".".join(map(str, wording.place(each, data))), wording.reason(each)))
            for each in error.errors()
        ]
        message = say("workshop.would_be_no_profile", "it would be no profile: {reasons}", reasons=joined("; ", told))
        raise EditRefused(message) from error


# --- what is meant ---------------------------------------------------------------------------------------


def _meant(before: ProfileRules, change: Change) -> ProfileRules:
    """Return what the profile is to say after a change. Raises `EditRefused`."""
    versions = list(before.versions)
    ranges = [rules.range for rules in versions]
    if change.range not in ranges:
        versions.insert(0, _new_range(before, change))
    place = next(number for number, rules in enumerate(versions) if rules.range == change.range)
    known = before.pages.keys() | versions[place].pages.keys()
    new = {name: marks for name, marks in change.pages.items() if name not in known}
    versions[place] = versions[place].model_copy(
        update={
            "selectors": {**versions[place].selectors, **change.selectors},
            "pages": {**versions[place].pages, **{name: change.pages[name] for name in change.pages if name in known}},
        }
    )
    pages = {**dict(reversed(new.items())), **before.pages}
    said = before.model_copy(update={"versions": tuple(versions), "pages": pages}).model_dump(by_alias=True)
    try:
        return ProfileRules.model_validate(said)
    except ValidationError as error:
        reasons = joined("; ", map(wording.reason, error.errors()))
        message = say("workshop.would_be_no_profile", "it would be no profile: {reasons}", reasons=reasons)
        raise EditRefused(message) from error


def _new_range(before: ProfileRules, change: Change) -> VersionRules:
    if change.copy_of is None:
        return VersionRules.model_construct(range=change.range)
    copied = next((rules for rules in before.versions if rules.range == change.copy_of), None)
    if copied is None:
        message = say("workshop.no_range_to_copy", "the profile has no range {range!r} to copy", range=change.copy_of)
        raise EditRefused(message)
    return copied.model_copy(update={"range": change.range})


# --- in the text -----------------------------------------------------------------------------------------


def _with_range(text: str, change: Change) -> str:
    """Insert a range before all others."""
    versions = _block(_value(_root(text), "versions"), "versions")
    first = versions.value[0]
    column, start = _dash_column(text, first), _line_start(text, first.start_mark.index)
    if change.copy_of is None:
        new = f"{' ' * column}- range: {as_line(change.range)}\n"
    else:
        source = next(each for each in versions.value if _value(each, "range").value == change.copy_of)
        begin = _line_start(text, source.start_mark.index)
        range_ = _value(source, "range")
        head, tail = text[begin : range_.start_mark.index], text[range_.end_mark.index : _line_end(text, _end(source))]
        new = f"{head}{as_line(change.range)}{tail}\n"
    return f"{text[:start]}{new}\n{text[start:]}"


def _with_page(text: str, range_: str, name: str, marks: list[str]) -> str:
    root = _root(text)
    own = _maybe(_range_of(root, range_), "pages")
    if any(_maybe(pages, name) is not None for pages in (_maybe(root, "pages"), own) if pages is not None):
        return _in_range(text, range_, "pages", name, [as_line(marks)])
    entry = f"{as_line(name)}: {as_line(marks)}"
    found = _maybe(root, "pages")
    if found is None:
        at = _key(root, "versions").start_mark.index
        return f"{text[:at]}pages:\n{' ' * _STEP}{entry}\n\n{text[at:]}"
    pages = _mapping(found, "pages")
    if pages.flow_style:
        return _set_in_flow(text, pages, entry, first=True)
    first = pages.value[0][0]
    at = _line_start(text, first.start_mark.index)
    return f"{text[:at]}{' ' * first.start_mark.column}{entry}\n{text[at:]}"


def _in_range(text: str, range_: str, section: str, name: str, lines: Sequence[str]) -> str:
    """Set an entry of a section of a range of versions, such as a selector."""
    own = _block(_range_of(_root(text), range_), say("workshop.the_range", "the range {range}", range=range_))
    there = _maybe(own, section)
    if there is not None:
        return _set_in(text, _mapping(there, section), name, lines)
    indent = own.value[0][0].start_mark.column
    block = _entry(name, lines, indent + _STEP)
    at = _line_end(text, _end(own))
    return f"{text[:at]}\n{' ' * indent}{section}:\n{block}{text[at:]}"


def _range_of(root: yaml.MappingNode, range_: str) -> yaml.Node:
    versions = _block(_value(root, "versions"), "versions")
    return next(each for each in versions.value if _value(each, "range").value == range_)


def _set_in(text: str, mapping: yaml.MappingNode, name: str, lines: Sequence[str]) -> str:
    for key, value in mapping.value:
        if key.value == name:
            indent = key.start_mark.column
            new = f"{as_line(name)}: {lines[0]}" if mapping.flow_style else _entry(name, lines, indent).strip()
            return f"{text[: key.start_mark.index]}{new}{text[_end(value) :]}"
    if mapping.flow_style:
        return _set_in_flow(text, mapping, f"{as_line(name)}: {lines[0]}", first=False)
    indent = mapping.value[0][0].start_mark.column
    at = _line_end(text, _end(mapping))
    return f"{text[:at]}\n{_entry(name, lines, indent)}{text[at:]}"


def _set_in_flow(text: str, mapping: yaml.MappingNode, entry: str, *, first: bool) -> str:
    inside, end = mapping.start_mark.index + 1, mapping.end_mark.index - 1
    if not mapping.value:
        return f"{text[:inside]}{entry}{text[end:]}"
    if first:
        return f"{text[:inside]}{entry}, {text[inside:]}"
    at = _end(mapping.value[-1][1])
    return f"{text[:at]}, {entry}{text[at:]}"


def _entry(name: str, lines: Sequence[str], indent: int) -> str:
    """Return an entry with its value: on one line if it fits, else over several."""
    key, pad = as_line(name), " " * indent
    one = f"{pad}{key}: {lines[0]}"
    if len(lines) == 1 or len(one) <= LONGEST_LINE:
        return one
    return "\n".join([f"{pad}{key}:", *(f"{pad}{' ' * _STEP}{line}" for line in lines[1:])])


def _selector(rule: SelectorRule) -> list[str]:
    """Return a selector as YAML: first on one line, then the lines of the long form."""
    said = rule.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    alternatives = said.pop("any")
    each = [f"- {as_line(one)}" for one in alternatives]
    if not said:
        return [as_line(alternatives), *each]
    return [
        as_line({**said, "any": alternatives}),
        *(f"{name}: {as_line(value)}" for name, value in said.items()),
        "any:",
        *(f"{' ' * _STEP}{line}" for line in each),
    ]


# --- nodes -----------------------------------------------------------------------------------------------


def _root(text: str) -> yaml.MappingNode:
    node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    if not isinstance(node, yaml.MappingNode):
        message = say("workshop.profile_empty", "the profile is empty")
        raise EditRefused(message)
    return node


def _maybe(node: yaml.Node, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _value(node: yaml.Node, name: str) -> yaml.Node:
    found = _maybe(node, name)
    if found is None:
        message = say("workshop.profile_lacks", "the profile has no {name} where they are looked for", name=name)
        raise EditRefused(message)
    return found


def _mapping(node: yaml.Node, what: str) -> yaml.MappingNode:
    """Return a node that holds entries. Raises `EditRefused` for another."""
    if not isinstance(node, yaml.MappingNode):
        message = say("workshop.no_entries", "{what} of the profile holds no entries", what=what)
        raise EditRefused(message)
    return node


def _key(node: yaml.MappingNode, name: str) -> yaml.Node:
    return next(key for key, _ in node.value if key.value == name)


def _block(node: yaml.Node, what: str) -> yaml.CollectionNode:
    """Return a node that is written over lines. Raises `EditRefused` for one in braces or brackets."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style:
        message = say(
            "workshop.in_brackets",
            "{what} stands in brackets: change the file by hand, or write it over several lines first",
            what=what,
        )
        raise EditRefused(message)
    return node


def _end(node: yaml.Node) -> int:
    """Return where the text of a node ends; a block's own mark is behind the comments and blank lines after it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    return node.end_mark.index


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    """Return where the line ends in which something ends, behind its comment."""
    found = text.find("\n", max(index - 1, 0) if text[index - 1 : index] == "\n" else index)
    return len(text) if found < 0 else found


def _dash_column(text: str, item: yaml.Node) -> int:
    """Return the column of the dash before an item of a list."""
    line = text[_line_start(text, item.start_mark.index) : item.start_mark.index]
    return len(line) - len(line.lstrip())
