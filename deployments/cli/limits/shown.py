"""Prints limits, usage and the do-not-contact list on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from deployments.cli.shared.console import out
from deployments.cli.shared.tables import Column, print_record, print_table, when
from deployments.cli.shared.times import LocalTime, minute
from phonefleet.client.answers import AccountUsage, Limits, Override, Person, Weekday
from phonefleet.words import tr

_KINDS_FIRST = ("follow", "unfollow", "like", "comment", "message")


def _gaps(limits: Limits) -> list[tuple[str, object]]:
    return [(tr("gap of {kind}", kind=kind), f"{gap:g} s") for kind, gap in limits["gaps"].items()]


def print_limits(limits: Limits) -> None:
    """Print the limits of all accounts, then the overrides for some."""
    fields: list[tuple[str, object]] = [
        (tr("{kind} a day", kind=kind), number) for kind, number in limits["budgets"].items()
    ]
    fields += [
        ("hours", _hours(limits["hours"]) or tr("any")),
        ("time zone", limits["timezone"] or tr("that of the server")),
        ("gap", f"{limits['gap']:g} s"), *_gaps(limits),
        ("when met", tr("tasks {when_met}", when_met=limits["when_met"])),
        ("shared pool", tr("allowed") if limits["allow_shared_pool"] else tr("not allowed")),
        ("version", limits["version"]), ("since", when(limits["set_at"])),
    ]  # fmt: skip
    print_record(out(), fields)
    if limits["overrides"]:
        columns = (Column("accounts"), Column("other limits", folds=True))
        rows = [(_selected(override), _others(override)) for override in limits["overrides"]]
        print_table(out(), tr("For some accounts"), columns, rows)


def print_usage(accounts: Sequence[AccountUsage]) -> None:
    """Print a table of accounts with "used/budget" for each kind of action."""
    kinds = [action["kind"] for action in accounts[0]["actions"]] if accounts else []
    columns = (
        Column("username"), Column("phone", rank=4), Column("works", rank=1),
        *(Column(kind, rank=2 if kind in _KINDS_FIRST else 3, right=True) for kind in kinds),
    )  # fmt: skip
    rows = (
        (
            account["username"], account["alias"] or account["device"], _works(account),
            *(_of(action["used"], action["budget"]) for action in account["actions"]),
        )
        for account in accounts
    )  # fmt: skip
    day = tr(" on {date}", date=accounts[0]["date"]) if accounts else ""
    print_table(out(), tr("Used of the budgets{day}", day=day), columns, rows, empty=tr("There are no such accounts."))


def print_people(people: Sequence[Person]) -> None:
    """Print the do-not-contact list."""
    columns = (Column("username"), Column("app"), Column("since", rank=2), Column("reason", rank=1, folds=True))
    rows = ((one["username"], one["app"] or "all", when(one["since"]), one["reason"]) for one in people)
    print_table(out(), tr("Do not contact"), columns, rows, empty=tr("Nobody is on the list."))


def _of(used: int, budget: int) -> Text:
    return Text(f"{used}/{budget}", style="yellow" if used >= budget else "" if used else "dim")


def _works(account: AccountUsage) -> str:
    return tr("now") if account["opens_at"] is None else LocalTime(tr("from {at}", at=minute(account["opens_at"])))


def _hours(hours: Mapping[Weekday, list[str]] | None) -> str | None:
    if hours is None:
        return None
    days = {day: ", ".join(spans) for day, spans in hours.items()}
    if len(days) == _WEEK and len(set(days.values())) == 1:
        return next(iter(days.values()))
    return "; ".join(f"{day} {spans}" for day, spans in days.items())


_WEEK = 7


def _selected(override: Override) -> str:
    names = (
        ("username", override["username"]), ("app", override["app"]), ("tag", override["tag"]),
        ("group", override["group"]),
    )  # fmt: skip
    return ", ".join(f"{name} {value}" for name, value in names if value is not None) or "all"


def _others(override: Override) -> str:
    told = [f"{kind} {number}" for kind, number in override["budgets"].items()]
    told += [tr("gap {gap} s", gap=f"{override['gap']:g}")] if override["gap"] is not None else []
    told += [tr("gap of {kind} {gap} s", kind=kind, gap=f"{gap:g}") for kind, gap in override["gaps"].items()]
    told += [tr("hours {hours}", hours=hours)] if (hours := _hours(override["hours"])) else []
    told += [tr("tasks {when_met}", when_met=override["when_met"])] if override["when_met"] else []
    return ", ".join(told)
