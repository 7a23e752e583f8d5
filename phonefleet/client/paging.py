"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

LARGEST_PAGE = 100
"""The most items that one answer holds."""

Item = TypeVar("Item")
Page = TypeVar("Page")


def items_of_pages(
    page: Callable[[int, int], Page], items: Callable[[Page], Sequence[Item]], key: Callable[[Item], object]
) -> Iterator[Item]:
    """Yield the items of all pages, each once; new ones that push others to later pages do not matter.

    `page` is called with a number and a size until a page is not full.
    """
    seen: set[object] = set()
    number, full = 1, True
    while full:
        found = items(page(number, LARGEST_PAGE))
        for item in found:
            if key(item) not in seen:
                seen.add(key(item))
                yield item
        number, full = number + 1, len(found) == LARGEST_PAGE
