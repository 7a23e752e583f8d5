"""From a request to the tasks that it means: one for each device, account and target. It reads, and writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from api.answers.envelope import NO_ACCOUNT, SCRIPT_UNKNOWN, Problem, invalid
from api.answers.errors import reasons
from api.resources import Resources
from api.tasks.do_not_contact import refuse_forbidden
from api.tasks.materials import refuse_material
from api.tasks.named import serials_of, usernames_of
from api.tasks.schemas import TaskRequest
from phonefleet.apps import profile_names
from phonefleet.ledger import Account, Ledger, NewTask
from phonefleet.pacing import start_instant, waits
from phonefleet.scripts import SCRIPTS
from phonefleet.scripts.script import Script

LARGEST_REQUEST = 10_000
"""In tasks."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a task works: a phone, and the account to act as; without one it is whichever is active."""

    serial: str
    username: str | None = None


Forbid = Callable[[Ledger, str, str, Sequence[dict[str, Any]]], None]


def plan(resources: Resources, request: TaskRequest, forbid: Forbid = refuse_forbidden) -> list[NewTask]:
    """Return the tasks of a request. Raises `Problem` when any part of it is wrong; `forbid` looks at the limits."""
    script = _script(request.script_name)
    now = resources.clock.now()
    configs, start = _checked(resources, request, script, now)
    forbid(resources.ledger, script.name, request.app or resources.settings.app, configs)
    seats = _seats(resources, request)
    if len(seats) * len(configs) > LARGEST_REQUEST:
        raise invalid(("script_config", f"makes {len(seats) * len(configs)} tasks; {LARGEST_REQUEST} are the most"))
    refuse_material(resources, script.name, configs, len(seats))
    return list(_tasks(resources, request, list(product(seats, configs)), now, start))


def _script(name: str) -> Script:
    script = SCRIPTS.get(name)
    if script is None:
        raise invalid(("script_name", f"is none of {', '.join(SCRIPTS)}"), code=SCRIPT_UNKNOWN)
    if not script.available:
        raise invalid(("script_name", f"{name} is not available in this version yet"), code=SCRIPT_UNKNOWN)
    return script


def _checked(
    resources: Resources, request: TaskRequest, script: Script, now: datetime
) -> tuple[list[dict[str, Any]], datetime]:
    """Return the configuration of each target and the start; complain about everything that is wrong at once."""
    errors = list(_rule_errors(resources, request))
    configs: list[dict[str, Any]] = []
    start = now
    try:
        configs = [one.model_dump(mode="json") for one in script.fan_out(script.parse(request.script_config))]
    except ValidationError as error:
        errors += reasons(error.errors(include_url=False, include_input=False), ("script_config",))
    try:
        start = start_instant(request.start_time, now, resources.zone) if request.start_time is not None else now
    except ValueError as error:
        errors.append(("start_time", str(error)))
    if errors:
        raise invalid(*errors)
    return configs, start


def _rule_errors(resources: Resources, request: TaskRequest) -> Iterator[tuple[str, str]]:
    if not request.serials and not request.usernames:
        yield "serials", "or usernames must name something to work on"
    if request.min_interval > request.max_interval:
        yield "min_interval", "is more than max_interval"
    if request.app is not None and request.app not in profile_names(resources.settings.home / "profiles"):
        yield "app", "is not the name of an app profile"


def _seats(resources: Resources, request: TaskRequest) -> list[Seat]:
    """Return the seats of a request, each one once, in the order asked for."""
    serials = serials_of(resources.ledger, request.serials or [])
    app = request.app or resources.settings.app
    if request.usernames:
        usernames = usernames_of(resources.ledger, request.usernames, app)
        return _seats_of_accounts(resources, usernames, serials, app)
    if request.enable_multi_account:
        return _seats_of_devices(resources, serials, app)
    return [Seat(serial) for serial in serials]


def _seats_of_accounts(resources: Resources, usernames: Sequence[str], serials: Sequence[str], app: str) -> list[Seat]:
    """Return the seats of accounts; serials, when given too, say which devices they may use."""
    accounts = resources.ledger.accounts.matching(usernames, app)
    usable = {account.username.lower(): account for account in accounts if _usable(account, serials)}
    if not usable:
        _refuse_without_phone(accounts)
        raise Problem(NO_ACCOUNT, "No enabled account matches usernames", {"usernames": list(usernames[:100])})
    chosen = [usable[name] for name in dict.fromkeys(name.lower() for name in usernames) if name in usable]
    return [Seat(account.serial, account.username) for account in chosen]


def _usable(account: Account, serials: Sequence[str]) -> bool:
    return _may_act(account) and bool(account.serial) and (not serials or account.serial in serials)


def _refuse_without_phone(accounts: Sequence[Account]) -> None:
    homeless = [account.username for account in accounts if _may_act(account) and not account.serial]
    if homeless:
        message = f"The phone of {', '.join(homeless[:3])} was forgotten: bind the account to another one first"
        raise Problem(NO_ACCOUNT, message, {"usernames": homeless[:100]})


def _may_act(account: Account) -> bool:
    return account.enabled and account.held_since is None


def _seats_of_devices(resources: Resources, serials: Sequence[str], app: str) -> list[Seat]:
    accounts = resources.ledger.accounts.on_devices(serials, app)
    usable = [account for account in accounts if _may_act(account) and account.signed_in]
    empty = [serial for serial in serials if serial not in {account.serial for account in usable}]
    if empty:
        raise Problem(NO_ACCOUNT, "Devices without an enabled account cannot use several", {"serials": empty[:100]})
    return [Seat(serial, account.username) for serial in serials for account in usable if account.serial == serial]


def _tasks(
    resources: Resources,
    request: TaskRequest,
    work: Sequence[tuple[Seat, dict[str, Any]]],
    now: datetime,
    start: datetime,
) -> Iterator[NewTask]:
    """Yield the tasks. Those of one device start a microsecond apart, so that Prefect keeps their order."""
    unit = timedelta(**{request.interval_unit: 1})
    shortest, longest = request.min_interval * unit, request.max_interval * unit
    drawn = waits((seat.serial for seat, _ in work), shortest, longest, resources.rng)
    earlier: Counter[str] = Counter()
    request_id = uuid4()
    for ordinal, ((seat, config), wait) in enumerate(zip(work, drawn, strict=True)):
        yield NewTask(
            script_name=request.script_name,
            script_config=config,
            serial=seat.serial,
            username=seat.username,
            app=request.app or resources.settings.app,
            created_at=now,
            scheduled_for=start + timedelta(microseconds=earlier[seat.serial]),
            wait_seconds=wait.total_seconds(),
            ordinal=ordinal,
            request_id=request_id,
        )
        earlier[seat.serial] += 1
