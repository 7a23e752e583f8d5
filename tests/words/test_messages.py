from __future__ import annotations

import copy
import json
import pickle

import pytest

from phonefleet.errors import DeviceOffline, Permanent
from phonefleet.masking import hidden
from phonefleet.text import by_alias
from phonefleet.words import (
    AND,
    Message,
    in_language,
    joined,
    language_of_environment,
    language_wanted,
    pack,
    pack_within,
    said,
    say,
    say_many,
    speak,
    speaking,
    tr,
    tr_known,
    tr_many,
    unpack,
    unpack_within,
)

NO_TASK = say("tasks.no_task", "There is no task {task_id}", task_id=7)


def test_a_message_is_its_english_text() -> None:
    assert NO_TASK == "There is no task 7"
    assert f"{NO_TASK}" == "There is no task 7"
    assert json.dumps({"message": NO_TASK}) == '{"message": "There is no task 7"}'


def test_an_error_keeps_its_message() -> None:
    error = Permanent(NO_TASK)
    assert isinstance(error.message, Message)
    assert (error.message.id, error.message.params) == ("tasks.no_task", {"task_id": 7})
    usual = DeviceOffline().message
    assert isinstance(usual, Message)
    assert usual.id == "errors.DeviceOffline"


def test_a_message_is_said_in_the_language_that_was_asked_for() -> None:
    assert said(NO_TASK) == "There is no task 7"
    with speaking("ru"):
        assert said(NO_TASK) == "Нет задачи 7"
    with speaking("en"):
        assert said(NO_TASK) == "There is no task 7"


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        (1, "1 task comes before it", "перед ней 1 задача"),
        (3, "3 tasks come before it", "перед ней 3 задачи"),
        (5, "5 tasks come before it", "перед ней 5 задач"),
        (21, "21 tasks come before it", "перед ней 21 задача"),
    ],
)
def test_numbers_have_the_plural_forms_of_the_language(count: int, english: str, russian: str) -> None:
    before = say_many("waiting.before", "{count} task comes before it", "{count} tasks come before it", count=count)
    assert before == english
    assert in_language(before, "ru") == russian


def test_messages_within_messages_are_said_in_the_same_language() -> None:
    others = joined(AND, [say("waiting.runs", "task {task} runs", task=4), NO_TASK])
    told = say("waiting.turn", "it waits for its turn on {phone}: {others}", phone="front", others=others)
    assert told == "it waits for its turn on front: task 4 runs and There is no task 7"
    assert in_language(told, "ru") == "она ждёт своей очереди на front: идёт задача 4 и Нет задачи 7"


def test_messages_that_are_added_to_texts_can_still_be_translated() -> None:
    told = "note: " + NO_TASK + "!"
    assert told == "note: There is no task 7!"
    assert in_language(told, "ru") == "note: Нет задачи 7!"


def test_a_message_survives_its_storage() -> None:
    told = say("waiting.turn", "it waits for its turn on {phone}: {others}", phone="front", others=NO_TASK)
    stored = json.loads(json.dumps(pack(told)))
    again = unpack(str(told), stored)
    assert isinstance(again, Message)
    assert in_language(again, "ru") == in_language(told, "ru")
    assert unpack("another text", stored) == "another text"
    assert not isinstance(unpack("another text", stored), Message)
    assert unpack("a text of before", None) == "a text of before"
    assert pack("a plain text") is None


def test_messages_within_json_survive_its_storage() -> None:
    result = {"outcomes": [{"target": "anna", "detail": NO_TASK}], "notes": ["plain", NO_TASK], "counts": {"like": 2}}
    packed = json.loads(json.dumps(pack_within(result)))
    assert packed["outcomes"][0]["detail"] == "There is no task 7"
    again = unpack_within(packed)
    assert again == result
    assert in_language(again["outcomes"][0]["detail"], "ru") == "Нет задачи 7"
    assert in_language(again["notes"][1], "ru") == "Нет задачи 7"


def test_what_another_version_has_stored_is_shown_as_it_was_written() -> None:
    assert in_language(Message("it was so", "gone.id", {}), "ru") == "it was so"
    assert in_language(Message("There is no task", "tasks.no_task", {"id": 7}), "ru") == "There is no task"


def test_messages_can_be_copied_and_pickled() -> None:
    for again in (copy.deepcopy(NO_TASK), pickle.loads(pickle.dumps(NO_TASK))):  # noqa: S301 - our own bytes
        assert (again, again.id, again.params) == (NO_TASK, NO_TASK.id, NO_TASK.params)


def test_secrets_and_serials_are_replaced_in_every_language() -> None:
    told = say("errors.x", "{phone}: {what}", phone="R58", what="https://user:word@host")
    assert in_language(by_alias(told, "R58", "front"), "en") == "front: https://user:word@host"
    masked = hidden(told)
    assert isinstance(masked, Message)
    assert "word" not in str(masked.params)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", None), ("*", None), ("ru", "ru"), ("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("en-US,en;q=0.9", "en"),
        ("de", "en"), ("de,ru;q=0.5", "ru"), ("en;q=0.1, ru;q=0.2", "ru"), ("ru;q=0", None), ("ru;q=x", None),
        (",;=", None),
    ],
)  # fmt: skip
def test_the_language_is_the_one_that_the_client_likes_best(header: str, language: str | None) -> None:
    assert language_wanted(header) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"), ({"LANG": "C.UTF-8"}, "en"), ({"LANG": "ru_RU.UTF-8"}, "ru"), ({"LANG": "de_DE"}, "en"),
        ({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"}, "en"), ({"LANGUAGE": "de:ru:en", "LANG": "de_DE"}, "ru"),
        ({"LC_ALL": "", "LANG": "ru"}, "ru"), ({"LANGUAGE": "en", "LC_ALL": "ru_RU"}, "en"),
    ],
)  # fmt: skip
def test_the_language_of_a_terminal_is_told_by_its_environment(environment: dict[str, str], language: str) -> None:
    assert language_of_environment(environment) == language


def test_texts_without_an_id_are_found_by_their_english() -> None:
    assert tr("Wrote {file}", file="a.png") == "Wrote a.png"
    with speaking("ru"):
        assert tr("Wrote {file}", file="a.png") == "Записано в a.png"
        assert tr_known("no such text") == "no such text"
        assert tr_many("{count} task", "{count} tasks", count=2) == "2 задачи"
        assert tr("Error: {message}", message=NO_TASK) == "Ошибка: Нет задачи 7"


def test_a_process_may_speak_one_language_throughout() -> None:
    with speaking(None):
        speak("ru")
        assert said(NO_TASK) == "Нет задачи 7"
        speak("en")
        assert said(NO_TASK) == "There is no task 7"
