"""Requests as the documented clients send them, and the settings for clients of other revisions."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from phonefleet.ledger import Ledger
from phonefleet.settings import Settings
from tests.api.conftest import Call, callable_api

FOLLOW: dict[str, Any] = {"script_name": "follow", "script_config": {"target_users": ["anna", "bob"]}}
ON_1 = FOLLOW | {"serials": ["phone-1"]}


@contextmanager
def api_with(settings: Settings, **changes: object) -> Generator[Call]:
    with callable_api(settings.model_copy(update=changes)) as call:
        yield call


def created(ledger: Ledger, answer: dict[str, Any]) -> list[Any]:
    assert answer["code"] == 0, answer
    return ledger.tasks.some(answer["data"]["task_ids"])


def test_documented_defaults_may_be_spelled_out(call: Call, ledger: Ledger) -> None:
    body = ON_1 | {"usernames": [], "enable_multi_account": "false", "start_time": "", "app": "", "interval_unit": None}
    tasks = created(ledger, call("POST", "/task", json=body).json())
    assert [(task.app, task.username) for task in tasks] == [("sample", None)] * 2


def test_an_unknown_field_is_refused_with_the_name_that_is_most_like_it(call: Call) -> None:
    body = ON_1 | {"script_config": {"targetUsers": "a", "target_users": "b"}, "min_intervall": 3}
    errors = {error["field"]: error["reason"] for error in call("POST", "/task", json=body).json()["data"]["errors"]}
    assert errors["script_config.targetUsers"] == "is not known; did you mean target_users?"
    assert errors["min_intervall"] == "is not known; did you mean min_interval?"


def test_unknown_fields_may_be_ignored_and_are_told(settings: Settings, ledger: Ledger) -> None:
    body = ON_1 | {"script_config": {"targetUsers": "a", "target_users": "b"}, "colour": "red"}
    with api_with(settings, unknown_fields="ignore") as call:
        answer = call("POST", "/task", json=body).json()
    assert answer["data"]["ignored_fields"] == ["colour", "script_config.targetUsers"]
    assert [task.script_config["target_users"] for task in created(ledger, answer)] == [["b"]]


def test_clients_of_later_revisions_mean_minutes(settings: Settings, ledger: Ledger) -> None:
    with api_with(settings, interval_unit="minutes") as call:
        left_out = created(ledger, call("POST", "/task", json=ON_1).json())
        given = created(ledger, call("POST", "/task", json=ON_1 | {"min_interval": 2, "max_interval": 2}).json())
    assert [task.wait_seconds for task in (*left_out, *given)] == [0, 0, 0, 120]


def test_refusals_may_come_with_status_200_for_clients_that_read_the_code(settings: Settings, ledger: Ledger) -> None:
    with api_with(settings, http_status="200") as call:
        unknown, missing = call("POST", "/task", json=ON_1 | {"script_name": "x"}), call("GET", "/nowhere")
        ready = call("GET", "/readyz")
    assert [(answer.status_code, answer.json()["code"]) for answer in (unknown, missing)] == [
        (200, 40003),
        (200, 40401),
    ]
    assert ready.status_code == 503
    assert ledger.tasks.count().total == 0


def test_usernames_of_which_some_are_unknown_create_nothing(call: Call, ledger: Ledger) -> None:
    answer = call("POST", "/task", json=FOLLOW | {"usernames": ["shop_1", "@nobody", "noone"]}).json()
    assert (answer["code"], answer["data"]) == (40004, {"usernames": ["nobody", "noone"]})
    assert "nobody, noone" in answer["message"]
    assert ledger.tasks.count().total == 0


@pytest.mark.parametrize(
    ("address", "app"),
    [
        ("https://www.tiktok.com/@anna/video/7123", "tiktok"),
        ("https://vm.tiktok.com/ZM123/", "tiktok"),
        ("https://instagram.com/p/abc/", "instagram"),
        ("sample://post/12", "sample"),
        ("https://example.org/12", "sample"),
    ],
)
def test_without_app_it_is_that_of_the_posts(call: Call, ledger: Ledger, address: str, app: str) -> None:
    body = {"script_name": "like", "serials": ["phone-1"], "script_config": {"target_post_url": address}}
    assert [task.app for task in created(ledger, call("POST", "/task", json=body).json())] == [app]


def test_without_app_it_is_that_of_the_accounts(call: Call, ledger: Ledger) -> None:
    ledger.accounts.sync("phone-1", "tiktok", ["dancer"])
    tasks = created(ledger, call("POST", "/task", json=FOLLOW | {"usernames": ["dancer"]}).json())
    assert {task.app for task in tasks} == {"tiktok"}


def test_posts_of_several_apps_need_a_name(call: Call) -> None:
    addresses = ["https://www.tiktok.com/@a/video/1", "https://www.instagram.com/p/b/"]
    body = {"script_name": "like", "serials": ["phone-1"], "script_config": {"target_post_urls": addresses}}
    [error] = call("POST", "/task", json=body).json()["data"]["errors"]
    assert (error["field"], "instagram, tiktok" in error["reason"]) == ("app", True)


def test_a_status_may_be_given_as_a_word(call: Call) -> None:
    assert call("POST", "/task", json=ON_1).json()["code"] == 0
    answers = [call("GET", f"/task?status={status}").json()["data"]["total"] for status in ("pending", "0", "failed")]
    assert answers == [2, 2, 0]
