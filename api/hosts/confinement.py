"""Confines the worker of a joined host to what belongs to its own phones.

Which phones are a host's, and which phone a task is for, is remembered for a short time; before something is refused
it is read anew.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from cachetools import TTLCache

from phonefleet.clock import Clock
from phonefleet.errors import NameUnclear, NotOfThisHost
from phonefleet.hosts.calls import Call, Named
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.hosts import TaskPlace
from phonefleet.ledger.targets.pools import pool_of
from phonefleet.ledger.targets.scraping import scope_of
from phonefleet.runs.keys import task_id_in
from phonefleet.words import say

_FRESH = timedelta(seconds=2)
_KEPT = timedelta(minutes=1)
_MOST = 20_000


class Confinement:
    """Checks what the arguments of calls name. Thread-safe.

    confinement.check("second", call, named_in(arguments))
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._lock = threading.Lock()
        self._phones = TTLCache[str, frozenset[str]](_MOST, _FRESH.total_seconds(), clock.monotonic)
        self._tasks = TTLCache[int, TaskPlace](_MOST, _KEPT.total_seconds(), clock.monotonic)
        self._actions = TTLCache[int, int](_MOST, _KEPT.total_seconds(), clock.monotonic)

    def check(self, host: str, call: Call, named: Named) -> None:
        """Let a call pass whose arguments name nothing of others. Raises `NotOfThisHost`."""
        if call.open is not None:
            return
        if not named.hosts <= {host}:
            raise _refused(host, ", ".join(sorted(named.hosts)))
        tasks = named.tasks | self._tasks_of_actions(host, named.actions)
        self._check_phones(host, named.serials)
        places = self._places(host, call, tasks)
        for pool in named.pools:
            self._check_pool(host, pool, places)
        for scope in named.scopes:
            self._check_scope(host, scope, places)

    def check_name(self, host: str, name: str) -> None:
        """Let pass what names a phone of the host: itself, or an account on it. Raises `NotOfThisHost`."""
        serials = {self._ledger.devices.resolve([name]).get(name, name)}
        if not serials <= self.phones(host):
            serials = {account.serial for account in self._ledger.accounts.called(name)}
        if not serials:
            raise _refused(host, name)
        self._check_phones(host, serials)

    def phones(self, host: str) -> frozenset[str]:
        """Return the serials of a host's phones, as they were a short while ago."""
        with self._lock:
            found = self._phones.get(host)
        return self._phones_now(host) if found is None else found

    def may_decide(self, host: str, flow_run_id: UUID, key: str | None, name: str | None) -> bool | None:
        """Tell whether a host may decide what becomes of a flow run; None if only `key` and `name` could tell.

        These are the run's idempotency key, and how it names its phone, or an account. A run that names nobody's phone
        would wait for ever, so any host may fail it.
        """
        place = self._ledger.hosts.run(flow_run_id, task_id_in(key, self._ledger.id), self._clock.now())
        if place is not None:
            return place.held_by in {None, host} and self._has(host, {place.serial})
        if key is None and name is None:
            return None
        try:
            serials = self._serials_of(name or "")
        except NameUnclear:
            return True
        return not serials or any(self._has(host, {serial}) for serial in serials)

    def _serials_of(self, name: str) -> set[str]:
        """Return the phone of this name, or those of the accounts of this name."""
        serial = self._ledger.devices.resolve([name]).serial_of(name)
        return {serial} if serial is not None else {account.serial for account in self._ledger.accounts.called(name)}

    def remember(self, action_id: int, task_id: int) -> None:
        """Remember the task of an action that was recorded just now."""
        with self._lock:
            self._actions[action_id] = task_id

    def _phones_now(self, host: str) -> frozenset[str]:
        found = self._ledger.hosts.phones(host)
        with self._lock:
            self._phones[host] = found
        return found

    def _check_phones(self, host: str, serials: Collection[str]) -> None:
        if not self._has(host, serials):
            raise _refused(host, ", ".join(sorted(serials)))

    def _has(self, host: str, serials: Collection[str]) -> bool:
        return set(serials) <= self.phones(host) or set(serials) <= self._phones_now(host)

    def _places(self, host: str, call: Call, task_ids: Collection[int]) -> dict[int, TaskPlace]:
        """Return where tasks belong. Raises `NotOfThisHost` when one is for another host's phone, or nobody's."""
        if not task_ids:
            return {}
        with self._lock:
            known = {task_id: self._tasks[task_id] for task_id in task_ids if task_id in self._tasks}
        phones = self.phones(host)
        if len(known) == len(task_ids) and all(place.serial in phones for place in known.values()):
            return known
        return self._places_now(host, call, task_ids)

    def _places_now(self, host: str, call: Call, task_ids: Collection[int]) -> dict[int, TaskPlace]:
        found = self._ledger.hosts.tasks(task_ids)
        with self._lock:
            self._tasks.update(found)
        if len(found) < len(task_ids) and not call.may_be_gone:
            raise _refused(host, _list_of_tasks(set(task_ids) - set(found)))
        self._check_phones(host, {place.serial for place in found.values()})
        return found

    def _tasks_of_actions(self, host: str, action_ids: Collection[int]) -> frozenset[int]:
        if not action_ids:
            return frozenset()
        with self._lock:
            known = {one: self._actions[one] for one in action_ids if one in self._actions}
        if len(known) < len(action_ids):
            known = self._ledger.hosts.tasks_of_actions(action_ids)
        if len(known) < len(action_ids):
            raise _refused(host, ", ".join(map(str, sorted(action_ids))))
        return frozenset(known.values())

    def _check_pool(self, host: str, pool: UUID, places: dict[int, TaskPlace]) -> None:
        for task_id, place in places.items():
            if pool in {pool_of(task_id, place.request_id, alone=alone) for alone in (True, False)}:
                return
        self._check_request(host, pool)

    def _check_scope(self, host: str, scope: str, places: dict[int, TaskPlace]) -> None:
        if any(scope == scope_of(task_id, place.request_id) for task_id, place in places.items()):
            return
        kind, _, name = scope.partition(" ")
        if kind == "task" and name.isdecimal():
            self._places_now(host, _ANY, {int(name)})
        else:
            self._check_request(host, _uuid(host, name))

    def _check_request(self, host: str, request_id: UUID) -> None:
        if not self._ledger.hosts.has_request(self.phones(host), request_id):
            raise _refused(host, str(request_id))


_ANY = Call("", "")


def _uuid(host: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise _refused(host, text) from error


def _list_of_tasks(task_ids: Collection[int]) -> str:
    return ", ".join(str(task_id) for task_id in sorted(task_ids))


def _refused(host: str, what: str) -> NotOfThisHost:
    return NotOfThisHost(
        say("hosts.not_of_this_host", "{what} belongs to no phone of the host {host}", what=what, host=host)
    )
