"""The routes of accounts: list, enter, bind, change, hold, release, forget."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.answers.envelope import CONFLICT, NOT_FOUND, Envelope, Problem
from api.answers.fields import Deleted, is_id
from api.fleet import named
from api.fleet.account_schemas import (
    AccountChange,
    AccountFilters,
    AccountOut,
    AccountPage,
    AccountQuery,
    HoldRequest,
    NewAccount,
)
from api.resources import Resources, TheResources
from phonefleet.apps import ProfileBroken, ProfileUnknown, load_profile
from phonefleet.ledger import Account
from phonefleet.ledger.fleet.account_import import AccountEntry
from phonefleet.ledger.fleet.account_list import AccountFilter, ListedAccount
from phonefleet.ledger.fleet.device_list import CONNECTED
from phonefleet.settings import Settings
from phonefleet.text import bare_name
from phonefleet.words import say

router = APIRouter(tags=["accounts"])


@router.get("/accounts")
def list_accounts(wanted: Annotated[AccountQuery, Query()], resources: TheResources) -> Envelope[AccountPage]:
    """List accounts with the phones that they are bound to."""
    found = resources.ledger.accounts.page(account_filter(wanted, resources), wanted.page, wanted.page_size)
    accounts = [_shown(listed, resources.settings) for listed in found.items]
    page = AccountPage(accounts=accounts, total=found.total, page=wanted.page, page_size=wanted.page_size)
    return Envelope(data=page)


@router.post("/accounts")
def create_account(new: NewAccount, resources: TheResources) -> Envelope[AccountOut]:
    """Enter an account and bind it to a phone. It counts as signed out until the phone shows it."""
    entry = AccountEntry(
        app=named.app(resources, "platform", new.platform),
        username=new.username,
        serial=named.bound_serial(resources, new.serial),
        enabled=new.enabled,
        tags=new.tags,
    )
    return _answer(resources.ledger.accounts.create(entry), resources)


@router.get("/accounts/{account_id}")
def get_account(account_id: int, resources: TheResources) -> Envelope[AccountOut]:
    """Show one account."""
    return _answer(account_id, resources)


@router.patch("/accounts/{account_id}")
def change_account(account_id: int, change: AccountChange, resources: TheResources) -> Envelope[AccountOut]:
    """Change an account's name, phone, tags, or whether it is enabled; what is left out stays."""
    find_account(account_id, resources)
    changes = {field: getattr(change, field) for field in change.model_fields_set}
    if "serial" in changes:
        changes["serial"] = named.bound_serial(resources, change.serial)
    resources.ledger.accounts.change(account_id, **changes)
    return _answer(account_id, resources)


@router.delete("/accounts/{account_id}")
def delete_account(account_id: int, resources: TheResources) -> Envelope[Deleted]:
    """Forget an account. What it did stays in the ledger; the phone stays signed in."""
    find_account(account_id, resources)
    return Envelope(data=Deleted(deleted_count=int(resources.ledger.accounts.delete(account_id))))


@router.post("/accounts/{account_id}/hold")
def hold_account(account_id: int, request: HoldRequest, resources: TheResources) -> Envelope[AccountOut]:
    """Keep an account from acting until it is released; tasks of it that begin meanwhile fail."""
    account = find_account(account_id, resources).account
    if not resources.ledger.accounts.hold_id(account_id, request.reason, resources.clock.now()):
        raise Problem(
            CONFLICT,
            say(
                "fleet.held_already",
                "{username} is held already: {hold_reason}",
                username=account.username,
                hold_reason=account.hold_reason,
            ),
        )
    return _answer(account_id, resources)


@router.post("/accounts/{account_id}/release")
def release_account(account_id: int, resources: TheResources) -> Envelope[AccountOut]:
    """End the hold of an account, once a person has looked at it."""
    account = find_account(account_id, resources).account
    if not resources.ledger.accounts.release(account_id):
        raise Problem(CONFLICT, say("fleet.not_held", "{username} is not held", username=account.username))
    return _answer(account_id, resources)


def account_filter(wanted: AccountFilters, resources: Resources) -> AccountFilter:
    """Return a query as the ledger's filter; its serial may be any name of a phone."""
    return AccountFilter(
        username=wanted.username and bare_name(wanted.username),
        app=wanted.platform,
        serial=named.filtered_serial(resources, wanted.serial),
        group=wanted.group,
        tag=wanted.tag,
        held=wanted.held,
        enabled=wanted.enabled,
        signed_in=wanted.logined,
    )


def find_account(account_id: int, resources: Resources) -> ListedAccount:
    """Return the account with this id. Raises `Problem` where there is none."""
    found = resources.ledger.accounts.of_id(account_id) if is_id(account_id) else None
    if found is None:
        raise Problem(
            NOT_FOUND, say("fleet.no_account", "There is no account {account_id}", account_id=str(account_id)[:20])
        )
    return found


def _answer(account_id: int, resources: Resources) -> Envelope[AccountOut]:
    return Envelope(data=_shown(find_account(account_id, resources), resources.settings))


def _shown(listed: ListedAccount, settings: Settings) -> AccountOut:
    account, phone = listed.account, listed.phone
    return AccountOut(
        id=account.id,
        username=account.username,
        platform=account.app,
        packagename=_package(account.app, settings),
        device=account.serial,
        device_online=phone is not None and phone.state in CONNECTED,
        alias=phone and phone.alias,
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
