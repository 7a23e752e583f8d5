"""What the limits forbid before a task exists: contact with people who want none, and many accounts on one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from api.answers.envelope import invalid
from phonefleet.ledger import Ledger
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry

_CONTACTING = frozenset({"follow", "like", "comment", "message", "super_marketing"})
"""The scripts whose targets notice something."""

_TARGETS = ("target_users", "target_post_urls", "targets")
_LEAVING = "unfollowUsers"


def refuse_forbidden(ledger: Ledger, script: str, app: str, configs: Sequence[Mapping[str, Any]]) -> None:
    """See that the limits allow what the configurations of a request ask for.

    Raises:
        Problem: they do not; each person whom nobody may contact is named.

    """
    if errors := forbidden(ledger, script, app, configs):
        raise invalid(*errors)


def forbidden(ledger: Ledger, script: str, app: str, configs: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return what the limits forbid of a request, each time with the field and the reason."""
    if script not in _CONTACTING:
        return []
    return [*_shared_pool(ledger, configs), *_unwanted(ledger, app, configs)]


def _shared_pool(ledger: Ledger, configs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    asked = any(config.get("strategy") == "shared_pool" for config in configs)
    if asked and not ledger.limits.current().rules.allow_shared_pool:
        yield (
            "script_config.strategy",
            "shared_pool points many accounts at one person; allow_shared_pool in the limits must be true for that",
        )


def _unwanted(ledger: Ledger, app: str, configs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    targets = {target: field for config in configs if _contacts(config) for field, target in _targets(config)}
    for target, person in (ledger.do_not_contact.among(targets, app) if targets else {}).items():
        yield f"script_config.{targets[target]}", _complaint(target, person)


def _targets(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in _TARGETS:
        for target in cast("Sequence[str]", config.get(field) or ()):
            yield field, target


def _contacts(config: Mapping[str, Any]) -> bool:
    """Tell whether the people that a configuration names notice anything; to be unfollowed does not count."""
    features: Mapping[str, Any] | None = config.get("features")
    return features is None or any(wanted for name, wanted in features.items() if name != _LEAVING)


def _complaint(target: str, person: DoNotContactEntry) -> str:
    because = f": {person.reason}" if person.reason else ""
    named = "" if "://" in target else "@"
    return f"{named}{target} is on the do-not-contact list since {person.since:%Y-%m-%d}{because}"
