"""Settings come from the environment, each with a description."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from deployments.cli.shared.options import load_settings
from phonefleet.errors import Permanent
from phonefleet.settings import Settings


def test_the_environment_sets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_API_PORT", "6000")
    monkeypatch.setenv("PHONEFLEET_ADB_CONNECT", "10.0.0.1:5555, 10.0.0.2:5555,")
    monkeypatch.setenv("PHONEFLEET_CALL_TIMEOUT", "PT5S")
    settings = Settings()
    assert (settings.api_port, settings.call_timeout) == (6000, timedelta(seconds=5))
    assert settings.adb_connect == ["10.0.0.1:5555", "10.0.0.2:5555"]


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_API_TOKEN", "hush-0123456789abcdef")
    monkeypatch.setenv("PHONEFLEET_DATABASE_URL", "postgresql://a:hush@host/db")
    assert "hush" not in repr(Settings())


@pytest.mark.parametrize("wrong", ["hooks.example/hush", "ftp://hooks.example/hush", "https:///hush"])
def test_a_webhook_is_a_whole_address_and_a_wrong_one_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("PHONEFLEET_NOTIFY_URL", wrong)
    with pytest.raises(Permanent, match="PHONEFLEET_NOTIFY_URL") as refused:
        load_settings()
    assert "hush" not in str(refused.value)


def test_no_webhook_and_an_empty_one_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_NOTIFY_URL", " ")
    assert Settings().notify_url is None
    monkeypatch.setenv("PHONEFLEET_NOTIFY_URL", "https://hooks.example/hush")
    assert "https://hooks.example/hush" in Settings().secrets


def test_settings_do_not_change() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.api_port = 1  # pyright: ignore[reportAttributeAccessIssue] - that is what the test shows


def test_a_value_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_RETRIES", "11")
    with pytest.raises(ValidationError, match="retries"):
        Settings()


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("name", ["API_TOKEN", "PREFECT_AUTH", "SECRET_KEY"])
@pytest.mark.parametrize("value", ["", "   ", "hush", "phonefleet:hush", "x" * 15])
def test_a_secret_that_can_be_guessed_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PHONEFLEET_{name}", value)
    with pytest.raises(Permanent, match=rf"PHONEFLEET_{name}.*at least 16") as refused:
        load_settings()
    assert "hush" not in str(refused.value)


def test_a_long_secret_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_API_TOKEN", "x" * 16)
    monkeypatch.setenv("PHONEFLEET_PREFECT_AUTH", "me:" + "x" * 16)
    assert Settings().api_token
