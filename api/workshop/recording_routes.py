"""The routes of recordings: begin and end one, list them, show their screens, name a screen's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers.envelope import CONFLICT, NOT_FOUND, Envelope, Problem, invalid
from api.answers.fields import Deleted
from api.fleet import named
from api.resources import TheResources
from api.workshop.recorder import Going
from api.workshop.recording_schemas import (
    PageRequest,
    RecordedScreenOut,
    RecordingList,
    RecordingOut,
    RecordingRequest,
    RecordingShown,
)
from api.workshop.workshop import TheWorkshop, Workshop
from phonefleet.apps import AppProfile
from phonefleet.apps.loading import ProfileBroken
from phonefleet.apps.saved_screens import SavedScreenBroken
from phonefleet.words import changed, say
from phonefleet.workshop.ranking import page_told
from phonefleet.workshop.rules import Rules
from phonefleet.workshop.stock import RecordedScreen, Recording, RecordingBroken, RecordingUnknown, picture_of

router = APIRouter(tags=["recordings"])

_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What the screen showed, masked.",
        "content": {
            "image/png": {"schema": {"type": "string", "format": "binary"}},
            "image/jpeg": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get("/recordings")
def list_recordings(workshop: TheWorkshop) -> Envelope[RecordingList]:
    """List all recordings of this home: those that are going on or failed first, then the newest."""
    going = [_going(each) for each in workshop.recordings.all()]
    kept = [_kept(workshop, each) for each in workshop.stock.all()]
    return Envelope(data=RecordingList(recordings=[*going, *kept]))


@router.post("/recordings")
def start_recording(wanted: RecordingRequest, resources: TheResources, workshop: TheWorkshop) -> Envelope[RecordingOut]:
    """Record the screens of an app while a person uses a phone, by hand or in the browser.

    A task that runs is not disturbed. What shows people is masked before anything is written; that is at the end.
    """
    profile, listed = workshop.profile(wanted.app), named.listed_phone(resources, wanted.serial)
    if not listed.addresses:
        raise Problem(
            CONFLICT,
            say(
                "workshop.phone_not_connected",
                "{phone} is not connected",
                phone=listed.device.alias or listed.device.serial,
            ),
        )
    name = wanted.name or f"{wanted.app}-{resources.clock.now().astimezone(resources.zone):%Y%m%d-%H%M%S}"
    try:
        going = workshop.recordings.start(listed, listed.address, profile, name, timedelta(seconds=wanted.seconds))
    except RecordingBroken as error:
        raise invalid(("name", error.message)) from error
    return Envelope(data=_going(going))


@router.get("/recordings/{name}")
def show_recording(name: str, workshop: TheWorkshop) -> Envelope[RecordingShown]:
    """Show a recording with its screens, and which page each is."""
    going = workshop.recordings.find(name)
    if going is not None and going.state != "done":
        return Envelope(data=RecordingShown(**dict(_going(going)), shown=[]))
    recording = _find(workshop, name)
    profile = _profile_of(workshop, recording.package)
    shown = [_screen(workshop, profile, each) for each in recording.screens]
    return Envelope(data=RecordingShown(**dict(_kept(workshop, recording)), shown=shown))


@router.post("/recordings/{name}/stop")
def stop_recording(name: str, workshop: TheWorkshop) -> Envelope[RecordingOut]:
    """End a recording, which then is written."""
    going = workshop.recordings.find(name)
    if going is None or going.is_over:
        raise Problem(
            CONFLICT, say("workshop.recording_not_going_on", "the recording {name} is not going on", name=name[:60])
        )
    going.stop.set("a person has ended it")
    return Envelope(data=_going(going))


@router.delete("/recordings/{name}")
def delete_recording(name: str, workshop: TheWorkshop) -> Envelope[Deleted]:
    """Delete a recording with its screens, or forget one that has failed."""
    going = workshop.recordings.find(name)
    if going is not None and not going.is_over:
        raise Problem(
            CONFLICT, say("workshop.recording_going_on", "the recording {name} is going on: stop it first", name=name)
        )
    forgotten = workshop.recordings.forget(name)
    try:
        workshop.stock.delete(name)
    except RecordingUnknown as error:
        if not forgotten:
            raise Problem(NOT_FOUND, error.message) from error
    return Envelope(data=Deleted(deleted_count=1))


@router.get("/recordings/{name}/screens/{screen}/picture", response_class=Response, responses=_PICTURE)
def show_picture(name: str, screen: str, workshop: TheWorkshop) -> Response:
    """Show the picture of a recorded screen."""
    found = picture_of(workshop.recorded(name, screen))
    if found is None:
        raise Problem(
            NOT_FOUND,
            say(
                "workshop.screen_without_picture",
                "the screen {screen} of the recording {name} has no picture",
                screen=screen[:60],
                name=name[:60],
            ),
        )
    picture, media_type = found
    return Response(picture, media_type=media_type)


@router.patch("/recordings/{name}/screens/{screen}")
def name_page(name: str, screen: str, wanted: PageRequest, workshop: TheWorkshop) -> Envelope[RecordedScreenOut]:
    """Say which page a recorded screen is, whatever the profile tells."""
    workshop.recorded(name, screen)
    workshop.stock.name_page(name, screen, wanted.page)
    recording = _find(workshop, name)
    return Envelope(data=_screen(workshop, _profile_of(workshop, recording.package), workshop.recorded(name, screen)))


def _find(workshop: Workshop, name: str) -> Recording:
    try:
        return workshop.stock.recording(name)
    except (RecordingUnknown, RecordingBroken) as error:
        raise Problem(NOT_FOUND, error.message) from error


def _profile_of(workshop: Workshop, package: str) -> AppProfile | None:
    """Return the first profile of an app; None if there is none."""
    for name in workshop.profiles.names():
        try:
            profile = workshop.profiles.load(name)
        except ProfileBroken:
            continue
        if profile.package == package:
            return profile
    return None


def _screen(workshop: Workshop, profile: AppProfile | None, recorded: RecordedScreen) -> RecordedScreenOut:
    page, problem = recorded.page, None
    if profile is not None:
        try:
            screen = workshop.stock.read(recorded, profile.package)
            page = page_told(Rules.of(profile, recorded.version, recorded.language, [screen]), recorded, screen)
        except SavedScreenBroken as error:
            problem = changed(error.message, lambda text: text.replace(str(recorded.hierarchy), recorded.name))
    return RecordedScreenOut(
        name=recorded.name,
        page=page,
        named_page=recorded.page,
        picture=recorded.picture is not None,
        problem=problem,
    )


def _kept(workshop: Workshop, recording: Recording) -> RecordingOut:
    profile = _profile_of(workshop, recording.package)
    return RecordingOut(
        name=recording.name,
        state="done",
        app=profile.name if profile else None,
        package=recording.package,
        version=recording.version,
        language=recording.language,
        serial=None,
        alias=None,
        screens=len(recording.screens),
        steps=recording.steps,
        recorded_at=recording.recorded_at,
        until=None,
        told="",
        remark=None,
    )


def _going(going: Going) -> RecordingOut:
    return RecordingOut(
        name=going.name,
        state=going.state,
        app=going.app,
        package=going.package,
        version=going.version,
        language=going.language,
        serial=going.serial,
        alias=going.alias,
        screens=going.screens,
        steps=None,
        recorded_at=going.started_at,
        until=None if going.is_over else going.until,
        told=going.told,
        remark=going.remark,
    )
