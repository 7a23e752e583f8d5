"""Looks up what a request names: a phone by any of its names, an app by its profile.

A name that may mean several phones raises `NameUnclear`, which is answered with 40001.
"""

from __future__ import annotations

from api.answers.envelope import NOT_FOUND, Problem, invalid
from api.resources import Resources
from phonefleet.apps import profile_names
from phonefleet.ledger import Device
from phonefleet.ledger.fleet.device_list import ListedDevice
from phonefleet.text import is_storable
from phonefleet.words import say


def listed_phone(resources: Resources, name: str) -> ListedDevice:
    """Return the phone of this name with its state. Raises `Problem` when there is none."""
    found = resources.ledger.devices.named(name) if is_storable(name) else None
    if found is None:
        raise Problem(NOT_FOUND, say("fleet.no_phone", "There is no phone {name}", name=name[:100]))
    return found


def phone(resources: Resources, name: str) -> Device:
    """Return the phone of this name. Raises `Problem` when there is none."""
    return listed_phone(resources, name).device


def bound_serial(resources: Resources, name: str) -> str:
    """Return the serial of the phone that a request's field names. Raises `Problem` when no host has ever seen it."""
    found = resources.ledger.devices.named(name) if is_storable(name) else None
    if found is None:
        raise invalid(("serial", say("fleet.never_seen_any_host_2", "{name} was never seen by any host", name=name)))
    return found.device.serial


def filtered_serial(resources: Resources, name: str | None) -> str | None:
    """Return the serial for a filter: that of the named phone, else the name itself, as for a forgotten phone."""
    found = None if name is None else resources.ledger.devices.named(name)
    return name if found is None else found.device.serial


def app(resources: Resources, field: str, name: str | None) -> str:
    """Return the app profile that a field names, or the configured one. Raises `Problem` when there is none."""
    if name is not None and name not in profile_names(resources.settings.home / "profiles"):
        raise invalid((field, say("fleet.not_name_app_profile", "is not the name of an app profile")))
    return name or resources.settings.app
