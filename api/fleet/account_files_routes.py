"""The routes that export and import accounts as CSV."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.answers.csv_table import TableBroken
from api.answers.envelope import INVALID, Envelope, ErrorData, Problem, invalid
from api.fleet.account_csv import ImportContext, account_table, named_phones, read_entries, read_records
from api.fleet.account_schemas import AccountFilters, Imported, LineError
from api.fleet.accounts_routes import account_filter
from api.loops.threads import in_thread
from api.resources import Resources, TheResources
from phonefleet.apps import profile_names
from phonefleet.words import say

router = APIRouter(tags=["accounts"])

_CSV: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": _CSV}}
_MOST_ERRORS = 1000


@router.get(
    "/accounts/export",
    response_class=Response,
    responses={200: {"description": "A row for each account, the heading first.", "content": _CSV}},
)
def export_accounts(wanted: Annotated[AccountFilters, Query()], resources: TheResources) -> Response:
    """Write accounts as CSV. An apostrophe stands before cells that a spreadsheet would take for formulas."""
    table = account_table(resources.ledger.accounts.all(account_filter(wanted, resources)))
    headers = {"Content-Disposition": 'attachment; filename="accounts.csv"'}
    return Response(table.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/accounts/import", openapi_extra=_BODY)
async def import_accounts(
    request: Request,
    resources: TheResources,
    *,
    partial: Annotated[bool, Query(description="Take the rows that are right, though others are wrong.")] = False,
) -> Envelope[Imported]:
    """Enter accounts from CSV, or change those that exist: all rows or, unless `partial`, none.

    The columns `username` and `serial` (any name of a phone) are required; `platform`, `enabled` and `tags` (separated
    by `;`) are not, and an empty cell leaves what there is. The other columns of an export are passed over.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "text/csv":
        raise invalid(("body", say("fleet.must_sent_content_type_text", "must be sent with Content-Type: text/csv")))
    return Envelope(data=await in_thread(_import, resources, await request.body(), partial=partial))


def _import(resources: Resources, body: bytes, *, partial: bool) -> Imported:
    try:
        records = read_records(body.decode())
    except UnicodeDecodeError as error:
        raise _refused(
            [
                LineError(
                    line=body.count(b"\n", 0, error.start) + 1,
                    field="file",
                    reason=say("fleet.not_utf_8", "is not UTF-8"),
                )
            ]
        ) from error
    except TableBroken as error:
        raise _refused([LineError(line=error.line, field=error.field, reason=error.reason)]) from error
    known = ImportContext(
        phones=resources.ledger.devices.resolve(list(named_phones(records))),
        apps=frozenset(profile_names(resources.settings.home / "profiles")),
        app=resources.settings.app,
    )
    entries, errors = read_entries(records, known)
    if errors and not partial:
        raise _refused(errors)
    created, updated = resources.ledger.accounts.write(entries)
    return Imported(created_count=created, updated_count=updated, errors=errors)


def _refused(errors: list[LineError]) -> Problem:
    first = say(
        "fleet.line",
        "line {line}: {field} {reason}",
        line=errors[0].line,
        field=errors[0].field,
        reason=errors[0].reason,
    )
    summary = say(
        "fleet.file_not_imported_cells_wrong",
        "The file is not imported: {number} of its cells are wrong, the first on {first}",
        number=len(errors),
        first=first,
    )
    return Problem(INVALID, summary[:300], ErrorData(errors=list(errors[:_MOST_ERRORS])))
