"""Turns the rules of a profile into selectors, for one range of versions and one language of the app's words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from phonefleet.apps.schema import MatchRule, ProfileRules, VersionRules
from phonefleet.apps.screens.selector import Match, Place, Selector, words

Group = Sequence[str] | Mapping[str, Sequence[str]]
"""Words or patterns: the same in every language, or by language."""


class Compiler:
    """The rules of a profile and of one range of versions; with `language` None the words of all languages count."""

    def __init__(self, common: ProfileRules, rules: VersionRules, language: str | None) -> None:
        self._package = common.package
        self._texts: Mapping[str, Group] = {**common.texts, **rules.texts}
        self._patterns: Mapping[str, Group] = {**common.patterns, **rules.patterns}
        self._language = language

    def selector(self, rules: Sequence[MatchRule]) -> Selector:
        """Return the alternatives that can fit in this language; none if the profile has no words for any of them."""
        return tuple(self._match(rule) for rule in rules if self._has_words(rule))

    def _match(self, rule: MatchRule) -> Match:
        return Match(
            id=f"{self._package}:id/{rule.id}" if rule.id and ":" not in rule.id else rule.id,
            texts=_words(self._said(rule.text, rule.text_of, self._texts)),
            text_pattern=_pattern(self._said(rule.text_matches, rule.text_matches_of, self._patterns)),
            descs=_words(self._said(rule.desc, rule.desc_of, self._texts)),
            desc_pattern=_pattern(self._said(rule.desc_matches, rule.desc_matches_of, self._patterns)),
            class_name=rule.class_name,
            package=rule.package or self._package,
            checked=rule.checked,
            selected=rule.selected,
            clickable=rule.clickable,
            xpath=rule.xpath,
            place=self._place(rule) if rule.anchors() else None,
            take=rule.take,
        )

    def _place(self, rule: MatchRule) -> Place:
        return Place(
            within=self._anchor(rule.within),
            not_in=self.selector(rule.not_in),
            has=self._anchor(rule.has),
            below=self._anchor(rule.below),
            above=self._anchor(rule.above),
            beside=self._anchor(rule.beside),
            not_below=self._anchor(rule.not_below),
        )

    def _anchor(self, rule: MatchRule | None) -> Match | None:
        return None if rule is None else self._match(rule)

    def _has_words(self, rule: MatchRule) -> bool:
        """Tell whether there are words in this language for all that a rule says."""
        said = (
            (rule.text_of, self._texts), (rule.desc_of, self._texts),
            (rule.text_matches_of, self._patterns), (rule.desc_matches_of, self._patterns),
        )  # fmt: skip
        spoken = all(name is None or self._in_language(groups[name]) for name, groups in said)
        return spoken and all(self._has_words(anchor) for anchor in rule.anchors())

    def _said(self, literal: str | None, group: str | None, groups: Mapping[str, Group]) -> Sequence[str] | None:
        return self._in_language(groups[group]) if group is not None else None if literal is None else (literal,)

    def _in_language(self, group: Group) -> Sequence[str]:
        if not isinstance(group, Mapping):
            return group
        if self._language is not None:
            return group.get(self._language, ())
        return every_word(group)


def every_word(group: Group) -> Sequence[str]:
    """Return the words of a group in all languages."""
    return [each for said in group.values() for each in said] if isinstance(group, Mapping) else group


def _words(said: Sequence[str] | None) -> frozenset[str] | None:
    return None if said is None else words(*said)


def _pattern(said: Sequence[str] | None) -> re.Pattern[str] | None:
    return None if said is None else re.compile("|".join(f"(?:{each})" for each in said))
