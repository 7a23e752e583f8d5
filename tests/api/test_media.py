"""The media library over HTTP, and what is refused of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phonefleet.ledger import Ledger
from phonefleet.ledger.targets.uses import ChosenFile
from phonefleet.ledger.values import Action, Intent
from phonefleet.settings import Settings
from tests.api.conftest import Call
from tests.media_files import picture, video, written

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def add(call: Call, name: str, content: bytes, *tags: str) -> dict[str, Any]:
    answer = call("POST", "/media", params={"name": name, "tag": list(tags)}, content=content).json()
    assert answer["code"] == 0, answer
    return answer["data"]


def publish(call: Call, **config: object) -> dict[str, Any]:
    body = {"serials": ["phone-1", "phone-2"], "script_name": "post", "script_config": config}
    return call("POST", "/task", json=body).json()


def test_a_file_is_taken_in_for_what_it_is(call: Call, settings: Settings) -> None:
    taken = add(call, "../../It's bread!.exe", picture("PNG"), "spring", "shop")
    assert (taken["kind"], taken["media_type"], taken["created"]) == ("image", "image/png", True)
    assert taken["path"].startswith("It-s-bread-")
    assert taken["path"].endswith(".png")
    assert (settings.media / taken["path"]).read_bytes() == picture("PNG")
    assert call("GET", f"/media/{taken['id']}").json()["data"]["tags"] == ["spring", "shop"]


def test_the_same_content_is_there_once_with_all_its_tags(call: Call, settings: Settings) -> None:
    first = add(call, "one.jpg", picture(colour="#123456"), "a")
    again = add(call, "two.jpg", picture(colour="#123456"), "b", "a")
    assert (again["id"], again["created"], again["tags"]) == (first["id"], False, ["a", "b"])
    assert (settings.media / first["path"]).is_file()
    assert not [path for path in settings.media.iterdir() if path.name.startswith((".incoming", "two"))]


def test_the_library_is_listed_by_kind_and_tag(call: Call) -> None:
    still, film = add(call, "a.jpg", picture(colour="#654321"), "x"), add(call, "b.mp4", video(content=b"1"), "x", "y")
    for query, expected in (({}, [still, film]), ({"kind": "video"}, [film]), ({"tag": "y"}, [film])):
        found = call("GET", "/media", params=query).json()["data"]
        assert [each["id"] for each in found["media"]] == [each["id"] for each in expected]
        assert found["total"] == len(expected)


def test_tags_can_be_changed_and_a_file_removed(call: Call, settings: Settings) -> None:
    taken = add(call, "a.jpg", picture(colour="#0f0f0f"), "x")
    assert call("PATCH", f"/media/{taken['id']}", json={"tags": ["z"]}).json()["data"]["tags"] == ["z"]
    assert call("DELETE", f"/media/{taken['id']}").json()["data"] == {"deleted_count": 1}
    assert not (settings.media / taken["path"]).exists()
    for method in ("GET", "DELETE", "PATCH"):
        body = {"tags": ["z"]} if method == "PATCH" else None
        assert call(method, f"/media/{taken['id']}", json=body).json()["code"] == 40401


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "missing or empty"),
        (b"#!/bin/sh\nrm -rf /", "neither JPEG"),
        (picture()[:100], "damaged"),
        (video()[:-1], "cut off"),
    ],
)
def test_what_is_no_picture_or_video_is_refused_by_its_name(
    call: Call, settings: Settings, content: bytes, reason: str
) -> None:
    answer = call("POST", "/media", params={"name": "holiday.jpg"}, content=content).json()
    assert answer["code"] == 40001
    assert "holiday.jpg" in answer["data"]["errors"][0]["reason"]
    assert reason in answer["data"]["errors"][0]["reason"]
    assert not [path for path in settings.media.iterdir() if path.name.startswith(".incoming")]


@pytest.mark.parametrize("query", [{}, {"name": ""}, {"name": "a\nb"}, {"name": "x" * 256}, {"name": "a", "tag": "%"}])
def test_a_name_and_tags_are_what_people_can_read(call: Call, query: dict[str, str]) -> None:
    assert call("POST", "/media", params=query, content=picture()).json()["code"] == 40001


def test_each_task_names_what_it_publishes_and_wrong_files_are_refused_at_once(call: Call, settings: Settings) -> None:
    taken = add(call, "a.jpg", picture(colour="#abcdef"), "spring")
    written(settings.media.parent / "outside.jpg", picture())
    written(settings.media / "fake.jpg", b"no picture")
    (settings.media / "way out").symlink_to(settings.media.parent)
    assert publish(call, content_type=1, materials_tags="spring")["code"] == 0
    assert publish(call, content_type=1, material_list=[taken["path"]])["data"]["created_count"] == 2
    for config, field, reason in (
        ({"content_type": 1, "materials_tags": "winter"}, "materials_tags", "holds 0 of the kind image"),
        ({"content_type": 0, "materials_tags": "spring"}, "materials_tags", "holds 0 of the kind video"),
        ({"content_type": 1, "material_list": ["../outside.jpg"]}, "material_list", "does not exist in the media"),
        ({"content_type": 1, "material_list": ["way out/outside.jpg"]}, "material_list", "does not exist"),
        ({"content_type": 1, "material_list": ["/etc/hostname"]}, "material_list", "does not exist"),
        ({"content_type": 1, "material_list": ["fake.jpg"]}, "material_list", "fake.jpg is neither JPEG"),
        ({"content_type": 0, "material_list": [taken["path"]]}, "material_list", "and a video is wanted"),
        ({"material_source": "localFolder", "material_path": "/etc"}, "material_path", "does not exist"),
    ):
        answer = publish(call, **config)
        assert answer["code"] == 40001, config
        [error] = answer["data"]["errors"]
        assert (error["field"], reason in error["reason"]) == (f"script_config.{field}", True), error


def test_too_little_unused_material_is_refused_with_the_number_that_is_left(
    call: Call, settings: Settings, ledger: Ledger
) -> None:
    first = add(call, "a.jpg", picture(colour="#010101"))
    assert (first["used_by"], first["used_at"]) == (None, None)
    for colour in ("#500000", "#005000", "#000050"):
        add(call, f"{colour[1:]}.jpg", picture(colour=colour))
    config: dict[str, Any] = {"content_type": 1, "reuse": "never"}
    done = publish(call, **config)["data"]["task_ids"]
    ledger.material_uses.claim(done[0], [ChosenFile(first["path"], first["sha256"])], None, NOW)
    intent = Intent(done[0], "post", "sample", "shop_1", "reel")
    action = ledger.actions.intend(intent, NOW, UTC)
    assert isinstance(action, Action)
    ledger.actions.end(action.id, "done", NOW)
    shown = call("GET", f"/media/{first['id']}").json()["data"]
    assert (shown["used_by"], shown["used_at"]) == ("shop_1", NOW.isoformat())
    later = publish(call, **config)["data"]["task_ids"]
    waiting = ", and tasks that wait will take 3 of them"
    written(settings.media / "left" / "1.jpg", picture(colour="#010101"))
    written(settings.media / "left" / "2.jpg", picture(colour="#020202"))
    local = {"material_source": "localFolder", "material_path": "left"}
    for field, more, left in (
        ("materials_tags", {}, f"holds 3 unused of the kind image, of 4{waiting}; 2 posts need 2"),
        ("material_path", local, "1 unused of the kind image, of 2;"),
    ):
        answer = publish(call, **config, **more)
        assert answer["code"] == 40001
        [error] = answer["data"]["errors"]
        assert (error["field"], left in error["reason"]) == (f"script_config.{field}", True), error
    call("DELETE", "/task/batch", json={"task_ids": later})
    assert publish(call, **config)["code"] == 0
    assert publish(call, content_type=1)["code"] == 0


def test_each_named_account_needs_a_folder_of_its_own_with_enough_in_it(call: Call, settings: Settings) -> None:
    folder = settings.media / "by account"
    written(folder / "@shop_1" / "a.jpg", picture(colour="#0a0a0a"))
    config: dict[str, Any] = {"content_type": 1, "material_source": "localFolder", "material_path": "by account"}

    def errors(**more: object) -> list[tuple[str, str]]:
        body = {"usernames": ["shop_1", "shop_2"], "script_name": "post", "script_config": {**config, **more}}
        answer = call("POST", "/task", json=body).json()
        return [] if answer["code"] == 0 else [(error["field"], error["reason"]) for error in answer["data"]["errors"]]

    [(field, reason)] = errors()
    assert (field, "none is for @shop_2" in reason) == ("script_config.material_path", True), reason
    written(folder / "@Shop_2" / "notes.txt", b"nothing to publish")
    [(field, reason)] = errors()
    assert (field, "@Shop_2 holds 0 of the kind image" in reason) == ("script_config.material_path", True), reason
    written(folder / "@Shop_2" / "b.jpg", picture(colour="#0b0b0b"))
    assert errors() == []
    assert ["tasks that wait will take 1 of them; a post needs 1" in reason for _, reason in errors()] == [True, True]
    assert [field for field, _ in errors(add_sound="custom")] == ["script_config.sound_name"] * 2
    for name, content, reason in (
        ("caption.txt", b"Good }", "@Shop_2/caption.txt: text 1: the } at character 6 closes nothing"),
        ("caption.txt", b"\xff\xfe", "@Shop_2/caption.txt: is no text in UTF-8"),
        ("sound_urls.txt", b"Night Train", "@Shop_2/sound_urls.txt: 'Night Train' is no address"),
        ("sound_urls.txt", b"https://sounds.example/1", "is no address of sample"),
    ):
        written(folder / "@Shop_2" / name, content)
        found = [told for told in errors(add_sound="custom", sound_name="Night Train") if reason in told[1]]
        assert [field for field, _ in found] == ["script_config.material_path"], (name, reason)
        (folder / "@Shop_2" / name).unlink()
    (folder / "@Shop_2" / "caption.txt").symlink_to("/etc/hostname")
    assert ["does not exist in the media library" in reason for _, reason in errors(reuse="always")] == [True]


def test_without_accounts_a_folder_without_its_own_ones_needs_a_named_sound(call: Call, settings: Settings) -> None:
    written(settings.media / "loose" / "a.jpg", picture())
    config = {"content_type": 1, "material_source": "localFolder", "material_path": "loose", "add_sound": "custom"}
    answer = publish(call, **config)
    assert answer["code"] == 40001
    assert [error["field"] for error in answer["data"]["errors"]] == ["script_config.sound_name"]


@pytest.mark.parametrize("field", ["sound_name", "custom_sound_keyword"])
def test_an_address_of_a_sound_is_refused_where_the_app_cannot_open_it(call: Call, field: str) -> None:
    add(call, "clip.mp4", video())
    for app, address, reason in (
        ("sample", "sample://sound/Night%20Train", ""),
        ("sample", "https://sounds.example/1", "is no address of sample: https://sounds.example/1"),
        ("tiktok", "https://www.tiktok.com/music/1", "the profile tiktok knows no links of sounds"),
    ):
        config = {"add_sound": "custom", field: address}
        body = {"serials": ["phone-1"], "app": app, "script_name": "post", "script_config": config}
        answer = call("POST", "/task", json=body).json()
        assert answer["code"] == (40001 if reason else 0), answer
        if reason:
            [error] = answer["data"]["errors"]
            assert (error["field"], reason in error["reason"]) == (f"script_config.{field}", True), error


@pytest.mark.parametrize(
    ("script", "config"),
    [
        ("comment", {"target_post_urls": ["sample://post/1"], "comment_content": "Hi", "comment_image_path": "{}"}),
        ("profile", {"avatars_path": "{}"}),
        (
            "super_marketing",
            {
                "targets": ["anna"],
                "features": {"massComment": True},
                "commentSettings": {"comment_content": "Hi", "comment_image_path": "{}"},
            },
        ),
    ],
)
def test_pictures_of_other_scripts_are_looked_at_as_well(
    call: Call, settings: Settings, tmp_path: Path, script: str, config: dict[str, Any]
) -> None:
    written(tmp_path / "secret.jpg", picture())
    written(settings.media / "fine.jpg", picture())
    (settings.media / "folder").mkdir(exist_ok=True)
    folder = 0 if script == "profile" else 40001
    for name, code in ((str(tmp_path / "secret.jpg"), 40001), ("fine.jpg", 0), ("folder", folder)):
        named = json.loads(json.dumps(config).replace("{}", name))
        answer = call("POST", "/task", json={"serials": ["phone-1"], "script_name": script, "script_config": named})
        assert answer.json()["code"] == code, answer.json()
