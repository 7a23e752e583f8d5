"""The route that lists the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.answers.envelope import Envelope
from api.answers.fields import Id, Instant, PageQuery
from api.resources import TheLedger
from phonefleet.ledger.audit import AuditEntry

router = APIRouter(tags=["about"])


class AuditEntryOut(BaseModel):
    """A call that could change something."""

    model_config = ConfigDict(from_attributes=True)

    id: Id
    at: Instant
    actor: str = Field(description='"anonymous", or the name of the token: the beginning of its digest.')
    person: str | None = Field(
        description="The person whose token it was, or `user@localhost`, a user of the server's own computer, where "
        "the system tells; null where neither is known."
    )
    address: str
    method: str
    path: str
    alias: str | None = Field(
        default=None,
        description="What people call the phone whose serial is in the path; null: none is.",
    )
    request_id: str = Field(description="The answer's header X-Request-ID.")
    code: int | None = Field(description="The answer's code; null while the call was never answered.")
    tasks: int | None = Field(description="How many tasks the call concerned, when that is known.")


class AuditPage(BaseModel):
    """One page of the trail, newest first."""

    entries: list[AuditEntryOut]
    total: int
    page: int
    page_size: int


@router.get("/audit")
def list_audit(wanted: Annotated[PageQuery, Query()], ledger: TheLedger) -> Envelope[AuditPage]:
    """List the calls that could change something, refused ones too. Bodies are never kept."""
    found = ledger.audit.page(wanted.page, wanted.page_size)
    aliases = ledger.devices.aliases()
    entries = [_shown(entry, aliases) for entry in found.items]
    return Envelope(data=AuditPage(entries=entries, total=found.total, page=wanted.page, page_size=wanted.page_size))


def _shown(entry: AuditEntry, aliases: Mapping[str, str]) -> AuditEntryOut:
    _, _, after = entry.path.partition("/devices/")
    return AuditEntryOut.model_validate(entry).model_copy(update={"alias": aliases.get(after.partition("/")[0])})
