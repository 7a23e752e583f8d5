"""Tells which app a request means where it names none: that of its posts, else of its accounts, else the configured."""

from __future__ import annotations

from collections.abc import Sequence

from api.resources import Resources
from api.tasks.named import TAG
from api.tasks.schemas import TaskRequest
from phonefleet.apps import load_profile, profile_names
from phonefleet.scripts.script import ScriptConfig
from phonefleet.words import say


def app_of(resources: Resources, request: TaskRequest, configs: Sequence[ScriptConfig]) -> str:
    """Return the app profile that a request means.

    Raises:
        ValueError: its posts, or its accounts, are of several apps.

    """
    if request.app is not None:
        return request.app
    configured = resources.settings.app
    posts = {target for config in configs for target in config.all_targets if "://" in target}
    return _one(_opening(resources, posts), "posts") or _one(_of_accounts(resources, request), "accounts") or configured


def _opening(resources: Resources, addresses: set[str]) -> set[str]:
    folder = resources.settings.home / "profiles"
    if not addresses:
        return set()
    profiles = [load_profile(name, folder) for name in profile_names(folder)]
    return {profile.name for profile in profiles if any(map(profile.opens, addresses))}


def _of_accounts(resources: Resources, request: TaskRequest) -> set[str]:
    """Return the apps of the named accounts; the configured one alone where all have an account there."""
    names = {name.lower() for name in request.usernames or () if not name.startswith(TAG)}
    accounts = resources.ledger.accounts.matching(list(names)) if names else []
    here = {account.username.lower() for account in accounts if account.app == resources.settings.app}
    return {resources.settings.app} if names and here == names else {account.app for account in accounts}


def _one(apps: set[str], whose: str) -> str | None:
    if len(apps) > 1:
        message = say(
            "tasks.must_named_request",
            "must be named: the {whose} of this request are of {apps}",
            whose=whose,
            apps=", ".join(sorted(apps)),
        )
        raise ValueError(message)
    return next(iter(apps), None)
