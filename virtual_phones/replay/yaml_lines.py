"""YAML in which every value is a text and knows its line.

YAML 1.1 takes the key `on` for True and a version 2.0 for a number; in a manifest of screens both are texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

Place = Sequence[int | str]
"""The way to a value: keys of mappings and numbers in lists, from the outermost."""

MOST_CHARACTERS = 2_000_000


class NotYaml(Exception):  # noqa: N818 - the caller makes an error of it that names the file
    """The text is no YAML, or not what is allowed of it; it has the line, from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True)
class Document:
    """What a text holds: its values, and the nodes that know where they stand."""

    value: object
    root: yaml.Node | None

    def line(self, place: Place) -> int:
        """Return the line (from 1) of a value, or of its innermost parent that is there."""
        node, line = self.root, 1
        for step in place:
            key, node = _below(node, step)
            if node is None:
                break
            line = (key or node).start_mark.line + 1
        return line


def read(text: str) -> Document:
    """Read a text.

    Raises:
        NotYaml: it is no YAML, is too long, names a key twice, or has an alias, which could stand for too much.

    """
    if len(text) > MOST_CHARACTERS:
        raise NotYaml(1, f"it has {len(text)} characters, and {MOST_CHARACTERS} are the most")
    loader = yaml.BaseLoader(text)
    try:
        root: yaml.Node | None = loader.get_single_node()
        _check(root, set())
        value = _value(root) if root is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYaml(mark.line + 1 if mark else 1, error.problem or "it cannot be read") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise NotYaml(1, str(error) or "it is nested too deeply") from error
    finally:
        loader.dispose()
    return Document(value, root)


def _check(node: yaml.Node | None, seen: set[int]) -> None:
    if node is None:
        return
    if id(node) in seen:
        raise NotYaml(node.start_mark.line + 1, "an alias: write the value out where it is meant")
    seen.add(id(node))
    keys = set[object]()
    for key in _keys(node):
        if key.value in keys:
            raise NotYaml(key.start_mark.line + 1, f"{key.value} stands here twice")
        keys.add(key.value)
    for child in _children(node):
        _check(child, seen)


def _value(node: yaml.Node) -> object:
    """Return what a node stands for: a mapping, a list or a text."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(each) for each in node.value]
    return str(node.value)


def _keys(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        yield from (key for key, _ in node.value if isinstance(key, yaml.ScalarNode))


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _below(node: yaml.Node | None, step: int | str) -> tuple[yaml.Node | None, yaml.Node | None]:
    """Return the key and the value that are one step below a node; no key in a list."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None, None
