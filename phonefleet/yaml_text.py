"""YAML from outside, read within bounds: a few lines of aliases can stand for more than a computer holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import yaml

from phonefleet.words import say

MOST_VALUES: Final = 100_000
"""Values of a file, each alias counted as what it stands for."""

MOST_CHARACTERS: Final = 2_000_000

MOST_LEVELS: Final = 100
"""Values within values: each is a call within a call, and libyaml ends the process where the stack ends."""

_QUICK: Final[type[Any]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Reads with libyaml where PyYAML was built with it, 12 times as quickly: each process reads the apps' profiles."""


class YamlTooLarge(yaml.YAMLError):
    """The file holds too much."""


def read(text: str) -> tuple[yaml.Node | None, object]:
    """Return the nodes of a text, which know their lines, and the values that they stand for.

    Raises:
        YamlTooLarge: it is too long or too deep, holds too many values, or a value that contains itself.
        yaml.YAMLError: it is no YAML.

    """
    if len(text) > MOST_CHARACTERS:
        message = say(
            "yaml_text.characters_most",
            "it has {number} characters, and {most_characters} are the most",
            number=len(text),
            most_characters=MOST_CHARACTERS,
        )
        raise YamlTooLarge(message)
    try:
        return _read(text, _QUICK)
    except YamlTooLarge:
        raise
    except yaml.YAMLError:  # PyYAML's own words show the line that it could not read
        return _read(text, yaml.SafeLoader)


def _read(text: str, loader: type[Any]) -> tuple[yaml.Node | None, object]:
    _measure_depth(yaml.parse(text, Loader=loader))
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    if node is not None:
        _count(node, {}, frozenset())
        return node, _value(node)
    return None, None


def _measure_depth(events: Iterable[yaml.Event]) -> None:
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_LEVELS:
            raise YamlTooLarge(
                say(
                    "yaml_text.too_deep",
                    "line {line} is more than {most_levels} levels deep",
                    line=event.start_mark.line + 1 if event.start_mark else 1,
                    most_levels=MOST_LEVELS,
                )
            )


def _value(node: yaml.Node) -> object:
    """Return what a node stands for, without reading the text again."""
    loader: Any = yaml.SafeLoader("")  # its stubs leave this open
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _count(node: yaml.Node, known: dict[int, int], above: frozenset[int]) -> int:
    """Return how many values a node stands for."""
    if id(node) in above:
        message = say(
            "yaml_text.value_line_contains_itself",
            "the value in line {line} contains itself",
            line=node.start_mark.line + 1,
        )
        raise YamlTooLarge(message)
    if id(node) not in known:
        within = above | {id(node)}
        known[id(node)] = 1 + sum(_count(child, known, within) for child in _children(node))
    if known[id(node)] > MOST_VALUES:
        message = say(
            "yaml_text.stands_more_than_values", "it stands for more than {most_values} values", most_values=MOST_VALUES
        )
        raise YamlTooLarge(message)
    return known[id(node)]


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
