"""Where elements stand in a window: inside of others, beside or below them; and which of them takes a touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from phonefleet.apps.screens.selector import Element, Match, Place
from phonefleet.apps.screens.windows import Window, XmlNode


def found_in(window: Window, match: Match) -> list[Element]:
    """Return the elements of a window that fit one alternative of a selector, each once, in document order."""
    fitting = [element for element in _candidates(window, match) if match.fits(element)]
    if match.place is not None and fitting:
        stands = _condition(window, match.place)
        fitting = [element for element in fitting if stands(element)]
    if match.take is None:
        return fitting
    return list(dict.fromkeys(found for each in fitting if (found := clickable_of(window, each)) is not None))


def ancestors(window: Window, element: Element) -> Iterator[Element]:
    """Yield what holds an element, from the innermost on."""
    index = window.parents[element.height[1]]
    while index >= 0:
        yield window.elements[index]
        index = window.parents[index]


def clickable_of(window: Window, element: Element) -> Element | None:
    """Return the element, or else the nearest one around it, that takes touches."""
    return next((each for each in (element, *ancestors(window, element)) if each.clickable), None)


def _candidates(window: Window, match: Match) -> Sequence[Element]:
    if match.xpath is not None:
        return _by_xpath(window, match.xpath)
    return window.elements if match.id is None else window.by_id.get(match.id, ())


def _by_xpath(window: Window, xpath: str) -> Sequence[Element]:
    found = window.tree.xpath(xpath)
    nodes = found if isinstance(found, list) else []
    places = dict(zip(window.tree.iter("node"), window.elements, strict=True))
    return [places[node] for node in nodes if isinstance(node, XmlNode) and node.tag == "node"]


def _condition(window: Window, place: Place) -> Callable[[Element], bool]:
    """Return what tells whether an element stands there; the anchors are looked for once."""
    checks: list[Callable[[Element], bool]] = []
    if place.within is not None:
        around = _places(window, place.within)
        checks.append(lambda element: any(each.height[1] in around for each in ancestors(window, element)))
    if place.not_in:
        barred = {index for match in place.not_in for index in _places(window, match)}
        checks.append(
            lambda element: not any(each.height[1] in barred for each in (element, *ancestors(window, element)))
        )
    if place.has is not None:
        holders = {each.height[1] for inner in found_in(window, place.has) for each in ancestors(window, inner)}
        checks.append(lambda element: element.height[1] in holders)
    checks += _beside(window, place)
    return lambda element: all(check(element) for check in checks)


def _beside(window: Window, place: Place) -> Iterator[Callable[[Element], bool]]:
    if place.below is not None:
        upper = min((each.bounds.bottom for each in found_in(window, place.below)), default=None)
        yield lambda element: upper is not None and element.bounds.center.y >= upper
    if place.above is not None:
        lower = max((each.bounds.top for each in found_in(window, place.above)), default=None)
        yield lambda element: lower is not None and element.bounds.center.y < lower
    if place.beside is not None:
        rows = found_in(window, place.beside)
        yield lambda element: any(each != element and _is_beside(each, element) for each in rows)
    if place.not_below is not None:
        edge = min((each.bounds.bottom for each in found_in(window, place.not_below)), default=None)
        yield lambda element: edge is None or element.bounds.center.y < edge


def _is_beside(anchor: Element, element: Element) -> bool:
    return anchor.bounds.top <= element.bounds.center.y < anchor.bounds.bottom


def _places(window: Window, match: Match) -> set[int]:
    return {element.height[1] for element in found_in(window, match)}
