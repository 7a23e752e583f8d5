"""The routes of days: an account's numbers day by day, and reading them now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter

from api.answers.envelope import CONFLICT, Envelope, Problem
from api.answers.fields import CreatedTasks
from api.answers.idempotency import IdempotencyKey
from api.fleet.accounts_routes import find_account
from api.fleet.days.as_csv import days_table
from api.fleet.days.reading import send
from api.fleet.days.schemas import MOST_DAYS, AccountDayOut, AccountDaysOut, DaysQuery
from api.resources import Resources, TheResources
from phonefleet.ledger import Account
from phonefleet.ledger.fleet.account_days import AccountDay
from phonefleet.limits.days import day_of

router = APIRouter(tags=["accounts"])

_YEAR = timedelta(days=365)
_CSV, _JSON = "text/csv", "application/json"
_SHOWN: TypeAdapter[list[AccountDayOut]] = TypeAdapter(list[AccountDayOut])
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The days, the earliest first.", "content": {_CSV: {"schema": {"type": "string"}}}}
}


@router.get("/accounts/{account_id}/days", response_model=Envelope[AccountDaysOut], responses=_ANSWERS)
def show_days(
    account_id: int, wanted: Annotated[DaysQuery, Query()], request: Request, resources: TheResources
) -> Response | Envelope[AccountDaysOut]:
    """Show what the account's own profile showed day by day, as JSON or CSV.

    In CSV an apostrophe stands before cells that a spreadsheet would take for formulas.
    """
    account = find_account(account_id, resources).account
    days = _days(resources, account, wanted)
    if wanted.format == "csv" or (wanted.format is None and _wants_csv(request)):
        headers = {"Content-Disposition": f'attachment; filename="account-{account.id}-days.csv"', "Vary": "Accept"}
        return Response(days_table(account, days).encode(), media_type="text/csv; charset=utf-8", headers=headers)
    shown = _SHOWN.validate_python(days, from_attributes=True)
    return Envelope(
        data=AccountDaysOut(account_id=account.id, username=account.username, platform=account.app, days=shown)
    )


@router.post("/accounts/{account_id}/days")
def read_now(account_id: int, resources: TheResources, key: IdempotencyKey = None) -> Envelope[CreatedTasks]:
    """Create a task that reads the account's own profile; it only looks, and counts to no budget."""
    account = find_account(account_id, resources).account
    if account.held_since is not None or not account.enabled:
        why = "is disabled" if account.held_since is None else f"is held: {account.hold_reason}"
        raise Problem(CONFLICT, f"@{account.username} {why}")
    task_ids = send(resources, account, key)
    resources.tasks_created()
    return Envelope(data=CreatedTasks(task_ids=task_ids, created_count=len(task_ids)))


def _days(resources: Resources, account: Account, wanted: DaysQuery) -> list[AccountDay]:
    until = wanted.until or _today(resources)
    since = wanted.since or (until - _YEAR if until - date.min > _YEAR else date.min)
    return list(resources.ledger.account_days.of(account.id, since, until, MOST_DAYS))


def _today(resources: Resources) -> date:
    zone = resources.ledger.limits.current().zone(resources.zone)
    return day_of(resources.clock.now(), zone).date


def _wants_csv(request: Request) -> bool:
    accepted = request.headers.get("accept", "").lower()
    return _CSV in accepted and _JSON not in accepted
