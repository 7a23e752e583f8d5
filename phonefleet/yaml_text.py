"""YAML from outside, read within bounds: a few lines of aliases can stand for more than a computer holds."""

from __future__ import annotations

from typing import Any, Final

import yaml

MOST_VALUES: Final = 100_000
"""Values of a file, each alias counted as what it stands for."""

MOST_CHARACTERS: Final = 2_000_000


class YamlTooLarge(yaml.YAMLError):
    """The file holds too much."""


def read(text: str) -> tuple[yaml.Node | None, object]:
    """Return the nodes of a text, which know their lines, and the values that they stand for.

    Raises:
        YamlTooLarge: it is too long, holds too many values, or a value that contains itself.
        yaml.YAMLError: it is no YAML.

    """
    if len(text) > MOST_CHARACTERS:
        message = f"it has {len(text)} characters, and {MOST_CHARACTERS} are the most"
        raise YamlTooLarge(message)
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is not None:
        _count(node, {}, frozenset())
        return node, _value(node)
    return None, None


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
        message = f"the value in line {node.start_mark.line + 1} contains itself"
        raise YamlTooLarge(message)
    if id(node) not in known:
        within = above | {id(node)}
        known[id(node)] = 1 + sum(_count(child, known, within) for child in _children(node))
    if known[id(node)] > MOST_VALUES:
        message = f"it stands for more than {MOST_VALUES} values"
        raise YamlTooLarge(message)
    return known[id(node)]


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
