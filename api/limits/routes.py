"""The routes of limits: the rules, what accounts have used of them, and the do-not-contact list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.envelope import Envelope, invalid
from api.fleet.account_schemas import AccountQuery
from api.fleet.accounts_routes import account_filter
from api.limits.schemas import (
    AccountUsage,
    Entry,
    EntryOut,
    KindUsage,
    LimitsOut,
    LimitsRequest,
    PeopleAdded,
    PeopleNames,
    PeoplePage,
    PeopleQuery,
    PeopleRemoved,
    PeopleRequest,
    UsagePage,
)
from api.resources import Resources, TheLedger, TheResources
from phonefleet.apps import profile_names
from phonefleet.ledger import Device
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from phonefleet.ledger.actions.limits import StoredRules, Usage
from phonefleet.limits import KINDS
from phonefleet.text import bare_name
from phonefleet.words import say

router = APIRouter(tags=["limits"])


@router.get("/limits")
def show_limits(ledger: TheLedger) -> Envelope[LimitsOut]:
    """Show the budgets, gaps and working hours that hold for all accounts, and which ones have others."""
    return Envelope(data=_shown(ledger.limits.current()))


@router.put("/limits")
def replace_limits(request: LimitsRequest, resources: TheResources) -> Envelope[LimitsOut]:
    """Let other limits hold from the next action on; what is left out is as it is by default."""
    stored = resources.ledger.limits.replace(request.rules(), resources.clock.now(), request.version)
    return Envelope(data=_shown(stored))


@router.get("/limits/usage")
def show_usage(wanted: Annotated[AccountQuery, Query()], resources: TheResources) -> Envelope[UsagePage]:
    """Show what accounts have done today that counts, and what they may still do."""
    found = resources.ledger.accounts.page(account_filter(wanted, resources), wanted.page, wanted.page_size)
    now = resources.clock.now()
    usages = resources.ledger.limits.usage([listed.account for listed in found.items], now, resources.zone)
    accounts = [_used(usage, listed.phone) for usage, listed in zip(usages, found.items, strict=True)]
    page = UsagePage(accounts=accounts, total=found.total, page=wanted.page, page_size=wanted.page_size)
    return Envelope(data=page)


@router.get("/do-not-contact")
def list_people(wanted: Annotated[PeopleQuery, Query()], ledger: TheLedger) -> Envelope[PeoplePage]:
    """List the people whom no account may contact."""
    username = wanted.username and bare_name(wanted.username)
    found = ledger.do_not_contact.page(wanted.page, wanted.page_size, username=username, app=wanted.app)
    entries = [EntryOut.model_validate(person) for person in found.items]
    return Envelope(data=PeoplePage(entries=entries, total=found.total, page=wanted.page, page_size=wanted.page_size))


@router.put("/do-not-contact")
def add_people(request: PeopleRequest, resources: TheResources) -> Envelope[PeopleAdded]:
    """Add people, all or none; who is on the list already stays on it, with the new reason."""
    _check_apps(request.entries, resources)
    now = resources.clock.now()
    people = [DoNotContactEntry(entry.username, entry.app, entry.reason, now) for entry in request.entries]
    added, replaced = resources.ledger.do_not_contact.put(people)
    return Envelope(data=PeopleAdded(added_count=added, replaced_count=replaced))


@router.delete("/do-not-contact")
def remove_people(request: PeopleNames, ledger: TheLedger) -> Envelope[PeopleRemoved]:
    """Take people off the list."""
    names = {name.casefold(): name for name in request.usernames}
    removed = ledger.do_not_contact.remove(request.usernames, request.app)
    not_found = [name for folded, name in names.items() if folded not in removed]
    return Envelope(data=PeopleRemoved(removed_count=len(removed), not_found=not_found))


def _check_apps(entries: Sequence[Entry], resources: Resources) -> None:
    known = {None, *profile_names(resources.settings.home / "profiles")}
    wrong = [number for number, entry in enumerate(entries) if entry.app not in known]
    if wrong:
        raise invalid(
            *(
                (f"entries.{number}.app", say("limits.not_name_app_profile", "is not the name of an app profile"))
                for number in wrong
            )
        )


def _shown(stored: StoredRules) -> LimitsOut:
    return LimitsOut(**dict(stored.rules), version=stored.version, set_at=stored.set_at)


def _used(usage: Usage, phone: Device | None) -> AccountUsage:
    account, budgets = usage.account, usage.policy.budgets
    return AccountUsage(
        id=account.id,
        username=account.username,
        platform=account.app,
        device=account.serial,
        alias=phone and phone.alias,
        date=usage.day.date,
        resets_at=usage.day.end,
        opens_at=usage.opens_at,
        when_met=usage.policy.when_met,
        actions=[
            KindUsage(
                kind=kind,
                used=usage.used.get(kind, 0),
                budget=budgets[kind],
                left=max(0, budgets[kind] - usage.used.get(kind, 0)),
            )
            for kind in KINDS
        ],
    )
