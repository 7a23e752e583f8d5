"""`phonefleet profile check` against a phone of `phonefleet virtual`, both as a user starts them."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import adbutils
import pytest
from PIL import Image

from deployments.launcher.ports import claim
from phonefleet.apps import load_profile
from phonefleet.apps.schema import ProfileRules
from phonefleet.apps.verification import NEEDED
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
            options = ("--app", "sample", "--adb-port", adb_port, "--api", api.url, "--here", "--record", "--yes")
            done = run_apart("profile", "check", "-d", serial, *options, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        answer = json.loads(done.stdout)
        assert [(each["kind"], each["page"]) for each in answer["screens"]] == [("page", "profile")]
        found = {each["selector"] for each in answer["selectors"] if each["proven"] and each["selector"] in NEEDED}
        assert "follow_button" in found
        assert answer["recorded"] == len(found)
        recorded = ledger.verifications.fingerprints(serial, "sample", answer["app_version"])
        assert set(recorded) == found


def test_a_person_confirms_each_selector_before_it_is_recorded(
    serial: str, adb_port: str, postgres_url: str, tmp_path: Path, clean: pytest.MonkeyPatch
) -> None:
    assert clean
    _show(adb_port, serial, "sample://user/person_0644")
    with Ledger(postgres_url, pool_size=1) as ledger:
        ledger.migrate()
        ledger.devices.seen(serial, "online", "host")
        with served(postgres_url, tmp_path) as api:
            options = ("--app", "sample", "--adb-port", adb_port, "--api", api.url, "--here", "--record", "--json")
            answer, asked = _answer_in_a_terminal(
                ["profile", "check", "-d", serial, *options], lambda question: "follow_button" in question
            )
        assert answer["recorded"] == 1
        assert list(ledger.verifications.fingerprints(serial, "sample", answer["app_version"])) == ["follow_button"]
    told = next(question for question in asked if "follow_button" in question)
    assert re.search(r"follow_button on the present screen: 'Follow( back)?' at \[\d+,\d+\]\[\d+,\d+\]", told)


def _answer_in_a_terminal(command: list[str], right: Callable[[str], bool]) -> tuple[dict[str, Any], list[str]]:
    """Run a command in a terminal and answer its questions; return its JSON, and what it asked."""
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "deployments.cli", *command]
    with subprocess.Popen(program, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        try:
            asked, rest = _answered(ours, right)
            assert process.stdout is not None
            answer = json.loads(process.stdout.read())
        finally:
            process.terminate()
            os.close(ours)
    assert "Error" not in rest
    return answer, asked


def _answered(terminal: int, right: Callable[[str], bool]) -> tuple[list[str], str]:
    """Answer each question with yes where it is right, else by the default; return them, and what was said last."""
    asked: list[str] = []
    said = ""
    while part := _heard(terminal):
        said += part
        if said.rstrip().endswith("[y/N]:"):
            asked.append(said)
            os.write(terminal, b"y\n" if right(said) else b"\n")
            said = ""
    return asked, said


def _heard(terminal: int) -> str:
    """Return what a terminal shows next; nothing once the program has ended."""
    try:
        return os.read(terminal, 65536).decode()
    except OSError:
        return ""


def test_a_phone_says_its_language_by_itself(run_apart: Run, serial: str, adb_port: str) -> None:
    options = ("profile", "check", "-d", serial, "--app", "sample", "--adb-port", adb_port, "--here")
    assert json.loads(run_apart(*options, "--json").stdout)["language"] == "en-US"
    assert "of the app and shows it in en-US" in run_apart(*options).stdout
    refused = run_apart(*options, "--language", "ru")
    assert (refused.returncode, "--language is for saved screens" in refused.stderr) == (1, True)


def test_nothing_is_recorded_where_nobody_can_be_asked(run_apart: Run, serial: str, adb_port: str) -> None:
    done = run_apart("profile", "check", "-d", serial, "--app", "sample", "--adb-port", adb_port, "--here", "--record")
    assert done.returncode == 1
    assert "this is no terminal: run it in one, or add --yes" in done.stderr


def test_what_a_walk_finds_is_drawn_screen_by_screen(
    run_apart: Run, serial: str, adb_port: str, tmp_path: Path
) -> None:
    options = ("--app", "sample", "--adb-port", adb_port, "--username", "person_0001", "--draw")
    done = run_apart("profile", "check", "-d", serial, *options, str(tmp_path / "drawn"))
    assert done.returncode == 0, done.stdout + done.stderr
    drawn = {file.stem for file in (tmp_path / "drawn").glob("*.png")}
    assert drawn >= {"feed", "own-profile", "search-results", "profile", "people"}
    refused = run_apart("profile", "check", "-d", serial, *options, str(tmp_path / "one.png"))
    assert (refused.returncode, "name a folder" in refused.stderr) == (1, True)


def test_what_the_phone_shows_is_drawn_into_one_file(
    run_apart: Run, serial: str, adb_port: str, tmp_path: Path
) -> None:
    _show(adb_port, serial, "sample://user/person_0645")
    file = tmp_path / "seen.png"
    options = ("--app", "sample", "--adb-port", adb_port, "--here", "--draw", str(file))
    done = run_apart("profile", "check", "-d", serial, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    with Image.open(file) as image:
        assert image.width >= 720


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
    assert [each["kind"] for each in answer["files"]] == ["page", "page"]
    assert "follow_button" in answer["files"][0]["found"]
    assert (answer["files"][0]["counts"]["follow_button"], answer["files"][0]["ambiguous"]) == (1, [])
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
    node = (
        f'<node package="{package}" resource-id="{package}:id/%s" class="android.widget.%s" %s bounds="[0,0][9,9]" />'
    )
    views = [
        node % ("mkq", "FrameLayout", 'content-desc="Home"'),
        node % ("title", "Button", 'text="Some Body"'),
        node % ("f57", "Button", 'content-desc="Share video. 9 shares"'),
    ]
    feed = tmp_path / "feed.xml"
    whole = f'<node package="{package}" class="x" bounds="[0,0][9,9]">{"".join(views)}</node>'
    feed.write_text(f"<hierarchy>{whole}</hierarchy>", encoding="utf-8")
    done = run("profile", "check", "--app", "tiktok", "--json", "--hierarchy", str(feed))
    assert (done.returncode, json.loads(done.stdout)["files"][0]["page"]) == (0, "feed"), done.stderr


SYSTEM = '<hierarchy><node class="a" package="%s" resource-id="%s" text="%s" bounds="[0,0][1080,2400]" /></hierarchy>'
CARD = (
    '<node class="android.widget.FrameLayout" package="{0}" bounds="[{1},0][{2},400]">'
    '<node class="android.widget.Button" package="{0}" text="Follow" bounds="[{1},300][{2},400]" /></node>'
)


def _cards(package: str) -> str:
    both = f"{CARD.format(package, 0, 400)}{CARD.format(package, 420, 820)}"
    return f'<hierarchy><node class="x" package="{package}" bounds="[0,0][820,400]">{both}</node></hierarchy>'


PACKAGE = load_profile("tiktok").package
FILES = {
    "system_dialog": SYSTEM % ("com.lbe.security.miui", "com.lbe.security.miui:id/permission_deny_button_new", "Deny"),
    "foreign": SYSTEM % ("com.example.browser", "", "Some page"),
    "broken": SYSTEM % ("android", "", ""),
    "unknown": _cards(PACKAGE),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_no_page_is_has_a_kind(run: Run, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"{kind}.xml"
    file.write_text(FILES[kind], encoding="utf-16")
    done = run("profile", "check", "--app", "tiktok", "--json", "--hierarchy", str(file))
    answer = json.loads(done.stdout)
    [found] = answer["files"]
    assert (found["kind"], found["page"], answer["broken"]) == (kind, None, [])
    assert ("accessibility service is broken" in done.stderr) is (kind == "broken")
    assert done.returncode == (1 if kind == "unknown" else 0), done.stderr
    assert run("profile", "check", "--app", "tiktok", "--hierarchy", str(file)).returncode == done.returncode


def test_cards_of_strangers_are_counted_and_marked(run: Run, home_profile: Path, tmp_path: Path) -> None:
    file = tmp_path / "cards.xml"
    file.write_text(_cards("org.example.notes"), encoding="utf-8")
    options = ("profile", "check", "--app", home_profile.stem, "--hierarchy", str(file))
    [found] = json.loads(run(*options, "--json").stdout)["files"]
    assert (found["counts"], found["ambiguous"], found["rows"]) == (
        {"follow_button": 2},
        ["follow_button"],
        ["follow_button"],
    )
    table = " ".join(run(*options).stdout.split())
    assert "ambiguous: 2 fit" in table
    assert "[0,300][400,400]" in table


def test_words_of_one_language_count_for_saved_screens(run: Run, home_profile: Path, tmp_path: Path) -> None:
    file = tmp_path / "card.xml"
    card = CARD.format("org.example.notes", 0, 400).replace("Follow", "Подписаться")
    file.write_text(f"<hierarchy>{card}</hierarchy>", encoding="utf-8")
    options = ("profile", "check", "--app", home_profile.stem, "--json", "--hierarchy", str(file))
    counts = [
        json.loads(run(*options, *more).stdout)["files"][0]["counts"].get("follow_button", 0)
        for more in ((), ("--language", "ru-RU"), ("--language", "en"))
    ]
    assert counts == [1, 1, 0]
    refused = run(*options, "--language", "fr")
    assert (refused.returncode, "knows its words in en, ru" in refused.stderr) == (1, True)


@pytest.fixture
def home_profile(tmp_path: Path) -> Path:
    """A profile of the user that knows a button by words alone, in two languages."""
    file = tmp_path / "home" / "profiles" / "notes.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(
        """
