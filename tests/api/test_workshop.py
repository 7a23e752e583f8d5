"""The workshop over HTTP: screens, rules, profiles of the home, versions side by side, and recordings."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from phonefleet.apps.screens.screen import Screen
from phonefleet.settings import Settings
from tests.api.conftest import Call
from tests.workshop.recorded import recording, screen_of

RANGE = ">=3.0,<4.0"
HERE = {"recording": "walk-3", "name": "profile"}


def data(answer: httpx.Response) -> Any:
    body = answer.json()
    assert body["code"] == 0, body
    return body["data"]


def refusal(answer: httpx.Response) -> tuple[int, list[str]]:
    body: dict[str, Any] = answer.json()
    data: dict[str, list[dict[str, str]]] = body["data"] or {}
    return body["code"], [each["field"] for each in data.get("errors", [])]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    recording(folder / "walk-3", "3.2.0")
    recording(folder / "walk-2", "2.0.1")
    return folder


@pytest.fixture(autouse=True)
def home(settings: Settings, recorded: Path) -> Iterator[Path]:
    shutil.copytree(recorded, settings.home / "recordings")
    yield settings.home
    shutil.rmtree(settings.home / "recordings")
    shutil.rmtree(settings.home / "profiles", ignore_errors=True)


@pytest.fixture(scope="module")
def live() -> Screen:
    return screen_of("3.2.0")


def revision(call: Call, app: str = "sample") -> str:
    return data(call("GET", f"/workshop/profiles/{app}"))["revision"]


def test_a_recorded_screen_is_told_with_its_page_its_marks_and_what_is_found(call: Call) -> None:
    read = data(call("POST", "/workshop/screen", json={"app": "sample", "screen": HERE}))
    assert (read["page"], read["kind"], read["range"], read["covered"]) == ("profile", "page", RANGE, True)
    seen = {each["selector"]: each for each in read["selectors"]}
    assert seen["follow_button"]["clear"]
    assert len(seen["follow_button"]["fingerprint"]) == 16
    assert not seen["feed"]["count"]
    marks = {page["page"]: page["marks"] for page in read["pages"]}
    assert marks["profile"] == [{"selector": "profile_username", "found": True}]
    by_place = {(each["window"], each["place"]) for each in read["elements"]}
    assert {(each["window"], each["place"]) for each in seen["follow_button"]["places"]} <= by_place


def test_a_screen_that_a_phone_shows_is_ranked_against_the_recorded_ones(call: Call, live: Screen) -> None:
    shown = {"app": "sample", "version": "3.2.0", "language": "en-US", "screen": {"hierarchy": live.xml}}
    read = data(call("POST", "/workshop/screen", json=shown))
    follow = next(each for each in read["selectors"] if each["selector"] == "follow_button")
    place = {key: follow["places"][0][key] for key in ("window", "place")}
    found = data(call("POST", "/workshop/rules", json=shown | {"element": place, "rules": ["{text: Follow}"]}))
    mine, best = found["rules"][0], found["rules"][1]
    assert (found["page"], found["compared"]) == ("profile", 4)
    assert mine["rule"] == "{text: Follow}"
    assert not mine["anchored"]
    assert (best["unique"], best["one"], best["anchored"]) == (True, 3, True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"screen": {"recording": "walk-3"}}, "screen"),
        ({"screen": {"hierarchy": "<html/>"}}, "screen.hierarchy"),
        ({"screen": {"hierarchy": '<!DOCTYPE a [<!ENTITY b "c">]><hierarchy/>'}}, "screen.hierarchy"),
        ({"range": ">=9"}, "range"),
        ({"element": {"window": 9, "place": 9}}, "element"),
        ({"element": None, "rules": []}, "body"),
        ({"rules": ["{id: "]}, "rules.0"),
        ({"rules": ["{colour: red}"]}, "rules.0.colour"),
        ({"rules": ["{text_matches: '('}"]}, "rules.0.text_matches"),
        ({"rules": ["{text_of: no_such_group}"]}, "rules"),
        ({"rules": ["{xpath: '//['}"]}, "rules.0.xpath"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_with_its_field(call: Call, change: dict[str, Any], field: str) -> None:
    body = {"app": "sample", "screen": HERE, "element": {"window": 2, "place": 1}} | change
    assert refusal(call("POST", "/workshop/rules", json=body)) == (40001, [field])


@pytest.mark.parametrize(
    "screen",
    [
        {"recording": "../walk-3", "name": "profile"},
        {"recording": "walk-3", "name": "../profile"},
        {"recording": "nothing", "name": "profile"},
    ],
)
def test_a_screen_that_is_not_there_is_not_found(call: Call, screen: dict[str, str]) -> None:
    assert call("POST", "/workshop/screen", json={"app": "sample", "screen": screen}).json()["code"] == 40401
    assert call("POST", "/workshop/screen", json={"app": "nothing", "screen": HERE}).json()["code"] == 40401


def test_a_change_is_tried_then_saved_as_a_profile_of_the_home_and_nothing_is_overwritten_unseen(
    call: Call, home: Path
) -> None:
    before = data(call("GET", "/workshop/profiles/sample"))
    wanted = {
        "revision": before["revision"],
        "range": RANGE,
        "selectors": {"profile_heart": {"any": ["{id: fi8}"], "holds": "handle", "read_for": "3.2.0"}},
        "pages": {"person": ["profile_heart"]},
    }
    tried = data(call("POST", "/workshop/profiles/sample/try", json=wanted))
    assert not tried["saved"]
    assert any("profile_heart" in line for line in tried["difference"])
    assert {(each["before"], each["after"]) for each in tried["effects"]} == {("profile", "person")}
    assert tried["here"] is None
    assert data(call("GET", "/workshop/profiles/sample")) == before

    here = data(call("POST", "/workshop/profiles/sample/try", json=wanted | {"here": {"screen": HERE}}))["here"]
    assert (here["before"], here["after"], here["found"], here["lost"]) == ("profile", "person", ["profile_heart"], [])

    saved = data(call("PUT", "/workshop/profiles/sample", json=wanted))
    assert (saved["saved"], saved["own"]) == (True, True)
    assert (home / "profiles" / "sample.yaml").read_text(encoding="utf-8") == saved["text"]
    read = data(call("POST", "/workshop/screen", json={"app": "sample", "screen": HERE}))
    assert read["page"] == "person"
    assert not next(each for each in read["selectors"] if each["selector"] == "profile_heart")["verified"]

    assert call("PUT", "/workshop/profiles/sample", json=wanted).json()["code"] == 40901
    assert call("POST", "/workshop/profiles/sample/try", json=wanted).json()["code"] == 40901


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"range": "no range"}, "profile"),
        ({"selectors": {"a": {"any": []}}}, "selectors.a.any"),
        ({"selectors": {"a": {"any": ["{id: "]}}}, "selectors.a.any.0"),
        ({"pages": {"feed": ["nobody"]}}, "profile"),
        ({"revision": "x"}, "revision"),
    ],
)
def test_what_makes_no_profile_is_refused_and_nothing_is_written(
    call: Call, home: Path, change: dict[str, Any], field: str
) -> None:
    wanted = {"revision": revision(call), "range": RANGE} | change
    assert refusal(call("PUT", "/workshop/profiles/sample", json=wanted)) == (40001, [field])
    assert not (home / "profiles").exists()


def test_an_app_without_a_profile_gets_one_once(call: Call) -> None:
    wanted = {"name": "notes", "package": "org.example.notes", "range": ">=3"}
    assert data(call("POST", "/workshop/profiles", json=wanted))["own"]
    assert "notes" in [each["name"] for each in data(call("GET", "/workshop/profiles"))["profiles"]]
    assert refusal(call("POST", "/workshop/profiles", json=wanted)) == (40001, ["name"])
    assert call("POST", "/workshop/profiles", json=wanted | {"name": "../notes"}).json()["code"] == 40001


def test_a_profile_that_cannot_be_read_is_listed_with_its_reason(call: Call, home: Path) -> None:
    (home / "profiles").mkdir()
    (home / "profiles" / "broken.yaml").write_text("name: other\n", encoding="utf-8")
    listed = {each["name"]: each["problem"] for each in data(call("GET", "/workshop/profiles"))["profiles"]}
    assert listed["sample"] is None
    assert "broken.yaml" in str(listed["broken"])
    assert call("GET", "/workshop/profiles/broken").json()["code"] == 40001


def test_two_versions_are_held_side_by_side_under_the_rules_of_the_old_one(call: Call) -> None:
    new: dict[str, Any] = {"recordings": ["walk-3"]}
    wanted = {"app": "sample", "old": {"recordings": ["walk-2"]}, "new": new}
    same = data(call("POST", "/workshop/comparison", json=wanted))
    assert {each["selector"]: each["outcome"] for each in same["selectors"]}["follow_button"] == "kept"

    data(call("PATCH", "/recordings/walk-3/screens/profile", json={"page": "profile"}))
    new["range"] = ">=2.0,<3.0"
    lost = data(call("POST", "/workshop/comparison", json=wanted))
    follow = next(each for each in lost["selectors"] if each["selector"] == "follow_button")
    assert (follow["outcome"], follow["there"]["screen"]) == ("lost", "profile")
    assert lost["selectors"][0]["outcome"] == "lost"
    assert lost["new"]["unknown"] > 0


def test_recordings_are_listed_shown_named_and_deleted(call: Call) -> None:
    listed = data(call("GET", "/recordings"))["recordings"]
    assert {(each["name"], each["state"], each["app"], each["screens"]) for each in listed} == {
        ("walk-3", "done", "sample", 4), ("walk-2", "done", "sample", 4)
    }  # fmt: skip
    named = data(call("PATCH", "/recordings/walk-3/screens/feed", json={"page": "start"}))
    assert (named["page"], named["named_page"], named["picture"]) == ("start", "start", True)
    shown = data(call("GET", "/recordings/walk-3"))
    assert [each["page"] for each in shown["shown"]] == ["start", "profile", "profile", "profile"]
    picture = call("GET", "/recordings/walk-3/screens/feed/picture")
    assert picture.headers["content-type"] == "image/png"
    assert data(call("DELETE", "/recordings/walk-3")) == {"deleted_count": 1}
    assert call("GET", "/recordings/walk-3").json()["code"] == 40401
    assert call("DELETE", "/recordings/walk-3").json()["code"] == 40401


@pytest.mark.parametrize("name", ["..", "%2e%2e", "a%2Fb", "nothing"])
def test_a_recording_by_any_other_name_is_not_found(call: Call, home: Path, name: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/screens/feed/picture")):
        assert call(method, f"/recordings/{name}{path}").json()["code"] in {40401, 40501}
    assert (home / "recordings" / "walk-3").is_dir()


def test_a_phone_that_is_away_cannot_be_recorded_and_what_does_not_go_on_cannot_be_stopped(call: Call) -> None:
    wanted = {"serial": "phone-1", "app": "sample"}
    assert call("POST", "/recordings", json=wanted).json()["code"] == 40901
    assert call("POST", "/recordings", json=wanted | {"serial": "nobody"}).json()["code"] == 40401
    assert refusal(call("POST", "/recordings", json=wanted | {"name": "../x"})) == (40001, ["name"])
    assert call("POST", "/recordings/walk-3/stop").json()["code"] == 40901


@pytest.mark.parametrize("app", ["sample", "tiktok"])
def test_every_built_in_profile_is_shown_with_its_selectors_by_range(call: Call, app: str) -> None:
    shown = data(call("GET", f"/workshop/profiles/{app}"))
    assert {each["range"] for each in shown["selectors"]} <= {None, *shown["ranges"]}
    assert "follow_button" in shown["known_selectors"]
