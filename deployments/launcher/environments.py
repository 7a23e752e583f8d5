"""What each program is given of the settings: no program gets a secret that it does not need.

A secret in an environment can be read by whoever may look into the process, and lands in what it writes when it
crashes. So the API's token goes to the API alone, the webhook's address to those who call it or let Prefect call it,
keys of language models to those who use them, and virtual phones, adb and Prefect's server get none of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Part = Literal["api", "worker", "registration", "prefect", "virtual", "adb"]

_OURS: Final = "PHONEFLEET_"

NEEDED: Final[Mapping[str, frozenset[Part]]] = {
    "API_TOKEN": frozenset({"api"}),
    "DATABASE_URL": frozenset({"api", "worker"}),
    "PREFECT_DATABASE_URL": frozenset(),
    "PREFECT_AUTH": frozenset({"api", "worker", "registration"}),
    "NOTIFY_URL": frozenset({"api", "registration"}),
    "AI_API_KEY": frozenset({"worker"}),
    "SECRET_KEY": frozenset({"api", "worker"}),
}
"""Every secret of `Settings`, by the end of its name in the environment, and the programs that need it."""

_WITHOUT_OURS: Final[frozenset[Part]] = frozenset({"prefect", "virtual", "adb"})
"""Programs that read none of our settings, or are given them as arguments."""


def environment_for(part: Part, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return what a program may inherit; what it is given beyond that has to pass `without_secrets_of_others`."""
    if part in _WITHOUT_OURS:
        return {name: value for name, value in inherited.items() if not name.startswith(_OURS)}
    return without_secrets_of_others(part, inherited)


def without_secrets_of_others(part: Part, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without the secrets that this program does not need."""
    refused = {_OURS + name for name, parts in NEEDED.items() if part not in parts}
    return {name: value for name, value in environment.items() if name not in refused}
