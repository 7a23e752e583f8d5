"""App profiles in their compiled form: the selectors, links and dialogs that are valid for one version of an app."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import SplitResult, quote, urlsplit

from packaging.specifiers import SpecifierSet

from phonefleet.apps.compiling import Compiler
from phonefleet.apps.schema import BlockedRule, ChallengeRule, Holds, MatchRule, ProfileRules, VersionRules
from phonefleet.apps.screens.selector import Selector
from phonefleet.errors import UnsupportedApp
from phonefleet.words import OR, joined, say

HANDLES: Mapping[str, Holds] = dict.fromkeys(
    (
        "profile_username", "search_username", "people_username", "switcher_username", "inbox_username", "thread_title",
        "post_owner", "comment_author",
    ),
    "handle",
)  # fmt: skip
"""Whose elements name people by handle unless their rules say otherwise."""

_NUMBERS = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Popup:
    """A dialog to be dismissed wherever it shows, `unless` that is on the screen too."""

    name: str
    when: Selector
    dismiss: Selector
    unless: Selector = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A screen or dialog by which the app blocks the account; `tell` is text for people, `dismiss` may be empty."""

    name: str
    when: Selector
    tell: str
    dismiss: Selector = ()
    unless: Selector = ()


@dataclass(frozen=True, slots=True)
class VersionProfile:
    """How to drive one version of an app.

    `unverified` has the selectors that were never verified on a phone, with the app version they were written for;
    `pages` has the selectors that identify each page, `held` what the text of each selector's element is where it is no
    label of the app. `language` is the one of its words; None: those of all languages that the profile knows.
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
    held: Mapping[str, Holds]
    language: str | None = None

    def selector(self, name: str) -> Selector:
        """Return a selector.

        Raises:
            UnsupportedApp: the profile has none of this name for this version.

        """
        if name not in self.selectors:
            message = say(
                "apps.profile_does_not_know_selector",
                "the profile {name} does not know the selector {name2!r} (version {version} of the app)",
                name=self.name,
                name2=name,
                version=self.version,
            )
            raise UnsupportedApp(message)
        return self.selectors[name]

    def acting(self, name: str) -> Selector:
        """Return a selector for what is touched and cannot be taken back: the alternatives that say where, or by an id.

        A word and a class fit buttons of list rows and of cards as well.

        Raises:
            UnsupportedApp: the profile has no such selector, or knows it only by words and classes.

        """
        anchored = tuple(match for match in self.selector(name) if match.is_anchored)
        if not anchored:
            message = say(
                "apps.profile_knows_words_classes_alone",
                "the profile {name} knows {name2!r} by words and classes alone, which also fit the "
                "buttons of lists and cards: it needs an id, or a rule that says where, such as "
                "`within`, before it is touched",
                name=self.name,
                name2=name,
            )
            raise UnsupportedApp(message)
        return anchored

    def holds(self, name: str) -> Holds:
        """Return what the text of a selector's element is."""
        return self.held.get(name, "label")

    def link(self, kind: str, **values: str) -> str:
        """Return a deep link with the values percent-encoded.

        Raises:
            UnsupportedApp: the profile has no link of this kind.

        """
        if kind not in self.links:
            message = say(
                "apps.profile_no_link_kind",
                "profile {name} has no link of the kind {kind!r}",
                name=self.name,
                kind=kind,
            )
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

    def opens(self, address: str) -> bool:
        """Tell whether an address is one of the app's: on a host of its links, or by a scheme of its own."""
        wanted = urlsplit(address)
        return any(_is_of_the_same_place(urlsplit(link), wanted) for link in self.rules.links.values())

    def variants(self, language: str | None = None) -> list[VersionProfile]:
        """Return the profile of each range of versions; its `version` is the range.

        Raises:
            UnsupportedApp: the profile does not know the language.

        """
        return [_profile(self.rules, rules, rules.range, language) for rules in self.rules.versions]

    def for_version(self, version: str, language: str | None = None) -> VersionProfile:
        """Return the profile for a versionName; letters after its numbers are ignored.

        `language` is the one in which the phone shows the app, as a BCP 47 tag such as `ru-RU`: only its words count.
        Without it the words of all languages do.

        Raises:
            UnsupportedApp: the version is in no range of the profile, or the profile does not know the language.

        """
        numbers = numbers_of(version)
        for rules in self.rules.versions:
            if numbers and SpecifierSet(rules.range).contains(numbers, prereleases=True):
                return _profile(self.rules, rules, version, language)
        ranges = joined(OR, (rules.range for rules in self.rules.versions))
        message = say(
            "apps.profile_covers_versions_phone_app",
            "profile {name} covers the versions {ranges}, and the phone has {version} of the app",
            name=self.name,
            ranges=ranges,
            version=version or "none",
        )
        raise UnsupportedApp(message)


