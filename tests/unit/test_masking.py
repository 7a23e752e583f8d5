"""Secrets are never shown, and log lines cannot be forged."""

from __future__ import annotations

import logging

import pytest

from phonefleet.log_lines import OneLine
from phonefleet.masking import MASK, hidden, masked, unmasked
from phonefleet.settings import Settings


def test_secrets_are_hidden_at_any_depth_and_nothing_else_is() -> None:
    config = {"api_key": "k", "nested": [{"Password": "p", "target": "anna"}], "apiKey": "k", "token": "", "note": "x"}
    assert masked(config) == {
        "api_key": MASK,
        "nested": [{"Password": MASK, "target": "anna"}],
        "apiKey": MASK,
        "token": "",
        "note": "x",
    }


def test_passwords_in_urls_are_hidden() -> None:
    assert hidden("see postgresql://me:hunter2@host/x") == f"see postgresql://me:{MASK}@host/x"
    assert hidden("see http://host:80/x") == "see http://host:80/x"


def test_keys_in_the_queries_of_urls_are_hidden_and_nothing_else_of_them() -> None:
    url = "https://h.example/v1?api_key={}&max=3&x-goog-api-key={}#end"
    assert hidden(f"see {url.format('k1', 'k2')} now") == f"see {url.format(MASK, MASK)} now"
    post = "https://app.example/@anna/video/1?u_code=d1f2&igsh=MzRl&sec_user_id=5&sender_device=pc&monkey=1"
    assert hidden(post) == post


def test_numbers_of_tokens_are_no_secrets() -> None:
    shown = {"max_tokens": 5, "maxTokens": 6, "max_completion_tokens": 7, "total_tokens": 8}
    assert masked({**shown, "token": "t", "access_tokens": "u"}) == {**shown, "token": MASK, "access_tokens": MASK}


@pytest.mark.parametrize("text", ["a\nERROR forged", "\x1b[31mred", "a\u2028b", "a\rb"])
def test_a_record_is_one_line_whatever_it_holds(text: str) -> None:
    line = OneLine().format(logging.LogRecord("n", logging.INFO, "p", 1, "got %s", (text,), None))
    assert line.isprintable()


def test_a_traceback_is_indented_and_holds_no_secret() -> None:
    try:
        message = "a\n2030-01-01 ERROR forged hunter2"
        raise ValueError(message)  # noqa: TRY301 - a traceback is wanted
    except ValueError as error:
        found = (ValueError, error, error.__traceback__)
        record = logging.LogRecord("n", logging.ERROR, "p", 1, "failed", (), found)
    lines = OneLine(["hunter2"]).format(record).splitlines()
    assert all(line.startswith("    ") for line in lines[1:])
    assert "hunter2" not in "".join(lines)


def test_the_secrets_of_the_settings_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_DATABASE_URL", "postgresql://me:p%40ss@host:5432/x")
    monkeypatch.setenv("PHONEFLEET_PREFECT_AUTH", "phonefleet:word-of-sixteen-or-more")
    monkeypatch.setenv("PHONEFLEET_API_TOKEN", "tok-of-sixteen-or-more")
    settings = Settings()
    assert {
        "p%40ss",
        "p@ss",
        "word-of-sixteen-or-more",
        "tok-of-sixteen-or-more",
        "phonefleet:word-of-sixteen-or-more",
    } <= set(settings.secrets)
    assert not any(secret in repr(settings) for secret in ("p%40ss", "word-of", "tok-of"))


def test_what_was_shown_masked_and_comes_back_as_it_was_is_what_is_stored() -> None:
    stored = {"api_key": "k", "url": "https://me:pw@host/x?key=abc", "nested": [{"token": "t", "n": 1}], "note": "x"}
    assert unmasked(masked(stored), stored) == stored
    changed = masked(stored) | {"note": "y", "nested": [{"token": MASK, "n": 2}]}
    assert unmasked(changed, stored) == stored | {"note": "y", "nested": [{"token": "t", "n": 2}]}


def test_another_secret_and_a_mask_where_nothing_is_stored_are_taken_as_they_stand() -> None:
    assert unmasked({"api_key": "new"}, {"api_key": "old"}) == {"api_key": "new"}
    assert unmasked({"api_key": MASK, "note": MASK}, {"note": "x"}) == {"api_key": MASK, "note": MASK}
    assert unmasked({"api_key": MASK}, None) == {"api_key": MASK}
    assert unmasked([{"token": MASK}], [{"token": "t"}, {"token": "u"}]) == [{"token": MASK}]
