"""`phonefleet profile check` against a phone of `phonefleet virtual`, both as a user starts them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import adbutils
import pytest

from deployments.launcher.ports import claim
from phonefleet.apps import load_profile
from phonefleet.device.adb import server as adb_server
from phonefleet.ledger import Ledger
from tests.client.served import served
from tests.integration.stack import until

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def adb_port() -> Iterator[str]:
    """An adb server that looks for no phones by itself."""
    port = claim(0, "")
    environment = {**os.environ, **adb_server.ENVIRONMENT_WITHOUT_USB}
    command = adb_server.command(port)
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet) as server:
        until("the adb server", lambda: adb_server.is_listening("127.0.0.1", port))
        yield str(port)
        server.terminate()


@pytest.fixture(scope="module")
def serial(adb_port: str) -> Iterator[str]:
    """A virtual phone that the adb server is connected to."""
    command = [sys.executable, "-m", "deployments.cli", "virtual", "--count", "1", "--base-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            phone = process.stdout.readline().split()[-1]
            subprocess.run([adbutils.adb_path(), "-P", adb_port, "connect", phone], check=True, capture_output=True)
            yield phone
        finally:
            process.terminate()


def _show(adb_port: str, serial: str, link: str) -> None:
    adb = [adbutils.adb_path(), "-P", adb_port, "-s", serial, "shell"]
    subprocess.run(
        [*adb, "am", "start", "-a", "android.intent.action.VIEW", "-d", link], check=True, capture_output=True
    )


def _missing(table: str) -> list[str]:
    return [line.split()[0] for line in table.splitlines() if line.rstrip().endswith(" missing")]


def test_every_selector_that_a_walk_meets_is_found_on_a_virtual_phone(
    run_apart: Run, serial: str, adb_port: str
) -> None:
    done = run_apart(
        "profile", "check", "-d", serial, "--app", "sample", "--adb-port", adb_port, "--username", "person_0001"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert _missing(done.stdout) == []
    assert [line for line in done.stdout.splitlines() if "follow_button" in line and "found" in line]


def test_a_selector_that_finds_nothing_is_told_and_fails_the_check(
    run_apart: Run, serial: str, adb_port: str, tmp_path: Path
) -> None:
    profiles = tmp_path / "home" / "profiles"
    profiles.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "phonefleet" / "apps" / "profiles" / "sample.yaml"
    changed = re.sub(r"edit_button: .*", "edit_button: [{id: renamed_since}]", shipped.read_text(encoding="utf-8"))
    (profiles / "sample.yaml").write_text(changed, encoding="utf-8")
    done = run_apart(
        "profile", "check", "-d", serial, "--app", "sample", "--adb-port", adb_port, "--username", "person_0001"
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert _missing(done.stdout) == ["edit_button"]


@pytest.mark.parametrize(
    ("options", "advice"),
    [(("--app", "nothing"), "nothing"), (("-d", "127.0.0.1:1", "--app", "sample"), "127.0.0.1:1")],
)
def test_what_keeps_a_check_from_starting_is_one_sentence(
    run_apart: Run, serial: str, adb_port: str, options: tuple[str, ...], advice: str
) -> None:
    done = run_apart("profile", "check", "-d", serial, "--adb-port", adb_port, *options)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert advice in done.stderr


def test_what_the_phone_shows_is_recorded_over_the_api_for_its_version_of_the_app(
    run_apart: Run, serial: str, adb_port: str, postgres_url: str, tmp_path: Path
) -> None:
    _show(adb_port, serial, "sample://user/person_0643")
    with Ledger(postgres_url, pool_size=1) as ledger:
        ledger.migrate()
        ledger.devices.seen(serial, "online", "host")
        with served(postgres_url, tmp_path) as api:
            options = ("--app", "sample", "--adb-port", adb_port, "--api", api.url, "--here", "--record", "--json")
            done = run_apart("profile", "check", "-d", serial, *options)
        assert done.returncode == 0, done.stdout + done.stderr
        answer = json.loads(done.stdout)
        found = {each["selector"] for each in answer["selectors"] if each["found_on"]}
        assert found
        assert answer["recorded"] == len(found)
        recorded = ledger.verifications.fingerprints(serial, "sample", answer["app_version"])
        assert set(recorded) == found


def test_saved_screens_are_told_apart_without_a_phone(
    run_apart: Run, serial: str, adb_port: str, tmp_path: Path
) -> None:
    files = {name: str(tmp_path / f"{name}.xml") for name in ("one", "two", "broken")}
    adb = [adbutils.adb_path(), "-P", adb_port, "-s", serial]
    for name, url in {"one": "sample://user/person_0642", "two": "sample://user/nobody_at_all"}.items():
        _show(adb_port, serial, url)
        subprocess.run(
            [*adb, "shell", "uiautomator", "dump", "/sdcard/window_dump.xml"], check=True, capture_output=True
        )
        subprocess.run([*adb, "pull", "/sdcard/window_dump.xml", files[name]], check=True, capture_output=True)
    Path(files["broken"]).write_bytes(Path(files["one"]).read_bytes()[:500])
    done = run_apart("profile", "check", "--app", "sample", "--json", "--hierarchy", *files.values())
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert [each["page"] for each in answer["files"]] == ["profile", "missing profile"]
    assert "follow_button" in answer["files"][0]["found"]
    assert len(answer["broken"]) == 1
    assert done.stderr.startswith(f"Error: {files['broken']} is no screen")
    table = run_apart("profile", "check", "--app", "sample", "--hierarchy", files["one"], files["two"])
    assert table.returncode == 0, table.stdout + table.stderr
    assert re.search(r"two\.xml .*missing profile", table.stdout)


@pytest.mark.parametrize(
    "options",
    [(), ("-d", "x", "--hierarchy", "y.xml"), ("--hierarchy", "y.xml", "--record"), ("--hierarchy", "y.xml", "--here")],
)
def test_a_phone_or_files_are_named_and_not_both(run: Run, options: tuple[str, ...]) -> None:
    done = run("profile", "check", "--app", "sample", *options)
    assert done.returncode == 1
    assert "not both" in done.stderr


def test_files_of_an_app_that_changed_are_checked_with_the_profile_of_the_real_app(run: Run, tmp_path: Path) -> None:
    package = load_profile("tiktok").package
    node = f'<node package="{package}" class="android.widget.FrameLayout" content-desc="%s" bounds="[0,0][9,9]" />'
    feed = tmp_path / "feed.xml"
    feed.write_text(f"<hierarchy>{node % 'Home'}{node % 'Share video. 9 shares'}</hierarchy>", encoding="utf-8")
    done = run("profile", "check", "--app", "tiktok", "--json", "--hierarchy", str(feed))
    assert (done.returncode, json.loads(done.stdout)["files"][0]["page"]) == (0, "feed"), done.stderr
