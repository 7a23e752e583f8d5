"""The languages of a phone and of its apps, as Android keeps them: in settings, properties and the locale service."""

from __future__ import annotations

from virtual_phones.phone import VirtualPhone

PER_APP_SINCE = 33
"""The API level (Android 13) from which each app can have a language of its own."""

SETTING, PROPERTY = ("system", "system_locales"), "persist.sys.locale"
_OF_APPS = "locale"
"""Where the languages of apps are kept, in `VirtualPhone.settings`, by package."""


def system_locales(phone: VirtualPhone) -> str:
    """Return the phone's languages as BCP 47 tags separated by commas, the first one first."""
    return phone.settings.get(SETTING, phone.traits.locale)


def stored_locale(phone: VirtualPhone) -> str:
    """Return the property with the first language; a setting that is changed from the shell does not reach it."""
    return phone.properties.get(PROPERTY, phone.traits.locale)


def knows_app_locales(phone: VirtualPhone) -> bool:
    """Tell whether the phone's Android has the service that keeps the languages of apps."""
    return int(phone.properties["ro.build.version.sdk"]) >= PER_APP_SINCE


def app_locales(phone: VirtualPhone, package: str) -> str:
    """Return the languages chosen for an app, like `system_locales`; "" if it follows the phone."""
    return phone.settings.get((_OF_APPS, package), "")


def choose_app_locales(phone: VirtualPhone, package: str, tags: str) -> None:
    """Choose the languages of an app; "" lets it follow the phone."""
    phone.settings[_OF_APPS, package] = tags


def language_of(phone: VirtualPhone, package: str) -> str:
    """Return the language in which the phone shows an app, as a BCP 47 tag."""
    chosen = app_locales(phone, package) if knows_app_locales(phone) else ""
    return (chosen or system_locales(phone)).partition(",")[0]
