"""App profiles in their compiled form: the selectors, links and dialogs that are valid for one version of an app."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import quote

from packaging.specifiers import SpecifierSet

from phonefleet.apps.schema import Alternatives, MatchRule, ProfileRules, VersionRules
from phonefleet.apps.selector import Match, Selector
from phonefleet.apps.shown_text import dumped
from phonefleet.errors import UnsupportedApp

_NUMBERS = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Popup:
    """A dialog to be dismissed wherever it shows."""

    name: str
    when: Selector
    dismiss: Selector


@dataclass(frozen=True, slots=True)
class Refusal:
    """A screen or dialog by which the app blocks the account; `tell` is text for people, `dismiss` may be empty."""

    name: str
    when: Selector
    tell: str
    dismiss: Selector = ()


@dataclass(frozen=True, slots=True)
class VersionProfile:
    """How to drive one version of an app.

    `unverified` has the selectors that were never verified on a phone, with the app version they were written for;
    `pages` has the selectors that identify each page.
    """

    name: str
    package: str
    version: str
    links: Mapping[str, str]
    selectors: Mapping[str, Selector]
    unverified: Mapping[str, str]
    pages: Mapping[str, tuple[str, ...]]
    popups: tuple[Popup, ...]
    challenges: tuple[Refusal, ...]
    blocked: tuple[Refusal, ...]

    def selector(self, name: str) -> Selector:
        """Return a selector.

        Raises:
            UnsupportedApp: the profile has none of this name for this version.

        """
        if name not in self.selectors:
            message = f"the profile {self.name} does not know the selector {name!r} (version {self.version} of the app)"
            raise UnsupportedApp(message)
        return self.selectors[name]

    def link(self, kind: str, **values: str) -> str:
        """Return a deep link with the values percent-encoded.

        Raises:
            UnsupportedApp: the profile has no link of this kind.

        """
        if kind not in self.links:
            message = f"profile {self.name} has no link of the kind {kind!r}"
            raise UnsupportedApp(message)
        return self.links[kind].format(**{name: quote(value, safe="") for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class AppProfile:
    """A profile as it was loaded, for all versions that it covers."""

    rules: ProfileRules

    @property
    def name(self) -> str:
        """The profile's name, as in `app` of a task."""
        return self.rules.name

    @property
    def package(self) -> str:
        """The app's package."""
        return self.rules.package

    @property
    def verified(self) -> str:
        """The phone and app version on which the profile was last verified, as text."""
        return self.rules.verified

    def variants(self) -> list[VersionProfile]:
        """Return the profile of each range of versions; its `version` is the range."""
        return [_profile(self.rules, rules, rules.range) for rules in self.rules.versions]

    def for_version(self, version: str) -> VersionProfile:
        """Return the profile for a versionName; letters after its numbers are ignored.

        Raises:
            UnsupportedApp: the version is in no range of the profile.

        """
        numbers = _NUMBERS.match(version)
        for rules in self.rules.versions:
            if numbers and SpecifierSet(rules.range).contains(numbers.group(), prereleases=True):
                return _profile(self.rules, rules, version)
        ranges = " or ".join(rules.range for rules in self.rules.versions)
        message = f"profile {self.name} covers the versions {ranges}, and the phone has {version or 'none'} of the app"
        raise UnsupportedApp(message)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def _profile(common: ProfileRules, rules: VersionRules, version: str) -> VersionProfile:
    texts = {**common.texts, **rules.texts}
    selectors = {**common.selectors, **rules.selectors}

    def compiled(selector: Alternatives) -> Selector:
        return tuple(_match(match, common.package, texts) for match in selector)

    return VersionProfile(
        name=common.name,
        package=common.package,
        version=version,
        links=common.links,
        selectors={name: compiled(rule.any) for name, rule in selectors.items()},
        unverified={name: rule.read_for for name, rule in selectors.items() if rule.read_for is not None},
        pages={**common.pages, **rules.pages},
        popups=tuple(
            Popup(each.name, compiled(each.when), compiled(each.dismiss))
            for each in _merged(common.popups, rules.popups)
        ),
        challenges=tuple(
            Refusal(each.name, compiled(each.when), each.tell) for each in _merged(common.challenges, rules.challenges)
        ),
        blocked=tuple(
            Refusal(each.name, compiled(each.when), each.tell, compiled(each.dismiss or ()))
            for each in _merged(common.blocked, rules.blocked)
        ),
    )


def _merged(common: Sequence[_N], special: Sequence[_N]) -> Sequence[_N]:
    return list({each.name: each for each in (*common, *special)}.values())


def _match(rule: MatchRule, package: str, texts: Mapping[str, tuple[str, ...]]) -> Match:
    words = texts[rule.text_of] if rule.text_of is not None else None if rule.text is None else (rule.text,)
    return Match(
        id=f"{package}:id/{rule.id}" if rule.id and ":" not in rule.id else rule.id,
        texts=None if words is None else frozenset(map(dumped, words)),
        text_pattern=None if rule.text_matches is None else re.compile(rule.text_matches),
        desc=None if rule.desc is None else dumped(rule.desc),
        desc_pattern=None if rule.desc_matches is None else re.compile(rule.desc_matches),
        class_name=rule.class_name,
        package=rule.package,
        checked=rule.checked,
        selected=rule.selected,
        xpath=rule.xpath,
    )
