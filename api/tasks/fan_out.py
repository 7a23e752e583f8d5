"""From a request to the tasks that it means: one for each device, account and target. It reads, and writes nothing.

`POST /task` and due times of campaigns take `tasks_of`, which raises what is against them; `POST /plan` takes the same
steps one by one, and shows what `problems` returns:

    parsed = parse(resources, request)
    against = problems(resources, parsed)
    tasks = fan_out(parsed, phones_of(resources, parsed), rng)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from random import Random
from uuid import UUID, uuid4

from pydantic import ValidationError

from api.answers.envelope import NO_ACCOUNT, SCRIPT_UNKNOWN, Problem, invalid
from api.answers.errors import not_known, reasons
from api.resources import Resources
from api.tasks.apps import app_of
from api.tasks.do_not_contact import forbidden
from api.tasks.materials import refuse_material
from api.tasks.named import serials_of, usernames_of
from api.tasks.schemas import TaskRequest
from api.tasks.sounds import refuse_sounds
from phonefleet.apps import profile_names
from phonefleet.ledger import Account, NewTask
from phonefleet.own_scripts.catalogue import ScriptBroken
from phonefleet.own_scripts.scripts import Scripts, ScriptUnknown
from phonefleet.pacing import start_instant, waits
from phonefleet.scripts import forms
from phonefleet.scripts.script import ConfigRefused, Script, ScriptConfig
from phonefleet.words import say

_SHOWN = 3
LARGEST_REQUEST = 10_000
"""In tasks."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a task works: a phone, and the account to act as; without one it is whichever is active."""

    serial: str
    username: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """A request whose fields are right: its script with one configuration for each target, the app, and the start."""

    request: TaskRequest
    script: Script
    configs: Sequence[ScriptConfig]
    app: str
    created_at: datetime
    start: datetime
    intervals: tuple[timedelta, timedelta]
    ignored: Sequence[str] = ()
    """The fields that nobody knows, where requests with such fields are done without them."""

    request_id: UUID = field(default_factory=uuid4)


def tasks_of(resources: Resources, request: TaskRequest, rng: Random) -> list[NewTask]:
    """Return the tasks of a request that may be created. Raises `Problem` when anything is against them."""
    parsed = accepted(resources, request)
    return fan_out(parsed, phones_of(resources, parsed), rng)


def accepted(resources: Resources, request: TaskRequest) -> ParsedRequest:
    """Parse a request that nothing is against. Raises `Problem` when anything is."""
    parsed = parse(resources, request)
    if found := problems(resources, parsed):
        raise invalid(*found)
    return parsed


def parse(resources: Resources, request: TaskRequest) -> ParsedRequest:
    """Parse a request, its configuration included. Raises `Problem` that tells everything that is wrong at once."""
    try:
        return _parsed(resources, request, _script(resources.scripts, request.script_name))
    except ScriptBroken as broken:
        raise invalid(("script_name", broken.message)) from broken


def _parsed(resources: Resources, request: TaskRequest, script: Script) -> ParsedRequest:
    now = resources.clock.now()
    intervals = request.intervals(resources.settings.interval_unit)
    errors = list(_rule_errors(resources, request, intervals))
    unknown = script.unknown(request.script_config)
    ignored, config = [*(request.model_extra or {})], request.script_config
    if resources.settings.unknown_fields == "ignore":
        ignored += [".".join(("script_config", *place)) for place in unknown]
        config = forms.without(config, unknown)
    else:
        errors += [(name, not_known(TaskRequest, (name,))) for name in ignored]
    configs: list[ScriptConfig] = []
    start = now
    try:
        configs = script.fan_out(script.parse(config))
    except ValidationError as error:
        errors += reasons(error.errors(include_url=False, include_input=False), ("script_config",), script.config)
    except ConfigRefused as refused:
        errors += [(".".join(map(str, ("script_config", *place))), reason) for place, reason in refused.reasons]
    try:
        start = start_instant(request.start_time, now, resources.zone) if request.start_time is not None else now
    except ValueError as error:
        errors.append(("start_time", str(error)))
    try:
        app = app_of(resources, request, configs)
    except ValueError as error:
        errors.append(("app", str(error)))
        app = ""
    if errors:
        raise invalid(*errors)
    return ParsedRequest(request, script, configs, app, now, start, intervals, ignored)


def problems(resources: Resources, parsed: ParsedRequest) -> list[tuple[str, str]]:
    """Return what the limits forbid of a request, each time with the field and the reason."""
    return forbidden(resources.ledger, parsed.app, parsed.configs)


def phones_of(resources: Resources, parsed: ParsedRequest) -> list[Seat]:
    """Return where the tasks of a request work, each seat once, in the order asked for.

    Raises:
        Problem: a phone or account is not there, the tasks are too many, or material cannot be used.

    """
    seats = _seats(resources, parsed.request, parsed.app)
    number = len(seats) * len(parsed.configs)
    if number > LARGEST_REQUEST:
        raise invalid(
            (
                "script_config",
                say(
                    "tasks.makes_tasks_most",
                    "makes {number} tasks; {largest_request} are the most",
                    number=number,
                    largest_request=LARGEST_REQUEST,
                ),
            )
        )
    refuse_material(resources, parsed.app, parsed.configs, [seat.username for seat in seats])
    refuse_sounds(resources, parsed.app, parsed.configs)
    return seats


