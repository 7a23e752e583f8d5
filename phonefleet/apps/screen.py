"""A screen that was read from a phone: its elements, and how to find them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from phonefleet.apps.selector import Element, Match, Selector
from phonefleet.errors import AutomationDown
from phonefleet.geometry import Rect

_XmlNode = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - lxml has no other name for it


@dataclass(frozen=True, slots=True)
class Screen:
    """What the phone showed at one moment, in document order: what lies on top comes last."""

    xml: str
    elements: tuple[Element, ...]
    _root: _XmlNode

    @classmethod
    def parse(cls, xml: str) -> Screen:
        """Read a hierarchy as uiautomator writes it.

        Raises:
            AutomationDown: the text is no hierarchy.

        """
        if "<!DOCTYPE" in xml:  # uiautomator writes none, and entities would be expanded in attributes
            message = "the phone sent an unreadable hierarchy: it declares a document type"
            raise AutomationDown(message)
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            root = etree.fromstring(xml.encode(), parser)
            return cls(xml, tuple(_element(node) for node in root.iter("node")), root)
        except (etree.XMLSyntaxError, ValueError) as error:
            message = f"the phone sent an unreadable hierarchy: {error}"
            raise AutomationDown(message) from error

    def find(self, selector: Selector) -> Element | None:
        """Return the first element that the first fitting alternative finds."""
        found = self.find_all(selector)
        return found[0] if found else None

    def find_all(self, selector: Selector) -> Sequence[Element]:
        """Return all elements of the first alternative that finds any."""
        place = self.alternative(selector)
        return [] if place is None else self._matching(selector[place])

    def alternative(self, selector: Selector) -> int | None:
        """Return the index of the first alternative that finds anything."""
        return next((index for index, match in enumerate(selector) if self._matching(match)), None)

    def shows(self, package: str) -> bool:
        """Tell whether anything of the package is on the screen."""
        return any(element.package == package for element in self.elements)

    def height_of(self, element: Element) -> int:
        """Return how far above others an element lies: the later in the document, the higher."""
        return self.elements.index(element)

    @property
    def bounds(self) -> Rect:
        """The whole screen."""
        return self.elements[0].bounds if self.elements else Rect(0, 0, 0, 0)

    def _matching(self, match: Match) -> list[Element]:
        return [element for element in self._candidates(match) if match.fits(element)]

    def _candidates(self, match: Match) -> Sequence[Element]:
        if match.xpath is None:
            return self.elements
        found = self._root.xpath(match.xpath)
        nodes = found if isinstance(found, list) else []
        return [_element(node) for node in nodes if isinstance(node, _XmlNode) and node.tag == "node"]


def _element(node: _XmlNode) -> Element:
    return Element(
        bounds=Rect.parse(node.get("bounds", "")),
        id=node.get("resource-id", ""),
        text=node.get("text", ""),
        desc=node.get("content-desc", ""),
        class_name=node.get("class", ""),
        package=node.get("package", ""),
        checked=node.get("checked") == "true",
        selected=node.get("selected") == "true",
        enabled=node.get("enabled") != "false",
        scrollable=node.get("scrollable") == "true",
    )
