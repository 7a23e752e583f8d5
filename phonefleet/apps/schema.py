"""The format of app profiles: what a YAML file may say, checked by Pydantic.

A rule for a range of versions wins over the app's common rule of the same name. What nobody has seen to work is marked
`verified: false`, with the version of the app that it was read for.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, Any, Literal, Self, cast

from lxml import etree
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema

from phonefleet.wording import Form
from phonefleet.words import say

LATEST_FORMAT = 2
_ALTERNATIVELY = (
    ("text", "text_of"),
    ("text_matches", "text_matches_of"),
    ("desc", "desc_of"),
    ("desc_matches", "desc_matches_of"),
)
"""What a rule may say in one of two ways, but not in both."""


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        message = say("apps.not_regular_expression", "not a regular expression: {error}", error=error)
        raise ValueError(message) from error
    return value


def _xpath(value: str) -> str:
    try:
        etree.XPath(value)
    except etree.XPathSyntaxError as error:
        message = say("apps.not_xpath_expression", "not an XPath expression: {error}", error=error)
        raise ValueError(message) from error
    return value


def _range(value: str) -> str:
    try:
        SpecifierSet(value)
    except InvalidSpecifier as error:
        message = say(
            "apps.not_range_versions_such_1", "not a range of versions such as '>=1.0,<2.0': {value!r}", value=value
        )
        raise ValueError(message) from error
    return value


def _link(value: str) -> str:
    names = [name for _, name, _, _ in Formatter().parse(value) if name is not None]
    if not names or any(name not in {"username", "id"} for name in names):
        message = say(
            "apps.link_holds_no_other_placeholder", "a link holds {username} or {id} and no other placeholder"
        )
        raise ValueError(message)
    return value


def _format(value: int) -> int:
    if not 1 <= value <= LATEST_FORMAT:
        message = say(
            "apps.version_phonefleet_reads_formats_1",
            "this version of Phonefleet reads the formats 1 to {latest_format}",
            latest_format=LATEST_FORMAT,
        )
        raise ValueError(message)
    return value


def _as_a_list(value: object) -> object:
    return cast("object", value) if isinstance(value, list | tuple) else (value,)


Pattern = Annotated[str, AfterValidator(_pattern)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MatchRule(_Part):
    """One alternative of a selector; all that is given must hold.

    `id` without a colon belongs to the app's package; `package` is the app's own where it is left out. `text_of` and
    `desc_of` name a group of `texts`, the `…_matches_of` one of `patterns`, so that translations stand in one place.
    The `…_matches` are regular expressions for the whole value. Where it must stand: `within` an ancestor that fits,
    `not_in` any that fits, with a descendant (`has`), `below`, `above`, `beside` or `not_below` others.
    `take: clickable` means the nearest ancestor that takes touches, or the element itself.
    """

    id: str | None = None
    text: str | None = None
    text_of: str | None = None
    text_matches: Pattern | None = None
    text_matches_of: str | None = None
    desc: str | None = None
    desc_of: str | None = None
    desc_matches: Pattern | None = None
    desc_matches_of: str | None = None
    class_name: str | None = Field(default=None, alias="class")
    package: str | None = None
    checked: bool | None = None
    selected: bool | None = None
    clickable: bool | None = None
    xpath: Annotated[str, AfterValidator(_xpath)] | None = None
    within: MatchRule | None = None
    not_in: Annotated[
        tuple[MatchRule, ...], BeforeValidator(_as_a_list, json_schema_input_type="MatchRule | tuple[MatchRule, ...]")
    ] = ()
    has: MatchRule | None = None
    below: MatchRule | None = None
    above: MatchRule | None = None
    beside: MatchRule | None = None
    not_below: MatchRule | None = None
    take: Literal["clickable"] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set - {"take"}:
            message = say(
                "apps.alternative_must_say_how_recognize", "an alternative must say how to recognize the element"
            )
            raise ValueError(message)
        for one, other in _ALTERNATIVELY:
            if getattr(self, one) is not None and getattr(self, other) is not None:
                message = say("apps.exclude_each_other", "{one} and {other} exclude each other", one=one, other=other)
                raise ValueError(message)
        return self

    def anchors(self) -> list[MatchRule]:
        """Return the rules inside of this one: those of the elements by which it says where."""
        said = (self.within, self.has, self.below, self.above, self.beside, self.not_below, *self.not_in)
        return [rule for rule in said if rule is not None]


Alternatives = Annotated[tuple[MatchRule, ...], Field(min_length=1)]
Marks = Annotated[tuple[str, ...], Field(min_length=1)]
Holds = Literal["handle", "display_name", "number", "label"]


class _Marked(_Part):
    """Something that is `verified`, or else was only read, for the version `read_for` of the app."""

    verified: bool = True
    read_for: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _says_for_which_version(self) -> Self:
        if self.verified == (self.read_for is not None):
            message = say(
                "apps.not_verified_needs_read_version",
                "what is not verified needs `read_for`, the version of the app it was read for; nothing else does",
            )
            raise ValueError(message)
        return self


class SelectorRule(_Marked):
    """How to recognize one kind of element: the first alternative that finds anything counts.

    A plain list stands for the alternatives of a verified selector. `holds` is what the element's text is: the handle
    by which the app knows somebody, the name that people have chosen for themselves, a number, or a label of the app.
    """

    any: Alternatives
    holds: Holds | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_a_list(cls, value: object) -> object:
        return {"any": cast("list[Any]", value)} if isinstance(value, list | tuple) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> dict[str, Any]:  # the plain list is read before the fields are, which Pydantic cannot know
        rule = handler.resolve_ref_schema(handler(core_schema))
        return {"anyOf": [dict(rule), rule["properties"]["any"]], "description": rule["description"]}


class _Obstacle(_Marked):
    """Something that lies over the app: `when` any of these is on the screen, `unless` any of those is.

    Words alone are excused only by what is in their own window.
    """

    name: str
    when: Alternatives
    unless: tuple[MatchRule, ...] = ()


class PopupRule(_Obstacle):
    """A dialog that may come over any screen, and what to tap to be rid of it."""

    dismiss: Alternatives


class ChallengeRule(_Obstacle):
    """A screen that only a person may answer; `tell` says to that person what to do."""

    tell: str


class BlockedRule(_Obstacle):
    """A dialog that refuses an action; `dismiss` is tapped after the evidence was taken."""

    tell: str
    dismiss: Alternatives | None = None


Texts = Annotated[tuple[str, ...], Field(min_length=1)]
Patterns = Annotated[tuple[Pattern, ...], Field(min_length=1)]
Language = Annotated[
    str,
    Form(
        r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        say("apps.must_language_phones_name_such", "must be a language as phones name it, such as en or pt-BR"),
    ),
]
"""A language as phones name it: a BCP 47 tag such as `en` or `pt-BR`."""


class _Rules(_Part):
    selectors: dict[str, SelectorRule] = {}
    pages: dict[str, Marks] = {}
    texts: dict[str, Texts | dict[Language, Texts]] = {}
    patterns: dict[str, Patterns | dict[Language, Patterns]] = {}
    popups: tuple[PopupRule, ...] = ()
    challenges: tuple[ChallengeRule, ...] = ()
    blocked: tuple[BlockedRule, ...] = ()


class VersionRules(_Rules):
    """What holds for a range of app versions; `without` names the common selectors that do not."""

    range: Annotated[str, AfterValidator(_range)]
    without: tuple[str, ...] = ()


class ProfileRules(_Rules):
    """A whole profile; `verified` says on what it was last seen to work.

    `format` is the version of this format. `languages` are those in which the profile knows the app's words; without
    any, its words count in every language. `pages` name the selectors that together tell a page; the first page counts
    of which all are on the screen.
    """

    format: Annotated[int, AfterValidator(_format), Field(json_schema_extra={"enum": [1, LATEST_FORMAT]})] = 1
    name: str
    package: str
    verified: str
    languages: tuple[Language, ...] = ()
    links: dict[str, Annotated[str, AfterValidator(_link)]]
    versions: Annotated[tuple[VersionRules, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _groups_exist(self) -> Self:
        for version in self.versions:
            for kind, used in (("texts", _used_texts(self, version)), ("patterns", _used_patterns(self, version))):
                if missing := sorted(used - set(getattr(self, kind)) - set(getattr(version, kind))):
                    message = say(
                        "apps.versions_these_no_group",
                        "versions {range}: these are no group of {kind}: {missing}",
                        range=version.range,
                        kind=kind,
                        missing=", ".join(missing),
                    )
                    raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _languages_are_named(self) -> Self:
        groups = [
            group for rules in (self, *self.versions) for group in (*rules.texts.values(), *rules.patterns.values())
        ]
        used = {language for group in groups if isinstance(group, dict) for language in group}
        if missing := sorted(used - set(self.languages)):
            message = say(
                "apps.languages_does_not_name_all",
                "`languages` does not name all languages in which there are words: {missing}",
                missing=", ".join(missing),
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _pages_name_selectors(self) -> Self:
        known = {name for rules in (self, *self.versions) for name in rules.selectors}
        marks = {mark for rules in (self, *self.versions) for page in rules.pages.values() for mark in page}
        if missing := sorted(marks - known):
            message = say(
                "apps.pages_name_no_selector_profile",
                "pages name no selector of the profile: {missing}",
                missing=", ".join(missing),
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _without_names_selectors(self) -> Self:
        left_out = {name for version in self.versions for name in version.without}
        if missing := sorted(left_out - set(self.selectors)):
            message = say(
                "apps.without_names_no_common_selector",
                "`without` names no common selector of the profile: {missing}",
                missing=", ".join(missing),
            )
            raise ValueError(message)
        return self


def _used_texts(*rules: _Rules) -> set[str]:
    return {name for match in _every_match(*rules) for name in (match.text_of, match.desc_of) if name is not None}


def _used_patterns(*rules: _Rules) -> set[str]:
    matches = _every_match(*rules)
    return {name for match in matches for name in (match.text_matches_of, match.desc_matches_of) if name is not None}


def _every_match(*rules: _Rules) -> list[MatchRule]:
    """Return all alternatives, and the rules inside of them."""
    found: list[MatchRule] = []
    waiting = [match for each in rules for match in _alternatives(each)]
    while waiting:
        match = waiting.pop()
        found.append(match)
        waiting += match.anchors()
    return found


def _alternatives(rules: _Rules) -> list[MatchRule]:
    selectors = [selector.any for selector in rules.selectors.values()]
    for obstacle in (*rules.popups, *rules.challenges, *rules.blocked):
        selectors += [obstacle.when, obstacle.unless]
    for obstacle in (*rules.popups, *rules.blocked):
        selectors.append(obstacle.dismiss or ())
    return [match for selector in selectors for match in selector]
