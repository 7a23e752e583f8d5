"""Answers speak the language that the client asks for, and tell what their texts are made of; who asks for none hears
English and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from phonefleet.errors import DeviceOffline
from phonefleet.ledger import Ledger, StateChange
from phonefleet.words import say
from tests.api.conftest import Call

RUSSIAN = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}
ENGLISH = {"Accept-Language": "en"}
NOW = datetime.now(UTC)


def created(call: Call) -> int:
    task = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["anna"]}}
    answer = call("POST", "/task", json=task).json()
    return answer["data"]["task_ids"][0]


def test_a_refusal_is_in_the_language_of_the_client(call: Call) -> None:
    plain = call("GET", "/task/1000000").json()
    assert plain == {"code": 40401, "message": "There is no task 1000000", "data": None}
    russian = call("GET", "/task/1000000", headers=RUSSIAN).json()
    assert russian == {
        "code": 40401,
        "message": "Нет задачи 1000000",
        "message_id": "tasks.no_task",
        "message_params": {"task_id": "1000000"},
        "data": None,
    }
    english = call("GET", "/task/1000000", headers=ENGLISH).json()
    assert english == {**russian, "message": plain["message"]}


def test_what_is_wrong_with_a_field_is_in_the_language_of_the_client(call: Call) -> None:
    body = {"serials": ["phone-1"], "script_name": "follow", "min_interval": "soon"}
    [error, *_] = call("POST", "/task", json=body).json()["data"]["errors"]
    assert error.keys() == {"field", "reason"}
    answer = call("POST", "/task", json=body, headers=RUSSIAN).json()
    assert answer["message"].startswith("Неверные параметры: min_interval должно быть числом")
    [russian, *_] = answer["data"]["errors"]
    assert russian["reason"] == "должно быть числом"
    assert russian["reason_id"] == "wording.must_be"
    assert russian["reason_params"]["what"]["text"] == "a number"


def test_a_success_is_told_in_the_same_word_in_every_language(call: Call) -> None:
    answer = call("GET", "/task", headers=RUSSIAN).json()
    assert (answer["code"], answer["message"]) == (0, "success")
    assert answer.keys() == {"code", "message", "data"}


def test_reasons_of_waiting_are_in_the_language_of_each_client(call: Call, ledger: Ledger) -> None:
    task_id = created(call)
    ledger.devices.quarantine("phone-1", "it rests", by="person")

    def listed(headers: dict[str, str] | None) -> dict[str, Any]:
        return call("GET", "/task", headers=headers).json()["data"]["tasks"][0]

    plain, russian, english = listed(None), listed(RUSSIAN), listed(ENGLISH)
    assert plain["id"] == task_id
    assert plain["waits_for"].startswith("device_serial_1 is in quarantine")
    assert russian["waits_for"].startswith("device_serial_1 в карантине")
    assert russian["waits_for_id"] == "waiting.obstacle"
    assert english["waits_for"] == plain["waits_for"]
    assert "waits_for_id" not in plain
    assert plain["waits_code"] == russian["waits_code"] == "phone_quarantined"


def test_the_remark_of_a_task_is_stored_with_what_it_is_made_of(call: Call, ledger: Ledger) -> None:
    task_id = created(call)
    why = DeviceOffline(say("device.about", "{phone}: {what}", phone="phone-1", what=DeviceOffline.usual())).message
    detail = say("runs.live_post", "it is a live post")
    result: dict[str, Any] = {"outcomes": [{"target": "anna", "outcome": "skipped", "detail": detail}]}
    result["artifacts"] = [{"kind": "screenshot", "path": f"task-{task_id}-1.png", "remark": detail}]
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", NOW, remark=why, result=result))

    for path in (f"/task/{task_id}", "/task"):
        plain, russian = (call("GET", path, headers=headers).json()["data"] for headers in (None, RUSSIAN))
        plain, russian = (one["tasks"][0] if "tasks" in one else one for one in (plain, russian))
        assert plain["remark"] == str(why)
        assert "remark_id" not in plain
        assert plain["result"] == result
        assert russian["remark"].startswith("phone-1: Телефон не подключён")
        assert russian["remark_id"] == "device.about"
        assert russian["result"]["outcomes"][0]["detail"] == "это прямой эфир"
        if "artifacts" in russian:
            assert plain["artifacts"] == result["artifacts"]
            assert [one["remark"] for one in russian["artifacts"]] == ["это прямой эфир"]


def test_a_remark_of_before_is_shown_as_it_was_written(call: Call, ledger: Ledger) -> None:
    task_id = created(call)
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", NOW, remark="written by an older version"))
    answer = call("GET", f"/task/{task_id}", headers=RUSSIAN).json()["data"]
    assert answer["remark"] == "written by an older version"
    assert "remark_id" not in answer


def test_a_prefect_state_that_repeats_the_remark_leaves_it_translatable(call: Call, ledger: Ledger) -> None:
    task_id = created(call)
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", NOW, remark=DeviceOffline().message))
    plain = DeviceOffline.usual().plain
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", NOW, remark=plain))
    answer = call("GET", f"/task/{task_id}", headers=RUSSIAN).json()["data"]
    assert answer["remark"].startswith("Телефон не подключён")


def test_holds_of_accounts_and_quarantines_of_phones_are_in_the_language_of_the_client(
    call: Call, ledger: Ledger
) -> None:
    ledger.accounts.hold("shop_1", "sample", DeviceOffline().message, NOW)
    ledger.devices.quarantine("phone-1", DeviceOffline().message)
    accounts = call("GET", "/accounts?held=true", headers=RUSSIAN).json()["data"]["accounts"]
    assert accounts[0]["hold_reason"].startswith("Телефон не подключён")
    phone = call("GET", "/devices/phone-1", headers=RUSSIAN).json()["data"]
    assert phone["quarantine_reason"].startswith("Телефон не подключён")
    assert phone["quarantine_reason_id"] == "errors.DeviceOffline"
    assert call("GET", "/devices/phone-1").json()["data"]["quarantine_reason"] == DeviceOffline.usual().plain


def test_the_report_is_in_the_language_of_the_client(call: Call) -> None:
    assert call("GET", "/report").json()["data"]["title"].startswith("Phonefleet: 0 tasks completed, 0 failed")
    russian = call("GET", "/report", headers=RUSSIAN).json()["data"]
    assert russian["title"].startswith("Phonefleet: выполнено 0 задач")
    assert "Человека ничто не ждёт." in russian["text"]
