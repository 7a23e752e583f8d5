"""Seals the keys in configurations: what is stored, and what Prefect gets to see, holds references alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from phonefleet.ledger import Ledger, NewTask
from phonefleet.settings import Settings
from phonefleet.vault import REFERENCE, Vault

_FIELD = "api_key"


def sealed(tasks: Sequence[NewTask], ledger: Ledger, settings: Settings) -> Sequence[NewTask]:
    """Return the tasks with references in place of keys, which are kept encrypted from here on."""
    keys = {key for task in tasks for key in _keys(task.script_config)}
    if not keys:
        return tasks
    vault = Vault.of(settings)
    names = {key: _kept(key, vault, ledger, tasks[0].created_at) for key in keys}
    return [replace(task, script_config=_replaced(task.script_config, names.__getitem__)) for task in tasks]


def sealed_config(config: dict[str, Any], ledger: Ledger, settings: Settings, at: datetime) -> dict[str, Any]:
    """Return a configuration with references in place of keys, which are kept encrypted from here on."""
    if not _keys(config):
        return config
    vault = Vault.of(settings)
    return cast("dict[str, Any]", _replaced(config, lambda key: _kept(key, vault, ledger, at)))


def _kept(key: str, vault: Vault, ledger: Ledger, at: datetime) -> str:
    reference = vault.reference(key)
    ledger.secrets.keep(reference, vault.seal(key), at)
    return reference


def _keys(config: Any) -> set[str]:
    found: set[str] = set()
    _replaced(config, lambda key: found.add(key) or key)
    return found


def _replaced(config: Any, reference_of: Callable[[str], str]) -> Any:
    """Return a configuration with each key replaced; references stay."""
    if not isinstance(config, dict):
        return config
    return {
        name: reference_of(value) if _is_key(name, value) else _replaced(value, reference_of)
        for name, value in cast("dict[str, Any]", config).items()
    }


def _is_key(name: str, value: object) -> bool:
    return name == _FIELD and isinstance(value, str) and value != "" and not value.startswith(REFERENCE)
