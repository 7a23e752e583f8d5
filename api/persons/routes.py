"""The routes that administer persons: add, list, change a role, draw another token, remove."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from api.answers.envelope import Envelope
from api.answers.fields import Text
from api.loops.threads import in_thread
from api.persons.identity import TheIdentities
from api.persons.schemas import (
    PersonList,
    PersonOut,
    PersonRemoved,
    PersonRequest,
    PersonWithToken,
    RoleRequest,
)
from api.resources import TheLedger, TheResources
from phonefleet.persons import Person, digest_of, new_token

router = APIRouter(tags=["persons"])

NamePath = Annotated[Text, Path(description="Case does not matter.")]


@router.get("/persons")
def list_persons(ledger: TheLedger) -> Envelope[PersonList]:
    """List everybody who has a token, by name; tokens are kept as digests and cannot be shown."""
    return Envelope(data=PersonList(persons=[PersonOut.model_validate(one) for one in ledger.persons.all()]))


@router.post("/persons")
async def add_person(
    request: PersonRequest, resources: TheResources, identities: TheIdentities
) -> Envelope[PersonWithToken]:
    """Add a person, and show the token this once."""
    token, now = new_token(), resources.clock.now()
    person = await in_thread(resources.ledger.persons.add, request.name, request.role, digest_of(token), now)
    identities.forget()
    return Envelope(data=_with_token(person, token))


@router.patch("/persons/{name}")
async def change_person(
    name: NamePath, request: RoleRequest, ledger: TheLedger, identities: TheIdentities
) -> Envelope[PersonOut]:
    """Give a person another role, which holds from the next call on."""
    others = identities.others_administer
    person = await in_thread(ledger.persons.set_role, name, request.role, others_administer=others)
    identities.forget()
    return Envelope(data=PersonOut.model_validate(person))


@router.post("/persons/{name}/token")
async def replace_token(
    name: NamePath, resources: TheResources, identities: TheIdentities
) -> Envelope[PersonWithToken]:
    """Draw another token for a person, shown this once; the old one and all sessions end."""
    token, now = new_token(), resources.clock.now()
    person = await in_thread(resources.ledger.persons.set_token, name, digest_of(token), now)
    identities.forget()
    return Envelope(data=_with_token(person, token))


@router.delete("/persons/{name}")
async def remove_person(name: NamePath, ledger: TheLedger, identities: TheIdentities) -> Envelope[PersonRemoved]:
    """Remove a person: token and sessions end at once, what was done stays in the audit trail."""
    await in_thread(ledger.persons.remove, name, others_administer=identities.others_administer)
    identities.forget()
    return Envelope(data=PersonRemoved(name=name))


def _with_token(person: Person, token: str) -> PersonWithToken:
    shown: dict[str, Any] = PersonOut.model_validate(person).model_dump()
    return PersonWithToken(**shown, token=token)