def fan_out(parsed: ParsedRequest, phones: Sequence[Seat], rng: Random) -> list[NewTask]:
    """Return one task for each seat and target. Pure: the waits between tasks are drawn from the generator.

    The tasks of one phone start a microsecond apart, so that Prefect keeps their order.
    """
    work = list(product(phones, parsed.configs))
    drawn = waits((seat.serial for seat, _ in work), *parsed.intervals, rng)
    earlier: Counter[str] = Counter()
    tasks: list[NewTask] = []
    for ordinal, ((seat, config), wait) in enumerate(zip(work, drawn, strict=True)):
        task = NewTask(
            script_name=parsed.script.name,
            script_config=config,
            serial=seat.serial,
            username=seat.username,
            app=parsed.app,
            created_at=parsed.created_at,
            scheduled_for=parsed.start + timedelta(microseconds=earlier[seat.serial]),
            wait_seconds=wait.total_seconds(),
            ordinal=ordinal,
            request_id=parsed.request_id,
        )
        tasks.append(task)
        earlier[seat.serial] += 1
    return tasks


def _script(scripts: Scripts, name: str) -> Script:
    try:
        return scripts.named(name)
    except ScriptUnknown as unknown:
        raise invalid(("script_name", unknown.message), code=SCRIPT_UNKNOWN) from unknown


def _rule_errors(
    resources: Resources, request: TaskRequest, intervals: tuple[timedelta, timedelta]
) -> Iterator[tuple[str, str]]:
    if not request.serials and not request.usernames:
        yield "serials", say("tasks.usernames_must_name_something_work", "or usernames must name something to work on")
    if intervals[0] > intervals[1]:
        yield "min_interval", say("tasks.more_than_max_interval", "is more than max_interval")
    if request.app is not None and request.app not in profile_names(resources.settings.home / "profiles"):
        yield "app", say("tasks.not_name_app_profile", "is not the name of an app profile")


def _seats(resources: Resources, request: TaskRequest, app: str) -> list[Seat]:
    serials = serials_of(resources.ledger, request.serials or [])
    if request.usernames:
        usernames = usernames_of(resources.ledger, request.usernames, app)
        return _seats_of_accounts(resources, usernames, serials, app)
    if request.enable_multi_account:
        return _seats_of_devices(resources, serials, app)
    return [Seat(serial) for serial in serials]


def _seats_of_accounts(resources: Resources, usernames: Sequence[str], serials: Sequence[str], app: str) -> list[Seat]:
    """Return the seats of accounts; serials, when given too, say which devices they may use."""
    accounts = resources.ledger.accounts.matching(usernames, app)
    _refuse_unknown(usernames, accounts, app)
    usable = {account.username.lower(): account for account in accounts if _usable(account, serials)}
    if not usable:
        _refuse_without_phone(accounts)
        raise Problem(
            NO_ACCOUNT,
            say("tasks.no_enabled_account_matches_usernames", "No enabled account matches usernames"),
            {"usernames": list(usernames[:100])},
        )
    chosen = [usable[name] for name in dict.fromkeys(name.lower() for name in usernames) if name in usable]
    return [Seat(account.serial, account.username) for account in chosen]


def _refuse_unknown(usernames: Sequence[str], accounts: Sequence[Account], app: str) -> None:
    known = {account.username.lower() for account in accounts}
    unknown = [name for name in dict.fromkeys(usernames) if name.lower() not in known]
    if unknown:
        more = say("tasks.more", " and {number} more", number=len(unknown) - _SHOWN) if len(unknown) > _SHOWN else ""
        message = say(
            "tasks.no_account_nothing_created",
            "There is no account {unknown}{more} of {app}; nothing was created",
            unknown=", ".join(unknown[:_SHOWN]),
            more=more,
            app=app,
        )
        raise Problem(NO_ACCOUNT, message, {"usernames": unknown[:100]})


def _usable(account: Account, serials: Sequence[str]) -> bool:
    return _may_act(account) and bool(account.serial) and (not serials or account.serial in serials)


def _refuse_without_phone(accounts: Sequence[Account]) -> None:
    homeless = [account.username for account in accounts if _may_act(account) and not account.serial]
    if homeless:
        message = say(
            "tasks.phone_forgotten_bind_account_another",
            "The phone of {homeless} was forgotten: bind the account to another one first",
            homeless=", ".join(homeless[:3]),
        )
        raise Problem(NO_ACCOUNT, message, {"usernames": homeless[:100]})


def _may_act(account: Account) -> bool:
    return account.enabled and account.held_since is None


def _seats_of_devices(resources: Resources, serials: Sequence[str], app: str) -> list[Seat]:
    accounts = resources.ledger.accounts.on_devices(serials, app)
    usable = [account for account in accounts if _may_act(account) and account.signed_in]
    empty = [serial for serial in serials if serial not in {account.serial for account in usable}]
    if empty:
        raise Problem(
            NO_ACCOUNT,
            say(
                "tasks.devices_without_enabled_account_cannot", "Devices without an enabled account cannot use several"
            ),
            {"serials": empty[:100]},
        )
    return [Seat(serial, account.username) for serial in serials for account in usable if account.serial == serial]
