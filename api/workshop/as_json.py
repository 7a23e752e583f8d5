"""Shows what the workshop has found, in the words of the API. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.workshop.schemas import (
    ChangeOut,
    ComparedOut,
    EffectOut,
    FoundAt,
    FoundOut,
    HitOut,
    MarkSeen,
    PageMarks,
    RuleOut,
    ScreenRead,
    SelectorSeen,
    SideOut,
    TurnOut,
    ViewOut,
)
from api.workshop.workshop import Looked
from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.recognition import kind_of
from phonefleet.apps.saved_screens import kind_told, page_told
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element, fingerprint
from phonefleet.apps.sightings import Sighting, sightings
from phonefleet.apps.verification import NEEDED
from phonefleet.geometry import Rect
from phonefleet.workshop.comparison import Compared, Found, Side
from phonefleet.workshop.effects import Effect, Turn, telling
from phonefleet.workshop.profiles import ProfileText, difference
from phonefleet.workshop.ranking import Hit, Ranked
from phonefleet.workshop.rules import newest_first, written
from phonefleet.workshop.stock import RecordedScreen

_MOST_HITS = 50
_MOST_LABELS = 10


def screen_read(looked: Looked) -> ScreenRead:
    """Show a screen under the rules of a profile."""
    rules, screen = looked.rules, looked.screen
    seen, found = kind_of(rules.version, screen), sightings(rules.version, screen)
    return ScreenRead(
        app=rules.profile.name,
        package=rules.profile.package,
        version=looked.version,
        language=rules.language,
        range=rules.range,
        covered=bool(looked.version) and rules.covers(looked.version),
        kind=kind_told(seen),
        page=page_told(seen),
        named_page=looked.recorded.page if looked.recorded else None,
        width=screen.display.right,
        height=screen.display.bottom,
        elements=[_element(screen, each, rules.profile.package) for each in screen.elements],
        selectors=[_selector(rules.version, each) for each in found.values()],
        pages=[_marks(rules.version, page, found) for page in rules.version.pages],
    )


def rule(found: Ranked) -> RuleOut:
    """Show a rule and what it finds."""
    counts = [hit.count for hit in found.same_page]
    return RuleOut(
        rule=written(found.rule),
        count=found.count,
        places=at(found.elements),
        finds_it=found.finds_it,
        takes=found.takes,
        anchored=found.anchored,
        unique=found.is_unique,
        one=sum(count == 1 for count in counts),
        several=sum(count > 1 for count in counts),
        none=counts.count(0),
        same_page=_hits(found.same_page),
        elsewhere=_hits(found.elsewhere),
        elsewhere_count=len(found.elsewhere),
        labels=list(found.labels[:_MOST_LABELS]),
    )


def compared(found: Compared) -> ComparedOut:
    """Show what became of a selector."""
    return ComparedOut(
        selector=found.selector,
        outcome=found.outcome,
        needed=found.selector in NEEDED,
        old=_found(found.old),
        new=_found(found.new),
        there=_there(found.there, found.old.page if found.old else None),
    )


def side(found: Side) -> SideOut:
    """Show what one side of a comparison is."""
    return SideOut(
        versions=newest_first({recorded.version for recorded, _, _ in found.screens}),
        range=found.rules.range,
        screens=len(found.screens),
        unknown=sum(page is None for _, page, _ in found.screens),
    )


def change(
    before: ProfileText, after: ProfileText, found: Sequence[Effect], here: Turn | None, *, saved: bool
) -> ChangeOut:
    """Show a profile with a change; `here` is what that does to the screen of the request."""
    return ChangeOut(
        name=after.name,
        saved=saved,
        own=after.own,
        revision=after.revision,
        text=after.text,
        difference=difference(before.text, after.text),
        looked_at=len(found),
        effects=[_effect(each) for each in telling(found)],
        here=None if here is None else _turn(here),
    )


def at(elements: Iterable[Element]) -> list[FoundAt]:
    """Show where elements are."""
    return [FoundAt(window=each.height[0], place=each.height[1], bounds=_bounds(each.bounds)) for each in elements]


def _element(screen: Screen, element: Element, package: str) -> ViewOut:
    holder = next(iter(screen.ancestors(element)), None)
    return ViewOut(
        window=element.height[0],
        place=element.height[1],
        parent=holder.height[1] if holder else None,
        bounds=_bounds(element.bounds),
        id=element.id.removeprefix(f"{package}:id/"),
        text=element.text,
        desc=element.desc,
        class_name=element.class_name,
        clickable=element.clickable,
    )


def _selector(profile: VersionProfile, sighting: Sighting) -> SelectorSeen:
    name = sighting.selector
    return SelectorSeen(
        selector=name,
        count=sighting.count,
        alternative=sighting.alternative,
        label=sighting.label,
        places=at(sighting.elements),
        clear=sighting.proves,
        ambiguous=sighting.ambiguous,
        row=sighting.looks_like_a_row,
        by_words_alone=sighting.by_words_alone,
        contradicted_by=list(sighting.contradicted_by),
        needed=name in NEEDED,
        verified=name not in profile.unverified,
        fingerprint=fingerprint(profile.selector(name)),
    )


def _marks(profile: VersionProfile, page: str, found: dict[str, Sighting]) -> PageMarks:
    marks = [MarkSeen(selector=mark, found=mark in found and found[mark].count > 0) for mark in profile.pages[page]]
    return PageMarks(page=page, marks=marks)


def _hits(found: Sequence[Hit]) -> list[HitOut]:
    return [_hit(each.recorded, each.page, each.count) for each in found[:_MOST_HITS]]


def _hit(recorded: RecordedScreen, page: str | None, count: int) -> HitOut:
    return HitOut(recording=recorded.recording, screen=recorded.name, page=page, count=count)


def _there(recorded: RecordedScreen | None, page: str | None) -> HitOut | None:
    return _hit(recorded, page, 0) if recorded is not None else None


def _found(found: Found | None) -> FoundOut | None:
    if found is None:
        return None
    return FoundOut(
        recording=found.recorded.recording,
        screen=found.recorded.name,
        page=found.page,
        count=found.sighting.count,
        label=found.sighting.label,
        clear=found.sighting.proves,
        places=at(found.sighting.elements),
    )


def _effect(effect: Effect) -> EffectOut:
    return EffectOut(
        recording=effect.recorded.recording,
        screen=effect.recorded.name,
        named_page=effect.recorded.page,
        **_turn(effect).model_dump(),
        contradicts=effect.contradicts,
    )


def _turn(turn: Turn) -> TurnOut:
    return TurnOut(before=turn.before, after=turn.after, found=list(turn.found), lost=list(turn.lost))


def _bounds(bounds: Rect) -> list[int]:
    return [bounds.left, bounds.top, bounds.right, bounds.bottom]
