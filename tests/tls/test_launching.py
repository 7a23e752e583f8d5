"""`up` serves others over TLS and this computer without, with a certificate that it makes or one that it is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deployments.cli.running.launching import LaunchArguments, launch_options
from deployments.launcher.database import Databases
from deployments.launcher.encryption import Encryption
from deployments.launcher.home import Home
from deployments.launcher.options import LaunchOptions
from deployments.launcher.programs import Programs
from phonefleet.clock import SystemClock
from phonefleet.errors import Permanent
from phonefleet.public_url import PublicUrl
from phonefleet.settings import Settings
from phonefleet.tls.files import CertificateUnusable, TlsFiles, validity
from phonefleet.tls.own import OwnCertificate

GIVEN: LaunchArguments = {
    "home": None, "host": None, "api_port": None, "prefect_port": None, "adb_port": None, "world_port": 0,
    "virtual": 0, "database_url": None, "seed": None, "fault_rate": 0.0, "log_level": None,
}  # fmt: skip


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def options(tmp_path: Path) -> LaunchOptions:
    return LaunchOptions(tmp_path, host="0.0.0.0", has_token=True, tls=True, tls_names=("main.example",))  # noqa: S104


def _programs(options: LaunchOptions, said: list[str]) -> Programs:
    home = Home(options.home)
    resolved = replace(options, api_port=50809, prefect_port=4200, api_local_port=15001, prefect_local_port=15002)
    return Programs(home, resolved, Databases("", ""), Encryption.of(resolved, home, SystemClock(), said.append))


def test_this_computer_calls_loopback_without_tls_and_others_a_name_with_it(
    options: LaunchOptions, said: list[str]
) -> None:
    found = _programs(options, said)
    assert (found.api_url, found.prefect_api_url) == ("http://127.0.0.1:15001", "http://127.0.0.1:15002/api")
    assert (found.shown_api_url, found.shown_prefect_url) == ("https://main.example:50809", "https://main.example:4200")
    assert found.own_fingerprint is not None
    assert found.encrypted_addresses is not None
    assert found.encrypted_addresses["authority"] == str(options.home / "tls" / "authority.pem")


def test_the_programs_are_told_where_the_certificate_is_and_where_they_serve_without_it(
    options: LaunchOptions, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHONEFLEET_TLS", "true")
    found = _programs(options, said)
    api, prefect = found.api().environment, found.prefect()
    assert api["PHONEFLEET_API_LOCAL_PORT"] == "15001"
    assert api["PREFECT_API_URL"] == api["PHONEFLEET_PREFECT_API_URL"] == "http://127.0.0.1:15002/api"
    assert api["PREFECT_UI_URL"] == prefect.environment["PREFECT_UI_URL"] == "https://main.example:4200"
    assert prefect.command[-4:] == ["4200", api["PHONEFLEET_TLS_CERT"], api["PHONEFLEET_TLS_KEY"], "15002"]
    for name, value in api.items():
        if name.startswith("PHONEFLEET_TLS") or name == "PHONEFLEET_API_LOCAL_PORT":
            monkeypatch.setenv(name, value)
    assert found.encryption is not None
    assert Settings().tls_files == found.encryption.files


def test_without_tls_everything_is_as_it_was(options: LaunchOptions, said: list[str]) -> None:
    found = _programs(replace(options, tls=False), said)
    assert (found.api_url, found.shown_api_url) == ("http://127.0.0.1:50809", "http://127.0.0.1:50809")
    assert found.encrypted_addresses is None
    assert not [name for name in found.api().environment if name.startswith("PHONEFLEET_TLS")]
    assert found.prefect().command[-2:] == ["127.0.0.1", "4200"]


def test_a_public_address_is_shown_before_any_other(options: LaunchOptions, said: list[str]) -> None:
    found = _programs(replace(options, public_url=PublicUrl.parse("https://phones.example/fleet")), said)
    assert found.shown_api_url == "https://phones.example/fleet"


def _files(folder: Path, at: datetime) -> TlsFiles:
    own = OwnCertificate(folder)
    own.make(["*.example", "phones.example"], at)
    return own.files


def test_a_given_certificate_names_what_is_shown(options: LaunchOptions, said: list[str], tmp_path: Path) -> None:
    files = _files(tmp_path / "given", datetime.now(UTC))
    found = _programs(replace(options, tls=False, tls_files=files, tls_names=()), said)
    assert found.shown_api_url == "https://phones.example:50809"
    assert (found.own_fingerprint, said) == (None, [])


def test_a_given_certificate_that_has_ended_is_told_of(options: LaunchOptions, said: list[str], tmp_path: Path) -> None:
    files = _files(tmp_path / "given", datetime.now(UTC) - timedelta(days=400))
    _programs(replace(options, tls=False, tls_files=files), said)
    assert len(said) == 1
    assert "ended at" in said[0]


def test_a_given_certificate_that_is_not_there_ends_the_start(options: LaunchOptions, said: list[str]) -> None:
    files = TlsFiles(options.home / "missing.pem", options.home / "missing.key")
    with pytest.raises(CertificateUnusable, match=r"missing\.pem cannot be read"):
        _programs(replace(options, tls=False, tls_files=files), said)


def test_both_ports_of_loopback_are_picked_where_there_is_tls(options: LaunchOptions) -> None:
    resolved = replace(options, api_port=0, prefect_port=0, adb_port=5037).resolved()
    ports = {resolved.api_port, resolved.prefect_port, resolved.api_local_port, resolved.prefect_local_port}
    assert len(ports) == 4
    assert 0 not in ports


def test_the_certificate_is_looked_after_while_all_runs(options: LaunchOptions, said: list[str]) -> None:
    found = _programs(options, said).encryption
    assert found is not None
    before = validity(found.files.load())
    found.files.certificate.unlink()
    found.renew()
    assert not found.files.certificate.exists(), "it has just been looked at"
    again = Encryption.of(options, Home(options.home), SystemClock(), said.append)
    assert again is not None
    assert validity(again.files.load()).names == before.names


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"tls": True, "tls_cert": Path("cert.pem")}, "leave one of them out"),
        ({"tls_key": Path("key.pem")}, "needs its certificate"),
    ],
)
def test_options_that_contradict_each_other_are_refused(arguments: LaunchArguments, why: str) -> None:
    with pytest.raises(Permanent, match=why):
        launch_options({**GIVEN, **arguments})


def test_the_command_line_stands_in_for_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_TLS", "true")
    monkeypatch.setenv("PHONEFLEET_TLS_NAMES", "one.example, two.example")
    settings = launch_options(GIVEN)
    assert (settings.tls, settings.tls_names, settings.tls_files) == (True, ("one.example", "two.example"), None)
    given = launch_options({**GIVEN, "tls_cert": Path("/etc/cert.pem"), "tls_name": ["three.example"]})
    assert given.tls_files == TlsFiles(Path("/etc/cert.pem"), Path("/etc/cert.pem"))
    assert (given.tls, given.tls_names) == (False, ("three.example",))
    assert not launch_options(GIVEN, isolated=True).encrypted
