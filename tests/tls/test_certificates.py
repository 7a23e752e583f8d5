"""Certificates of our own: made once, renewed in time, and trusted by whoever trusts their authority."""

from __future__ import annotations

import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from phonefleet.tls.files import CertificateUnusable, TlsFiles, certificates, fingerprint, validity
from phonefleet.tls.own import AUTHORITY_LASTS, LASTS, RENEWED_BEFORE, OwnCertificate, own_names
from phonefleet.tls.trust import NotTrusted, authority_with, checked_fingerprint, client_context

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def own(tmp_path: Path) -> OwnCertificate:
    made = OwnCertificate(tmp_path / "tls")
    assert made.make(["phones.example", "10.0.0.1"], NOW)
    return made


def test_a_certificate_holds_for_the_names_that_it_was_made_for_and_for_this_computer(own: OwnCertificate) -> None:
    found = validity(own.files.load())
    assert found.names == ("phones.example", "localhost", "10.0.0.1", "127.0.0.1", "::1")
    assert found.ends == NOW + LASTS
    own.files.check()


def test_only_its_owner_may_read_the_keys(own: OwnCertificate) -> None:
    assert stat.S_IMODE(own.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in own.folder.iterdir()} == {0o600}


def test_a_certificate_stays_while_it_holds_for_all_names_and_for_long_enough(own: OwnCertificate) -> None:
    before = own.files.certificate.read_bytes()
    assert not own.make(["PHONES.example"], NOW + LASTS - RENEWED_BEFORE - timedelta(days=1))
    assert own.files.certificate.read_bytes() == before


@pytest.mark.parametrize(("names", "later"), [(["another.example"], timedelta()), (["phones.example"], LASTS)])
def test_another_certificate_is_signed_by_the_same_authority(
    own: OwnCertificate, names: list[str], later: timedelta
) -> None:
    authority = own.authority.read_bytes()
    assert own.make(names, NOW + later)
    assert own.authority.read_bytes() == authority
    assert names[0] in validity(own.files.load()).names
    assert certificates(own.files.certificate)[1] == certificates(own.authority)[0]


def test_an_authority_that_ends_before_a_certificate_would_is_made_anew(own: OwnCertificate) -> None:
    before = own.authority.read_bytes()
    assert own.make(["phones.example"], NOW + AUTHORITY_LASTS - LASTS)
    assert own.authority.read_bytes() != before


@pytest.mark.parametrize("broken", ["authority.pem", "authority.key", "server.pem", "server.key"])
@pytest.mark.parametrize("content", [None, "", "half of a file"])
def test_what_a_killed_start_has_left_half_is_made_anew(own: OwnCertificate, broken: str, content: str | None) -> None:
    if content is None:
        (own.folder / broken).unlink()
    else:
        (own.folder / broken).write_text(content)
    assert own.make(["phones.example"], NOW)
    own.files.check()
    assert not own.make(["phones.example"], NOW)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_openssl_verifies_the_certificate_for_its_names_alone(own: OwnCertificate) -> None:
    def verifies(*names: str) -> bool:
        at = str(int(NOW.timestamp()))
        command = ["openssl", "verify", "-x509_strict", "-attime", at, "-purpose", "sslserver", "-CAfile"]
        return not subprocess.run(
            [*command, str(own.authority), *names, str(own.files.certificate)], check=False, capture_output=True
        ).returncode

    assert verifies("-verify_hostname", "phones.example")
    assert verifies("-verify_ip", "10.0.0.1")
    assert not verifies("-verify_hostname", "another.example")


@pytest.mark.parametrize("name", ["", "two words", "a..b", "x" * 64, "имя"])
def test_what_is_no_name_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(CertificateUnusable, match="no name or address"):
        OwnCertificate(tmp_path).make([name], NOW)


def test_this_computer_has_a_name() -> None:
    assert own_names()
    assert not {"127.0.0.1", "::1"} & set(own_names())


def test_files_that_are_no_pair_are_refused_in_a_sentence(own: OwnCertificate, tmp_path: Path) -> None:
    other = OwnCertificate(tmp_path / "other")
    other.make(["phones.example"], NOW)
    with pytest.raises(CertificateUnusable, match=r"server\.pem and .*server\.key are no certificate and its key"):
        TlsFiles(own.files.certificate, other.files.key).check()
    with pytest.raises(CertificateUnusable, match="no certificate"):
        TlsFiles(own.files.key, own.files.key).check()
    with pytest.raises(CertificateUnusable, match=r"missing\.pem cannot be read"):
        TlsFiles(tmp_path / "missing.pem", own.files.key).check()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_a_key_with_a_password_is_refused_without_asking_anybody(own: OwnCertificate, tmp_path: Path) -> None:
    locked = tmp_path / "locked.key"
    command = ["openssl", "pkcs8", "-topk8", "-in", str(own.files.key), "-passout", "pass:hush", "-out", str(locked)]
    subprocess.run(command, check=True, capture_output=True)
    with pytest.raises(CertificateUnusable, match="without a password"):
        TlsFiles(own.files.certificate, locked).check()


def test_an_authority_is_known_by_its_fingerprint_whoever_sends_it(own: OwnCertificate, tmp_path: Path) -> None:
    other = OwnCertificate(tmp_path / "other")
    other.make(["phones.example"], NOW)
    told = fingerprint(certificates(own.authority)[0])
    sent = other.authority.read_text() + own.authority.read_text()
    assert authority_with(told.upper().replace("SHA256", "sha256"), sent) == own.authority.read_text()
    with pytest.raises(NotTrusted, match="not the one with the fingerprint"):
        authority_with(told, other.authority.read_text())
    with pytest.raises(NotTrusted):
        authority_with(told, "nothing of the kind")


@pytest.mark.parametrize("text", ["", "sha256:", "sha1:" + "0" * 64, "0" * 64, "sha256:" + "g" * 64])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(NotTrusted, match="is no fingerprint"):
        checked_fingerprint(text)


def test_a_file_without_certificates_trusts_nobody(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    for file in ("empty.pem", "missing.pem"):
        with pytest.raises(NotTrusted, match=f"{file} holds no certificates"):
            client_context(tmp_path / file)
