"""Accounts over HTTP: list, enter, bind, change, hold, release, forget."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.answers.envelope import CONFLICT, NOT_FOUND, Envelope, Problem
from api.fleet import named as fleet
from api.fleet.account_schemas import (
    AccountChange,
    AccountFilters,
    AccountOut,
    AccountPage,
    AccountQuery,
    HoldRequest,
    NewAccount,
)
from api.resources import Facade, TheFacade
from api.tasks.schemas import Deleted
from phonefleet.apps import ProfileBroken, ProfileUnknown, load_profile
from phonefleet.ledger import Account
from phonefleet.ledger.fleet.account_import import AccountEntry
from phonefleet.ledger.fleet.account_list import AccountFilter, ListedAccount
from phonefleet.ledger.fleet.device_list import CONNECTED
from phonefleet.settings import Settings
from phonefleet.text import bare_name

router = APIRouter(tags=["accounts"])

_LARGEST_ID = 2**63 - 1


@router.get("/accounts")
def list_accounts(wanted: Annotated[AccountQuery, Query()], facade: TheFacade) -> Envelope[AccountPage]:
    """List accounts with the phones that they are bound to."""
    found = facade.ledger.accounts.page(sought(wanted, facade), wanted.page, wanted.page_size)
    accounts = [_shown(listed, facade.settings) for listed in found.items]
    page = AccountPage(accounts=accounts, total=found.total, page=wanted.page, page_size=wanted.page_size)
    return Envelope(data=page)


@router.post("/accounts")
def create_account(new: NewAccount, facade: TheFacade) -> Envelope[AccountOut]:
    """Enter an account and bind it to a phone. It counts as signed out until the phone shows it."""
    entry = AccountEntry(
        app=fleet.app(facade, "platform", new.platform),
        username=new.username,
        serial=fleet.bound_serial(facade, new.serial),
        enabled=new.enabled,
        tags=new.tags,
    )
    return _answer(facade.ledger.accounts.create(entry), facade)


@router.get("/accounts/{account_id}")
def get_account(account_id: int, facade: TheFacade) -> Envelope[AccountOut]:
    """Show one account."""
    return _answer(account_id, facade)


@router.patch("/accounts/{account_id}")
def change_account(account_id: int, change: AccountChange, facade: TheFacade) -> Envelope[AccountOut]:
    """Change an account's name, phone, tags, or whether it is enabled; what is left out stays."""
    _find(account_id, facade)
    changes = {field: getattr(change, field) for field in change.model_fields_set}
    if "serial" in changes:
        changes["serial"] = fleet.bound_serial(facade, change.serial)
    facade.ledger.accounts.change(account_id, **changes)
    return _answer(account_id, facade)


@router.delete("/accounts/{account_id}")
def delete_account(account_id: int, facade: TheFacade) -> Envelope[Deleted]:
    """Forget an account. What it did stays in the ledger; the phone stays signed in."""
    _find(account_id, facade)
    return Envelope(data=Deleted(deleted_count=int(facade.ledger.accounts.delete(account_id))))


@router.post("/accounts/{account_id}/hold")
def hold_account(account_id: int, request: HoldRequest, facade: TheFacade) -> Envelope[AccountOut]:
    """Keep an account from acting until it is released; tasks of it that begin meanwhile fail."""
    account = _find(account_id, facade).account
    if not facade.ledger.accounts.hold_id(account_id, request.reason, facade.clock.now()):
        raise Problem(CONFLICT, f"{account.username} is held already: {account.hold_reason}")
    return _answer(account_id, facade)


@router.post("/accounts/{account_id}/release")
def release_account(account_id: int, facade: TheFacade) -> Envelope[AccountOut]:
    """End the hold of an account, once a person has looked at it."""
    account = _find(account_id, facade).account
    if not facade.ledger.accounts.release(account_id):
        raise Problem(CONFLICT, f"{account.username} is not held")
    return _answer(account_id, facade)


def sought(wanted: AccountFilters, facade: Facade) -> AccountFilter:
    """Return what a query asks the ledger for; a serial may be any name of a phone."""
    return AccountFilter(
        username=wanted.username and bare_name(wanted.username),
        app=wanted.platform,
        serial=fleet.filtered_serial(facade, wanted.serial),
        group=wanted.group,
        tag=wanted.tag,
        held=wanted.held,
        enabled=wanted.enabled,
        signed_in=wanted.logined,
    )


def _find(account_id: int, facade: Facade) -> ListedAccount:
    found = facade.ledger.accounts.of_id(account_id) if 0 < account_id <= _LARGEST_ID else None
    if found is None:
        raise Problem(NOT_FOUND, f"There is no account {str(account_id)[:20]}")
    return found


def _answer(account_id: int, facade: Facade) -> Envelope[AccountOut]:
    return Envelope(data=_shown(_find(account_id, facade), facade.settings))


def _shown(listed: ListedAccount, settings: Settings) -> AccountOut:
    account, phone = listed.account, listed.phone
    return AccountOut(
        id=account.id,
        username=account.username,
        platform=account.app,
        packagename=_package(account.app, settings),
        device=account.serial,
        device_online=phone is not None and phone.state in CONNECTED,
        device_name=(phone and (phone.alias or phone.model)) or account.serial,
        logined=account.signed_in,
        enabled=account.enabled,
        status=_status(account),
        hold_reason=account.hold_reason,
        held_since=account.held_since,
        tags=account.tags,
    )


def _status(account: Account) -> Literal["enabled", "disabled", "held"]:
    if not account.enabled:
        return "disabled"
    return "enabled" if account.held_since is None else "held"


def _package(app: str, settings: Settings) -> str | None:
    try:
        return load_profile(app, settings.home / "profiles").package
    except (ProfileUnknown, ProfileBroken):
        return None
