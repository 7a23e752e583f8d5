"""The allow-list of ledger calls that the worker of a joined host may make, and how each is confined to its phones.

A call is confined by what its arguments name, directly or as fields of a value: a `host` must be the caller's own, a
`serial` or `task_id` must belong to one of its phones. What a call needs beyond that is said here; a call whose
arguments name none of these is open, and says why that does no harm.

    call = CALLS["tasks", "project"]
    call.arguments.written({"task_id": 7, "change": change})
"""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final, NotRequired, cast

from typing_extensions import TypedDict

from phonefleet.hosts.codec import Codec, codec_of, on_the_wire
from phonefleet.ledger.actions.actions import Actions
from phonefleet.ledger.actions.kept_secrets import Secrets
from phonefleet.ledger.actions.limits import Limits
from phonefleet.ledger.actions.on_phones import DeviceActions
from phonefleet.ledger.actions.sightings import Sightings
from phonefleet.ledger.actions.texts import Texts
from phonefleet.ledger.actions.warm_ups import WarmUps
from phonefleet.ledger.fleet.account_days import AccountDays
from phonefleet.ledger.fleet.accounts import Accounts
from phonefleet.ledger.fleet.devices import Devices
from phonefleet.ledger.fleet.hands_on.takeovers import Takeovers
from phonefleet.ledger.fleet.hands_on.watching import Watching
from phonefleet.ledger.fleet.renames import Renames
from phonefleet.ledger.fleet.verifications import Verifications
from phonefleet.ledger.targets.materials import Materials
from phonefleet.ledger.targets.pools import Pools
from phonefleet.ledger.targets.scraping import Scraping
from phonefleet.ledger.targets.uses import MaterialUses
from phonefleet.ledger.tasks.recalls import Recalls
from phonefleet.ledger.tasks.runs import Runs
from phonefleet.ledger.tasks.tasks import Tasks
from phonefleet.ledger.values import Adoption, Task

PARTS: Final[Mapping[str, type]] = {
    "account_days": AccountDays,
    "accounts": Accounts,
    "actions": Actions,
    "device_actions": DeviceActions,
    "devices": Devices,
    "limits": Limits,
    "material_uses": MaterialUses,
    "materials": Materials,
    "pools": Pools,
    "recalls": Recalls,
    "renames": Renames,
    "runs": Runs,
    "scraping": Scraping,
    "secrets": Secrets,
    "sightings": Sightings,
    "takeovers": Takeovers,
    "tasks": Tasks,
    "texts": Texts,
    "verifications": Verifications,
    "warm_ups": WarmUps,
    "watching": Watching,
}
"""The parts of the ledger that a worker uses, by their names there."""

COMPOSED: Final = frozenset({("texts", "choose"), ("sightings", "others_since")})
"""Methods that take functions: their own code runs in the worker, and makes calls of other methods of the part."""


