"""Prints phones, accounts and the audit trail on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from deployments.cli.shared.console import out
from deployments.cli.shared.tables import Column, print_record, print_table, when
from deployments.cli.shared.times import local_instant
from phonefleet.client.answers import Account, AuditEntry, Device, Unidentified
from phonefleet.words import mark, tr, tr_known

_COLORS = {
    "online": "green", "busy": "cyan", "offline": "dim", "unauthorized": "red", "no_permissions": "red",
    "recovery": "red", "ambiguous": "red", "quarantined": "yellow",
    "enabled": "green", "disabled": "dim", "held": "yellow",
}  # fmt: skip


_STATES = (
    mark("online"), mark("busy"), mark("offline"), mark("unauthorized"), mark("no_permissions"), mark("recovery"),
    mark("ambiguous"), mark("quarantined"), mark("enabled"), mark("disabled"), mark("held"),
)  # fmt: skip


def print_devices(devices: Sequence[Device]) -> None:
    """Print a table of phones."""
    columns = (
        Column("phone"), Column("serial", rank=1), Column("state"), Column("task", rank=2, right=True),
        Column("waiting", rank=2, right=True), Column("battery", rank=3, right=True), Column("group", rank=4),
        Column("model", rank=5), Column("Android", rank=6), Column("host", rank=7),
        Column("remark", rank=4, folds=True),
    )  # fmt: skip
    rows = (
        (
            phone["alias"] or phone["serial"], phone["serial"], state_text(phone["state"]), phone["current_task"],
            phone["queue_length"],
            _percent(phone["battery"]), phone["group"], phone["model"], phone["android_version"], phone["host"],
            _remark(phone),
        )
        for phone in devices
    )  # fmt: skip
    print_table(out(), "Phones", columns, rows, empty=tr("No phones have been seen yet."))


def print_unidentified(found: Sequence[Unidentified]) -> None:
    """Print a table of devices that adb lists and that are not identified yet."""
    columns = (Column("address"), Column("state"), Column("host", rank=1), Column("what to do", folds=True))
    rows = ((one["address"], Text(one["state"], style="red"), one["host"], one["advice"]) for one in found)
    print_table(out(), tr("Not known which phone"), columns, rows, empty="")


def print_device(phone: Device) -> None:
    """Print one phone."""
    fields = [
        ("serial", phone["serial"]), ("alias", phone["alias"]), ("state", state_text(phone["state"])),
        ("addresses", ", ".join(phone["addresses"])), ("note", phone["note"]),
        ("serial number", phone["serial_number"]), ("Android id", phone["android_id"]),
        ("quarantine", phone["quarantine_reason"]), ("since", when(phone["quarantined_since"])),
        ("until", when(phone["quarantined_until"])), ("taken over", _taken(phone)),
        ("enabled", tr("yes") if phone["enabled"] else tr("no")),
        ("group", phone["group"]), ("model", phone["model"]), ("Android", phone["android_version"]),
        ("host", phone["host"]), ("battery", _percent(phone["battery"])), ("task", phone["current_task"]),
        ("waiting", phone["queue_length"]),
        ("first seen", when(phone["first_seen"])),
        ("last seen", when(phone["last_seen"])),
    ]  # fmt: skip
    print_record(out(), fields)


def print_accounts(accounts: Sequence[Account]) -> None:
    """Print a table of accounts."""
    columns = (
        Column("id", right=True), Column("username"), Column("status"), Column("phone", rank=1),
        Column("serial", rank=5), Column("app", rank=4), Column("signed in", rank=3),
        Column("tags", rank=6, folds=True),
        Column("held because", rank=2, folds=True),
    )  # fmt: skip
    rows = (
        (
            account["id"], account["username"], state_text(account["status"]), account["device_name"],
            account["device"], account["platform"], tr("yes") if account["logined"] else tr("no"),
            ", ".join(account["tags"]) or None, account["hold_reason"],
        )
        for account in accounts
    )  # fmt: skip
    print_table(out(), "Accounts", columns, rows, empty=tr("There are no such accounts."))


def print_account(account: Account) -> None:
    """Print one account."""
    fields = [
        ("account", account["id"]), ("username", account["username"]), ("status", state_text(account["status"])),
        ("held because", account["hold_reason"]), ("since", when(account["held_since"])), ("app", account["platform"]),
        ("package", account["packagename"]), ("phone", account["device_name"]), ("serial", account["device"]),
        ("online", tr("yes") if account["device_online"] else tr("no")),
        ("signed in", tr("yes") if account["logined"] else tr("no")),
        ("tags", ", ".join(account["tags"])),
    ]  # fmt: skip
    print_record(out(), fields)


def print_audit(entries: Sequence[AuditEntry]) -> None:
    """Print a table of audited calls."""
    columns = (
        Column("at", rank=2), Column("who", rank=1), Column("call"), Column("path"), Column("phone", rank=1),
        Column("code", right=True), Column("tasks", rank=3, right=True), Column("token", rank=4),
        Column("address", rank=5), Column("request", rank=6),
    )  # fmt: skip
    rows = (
        (
            when(entry["at"]), entry["person"] or entry["actor"], entry["method"], entry["path"], entry.get("alias"),
            entry["code"], entry["tasks"], entry["actor"].partition(":")[2] or None, entry["address"],
            entry["request_id"],
        )
        for entry in entries
    )  # fmt: skip
    print_table(
        out(), tr("Calls that could change something"), columns, rows, empty=tr("Nobody has changed anything yet.")
    )


def state_text(state: str) -> Text:
    """Return the state of a phone or an account in its color."""
    return Text(tr_known(state), style=_COLORS[state])


def _percent(battery: int | None) -> str | None:
    return None if battery is None else f"{battery} %"


def _taken(phone: Device) -> str | None:
    taken = phone["taken_over"]
    return taken and tr(
        "by {by} until {until} ({state})",
        by=taken["by"],
        until=f"{local_instant(taken['until']):%H:%M:%S}",
        state=taken["state"],
    )


def _remark(phone: Device) -> str | None:
    taken = _taken(phone)
    if taken is not None:
        return tr("taken over {taken}", taken=taken)
    return phone["quarantine_reason"] or phone["note"] or (None if phone["enabled"] else "disabled")
