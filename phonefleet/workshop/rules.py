"""The rules of a profile under which screens are read in the workshop: one range of versions, one language.

A version that no range covers is read by the rules that fit it best: that is how people find out what a new version of
an app has changed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import yaml
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from phonefleet.apps.app_profile import AppProfile, VersionProfile, numbers_of
from phonefleet.apps.compiling import Compiler
from phonefleet.apps.recognition import kind_of
from phonefleet.apps.schema import MatchRule
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element, Selector
from phonefleet.errors import Permanent, UnsupportedApp
from phonefleet.words import say


class RangeUnknown(Permanent):
    """The profile has no such range of versions."""


@dataclass(frozen=True)
class Rules:
    """The rules of one range of a profile, by its place in the file; with `language` None the words of all count."""

    profile: AppProfile
    place: int
    language: str | None = None

    @classmethod
    def of_range(cls, profile: AppProfile, written: str, language: str | None = None) -> Rules:
        """Return the rules of a range as the profile writes it.

        Raises:
            RangeUnknown: there is no such range.

        """
        ranges = [rules.range for rules in profile.rules.versions]
        if written not in ranges:
            message = say(
                "workshop.no_such_range",
                "the profile {profile} has no range {range!r}; it has {ranges}",
                profile=profile.name,
                range=written,
                ranges=", ".join(ranges),
            )
            raise RangeUnknown(message)
        return cls(profile, ranges.index(written), _known(profile, language))

    @classmethod
    def of(
        cls, profile: AppProfile, version: str | None, language: str | None, screens: Sequence[Screen] = ()
    ) -> Rules:
        """Return the rules for a version; where no range covers it, those that know most on the screens."""
        spoken = _known(profile, language)
        every = [cls(profile, place, spoken) for place in range(len(profile.rules.versions))]
        covering = [rules for rules in every if version is not None and rules.covers(version)]
        return covering[0] if covering else max(reversed(every), key=lambda rules: rules.fit(screens))

    @property
    def range(self) -> str:
        """The range of versions, as the profile writes it."""
        return self.profile.rules.versions[self.place].range

    @cached_property
    def version(self) -> VersionProfile:
        """The profile in its compiled form."""
        return self.profile.variants(self.language)[self.place]

    @cached_property
    def _compiler(self) -> Compiler:
        return Compiler(self.profile.rules, self.profile.rules.versions[self.place], self.language)

    def covers(self, version: str) -> bool:
        """Tell whether a version of the app is in the range."""
        numbers = numbers_of(version)
        return bool(numbers) and SpecifierSet(self.range).contains(numbers, prereleases=True)

    def in_language(self, language: str | None) -> Rules:
        """Return the same rules in another language; in all, where the profile does not know it."""
        known = _known(self.profile, language)
        return self if known == self.language else replace(self, language=known)

    def selector(self, rule: MatchRule) -> Selector:
        """Return what finds the elements of a rule that need not be in the profile.

        Raises:
            UnsupportedApp: it names a group of words that the profile does not have.

        """
        try:
            return self._compiler.selector((rule,))
        except KeyError as error:
            message = say(
                "workshop.no_such_group",
                "the profile {profile} has no group {group} of words or patterns",
                profile=self.profile.name,
                group=error,
            )
            raise UnsupportedApp(message) from error

    def found(self, rule: MatchRule, screen: Screen) -> Sequence[Element]:
        """Return what a rule finds on a screen."""
        return screen.find_all(self.selector(rule))

    def fit(self, screens: Sequence[Screen]) -> tuple[int, int]:
        """Return how well the rules fit: how many screens they know, then how many elements they find."""
        known = sum(kind_of(self.version, screen).kind != "unknown" for screen in screens)
        found = sum(bool(screen.find(each)) for screen in screens for each in self.version.selectors.values())
        return known, found


def written(rule: MatchRule) -> str:
    """Return a rule as profiles write it, on one line: `{id: cta_primary, text_of: follow}`."""
    return as_line(rule.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def as_line(value: object) -> str:
    """Return a value as YAML on one line."""
    text = yaml.dump(value, Dumper=_OneLine, default_flow_style=True, sort_keys=False, allow_unicode=True, width=2**31)
    return text.removesuffix("\n").removesuffix("\n...")


class _OneLine(yaml.SafeDumper):
    """Writes texts with line ends in the form that has escapes for them."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Return the node of a text."""
        dumper = cast("Any", self)  # its stubs leave the value's type open
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


_OneLine.add_representer(str, _OneLine.represent_text)


def newest_first(versions: Collection[str]) -> list[str]:
    """Return versions of an app, the newest first; what does not begin with a number comes last."""
    return sorted(versions, key=lambda version: Version(numbers_of(version) or "0"), reverse=True)


def _known(profile: AppProfile, language: str | None) -> str | None:
    """Return the name by which a profile knows a language; None for one that it does not know."""
    names = {name.casefold(): name for name in profile.rules.languages}
    tag = (language or "").casefold()
    return names.get(tag) or names.get(tag.partition("-")[0])
