"""Replaces API keys in configurations by references: the ledger keeps the keys encrypted, and Prefect never sees them.

A key is encrypted together with the endpoint (`base_url` or `url`) that it came with and is used for that one only.
Requests cannot contain references; so nobody can send a stored key to an address of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from api.answers.envelope import invalid
from phonefleet.ledger import Ledger, NewTask
from phonefleet.scripts.script import ScriptConfig
from phonefleet.settings import Settings
from phonefleet.vault import REFERENCE, Vault, bind
from phonefleet.words import say

_FIELD = "api_key"


def refuse_references(config: Mapping[str, Any], field: str = "script_config") -> None:
    """Refuse a configuration that holds a reference to a stored key. Raises `Problem`."""
    if any(value.startswith(REFERENCE) for value in _named(config)):
        raise invalid(
            (
                f"{field}.{_FIELD}",
                say("tasks.must_key_itself_not_stands", "must be the key itself, not what stands for a stored one"),
            )
        )


def sealed(tasks: Sequence[NewTask], ledger: Ledger, settings: Settings) -> Sequence[NewTask]:
    """Return the tasks with references in place of keys, which are kept encrypted from here on."""
    if not any(_brings_key(task.script_config) for task in tasks):
        return tasks
    keep = _Keeper(Vault.of(settings), ledger, tasks[0].created_at)
    return [replace(task, script_config=_config_replaced(task.script_config, keep)) for task in tasks]


def sealed_config(config: dict[str, Any], ledger: Ledger, settings: Settings, at: datetime) -> dict[str, Any]:
    """Return a configuration with references in place of keys, after storing the keys encrypted."""
    if not _unsealed(config):
        return config
    return cast("dict[str, Any]", _replaced(config, _Keeper(Vault.of(settings), ledger, at)))


def without_keys(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration with something that stands for a stored key in place of each; nothing is stored."""
    return cast("dict[str, Any]", _replaced(config, lambda _key, _endpoint: f"{REFERENCE}none"))


class _Keeper:
    """Stores keys encrypted, each once, and returns their references."""

    def __init__(self, vault: Vault, ledger: Ledger, at: datetime) -> None:
        self._vault = vault
        self._ledger = ledger
        self._at = at
        self._kept: dict[str, str] = {}

    def __call__(self, key: str, endpoint: str) -> str:
        """Return the reference of a key for an endpoint; a reference is returned as it is."""
        if key.startswith(REFERENCE):
            return key
        bound = bind(key, endpoint)
        if bound not in self._kept:
            reference = self._vault.reference(bound)
            self._ledger.secrets.keep(reference, self._vault.seal(bound), self._at)
            self._kept[bound] = reference
        return self._kept[bound]


def _named(config: Any) -> set[str]:
    """Return the values of all key fields, at any depth."""
    found: set[str] = set()

    def note(key: str, _endpoint: str) -> str:
        found.add(key)
        return key

    _replaced(config, note)
    return found


def _unsealed(config: Any) -> bool:
    return any(not value.startswith(REFERENCE) for value in _named(config))


def _replaced(config: Any, reference_of: Callable[[str, str], str]) -> Any:
    """Return a configuration with each key replaced by `reference_of(key, endpoint)`, at any depth."""
    if not isinstance(config, Mapping):
        return config
    fields = cast("Mapping[str, Any]", config)
    endpoint = str(fields.get("base_url") or fields.get("url") or "")
    return {
        name: _sealed_value(value, endpoint, reference_of) if name == _FIELD else _replaced(value, reference_of)
        for name, value in fields.items()
    }


def _config_replaced(config: ScriptConfig, reference_of: Callable[[str, str], str]) -> ScriptConfig:
    """Return a parsed configuration with each key replaced by what the function makes of it and its endpoint."""
    endpoint = str(getattr(config, "base_url", ""))
    changed: dict[str, Any] = {}
    for name, value in config:
        if isinstance(value, ScriptConfig):
            changed[name] = _config_replaced(value, reference_of)
        elif name == _FIELD:
            changed[name] = _sealed_value(value, endpoint, reference_of)
        elif isinstance(value, Mapping):
            changed[name] = _replaced(value, reference_of)
    return config.model_copy(update=changed) if changed else config


def _brings_key(config: ScriptConfig) -> bool:
    """Tell whether a parsed configuration holds a key itself, at any depth, and not only references."""
    return any(
        _brings_key(value) if isinstance(value, ScriptConfig) else _unsealed({name: value}) for name, value in config
    )


def _sealed_value(value: Any, endpoint: str, reference_of: Callable[[str, str], str]) -> Any:
    return reference_of(value, endpoint) if isinstance(value, str) and value else value