@dataclass(frozen=True)
class Call:
    """One method that may be called, and what is known of its arguments.

    `left_out` are arguments that are not sent: the main host has its own. `own_only` are results of which only those
    about the host's own phones are returned. `may_be_gone`: also a task that nobody knows may be asked for. `open` says
    why a call needs no confinement.
    """

    part: str
    method: str
    open: str | None = None
    left_out: frozenset[str] = frozenset()
    own_only: bool = False
    may_be_gone: bool = False

    @property
    def name(self) -> str:
        """The call as the path of its address."""
        return f"{self.part}/{self.method}"

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The method of the part's class."""
        return getattr(PARTS[self.part], self.method)

    @cached_property
    def signature(self) -> inspect.Signature:
        """The method's signature without `self`."""
        whole = inspect.signature(self.function)
        return whole.replace(parameters=list(whole.parameters.values())[1:])

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The types of the arguments and of the result, which is named `return`."""
        return typing.get_type_hints(self.function)

    @cached_property
    def arguments(self) -> Codec:
        """The codec of the arguments by name; those that have a default may be missing."""
        sent = [name for name in self.signature.parameters if name not in self.left_out]
        needed = {name for name in sent if self.signature.parameters[name].default is inspect.Parameter.empty}
        hints = {name: on_the_wire(self.hints[name]) for name in sent}
        fields = {name: hint if name in needed else NotRequired[hint] for name, hint in hints.items()}
        return codec_of(cast("Any", TypedDict)("Arguments", fields))

    @cached_property
    def result(self) -> Codec:
        """The codec of the result."""
        return codec_of(self.hints["return"])


def _calls() -> Mapping[tuple[str, str], Call]:
    read_by_name = "tells of an account only to who knows its name, as a run does that switches to it"
    found = [
        Call("account_days", "keep"),
        Call("accounts", "add"),
        Call("accounts", "called", open=read_by_name),
        Call("accounts", "get", open=read_by_name),
        Call("accounts", "hold", open="protects the account, which may be signed in on phones of several hosts"),
        Call("accounts", "on_devices"),
        Call("accounts", "sync"),
        Call("actions", "acting"),
        Call("actions", "end"),
        Call("actions", "forecast"),
        Call("actions", "intend"),
        Call("actions", "of_task"),
        Call("actions", "release"),
        Call("device_actions", "acting"),
        Call("device_actions", "before_last"),
        Call("device_actions", "end"),
        Call("device_actions", "find"),
        Call("device_actions", "intend"),
        Call("device_actions", "not_sent"),
        Call("devices", "aliases", open="people name phones in Prefect by what they are called"),
        Call("devices", "all", own_only=True),
        Call("devices", "barred"),
        Call("devices", "get"),
        Call("devices", "mark_all_absent"),
        Call("devices", "quarantine"),
        Call("devices", "record_address"),
        Call("devices", "release"),
        Call("devices", "resolve", open="people name phones in Prefect by what they are called"),
        Call("devices", "set_battery"),
        Call("limits", "current", open="the rules are the same for all accounts"),
        Call("material_uses", "claim"),
        Call("material_uses", "free"),
        Call("material_uses", "note"),
        Call("material_uses", "of_task"),
        Call("materials", "all", open="the library is there for all phones"),
        Call("materials", "digests", open="the library is there for all phones"),
        Call("pools", "end"),
        Call("pools", "fill"),
        Call("pools", "progress"),
        Call("pools", "release"),
        Call("pools", "take"),
        Call("pools", "taken"),
        Call("recalls", "of_runs", open="tells of runs whose ids are known"),
        Call("recalls", "remark", open="tells of runs whose ids are known"),
        Call("renames", "begin"),
        Call("renames", "current_username", open=read_by_name),
        Call("renames", "end"),
        Call("renames", "of_task"),
        Call("renames", "unfinished"),
        Call("runs", "held_elsewhere"),
        Call("runs", "hold"),
        Call("scraping", "add"),
        Call("scraping", "claim"),
        Call("scraping", "end"),
        Call("scraping", "sources_of"),
        Call("scraping", "users", left_out=frozenset({"whole_request"})),
        Call("secrets", "opened", left_out=frozenset({"unseal"})),
        Call("sightings", "find"),
        Call("sightings", "keep"),
        Call("sightings", "other_texts"),
        Call("takeovers", "hold"),
        Call("takeovers", "of_host"),
        Call("tasks", "adopt"),
        Call("tasks", "by_flow_run", own_only=True),
        Call("tasks", "get", may_be_gone=True),
        Call("tasks", "project"),
        Call("tasks", "set_progress"),
        Call("tasks", "set_retries"),
        Call("tasks", "some", own_only=True),
        Call("texts", "find"),
        Call("texts", "keep"),
        Call("verifications", "fingerprints"),
        Call("warm_ups", "get"),
        Call("warm_ups", "keep"),
        Call("watching", "of_host"),
    ]
    return types.MappingProxyType({(call.part, call.method): call for call in found})


CALLS: Final = _calls()
"""Every call that the worker of a joined host may make, by part and method."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the arguments of a call name: hosts, phones, tasks, and what belongs to tasks."""

    hosts: frozenset[str] = frozenset()
    serials: frozenset[str] = frozenset()
    tasks: frozenset[int] = frozenset()
    pools: frozenset[Any] = frozenset()
    scopes: frozenset[str] = frozenset()
    actions: frozenset[int] = frozenset()
    runs: frozenset[Any] = frozenset()


_KINDS: Final[Mapping[str, str]] = {
    "host": "hosts",
    "serial": "serials",
    "serials": "serials",
    "task_id": "tasks",
    "only_task_id": "tasks",
    "pool": "pools",
    "scope": "scopes",
    "action_id": "actions",
    "flow_run_ids": "runs",
}
"""What an argument, or a field of one, names by what it is called."""


def named_in(arguments: Mapping[str, Any]) -> Named:
    """Return what the arguments of a call name."""
    found: dict[str, set[Any]] = {}
    for name, value in arguments.items():
        for inner, kind in _kinds_of(_class_of(value), name):
            one: Any = getattr(value, inner) if inner else value
            if one is not None:
                found.setdefault(kind, set()).update(cast("Any", one) if isinstance(one, _LISTS) else (one,))
    return Named(**{kind: frozenset(values) for kind, values in found.items()}) if found else _NOTHING


def _class_of(value: object) -> type[object]:
    return type(value)


_LISTS = (list, tuple, set, frozenset)
_NOTHING: Final = Named()


@cache
def _kinds_of(value: type, argument: str) -> tuple[tuple[str, str], ...]:
    """Return where an argument of this type names something, "" for the argument itself, and which kind that is."""
    if value is Task:
        return (("id", "tasks"),)
    if value is Adoption:  # it may name a phone in other ways; whoever makes the call looks which one that is
        return ()
    if dataclasses.is_dataclass(value):
        return tuple((one.name, _KINDS[one.name]) for one in dataclasses.fields(value) if one.name in _KINDS)
    return (("", _KINDS[argument]),) if argument in _KINDS else ()
