"""The schemas of the workshop: screens under a profile, rules, and versions side by side."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.answers.fields import ONE_LINE, Text
from phonefleet.apps.saved_screens import SavedKind
from phonefleet.apps.schema import Holds
from phonefleet.words import say

STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)

AppName = Annotated[Text, Field(min_length=1, description="The name of an app profile.")]
ScreenName = Annotated[Text, Field(min_length=1)]
PageName = Annotated[str, Field(min_length=1, max_length=100), ONE_LINE]
SelectorName = Annotated[str, Field(min_length=1, max_length=100), ONE_LINE]
Rule = Annotated[
    str,
    Field(min_length=1, max_length=2000, description="One alternative of a selector as a profile has it, on one line."),
]
Range = Annotated[
    Text, Field(min_length=1, description="A range of versions as the profile writes it, such as `>=3.0,<4.0`.")
]
Bounds = Annotated[list[int], Field(min_length=4, max_length=4, description="Left, top, right, bottom, in pixels.")]


class ScreenIn(BaseModel):
    """A screen: one of a recording, or the hierarchy that a phone shows or somebody has saved."""

    model_config = STRICT

    recording: Text | None = None
    name: Text | None = Field(default=None, description="Of the screen, in its recording.")
    hierarchy: Annotated[str, Field(max_length=900_000)] | None = Field(
        default=None, description="XML, in any form that `phonefleet profile check` reads."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        recorded = self.recording is not None and self.name is not None
        if recorded == (self.hierarchy is not None) or (self.recording is None) != (self.name is None):
            message = say("workshop.recording_or_hierarchy", "give either recording and name, or hierarchy")
            raise ValueError(message)
        return self


class HereIn(BaseModel):
    """The screen that a person has before them, such as what a phone shows now, and of which app it is."""

    model_config = STRICT

    screen: ScreenIn
    version: Text | None = Field(default=None, description="Of the app; that of the recording if left out.")
    language: Text | None = Field(default=None, description="As a BCP 47 tag; that of the recording if left out.")


class LookRequest(HereIn):
    """A screen, and by which rules it is read: those of a range, or else those for the version."""

    app: AppName
    range: Range | None = None


class ElementPlace(BaseModel):
    """Where an element is in its screen: the place of its window, then its own in the window's document."""

    model_config = STRICT

    window: Annotated[int, Field(ge=0, le=10_000)]
    place: Annotated[int, Field(ge=0, le=1_000_000)]


class ViewOut(BaseModel):
    """A view of the app on a screen."""

    window: int
    place: int
    parent: int | None = Field(description="The place of what holds it, in the same window.")
    bounds: Bounds
    id: str = Field(description="Without the app's package.")
    text: str
    desc: str
    class_name: str
    clickable: bool


class FoundAt(BaseModel):
    """An element that was found."""

    window: int
    place: int
    bounds: Bounds


class SelectorSeen(BaseModel):
    """What a selector of the profile finds on the screen, if anything."""

    selector: str
    count: int
    alternative: int | None = Field(description="Which one found it, from 0.")
    label: str = Field(description="What the first one says.")
    places: list[FoundAt]
    clear: bool = Field(description="Whether it found what it is meant to find, as far as a program can tell.")
    ambiguous: bool
    row: bool = Field(description="Looks like a row of a list, or a card of somebody else.")
    by_words_alone: bool = Field(description="It acts, and is known by words and classes only.")
    contradicted_by: list[str]
    needed: bool = Field(description="Something that cannot be taken back needs it.")
    verified: bool = Field(description="Whether the profile says that it was seen to work.")
    fingerprint: str = Field(description="What stands for its rules when it is recorded as seen to work.")


class MarkSeen(BaseModel):
    """A selector by which a page is told, and whether it is on the screen."""

    selector: str
    found: bool


class PageMarks(BaseModel):
    """A page of the profile; it is told where all its marks are found, and the first such page counts."""

    page: str
    marks: list[MarkSeen]


class ScreenRead(BaseModel):
    """A screen under the rules of a profile."""

    app: str
    package: str
    version: str = Field(description="Of the app; empty where nobody has said it.")
    language: str | None = Field(description="Whose words count; null: those of all languages.")
    range: str = Field(description="Whose rules were taken.")
    covered: bool = Field(description="Whether the range holds the version; else its rules fit best.")
    kind: SavedKind
    page: str | None = Field(description="What the profile tells: a page, or what lies over one.")
    named_page: str | None = Field(description="What a person has said.")
    width: int
    height: int
    elements: list[ViewOut] = Field(description="Those of the app's windows, of the topmost first.")
    selectors: list[SelectorSeen]
    pages: list[PageMarks]


