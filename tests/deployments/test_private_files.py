"""The data folder is its owner's alone, whatever the umask was when its files were made."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from deployments.launcher.environments import NEEDED, environment_for, without_secrets_of_others
from deployments.launcher.private_files import open_to_others, reachable_by_others, remove_rights_of_others
from phonefleet.settings import Settings

pytestmark = pytest.mark.skipif(os.name == "nt", reason="files have no such modes on Windows")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_rights_of_others_are_taken_away_below_a_home_but_for_the_databases_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for folder in ("evidence/1", "postgres"):
        (home / folder).mkdir(parents=True)
    for file in ("evidence/1/seen.png", "secret.key", "scripts.py", "postgres/data"):
        (home / file).write_text("")
        (home / file).chmod(0o666)
    (home / "scripts.py").chmod(0o755)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("")
    elsewhere.chmod(0o644)
    (home / "link").symlink_to(elsewhere)
    home.chmod(0o755)

    assert remove_rights_of_others(home, {"postgres"}) == 6

    assert mode(home) == (0o711 if os.geteuid() == 0 else 0o700)
    assert (mode(home / "evidence"), mode(home / "evidence/1")) == (0o700, 0o700)
    assert (mode(home / "evidence/1/seen.png"), mode(home / "secret.key")) == (0o600, 0o600)
    assert mode(home / "scripts.py") == 0o700
    assert (mode(home / "postgres/data"), mode(elsewhere)) == (0o666, 0o644)
    assert list(open_to_others(home, {"postgres"})) == []
    assert remove_rights_of_others(home, {"postgres"}) == 0


def test_what_a_closed_folder_shields_is_no_ones_to_reach(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "closed").mkdir(parents=True)
    (home / "open").mkdir()
    for file in ("closed/seen.png", "open/seen.png"):
        (home / file).write_text("")
        (home / file).chmod(0o644)
    (home / "closed").chmod(0o700)
    (home / "open").chmod(0o755)
    home.chmod(0o711 if os.geteuid() == 0 else 0o701)
    found = reachable_by_others(home)
    assert {path.relative_to(home).as_posix() for path in found} - {"."} == {"open", "open/seen.png"}


def test_every_secret_setting_says_which_programs_get_it() -> None:
    secrets = {name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert secrets == set(NEEDED)


def test_each_program_gets_its_own_secrets_and_no_others() -> None:
    given = {f"PHONEFLEET_{name}": "s" for name in NEEDED} | {"PATH": "/bin", "PHONEFLEET_HOME": "/h"}
    assert "PHONEFLEET_API_TOKEN" in environment_for("api", given)
    for part in ("worker", "automations", "prefect", "virtual", "adb"):
        assert "PHONEFLEET_API_TOKEN" not in environment_for(part, given)
    for part in ("prefect", "virtual", "adb"):
        assert environment_for(part, given) == {"PATH": "/bin"}
    assert set(without_secrets_of_others("automations", given)) == {
        "PATH", "PHONEFLEET_HOME", "PHONEFLEET_PREFECT_AUTH", "PHONEFLEET_NOTIFY_URL",
    }  # fmt: skip
