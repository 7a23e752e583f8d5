"""Settings come from the environment, each with a description."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from phonefleet.settings import Settings


def test_the_environment_sets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_API_PORT", "6000")
    monkeypatch.setenv("PHONEFLEET_ADB_CONNECT", "10.0.0.1:5555, 10.0.0.2:5555,")
    monkeypatch.setenv("PHONEFLEET_CALL_TIMEOUT", "PT5S")
    settings = Settings()
    assert (settings.api_port, settings.call_timeout) == (6000, timedelta(seconds=5))
    assert settings.adb_connect == ["10.0.0.1:5555", "10.0.0.2:5555"]


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_API_TOKEN", "hush")
    monkeypatch.setenv("PHONEFLEET_DATABASE_URL", "postgresql://a:hush@host/db")
    assert "hush" not in repr(Settings())


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
