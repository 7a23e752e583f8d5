"""Finds on a screen what names people: by the app's profile, and by ids where the profile says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element, Match, Selector
from phonefleet.recording.mask import Kind

_BY_SELECTOR: Mapping[str, Kind] = {
    "profile_name": "display_name", "editor_name": "display_name", "editor_username": "handle",
    "search_name": "display_name", "people_name": "display_name",
}  # fmt: skip
"""Selectors whose elements name people, beside those of which a profile says so."""

_WORDS = re.compile(r"[a-z]+|[A-Z][a-z]*")
_HANDLES = frozenset({"username", "handle", "owner", "author", "nick", "nickname", "sender", "peer"})
_NAMES = frozenset({"fullname", "displayname", "realname"})
_WHO, _CALLED = frozenset({"user", "full", "display", "person", "contact", "header", "profile"}), {"name", "title"}
_LONGEST = 60
"""Characters of a label that names people; what is longer is a text."""


def labels(screen: Screen, profile: VersionProfile) -> dict[Element, Kind]:
    """Return the elements of a screen whose labels name people, and how they do."""
    found: dict[Element, Kind] = {each: kind for each in screen.elements if (kind := _by_id(each)) is not None}
    for selector, kind in _naming(profile):
        found |= dict.fromkeys(_all(screen, selector), kind)
    return {each: kind for each, kind in found.items() if 0 < len(each.label) <= _LONGEST}


def words_of(profile: VersionProfile) -> frozenset[str]:
    """Return the words and phrases that the profile knows of the app, in lower case."""
    dialogs = (*profile.popups, *profile.challenges, *profile.blocked)
    selectors = [*profile.selectors.values(), *(each.when for each in dialogs), *(each.dismiss for each in dialogs)]
    said = {phrase.casefold() for selector in selectors for match in selector for phrase in _phrases(match)}
    return frozenset(said | {word for phrase in said for word in re.findall(r"\w+", phrase)})


def _naming(profile: VersionProfile) -> Iterator[tuple[Selector, Kind]]:
    for name, selector in profile.selectors.items():
        kind = profile.holds(name)
        if kind in ("handle", "display_name"):
            yield selector, kind
        elif name in _BY_SELECTOR:
            yield selector, _BY_SELECTOR[name]


def _all(screen: Screen, selector: Selector) -> Iterator[Element]:
    """Yield what any alternative finds, not only the first that finds something: better one too many."""
    for match in selector:
        yield from screen.find_all((match,))


def _by_id(element: Element) -> Kind | None:
    """Guess by the words of an id (`row_username`, `displayName`), unless it is a button or a list."""
    if "Button" in element.class_name or element.scrollable:
        return None
    words = {word.casefold() for word in _WORDS.findall(element.id.rpartition("/")[2])}
    if words & _HANDLES:
        return "handle"
    return "display_name" if words & _NAMES or (words & _WHO and words & _CALLED) else None


def _phrases(match: Match) -> Iterator[str]:
    yield from match.texts or ()
    yield from match.descs or ()
    for pattern in (match.text_pattern, match.desc_pattern):
        yield from re.findall(r"[^\W\d_]{2,}", pattern.pattern if pattern else "")
    place = match.place
    if place is not None:
        single = (place.within, place.has, place.below, place.above, place.beside, place.not_below)
        for anchor in (*place.not_in, *(each for each in single if each is not None)):
            yield from _phrases(anchor)