format: 2
name: notes
package: org.example.notes
verified: never
languages: [en, ru]
links: {user: "https://notes.example/@{username}"}
texts: {follow: {en: [Follow], ru: [Подписаться]}}
versions:
  - range: ">=1"
    selectors:
      follow_button: [{class: android.widget.Button, text_of: follow}]
""",
        encoding="utf-8",
    )
    return file


def test_saved_screens_are_drawn_upon_their_pictures_or_upon_paper(run: Run, tmp_path: Path) -> None:
    file, picture = tmp_path / "screen.xml", tmp_path / "screen.png"
    file.write_text(FILES["unknown"], encoding="utf-8")
    Image.new("RGB", (1080, 2400), "white").save(picture)
    options = ("profile", "check", "--app", "tiktok", "--hierarchy", str(file), "--draw", str(tmp_path))
    before = picture.read_bytes()
    for more in ((), ("--picture", str(picture))):
        assert "Drawn: " in run(*options, *more).stderr
        with Image.open(tmp_path / "screen-checked.png") as drawn:
            assert drawn.size == ((820, 400) if not more else (1080, 2400))
    assert picture.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--draw", "x.jpg"), "--draw writes PNG"),
        (("--picture", "x.png"), "--picture goes with --draw and --hierarchy"),
        (("--picture", "x.png", "--picture", "y.png", "--draw", "z.png"), "one picture for each saved screen"),
        (("--picture", "missing.png", "--draw", "z.png"), "missing.png cannot be read: "),
        (("other.xml", "--draw", "z.png"), "name a folder, not the file"),
        (("--yes",), "--yes goes with --record"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(
    run: Run, tmp_path: Path, clean: pytest.MonkeyPatch, options: tuple[str, ...], complaint: str
) -> None:
    clean.chdir(tmp_path)
    Path("screen.xml").write_text(FILES["unknown"], encoding="utf-8")
    done = run("profile", "check", "--app", "tiktok", "--hierarchy", "screen.xml", *options)
    assert (done.returncode, complaint in done.stderr) == (1, True), done.stderr


def test_the_schema_of_profiles_is_printed_for_editors(run: Run) -> None:
    done = run("profile", "schema")
    assert (done.returncode, json.loads(done.stdout)) == (0, ProfileRules.model_json_schema())
