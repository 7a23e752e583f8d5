"""Least privilege for environments: each program gets only the secrets that it needs.

A secret in an environment can be read by everybody who may inspect the process, and it appears in crash dumps. So the
API's token goes to the API only, as do the addresses of the daily report; the webhook's address goes to the API and to
what makes the automations, keys of language models to the worker; virtual phones, adb and Prefect's server get none of
our settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Part = Literal["api", "worker", "automations", "prefect", "virtual", "adb"]

_OURS: Final = "PHONEFLEET_"

NEEDED: Final[Mapping[str, frozenset[Part]]] = {
    "API_TOKEN": frozenset({"api"}),
    "DATABASE_URL": frozenset({"api", "worker"}),
    "PREFECT_DATABASE_URL": frozenset(),
    "REDIS_URL": frozenset(),
    "PREFECT_AUTH": frozenset({"api", "worker", "automations"}),
    "NOTIFY_URL": frozenset({"api", "automations"}),
    "REPORT_TO": frozenset({"api"}),
    "AI_API_KEY": frozenset({"worker"}),
    "SECRET_KEY": frozenset({"api", "worker"}),
}
"""Every secret of `Settings`, by its name in the environment without PHONEFLEET_, and the programs that need it."""

_WITHOUT_OURS: Final[frozenset[Part]] = frozenset({"prefect", "virtual", "adb"})
"""Programs that read none of our settings, or are given them as arguments."""


def environment_for(part: Part, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a program may inherit. Pass additions to them through `without_secrets_of_others`."""
    if part in _WITHOUT_OURS:
        return {name: value for name, value in inherited.items() if not name.startswith(_OURS)}
    return without_secrets_of_others(part, inherited)


def without_secrets_of_others(part: Part, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without the secrets that this program does not need."""
    refused = {_OURS + name for name, parts in NEEDED.items() if part not in parts}
    return {name: value for name, value in environment.items() if name not in refused}
