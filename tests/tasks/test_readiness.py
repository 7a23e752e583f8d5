"""What a run knows of its phone before it begins: the app's version and the language in which the phone shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from phonefleet.apps.loading import BUILT_IN
from phonefleet.apps.pages.post_ref import post_at
from phonefleet.errors import UnsupportedApp
from tasks.context import RunContext
from tasks.posts import like_post
from tasks.readiness import driver
from tests.tasks.on_phones import ME, on_a_phone, until_done
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.languages import choose_app_locales
from virtual_phones.world import World

PACKAGE = "com.phonefleet.sample"


@pytest.fixture
def bilingual(context: RunContext) -> None:
    """Let the profile know the app's words in English and Russian, and no French ones."""
    rules: Any = yaml.safe_load((BUILT_IN / "sample.yaml").read_text(encoding="utf-8"))
    for part in (rules, *rules["versions"]):
        for group in (*part.get("texts", {}).values(), *part.get("patterns", {}).values()):
            if hasattr(group, "pop") and "fr" in group:
                del group["fr"]
    folder = context.settings.home / "profiles"
    folder.mkdir()
    changed = yaml.safe_dump(rules | {"languages": ["en", "ru"]}, allow_unicode=True)
    (folder / "sample.yaml").write_text(changed, encoding="utf-8")


@pytest.mark.usefixtures("bilingual")
@pytest.mark.parametrize(("phones", "apps", "known"), [("en-US", "", "en"), ("ru-RU", "", "ru"), ("fr-FR", "ru", "ru")])
def test_the_words_of_the_apps_language_count(
    context: RunContext, world: World, phones: str, apps: str, known: str
) -> None:
    virtual = on_a_phone(context, world, "2.0.1").virtual
    virtual.traits = replace(virtual.traits, locale=phones)
    choose_app_locales(virtual, PACKAGE, apps)
    assert str(driver().profile.language).partition("-")[0] == known


@pytest.mark.usefixtures("bilingual")
def test_a_language_that_the_profile_does_not_know_is_refused_and_named(context: RunContext, world: World) -> None:
    virtual = on_a_phone(context, world, "1.4.2").virtual
    virtual.traits = replace(virtual.traits, locale="fr-FR")
    with pytest.raises(UnsupportedApp, match=r"fr-FR, and the profile sample knows its words in en, ru"):
        driver()


def test_the_language_is_asked_for_once_in_a_run(
    context: RunContext, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, asked = on_a_phone(context, world, "1.4.2"), list[str]()

    def language(package: str) -> str:
        asked.append(package)
        return ""

    monkeypatch.setattr(phone, "language", language)
    assert driver() is driver()
    assert asked == [PACKAGE]
    assert driver().profile.language is None, "a phone that does not say it is driven by the words of all languages"


def test_an_app_that_was_replaced_in_the_middle_of_a_run_is_driven_by_the_profile_of_its_new_version(
    context: RunContext, world: World
) -> None:
    faults = Faults()
    on_a_phone(context, world, "1.4.2", faults=faults)
    faults.order(Strike(Fault.UPDATED))
    assert until_done(lambda: like_post.fn(post_at("sample://post/1001"))) == "done"
    assert driver().profile.version == "2.0.1"
    assert world.reactions.marked("like", ME, "1001")
