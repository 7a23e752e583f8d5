"""The page's catalogues: both languages say everything, in every form that their numbers need."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from phonefleet.scripts import SCRIPTS

WEB = Path(__file__).parents[2] / "web" / "src"
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}}
"""The plural forms of each language for whole numbers and fractions, as Unicode's CLDR has them."""

Text = str | dict[str, str]


def catalogue(language: str) -> dict[str, Text]:
    return json.loads((WEB / "shared" / "words" / f"{language}.json").read_text(encoding="utf-8"))


def texts(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def parameters(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def sources() -> Iterator[str]:
    for path in WEB.rglob("*"):
        if path.suffix in {".svelte", ".ts"}:
            yield path.read_text(encoding="utf-8")


def test_both_languages_have_the_same_words_with_the_same_parameters() -> None:
    english, russian = catalogue("en"), catalogue("ru")
    assert list(english) == list(russian)
    for word, text in english.items():
        expected = parameters(texts(text)[0])
        assert all(parameters(each) == expected for each in [*texts(text), *texts(russian[word])]), word


@pytest.mark.parametrize("language", FORMS)
def test_a_text_with_a_number_has_each_plural_form_of_its_language(language: str) -> None:
    for word, text in catalogue(language).items():
        assert all(each.strip() for each in texts(text)), word
        if isinstance(text, dict):
            assert set(text) == FORMS[language], word


def test_every_word_that_is_asked_for_is_there_and_every_word_is_asked_for() -> None:
    code = "\n".join(sources())
    known = set(catalogue("en"))
    asked = set(re.findall(r"'([a-z][\w.-]*)'", code))
    groups = set(re.findall(r"`([a-z]+(?:\.[a-z]+)?)\.\$\{", code)) | {"script", "action", "source", "status", "choice"}
    groups |= {"waits"} | set(re.findall(r"\bnamed\(\s*'(\w+)'", code)) | set(re.findall(r'group="(\w+)"', code))
    called = set(re.findall(r"\bt\(\s*'([^']+)'", code))
    assert called <= known
    unused = {word for word in known - asked if not any(word.startswith(f"{group}.") for group in groups)}
    assert {word for word in unused if not word.startswith("bulk.")} == set()


def test_every_reason_to_wait_has_words() -> None:
    told = Path(__file__).parents[2] / "docs" / "waiting.md"
    rows = [row.split("|")[1] for row in told.read_text(encoding="utf-8").splitlines() if row.startswith("| `")]
    codes = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)} - {"waits_code"}
    assert codes
    assert {f"waits.{code}" for code in codes} <= set(catalogue("en"))


def fields(schema: dict[str, Any], root: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, given in cast("dict[str, dict[str, Any]]", schema.get("properties", {})).items():
        yield name, given
        for form in [given, *given.get("anyOf", [])]:
            if "$ref" in form:
                yield from fields(root["$defs"][form["$ref"].rsplit("/", 1)[1]], root)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_each_of_its_fields_and_each_of_their_choices_has_russian_words(script: str) -> None:
    russian = json.loads((WEB / "shared" / "words" / "fields.ru.json").read_text(encoding="utf-8"))
    words = catalogue("ru")
    schema = SCRIPTS[script].config.model_json_schema()
    assert f"script.{script}" in words
    for name, given in fields(schema, schema):
        title, told = russian[name]
        assert title
        assert told
        assert {f"choice.{name}.{choice}" for choice in given.get("enum", [])} <= set(words)
