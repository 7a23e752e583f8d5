"""The routes of app profiles: see them, try a change on all recorded screens, save it as a profile of this home."""

from __future__ import annotations

from fastapi import APIRouter

from api.answers.envelope import CONFLICT, NOT_FOUND, Envelope, Problem, invalid
from api.workshop import as_json
from api.workshop.schemas import (
    ChangeOut,
    ChangeRequest,
    NewProfileRequest,
    ProfileList,
    ProfileOut,
    ProfileShown,
    SelectorShown,
)
from api.workshop.workshop import TheWorkshop, Workshop
from api.workshop.written_rules import change_of
from phonefleet.apps.loading import ProfileBroken, ProfileUnknown, load_profile
from phonefleet.apps.schema import ProfileRules
from phonefleet.words import say
from phonefleet.workshop.editing import EditRefused
from phonefleet.workshop.effects import Effect, Turn, effects
from phonefleet.workshop.profiles import ProfileChanged, ProfileText, load_text
from phonefleet.workshop.ranking import MOST_SCREENS
from phonefleet.workshop.rules import written

router = APIRouter(tags=["workshop"])

_ASKED_FOR = "sample"
"""The profile that has every name which scripts ask for."""


@router.get("/workshop/profiles")
def list_profiles(workshop: TheWorkshop) -> Envelope[ProfileList]:
    """List all app profiles, those that cannot be read too."""
    return Envelope(data=ProfileList(profiles=[_listed(workshop, name) for name in workshop.profiles.names()]))


@router.post("/workshop/profiles")
def create_profile(wanted: NewProfileRequest, workshop: TheWorkshop) -> Envelope[ProfileShown]:
    """Make a profile of this home for an app that has none; one that is there is not touched."""
    try:
        made = workshop.profiles.create(wanted.name, wanted.package, wanted.range)
    except EditRefused as error:
        raise invalid(("name", error.message)) from error
    return Envelope(data=_shown(workshop, made))


@router.get("/workshop/profiles/{app}")
def show_profile(app: str, workshop: TheWorkshop) -> Envelope[ProfileShown]:
    """Show an app profile: its text, and its selectors by range of versions."""
    return Envelope(data=_shown(workshop, _text(workshop, app)))


@router.post("/workshop/profiles/{app}/try")
def try_change(app: str, wanted: ChangeRequest, workshop: TheWorkshop) -> Envelope[ChangeOut]:
    """Tell what a change of a profile would write, and what it does to the recorded screens; nothing is saved.

    With `here` it is tried on that screen too, such as the one that a phone shows.
    """
    before = _text(workshop, app)
    _require_revision(before, wanted)
    try:
        after = workshop.profiles.changed(app, change_of(wanted))
        found, here = _effects(workshop, before, after), _here(workshop, before, after, wanted)
    except EditRefused as error:
        raise invalid(("profile", error.message)) from error
    return Envelope(data=as_json.change(before, after, found, here, saved=False))


@router.put("/workshop/profiles/{app}")
def save_change(app: str, wanted: ChangeRequest, workshop: TheWorkshop) -> Envelope[ChangeOut]:
    """Save a change as a profile of this home, which goes before a built-in one of its name.

    Every line that is not meant stays as it is. A profile that was changed meanwhile is refused with 40901; the text
    before is kept in the folder `earlier` beside it.
    """
    before = _text(workshop, app)
    try:
        after = workshop.profiles.save(app, wanted.revision, change_of(wanted))
        found, here = _effects(workshop, before, after), _here(workshop, before, after, wanted)
    except ProfileChanged as error:
        raise Problem(CONFLICT, error.message) from error
    except EditRefused as error:
        raise invalid(("profile", error.message)) from error
    return Envelope(data=as_json.change(before, after, found, here, saved=True))


def _require_revision(before: ProfileText, wanted: ChangeRequest) -> None:
    if before.revision != wanted.revision:
        raise Problem(
            CONFLICT,
            say(
                "workshop.profile_was_changed",
                "the profile {profile} was changed meanwhile: look at it again",
                profile=before.name,
            ),
        )


def _text(workshop: Workshop, app: str) -> ProfileText:
    try:
        return workshop.profiles.text(app)
    except ProfileUnknown as error:
        raise Problem(NOT_FOUND, error.message) from error


def _effects(workshop: Workshop, before: ProfileText, after: ProfileText) -> list[Effect]:
    old, new = load_text(before), load_text(after)
    return effects(old, new, workshop.stock.screens(new.package), MOST_SCREENS)


def _here(workshop: Workshop, before: ProfileText, after: ProfileText, wanted: ChangeRequest) -> Turn | None:
    if wanted.here is None:
        return None
    old, new = load_text(before), load_text(after)
    return Turn.of(old, new, workshop.shown(wanted.here, new))


def _listed(workshop: Workshop, name: str) -> ProfileOut:
    text = workshop.profiles.text(name)
    try:
        rules = workshop.profiles.load(name).rules
    except ProfileBroken as error:
        return ProfileOut(
            name=name, package="", verified="", own=text.own, built_in=text.built_in, ranges=[], languages=[],
            problem=error.message,
        )  # fmt: skip
    return _told(text, rules)


def _told(text: ProfileText, rules: ProfileRules) -> ProfileOut:
    return ProfileOut(
        name=text.name,
        package=rules.package,
        verified=rules.verified,
        own=text.own,
        built_in=text.built_in,
        ranges=[each.range for each in rules.versions],
        languages=list(rules.languages),
        problem=None,
    )


def _shown(workshop: Workshop, text: ProfileText) -> ProfileShown:
    rules = workshop.profile(text.name).rules
    places: list[tuple[str | None, ProfileRules]] = [(None, rules)]
    every = [*places, *((each.range, each) for each in rules.versions)]
    selectors = [
        SelectorShown(
            selector=name,
            range=range_,
            any=[written(one) for one in rule.any],
            holds=rule.holds,
            read_for=rule.read_for,
        )
        for range_, part in every
        for name, rule in part.selectors.items()
    ]
    return ProfileShown(
        **_told(text, rules).model_dump(),
        revision=text.revision,
        text=text.text,
        pages={page: list(marks) for part in (rules, *rules.versions) for page, marks in part.pages.items()},
        selectors=selectors,
        known_selectors=sorted(_known_selectors()),
    )


def _known_selectors() -> set[str]:
    sample = load_profile(_ASKED_FOR).rules
    return {name for part in (sample, *sample.versions) for name in part.selectors}