class RulesRequest(LookRequest):
    """What a person has pointed at, or rules to try, or both."""

    element: ElementPlace | None = None
    rules: Annotated[list[Rule], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.element is None and not self.rules:
            message = say("workshop.element_or_rules", "give an element, or rules to try")
            raise ValueError(message)
        return self


class HitOut(BaseModel):
    """How many elements a rule finds on a recorded screen."""

    recording: str
    screen: str
    page: str | None
    count: int


class RuleOut(BaseModel):
    """A rule, and what it finds."""

    rule: Rule
    count: int = Field(description="On this screen.")
    places: list[FoundAt]
    finds_it: bool = Field(description="Whether the first one is the element, or what takes a touch of it.")
    takes: bool = Field(description="Whether it gives what takes the touch, and not the element itself.")
    anchored: bool = Field(description="Whether it says more than words and classes: only then it may act.")
    unique: bool = Field(description="The element alone, and one on each recorded screen of the page.")
    one: int = Field(description="On how many other recorded screens of the page it finds one element.")
    several: int = Field(description="On how many it finds more.")
    none: int = Field(description="On how many it finds nothing.")
    same_page: list[HitOut]
    elsewhere: list[HitOut] = Field(description="Recorded screens of other pages on which it finds something.")
    elsewhere_count: int
    labels: list[str] = Field(description="What it finds says, here and on the page's other screens: 10 at the most.")


class RulesOut(BaseModel):
    """Rules, the surest first; first those that the request has named, in its order."""

    page: str | None
    compared: int = Field(description="How many recorded screens there are for these versions of the app.")
    rules: list[RuleOut]


class InstalledOut(BaseModel):
    """An app as a phone has it."""

    serial: str
    alias: str | None
    app: str
    package: str
    version: str
    language: str = Field(description="As a BCP 47 tag; empty if the phone does not say it.")
    covered: bool = Field(description="Whether the profile knows this version.")


class SideIn(BaseModel):
    """The recordings of one version of an app."""

    model_config = STRICT

    recordings: Annotated[list[Text], Field(min_length=1, max_length=20)]
    range: Range | None = Field(default=None, description="Whose rules count; those for the version if left out.")


class ComparisonRequest(BaseModel):
    """Two versions of an app, by their recordings."""

    model_config = STRICT

    app: AppName
    old: SideIn
    new: SideIn


class SideOut(BaseModel):
    """What one side is."""

    versions: list[str]
    range: str
    screens: int
    unknown: int = Field(description="Of how many nobody knows the page.")


class FoundOut(BaseModel):
    """Where a selector finds something best."""

    recording: str
    screen: str
    page: str | None
    count: int
    label: str
    clear: bool
    places: list[FoundAt]


class ComparedOut(BaseModel):
    """What became of a selector."""

    selector: str
    outcome: Literal["kept", "lost", "ambiguous", "new", "unseen"] = Field(
        description="`unseen`: no screen of the new side could have it."
    )
    needed: bool
    old: FoundOut | None
    new: FoundOut | None
    there: HitOut | None = Field(description="The new screen of the same page, where it should be.")


class ComparisonOut(BaseModel):
    """Two versions side by side, what was lost first."""

    old: SideOut
    new: SideOut
    selectors: list[ComparedOut]


class SelectorIn(BaseModel):
    """A selector as it is to be."""

    model_config = STRICT

    any: Annotated[list[Rule], Field(min_length=1, max_length=30)]
    holds: Holds | None = None
    read_for: Annotated[Text, Field(min_length=1)] | None = Field(
        default=None, description="The version it was read for: it is not verified until a person says so on a phone."
    )


class ChangeRequest(BaseModel):
    """What to change about a profile, for one range of versions."""

    model_config = STRICT

    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", description="Of the text that is changed.")]
    range: Range
    copy_of: Range | None = Field(default=None, description="The range of which a new one is a copy.")
    selectors: Annotated[dict[SelectorName, SelectorIn], Field(max_length=100)] = {}
    pages: Annotated[
        dict[PageName, Annotated[list[SelectorName], Field(min_length=1, max_length=10)]], Field(max_length=50)
    ] = {}
    here: HereIn | None = Field(default=None, description="A screen on which the change is tried too.")


class NewProfileRequest(BaseModel):
    """An app that has no profile yet."""

    model_config = STRICT

    name: AppName
    package: Annotated[Text, Field(min_length=1)]
    range: Range


class TurnOut(BaseModel):
    """What a change does to a screen."""

    before: str | None = Field(description="The page that it was told to be.")
    after: str | None
    found: list[str] = Field(description="Selectors that are clear only after the change.")
    lost: list[str] = Field(description="Selectors that were clear only before it.")


class EffectOut(TurnOut):
    """What a change does to a recorded screen."""

    recording: str
    screen: str
    named_page: str | None
    contradicts: bool = Field(description="A person has said another page.")


class ChangeOut(BaseModel):
    """A profile with a change, and what that does to the recorded screens of its app."""

    name: str
    saved: bool
    own: bool = Field(description="Whether it is a file of this home.")
    revision: str
    text: str
    difference: list[str] = Field(description="The lines of a unified diff.")
    looked_at: int = Field(description="How many recorded screens there are.")
    effects: list[EffectOut] = Field(description="Those that something changes, or that contradict a person.")
    here: TurnOut | None = Field(description="What it does to the screen of the request; null where that has none.")


class SelectorShown(BaseModel):
    """A selector as a profile has it."""

    selector: str
    range: str | None = Field(description="The range it is for; null: for all versions.")
    any: list[str]
    holds: Holds | None
    read_for: str | None


class ProfileOut(BaseModel):
    """An app profile."""

    name: str
    package: str
    verified: str = Field(description="On what it was last seen to work, for people.")
    own: bool = Field(description="Whether it is a file of this home.")
    built_in: bool
    ranges: list[str]
    languages: list[str]
    problem: str | None = Field(description="Why it cannot be read.")


class ProfileShown(ProfileOut):
    """An app profile with all that it says."""

    revision: str
    text: str
    pages: dict[str, list[str]]
    selectors: list[SelectorShown]
    known_selectors: list[str] = Field(description="Names that scripts ask for.")


class ProfileList(BaseModel):
    """All app profiles, by name."""

    profiles: list[ProfileOut]