def numbers_of(version: str) -> str:
    """Return the numbers at the beginning of a versionName, "43.1.2" of "43.1.2-beta"; "" if it begins otherwise."""
    found = _NUMBERS.match(version)
    return found.group() if found else ""


def _is_of_the_same_place(ours: SplitResult, wanted: SplitResult) -> bool:
    if ours.scheme not in {"http", "https"}:
        return wanted.scheme == ours.scheme
    host, own = wanted.hostname or "", (ours.hostname or "").removeprefix("www.")
    return wanted.scheme in {"http", "https"} and (host == own or host.endswith(f".{own}"))


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def _profile(common: ProfileRules, rules: VersionRules, version: str, language: str | None) -> VersionProfile:
    compiler = Compiler(common, rules, _known(common, language))
    selectors = {name: rule for name, rule in common.selectors.items() if name not in rules.without} | rules.selectors
    compiled = {name: compiler.selector(rule.any) for name, rule in selectors.items()}
    return VersionProfile(
        name=common.name,
        package=common.package,
        version=version,
        links=common.links,
        selectors={name: selector for name, selector in compiled.items() if selector},
        unverified={name: rule.read_for for name, rule in selectors.items() if rule.read_for is not None},
        pages={**common.pages, **rules.pages},
        popups=tuple(
            Popup(
                each.name, compiler.selector(each.when), compiler.selector(each.dismiss), compiler.selector(each.unless)
            )
            for each in _merged(common.popups, rules.popups)
        ),
        challenges=tuple(_refusal(compiler, each) for each in _merged(common.challenges, rules.challenges)),
        blocked=tuple(_refusal(compiler, each, each.dismiss or ()) for each in _merged(common.blocked, rules.blocked)),
        held={**HANDLES, **{name: rule.holds for name, rule in selectors.items() if rule.holds is not None}},
        language=language,
    )


def _refusal(compiler: Compiler, rule: ChallengeRule | BlockedRule, dismiss: Sequence[MatchRule] = ()) -> Refusal:
    when, unless = compiler.selector(rule.when), compiler.selector(rule.unless)
    return Refusal(rule.name, when, rule.tell, compiler.selector(dismiss), unless)


def _known(common: ProfileRules, language: str | None) -> str | None:
    """Return by which name the profile knows a language; None where its words count in every language.

    Raises:
        UnsupportedApp: it does not.

    """
    if language is None or not common.languages:
        return None
    known = {name.casefold(): name for name in common.languages}
    found = known.get(language.casefold()) or known.get(language.partition("-")[0].casefold())
    if found is None:
        message = say(
            "apps.phone_shows_app_profile_knows",
            "the phone shows the app in {language}, and the profile {common} knows its words in "
            "{languages}: choose one of these for the app or the phone, or add words to the profile",
            language=language,
            common=common.name,
            languages=", ".join(common.languages),
        )
        raise UnsupportedApp(message)
    return found


def _merged(common: Sequence[_N], special: Sequence[_N]) -> Sequence[_N]:
    return list({each.name: each for each in (*common, *special)}.values())
