"""A joined host is told addresses that lead to the main host from where it is, and whose certificates to believe."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.hosts.addresses import authority_of, prefect_as_called, reached_at
from phonefleet.settings import Settings
from phonefleet.tls.own import OwnCertificate


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of an API that `up --tls` has started."""
    own = OwnCertificate(tmp_path)
    own.make(["main.example"], datetime.now(UTC))
    given = {
        "API_PORT": "50809", "TLS_CERT": str(own.files.certificate), "TLS_KEY": str(own.files.key),
        "TLS_CA": str(own.authority), "PREFECT_API_URL": "http://127.0.0.1:14200/api",
        "PREFECT_UI_URL": "https://main.example:4200",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"PHONEFLEET_{name}", value)
    return Settings()


@pytest.mark.parametrize(
    ("called", "told"),
    [
        ("main.example", "https://main.example:4200/api"),
        ("10.0.0.1", "https://10.0.0.1:4200/api"),
        ("fd00::1", "https://[fd00::1]:4200/api"),
    ],
)
def test_with_tls_prefect_is_at_the_name_that_the_host_has_called(encrypted: Settings, called: str, told: str) -> None:
    assert prefect_as_called(encrypted, called) == told


def test_with_tls_the_command_names_the_first_name_of_the_certificate(encrypted: Settings) -> None:
    assert reached_at(encrypted) == "https://main.example:50809"
    authority = authority_of(encrypted)
    assert authority is not None
    assert authority.fingerprint.startswith("sha256:")
    assert ssl.PEM_cert_to_DER_cert(authority.pem)


def test_without_tls_prefects_loopback_becomes_the_name_that_was_called() -> None:
    settings = Settings(prefect_api_url="http://127.0.0.1:4200/api")
    assert prefect_as_called(settings, "10.0.0.1") == "http://10.0.0.1:4200/api"
    assert prefect_as_called(settings, "localhost") == "http://127.0.0.1:4200/api"
    assert (
        prefect_as_called(Settings(prefect_api_url="http://prefect:4200/api"), "10.0.0.1") == "http://prefect:4200/api"
    )
    assert (reached_at(settings), authority_of(settings)) == (None, None)


def test_behind_a_proxy_prefect_is_below_the_public_address() -> None:
    settings = Settings(public_url="https://example.org/fleet", prefect_api_url="http://127.0.0.1:4200/api")
    assert prefect_as_called(settings, "example.org") == "https://example.org/fleet/prefect/api"
    assert reached_at(settings) == "https://example.org/fleet"
