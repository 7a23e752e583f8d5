"""The routes of the workshop that only look: a screen under a profile, rules for an element, versions side by side."""

from __future__ import annotations

from itertools import chain, islice
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.envelope import CONFLICT, Envelope, Problem, invalid
from api.answers.fields import Text
from api.fleet import named
from api.resources import TheResources
from api.workshop import as_json
from api.workshop.schemas import (
    ComparisonOut,
    ComparisonRequest,
    InstalledOut,
    LookRequest,
    RulesOut,
    RulesRequest,
    ScreenRead,
    SideIn,
)
from api.workshop.workshop import TheWorkshop, Workshop
from api.workshop.written_rules import rule_of
from phonefleet.apps import AppProfile
from phonefleet.errors import PhonefleetError, UnsupportedApp
from phonefleet.workshop.candidates import NoSuchElement, element_at
from phonefleet.workshop.comparison import Side, compared
from phonefleet.workshop.ranking import MOST_SCREENS, Bench, comparable
from phonefleet.workshop.rules import RangeUnknown, Rules
from phonefleet.workshop.stock import Recording, RecordingBroken, RecordingUnknown

router = APIRouter(tags=["workshop"])


@router.post("/workshop/screen")
def read_screen(wanted: LookRequest, workshop: TheWorkshop) -> Envelope[ScreenRead]:
    """Tell what a profile makes of a screen: which page it is and why, and what each selector finds."""
    return Envelope(data=as_json.screen_read(workshop.look(wanted)))


@router.post("/workshop/rules")
def rank_rules(wanted: RulesRequest, workshop: TheWorkshop) -> Envelope[RulesOut]:
    """Make rules for an element, the surest first, or try rules: on the screen, and on all recorded ones of the app.

    A rule is tried on the recordings of versions for which the profile's range holds, because ids change with versions.
    """
    looked = workshop.look(wanted)
    others = comparable(
        looked.rules, looked.version, workshop.stock.screens(looked.rules.profile.package), looked.recorded
    )
    try:
        element = None
        if wanted.element is not None:
            element = element_at(looked.screen, wanted.element.window, wanted.element.place)
        bench = Bench(looked.rules, looked.screen, looked.page, others, element)
        found = [bench.tried(rule_of(text, f"rules.{place}")) for place, text in enumerate(wanted.rules)]
    except NoSuchElement as error:
        raise invalid(("element", error.message)) from error
    except UnsupportedApp as error:
        raise invalid(("rules", error.message)) from error
    shown = [as_json.rule(each) for each in [*found, *bench.ranked()]]
    return Envelope(data=RulesOut(page=looked.page, compared=len(others), rules=shown))


@router.get("/workshop/installed")
def look_at_installed(
    serial: Annotated[Text, Query(min_length=1)],
    app: Annotated[Text, Query(min_length=1)],
    resources: TheResources,
    workshop: TheWorkshop,
) -> Envelope[InstalledOut]:
    """Tell which version of an app a phone has, and in which language it shows it."""
    from phonefleet.device.watched import WatchedPhone  # noqa: PLC0415 - heavy to load, and rarely needed

    profile, listed = workshop.profile(app), named.listed_phone(resources, serial)
    address = listed.address
    phone = WatchedPhone(address, workshop.servers.address(listed.device.host), resources.clock, lambda: False)
    try:
        found = phone.installed(profile.package)
    except PhonefleetError as error:
        raise Problem(CONFLICT, error.message.replace(address, listed.device.alias or listed.device.serial)) from error
    covered = Rules.of(profile, found.version, found.language).covers(found.version)
    return Envelope(
        data=InstalledOut(
            serial=listed.device.serial,
            alias=listed.device.alias,
            app=app,
            package=profile.package,
            version=found.version,
            language=found.language,
            covered=covered,
        )
    )


@router.post("/workshop/comparison")
def compare_versions(wanted: ComparisonRequest, workshop: TheWorkshop) -> Envelope[ComparisonOut]:
    """Hold two versions of an app side by side: which selectors were found on the screens of one, and now are not.

    Of a version that the profile does not know, the rules of the old side are tried on its screens.
    """
    profile = workshop.profile(wanted.app)
    old = _side(workshop, profile, wanted.old, "old", None)
    new = _side(workshop, profile, wanted.new, "new", old.rules)
    return Envelope(
        data=ComparisonOut(
            old=as_json.side(old),
            new=as_json.side(new),
            selectors=[as_json.compared(each) for each in compared(old, new)],
        )
    )


def _side(workshop: Workshop, profile: AppProfile, wanted: SideIn, field: str, otherwise: Rules | None) -> Side:
    try:
        recordings = [workshop.stock.recording(name) for name in wanted.recordings]
    except (RecordingUnknown, RecordingBroken) as error:
        raise invalid((f"{field}.recordings", error.message)) from error
    if any(each.package != profile.package for each in recordings):
        raise invalid((f"{field}.recordings", f"must be of {profile.package}, the app of the profile"))
    screens = list(islice(chain.from_iterable(workshop.stock.readable(each) for each in recordings), MOST_SCREENS))
    try:
        rules = _rules(profile, wanted, recordings, otherwise) or Rules.of(
            profile, None, recordings[0].language, [screen for _, screen in screens]
        )
    except RangeUnknown as error:
        raise invalid((f"{field}.range", error.message)) from error
    return Side.of(rules, screens)


def _rules(profile: AppProfile, wanted: SideIn, recordings: list[Recording], otherwise: Rules | None) -> Rules | None:
    """Return the rules for a side; None where neither the request, nor the version, nor the other side names any."""
    first = recordings[0]
    if wanted.range is not None:
        return Rules.of_range(profile, wanted.range, first.language)
    own = Rules.of(profile, first.version, first.language)
    return own if own.covers(first.version) else otherwise
