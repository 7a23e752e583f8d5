"""Selectors: how an app profile recognizes an element on the screen."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field

from phonefleet.geometry import Rect


@dataclass(frozen=True, slots=True)
class Element:
    """One view on the screen, as the hierarchy describes it."""

    bounds: Rect
    id: str = ""
    text: str = ""
    desc: str = ""
    class_name: str = ""
    package: str = ""
    checked: bool = False
    selected: bool = False
    enabled: bool = True
    scrollable: bool = False
    height: tuple[int, int] = field(default=(0, 0), compare=False)
    """How high it lies: its window's place among the windows of its screen, then its own in the document."""

    @property
    def label(self) -> str:
        """What the element says: its text, or else its description."""
        return self.text or self.desc


@dataclass(frozen=True, slots=True)
class Match:
    """One alternative of a selector: what is given must hold; patterns must match the whole value.

    `xpath` is evaluated on each window as if the hierarchy held no other, and the other conditions then choose among
    what it finds.
    """

    id: str | None = None
    texts: frozenset[str] | None = None
    text_pattern: re.Pattern[str] | None = None
    desc: str | None = None
    desc_pattern: re.Pattern[str] | None = None
    class_name: str | None = None
    package: str | None = None
    checked: bool | None = None
    selected: bool | None = None
    xpath: str | None = None

    def fits(self, element: Element) -> bool:
        """Tell whether the element is what is meant, apart from `xpath`."""
        return self._fits_exactly(element) and self._fits_patterns(element)

    def _fits_exactly(self, element: Element) -> bool:
        return (  # written out, because each look at a screen asks this some thousand times
            (self.id is None or self.id == element.id)
            and (self.desc is None or self.desc == element.desc)
            and (self.class_name is None or self.class_name == element.class_name)
            and (self.package is None or self.package == element.package)
            and (self.checked is None or self.checked == element.checked)
            and (self.selected is None or self.selected == element.selected)
        )

    def _fits_patterns(self, element: Element) -> bool:
        return (
            (self.texts is None or element.text in self.texts)
            and (self.text_pattern is None or self.text_pattern.fullmatch(element.text) is not None)
            and (self.desc_pattern is None or self.desc_pattern.fullmatch(element.desc) is not None)
        )


Selector = tuple[Match, ...]
"""Alternatives: the first one that finds anything counts."""


def fingerprint(selector: Selector) -> str:
    """Return 16 hexadecimal digits that stand for the rules of a selector: other rules, another fingerprint."""
    rules = [[getattr(match, name) for name in Match.__slots__] for match in selector]
    return hashlib.sha256(json.dumps(rules, default=_written).encode()).hexdigest()[:16]


def _written(rule: frozenset[str] | re.Pattern[str]) -> str | list[str]:
    return rule.pattern if isinstance(rule, re.Pattern) else sorted(rule)
