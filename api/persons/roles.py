"""The one table of which role each call needs.

A call that is not in it needs the highest: a route that somebody forgets here is closed, not open. `None` means that no
login is needed. `tests/api/test_roles.py` holds it against the OpenAPI document.

    needed("POST", "/task")  # Role.OPERATE
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from phonefleet.persons import Role


class HostRole(StrEnum):
    """The role of a joined host's worker: it may do what needs it, and nothing else; no person has it."""

    HOST = "host"


Needed = Role | HostRole | None
"""What a call needs; None: no login."""

_OPEN, _WATCH, _OPERATE, _ADMINISTER = None, Role.WATCH, Role.OPERATE, Role.ADMINISTER
_HOST = HostRole.HOST

ROLES: Final[Mapping[tuple[str, str], Needed]] = {
    # The server, and who calls
    ("GET", "/healthz"): _OPEN,
    ("GET", "/readyz"): _OPEN,
    ("GET", "/me"): _OPEN,
    ("POST", "/session"): _OPEN,
    ("DELETE", "/session"): _OPEN,
    ("GET", "/license/check"): _WATCH,
    ("GET", "/scripts"): _WATCH,
    ("GET", "/metrics"): _WATCH,
    ("GET", "/events"): _WATCH,
    ("GET", "/report"): _WATCH,
    ("POST", "/report/send"): _OPERATE,
    ("GET", "/audit"): _ADMINISTER,
    ("GET", "/persons"): _ADMINISTER,
    ("POST", "/persons"): _ADMINISTER,
    ("PATCH", "/persons/{name}"): _ADMINISTER,
    ("DELETE", "/persons/{name}"): _ADMINISTER,
    ("POST", "/persons/{name}/token"): _ADMINISTER,
    # Tasks; people whom tasks have found are other people's data
    ("GET", "/task"): _WATCH,
    ("GET", "/task/stats"): _WATCH,
    ("GET", "/failures"): _WATCH,
    ("GET", "/task/{task_id}"): _WATCH,
    ("GET", "/task/{task_id}/outcomes"): _WATCH,
    ("GET", "/task/{task_id}/artifacts/{name}"): _WATCH,
    ("GET", "/task/{task_id}/users"): _OPERATE,
    ("POST", "/plan"): _WATCH,
    ("POST", "/task"): _OPERATE,
    ("POST", "/task/retry-all"): _OPERATE,
    ("POST", "/task/{task_id}/stop"): _OPERATE,
    ("POST", "/task/{task_id}/retry"): _OPERATE,
    ("DELETE", "/task/{task_id}"): _ADMINISTER,
    ("DELETE", "/task/batch"): _ADMINISTER,
    # Phones, their pictures, and taking them over
    ("GET", "/devices"): _WATCH,
    ("GET", "/devices/{serial}"): _WATCH,
    ("GET", "/devices/{serial}/screenshot"): _WATCH,
    ("GET", "/devices/{serial}/screen"): _WATCH,
    ("GET", "/devices/{serial}/hierarchy"): _WATCH,
    ("POST", "/screens"): _WATCH,
    ("GET", "/devices/{serial}/takeover"): _WATCH,
    ("POST", "/devices/{serial}/takeover"): _OPERATE,
    ("POST", "/devices/{serial}/takeover/input"): _OPERATE,
    ("DELETE", "/devices/{serial}/takeover"): _OPERATE,
    ("PATCH", "/devices/{serial}"): _OPERATE,
    ("POST", "/devices/{serial}/quarantine"): _OPERATE,
    ("POST", "/devices/{serial}/release"): _OPERATE,
    ("POST", "/devices/{serial}/match-accounts"): _OPERATE,
    ("DELETE", "/devices/{serial}"): _ADMINISTER,
    # What is done to phones as such; to install and to run a saved command, the route asks for more
    ("POST", "/devices/actions"): _OPERATE,
    ("GET", "/devices/actions"): _WATCH,
    ("GET", "/devices/actions/commands"): _WATCH,
    ("GET", "/devices/actions/{batch_id}"): _WATCH,
    ("GET", "/apks"): _WATCH,
    ("POST", "/apks"): _ADMINISTER,
    ("DELETE", "/apks/{sha256}"): _ADMINISTER,
    # Accounts; a whole list leaves the house only in the hands of somebody who operates
    ("GET", "/accounts"): _WATCH,
    ("GET", "/accounts/{account_id}"): _WATCH,
    ("GET", "/accounts/export"): _OPERATE,
    ("GET", "/accounts/{account_id}/days"): _WATCH,
    ("POST", "/accounts/{account_id}/days"): _OPERATE,
    ("POST", "/accounts"): _OPERATE,
    ("POST", "/accounts/import"): _OPERATE,
    ("PATCH", "/accounts/{account_id}"): _OPERATE,
    ("POST", "/accounts/{account_id}/hold"): _OPERATE,
    ("POST", "/accounts/{account_id}/release"): _OPERATE,
    ("DELETE", "/accounts/{account_id}"): _ADMINISTER,
    # App profiles
    ("GET", "/apps/{app}/verifications"): _WATCH,
    ("PUT", "/apps/{app}/verifications"): _OPERATE,
    ("DELETE", "/apps/{app}/verifications"): _ADMINISTER,
    # The workshop; a rule that a person writes is searched for on every recorded screen
    ("POST", "/workshop/screen"): _WATCH,
    ("GET", "/workshop/installed"): _WATCH,
    ("POST", "/workshop/comparison"): _WATCH,
    ("POST", "/workshop/rules"): _OPERATE,
    ("GET", "/workshop/profiles"): _WATCH,
    ("GET", "/workshop/profiles/{app}"): _WATCH,
    ("POST", "/workshop/profiles/{app}/try"): _OPERATE,
    ("POST", "/workshop/profiles"): _ADMINISTER,
    ("PUT", "/workshop/profiles/{app}"): _ADMINISTER,
    # Recordings of screens
    ("GET", "/recordings"): _WATCH,
    ("GET", "/recordings/{name}"): _WATCH,
    ("GET", "/recordings/{name}/screens/{screen}/picture"): _WATCH,
    ("POST", "/recordings"): _OPERATE,
    ("POST", "/recordings/{name}/stop"): _OPERATE,
    ("PATCH", "/recordings/{name}/screens/{screen}"): _OPERATE,
    ("DELETE", "/recordings/{name}"): _ADMINISTER,
    # Limits, and people who want to be left alone
    ("GET", "/limits"): _WATCH,
    ("GET", "/limits/usage"): _WATCH,
    ("PUT", "/limits"): _ADMINISTER,
    ("GET", "/do-not-contact"): _OPERATE,
    ("PUT", "/do-not-contact"): _ADMINISTER,
    ("DELETE", "/do-not-contact"): _ADMINISTER,
    # Media
    ("GET", "/media"): _WATCH,
    ("GET", "/media/{media_id}"): _WATCH,
    ("POST", "/media"): _OPERATE,
    ("PATCH", "/media/{media_id}"): _OPERATE,
    ("DELETE", "/media/{media_id}"): _ADMINISTER,
    # Campaigns; a declaration of all may delete some
    ("GET", "/campaigns"): _WATCH,
    ("GET", "/campaigns/{campaign_id}"): _WATCH,
    ("POST", "/campaigns"): _OPERATE,
    ("PATCH", "/campaigns/{campaign_id}"): _OPERATE,
    ("POST", "/campaigns/{campaign_id}/pause"): _OPERATE,
    ("POST", "/campaigns/{campaign_id}/resume"): _OPERATE,
    ("POST", "/campaigns/{campaign_id}/run"): _OPERATE,
    ("PUT", "/campaigns"): _ADMINISTER,
    ("DELETE", "/campaigns/{campaign_id}"): _ADMINISTER,
    # Joined hosts, and what their workers call
    ("GET", "/hosts"): _WATCH,
    ("POST", "/hosts"): _ADMINISTER,
    ("DELETE", "/hosts/{name}"): _ADMINISTER,
    ("GET", "/host/authority"): _OPEN,
    ("GET", "/host/me"): _HOST,
    ("GET", "/host/runs/{flow_run_id}"): _HOST,
    ("POST", "/host/join"): _HOST,
    ("POST", "/host/leave"): _HOST,
    ("POST", "/host/ledger/{part}/{method}"): _HOST,
    ("WEBSOCKET", "/host/adb"): _HOST,
    ("WEBSOCKET", "/host/link"): _HOST,
    ("WEBSOCKET", "/host/echo"): _HOST,
    ("PUT", "/host/evidence/{task_id}/{name}"): _HOST,
    ("GET", "/host/media"): _HOST,
    ("GET", "/host/media/{sha256}"): _HOST,
    ("GET", "/host/apks"): _HOST,
    ("GET", "/host/apks/{sha256}"): _HOST,
    ("GET", "/host/files"): _HOST,
    ("GET", "/host/files/{sha256}"): _HOST,
}
"""The role that a call needs, by its method and its path below the base path, as the OpenAPI document writes it."""


def needed(method: str, path: str) -> Needed:
    """Return the role that a call needs, None if it needs no login; `path` is without the base path.

    Of several patterns that a path fits, such as /task/batch and /task/{task_id}, the strictest counts.
    """
    found = [role for pattern, role in _PATTERNS.get(method, ()) if pattern.fullmatch(path)]
    return max(found, key=_strictness, default=Role.ADMINISTER)


def _strictness(role: Needed) -> int:
    return 0 if role is None else 1 + [*Role, *HostRole].index(role)


def _pattern(template: str) -> re.Pattern[str]:
    """Return what fits a path of the document; a serial that more follows may hold slashes."""
    with_serial = re.sub(r"\{serial\}(?=/)", ".+", template)
    return re.compile(re.sub(r"\{[^}]+\}", "[^/]+", with_serial), re.DOTALL)


_PATTERNS: Final[dict[str, list[tuple[re.Pattern[str], Needed]]]] = {
    method: [(_pattern(path), role) for (of, path), role in ROLES.items() if of == method]
    for method in {method for method, _ in ROLES}
}
