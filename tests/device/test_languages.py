"""In which language a phone shows an app: its own since Android 13, else the phone's, by what phones answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from phonefleet.device.sessions.session import PhoneSession
from phonefleet.device.shell import parsers
from phonefleet.errors import ShellFailed
from virtual_phones.faults import Fault
from virtual_phones.phone import VirtualPhone
from virtual_phones.system.traits import SecondUser

PACKAGE = "com.example.notebook"
Order = Callable[..., None]


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("en-US\n", "en-US"),
        ("ru-RU,en-US", "ru-RU"),
        ("pt-BR", "pt-BR"),
        ("zh-Hant-TW,zh-TW", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("fr", "fr"),
        ("de-DE-u-fw-mon-mu-celsius", "de-DE"),
        ("iw-IL", "he-IL"),
        ("in", "id"),
        ("en_GB", "en-GB"),
        ("zh_TW_#Hant", "zh-Hant-TW"),
        ("zh__#Hans", "zh-Hans"),
        ("fil-PH", "fil-PH"),
        ("null\n", ""),
        ("", ""),
        ("\n", ""),
        ("C", ""),
        ("1234", ""),
        ("WARNING: linker: libx.so: unused DT entry\nru-RU,en-US\n", "ru-RU"),
        ("WARNING: something\r\nfr_FR\r\n", "fr-FR"),
        ("cmd: Can't find service: settings", ""),
        ("not found", ""),
    ],
)
def test_languages_are_read_as_phones_write_them(said: str, tag: str) -> None:
    assert parsers.language_tag(said) == tag


@pytest.mark.parametrize(
    ("said", "tags"),
    [
        ("Locales for com.example.notebook for user 0 are [fr-FR]\n", ["fr-FR"]),
        ("Locales for com.example.notebook for user 10 are [ru-RU,en-US]\n", ["ru-RU", "en-US"]),
        ("WARNING: linker: something\r\nLocales for a.b for user 0 are []\r\n", []),
        ("Unknown package no.such for userId 0\n", None),
        ("cmd: Can't find service: locale\n", None),
        ("", None),
    ],
)
def test_the_languages_of_an_app_are_read_as_the_locale_service_writes_them(said: str, tags: list[str] | None) -> None:
    assert parsers.app_locales(said) == tags


def test_an_app_speaks_the_phones_language_unless_it_has_its_own(session: PhoneSession, phone: VirtualPhone) -> None:
    phone.traits = replace(phone.traits, locale="pt-BR", second_user=None)
    assert session.language(PACKAGE) == "pt-BR"
    session.shell(["settings", "put", "system", "system_locales", "ru-RU,en-US"])
    assert session.language(PACKAGE) == "ru-RU"
    session.shell(["cmd", "locale", "set-app-locales", PACKAGE, "--user", "0", "--locales", "fr-FR"])
    assert session.language(PACKAGE) == "fr-FR"
    session.shell(["cmd", "locale", "set-app-locales", PACKAGE, "--user", "0", "--locales", ""])
    assert session.language(PACKAGE) == "ru-RU"


def test_before_android_13_the_phones_language_counts(session: PhoneSession, phone: VirtualPhone) -> None:
    phone.properties["ro.build.version.sdk"] = "31"
    phone.traits = replace(phone.traits, locale="ru-RU")
    assert session.language(PACKAGE) == "ru-RU"


@pytest.mark.parametrize(
    ("stored", "language"), [("", "en-US"), ("de-DE", "de-DE")], ids=["the build's", "the property's"]
)
def test_a_phone_whose_setting_is_empty_is_asked_for_its_properties(
    session: PhoneSession, phone: VirtualPhone, stored: str, language: str
) -> None:
    phone.settings["system", "system_locales"] = "null"
    phone.properties["persist.sys.locale"] = stored
    assert session.language(PACKAGE) == language


def test_the_user_in_front_is_the_one_whose_language_is_read(session: PhoneSession, phone: VirtualPhone) -> None:
    phone.traits = replace(phone.traits, user=10, second_user=SecondUser(0, "Owner", frozenset({"pm", "am"})))
    assert session.language(PACKAGE) == "en-US"


def test_a_shell_that_fails_is_not_taken_for_a_phone_without_languages(session: PhoneSession, order: Order) -> None:
    session.heal()
    order(Fault.SHELL_FAILS, times=2)
    assert session.language(PACKAGE) == "en-US"
    order(Fault.SHELL_FAILS, times=99)
    with pytest.raises(ShellFailed):
        session.language(PACKAGE)


def test_phones_of_other_languages_say_so_in_their_properties(session: PhoneSession, phone: VirtualPhone) -> None:
    phone.traits = replace(phone.traits, locale="fr-FR")
    assert session.shell(["getprop", "persist.sys.locale"]).strip() == "fr-FR"
    assert "system_locales=fr-FR" in session.shell(["settings", "list", "system"])
