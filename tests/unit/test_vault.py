"""Secrets, sealed with a key that only its owner can read."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from phonefleet.errors import Permanent
from phonefleet.settings import Settings
from phonefleet.vault import REFERENCE, Vault


def test_what_was_sealed_can_be_opened_and_is_not_readable(tmp_path: Path) -> None:
    vault = Vault.of(Settings(home=tmp_path))
    sealed = vault.seal("sk-1")
    assert b"sk-1" not in sealed
    assert Vault.of(Settings(home=tmp_path)).open(sealed) == "sk-1"


def test_the_same_secret_has_the_same_reference_which_tells_nothing(tmp_path: Path) -> None:
    vault, other = Vault.of(Settings(home=tmp_path / "a")), Vault.of(Settings(home=tmp_path / "b"))
    assert vault.reference("sk-1") == vault.reference("sk-1")
    assert vault.reference("sk-1").startswith(REFERENCE)
    assert len({vault.reference("sk-1"), vault.reference("sk-2"), other.reference("sk-1")}) == 3


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    Vault.of(Settings(home=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_processes_that_make_the_key_at_once_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        vaults = list(threads.map(Vault.of, [Settings(home=tmp_path)] * 32))
    assert len({vault.reference("sk-1") for vault in vaults}) == 1


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    sealed = Vault.of(Settings(home=tmp_path / "a")).seal("sk-1")
    with pytest.raises(Permanent, match="encrypted with another"):
        Vault.of(Settings(home=tmp_path / "b")).open(sealed)


def test_a_configured_key_needs_no_file_and_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="PHONEFLEET_SECRET_KEY is no key"):
        Vault.of(Settings(home=tmp_path, secret_key=SecretStr("no-key-but-long-enough")))
    assert not list(tmp_path.iterdir())
