"""The routes of verifications: which selectors of an app profile were seen to work on which phone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.envelope import NOT_FOUND, Envelope, Problem
from api.answers.fields import Deleted
from api.fleet import named
from api.fleet.verification_schemas import VerificationList, VerificationOut, VerificationQuery, VerificationRequest
from api.resources import Resources, TheResources
from phonefleet.apps import profile_names
from phonefleet.words import say

router = APIRouter(tags=["apps"])


@router.get("/apps/{app}/verifications")
def list_verifications(
    app: str, wanted: Annotated[VerificationQuery, Query()], resources: TheResources
) -> Envelope[VerificationList]:
    """List which selectors of an app profile were seen to work, on one phone or on all."""
    serial = None if wanted.serial is None else named.phone(resources, wanted.serial).serial
    return _answer(resources, _known(resources, app), serial)


@router.put("/apps/{app}/verifications")
def record_verifications(app: str, request: VerificationRequest, resources: TheResources) -> Envelope[VerificationList]:
    """Record that selectors of an app profile find something on a phone, so that irreversible actions may use them.

    A record holds for this phone, this version of the app and these rules of the selector; `phonefleet profile check
    --record` sends it. The answer lists all records of the phone.
    """
    known, serial = _known(resources, app), named.bound_serial(resources, request.serial)
    resources.ledger.verifications.record(
        serial, known, request.app_version, request.fingerprints, resources.clock.now()
    )
    return _answer(resources, known, serial)


@router.delete("/apps/{app}/verifications")
def forget_verifications(
    app: str,
    resources: TheResources,
    serial: Annotated[str, Query(description="Serial, alias, or an address that it has or had.")],
) -> Envelope[Deleted]:
    """Take back what was recorded of an app profile on a phone."""
    phone = named.phone(resources, serial)
    return Envelope(
        data=Deleted(deleted_count=resources.ledger.verifications.forget(phone.serial, _known(resources, app)))
    )


def _known(resources: Resources, app: str) -> str:
    if app not in profile_names(resources.settings.home / "profiles"):
        raise Problem(NOT_FOUND, say("fleet.no_app_profile", "There is no app profile {app}", app=app[:100]))
    return app


def _answer(resources: Resources, app: str, serial: str | None) -> Envelope[VerificationList]:
    found = resources.ledger.verifications.of_app(app, serial)
    aliases = resources.ledger.devices.aliases()
    shown = [VerificationOut.model_validate(each) for each in found]
    for each in shown:
        each.alias = aliases.get(each.serial)
    return Envelope(data=VerificationList(verifications=shown))
