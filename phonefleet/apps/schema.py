"""The format of app profiles: what a YAML file may say, checked by Pydantic.

A rule for a range of versions wins over the app's common rule of the same name. What nobody has seen to work is marked
`verified: false`, with the version of the app that it was read for.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, Any, Self, cast

from lxml import etree
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        message = f"not a regular expression: {error}"
        raise ValueError(message) from error
    return value


def _xpath(value: str) -> str:
    try:
        etree.XPath(value)
    except etree.XPathSyntaxError as error:
        message = f"not an XPath expression: {error}"
        raise ValueError(message) from error
    return value


def _range(value: str) -> str:
    try:
        SpecifierSet(value)
    except InvalidSpecifier as error:
        message = f"not a range of versions such as '>=1.0,<2.0': {value!r}"
        raise ValueError(message) from error
    return value


def _link(value: str) -> str:
    names = [name for _, name, _, _ in Formatter().parse(value) if name is not None]
    if not names or any(name not in {"username", "id"} for name in names):
        message = "a link holds {username} or {id} and no other placeholder"
        raise ValueError(message)
    return value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MatchRule(_Part):
    """One alternative of a selector; all that is given must hold.

    `id` without a colon belongs to the app's package. `text_of` names a group of `texts`, so that translations stand
    in one place. The `…_matches` are regular expressions for the whole value.
    """

    id: str | None = None
    text: str | None = None
    text_of: str | None = None
    text_matches: Annotated[str, AfterValidator(_pattern)] | None = None
    desc: str | None = None
    desc_matches: Annotated[str, AfterValidator(_pattern)] | None = None
    class_name: str | None = Field(default=None, alias="class")
    package: str | None = None
    checked: bool | None = None
    selected: bool | None = None
    xpath: Annotated[str, AfterValidator(_xpath)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            message = "an alternative must say how to recognize the element"
            raise ValueError(message)
        if self.text is not None and self.text_of is not None:
            message = "text and text_of exclude each other"
            raise ValueError(message)
        return self


Alternatives = Annotated[tuple[MatchRule, ...], Field(min_length=1)]
Marks = Annotated[tuple[str, ...], Field(min_length=1)]


class _Marked(_Part):
    """Something that is `verified`, or else was only read, for the version `read_for` of the app."""

    verified: bool = True
    read_for: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _says_for_which_version(self) -> Self:
        if self.verified == (self.read_for is not None):
            message = "what is not verified needs `read_for`, the version of the app it was read for; nothing else does"
            raise ValueError(message)
        return self


class SelectorRule(_Marked):
    """How to recognize one kind of element: the first alternative that finds anything counts.

    A plain list stands for the alternatives of a verified selector.
    """

    any: Alternatives

    @model_validator(mode="before")
    @classmethod
    def _from_a_list(cls, value: object) -> object:
        return {"any": cast("list[Any]", value)} if isinstance(value, list | tuple) else value


class PopupRule(_Marked):
    """A dialog that may come over any screen, and what to tap to be rid of it."""

    name: str
    when: Alternatives
    dismiss: Alternatives


class ChallengeRule(_Marked):
    """A screen that only a person may answer; `tell` says to that person what to do."""

    name: str
    when: Alternatives
    tell: str


class BlockedRule(_Marked):
    """A dialog that refuses an action; `dismiss` is tapped after the evidence was taken."""

    name: str
    when: Alternatives
    tell: str
    dismiss: Alternatives | None = None


class _Rules(_Part):
    selectors: dict[str, SelectorRule] = {}
    pages: dict[str, Marks] = {}
    texts: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = {}
    popups: tuple[PopupRule, ...] = ()
    challenges: tuple[ChallengeRule, ...] = ()
    blocked: tuple[BlockedRule, ...] = ()


class VersionRules(_Rules):
    """What holds for a range of app versions."""

    range: Annotated[str, AfterValidator(_range)]


class ProfileRules(_Rules):
    """A whole profile; `verified` says on what it was last seen to work.

    `pages` name the selectors that together tell a page; the first page counts of which all are on the screen.
    """

    name: str
    package: str
    verified: str
    links: dict[str, Annotated[str, AfterValidator(_link)]]
    versions: Annotated[tuple[VersionRules, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _groups_exist(self) -> Self:
        for version in self.versions:
            missing = sorted(_used_groups(self, version) - set(self.texts) - set(version.texts))
            if missing:
                message = f"versions {version.range}: text_of names no group of texts: {', '.join(missing)}"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _pages_name_selectors(self) -> Self:
        known = {name for rules in (self, *self.versions) for name in rules.selectors}
        marks = {mark for rules in (self, *self.versions) for page in rules.pages.values() for mark in page}
        if missing := sorted(marks - known):
            message = f"pages name no selector of the profile: {', '.join(missing)}"
            raise ValueError(message)
        return self


def _used_groups(*rules: _Rules) -> set[str]:
    return {match.text_of for each in rules for match in _all_matches(each) if match.text_of is not None}


def _all_matches(rules: _Rules) -> list[MatchRule]:
    selectors = [selector.any for selector in rules.selectors.values()]
    for popup in rules.popups:
        selectors += [popup.when, popup.dismiss]
    for challenge in rules.challenges:
        selectors.append(challenge.when)
    for blocked in rules.blocked:
        selectors += [blocked.when, blocked.dismiss or ()]
    return [match for selector in selectors for match in selector]
