"""The key of a language model: taken by a POST, used by a worker, and seen by nobody in between."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql

from api.agreement.submitter import flow_run_of
from api.tasks.sealing import sealed
from phonefleet.errors import Permanent
from phonefleet.ledger import Ledger, NewTask
from phonefleet.ledger.tasks.adoption import adoption
from phonefleet.masking import MASK
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import Settings
from phonefleet.vault import Vault, bind, key_for

Call = Callable[..., httpx.Response]
KEY = "sk-never-shown-4711"
BODY: dict[str, Any] = {
    "script_name": "account_warmup",
    "serials": ["phone-1", "phone-2"],
    "script_config": {"generate_by_chatgpt": True, "chatgpt_settings": {"api_key": KEY, "model": "small"}},
}


@pytest.fixture
def answers(call: Call, ledger: Ledger, caplog: pytest.LogCaptureFixture) -> list[httpx.Response]:
    caplog.set_level(logging.DEBUG)
    created = call("POST", "/task", json=BODY, headers={"Idempotency-Key": "once"})
    task_id = created.json()["data"]["task_ids"][0]
    seen = [call("GET", path) for path in (f"/task/{task_id}", "/task", "/audit")]
    assert KEY not in caplog.text
    assert ledger.tasks.count().total == 2
    return [created, *seen]


def test_no_answer_shows_the_key(answers: list[httpx.Response]) -> None:
    assert not [answer for answer in answers if KEY in answer.text]
    assert answers[1].json()["data"]["script_config"]["chatgpt_settings"]["api_key"] == MASK
    assert [task["script_config"]["chatgpt_settings"]["api_key"] for task in answers[2].json()["data"]["tasks"]] == [
        MASK,
        MASK,
    ]


@pytest.mark.usefixtures("answers")
def test_no_table_holds_the_key(database_url: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert ("secrets",) in names
        for (name,) in names:
            rows = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name))).fetchall()
            assert not [row for row in rows if KEY in row[0] or KEY.encode().hex() in row[0]]


def test_prefect_gets_a_reference_that_the_worker_can_follow(ledger: Ledger, settings: Settings) -> None:
    now = datetime.now(UTC)
    new = NewTask(
        "account_warmup",
        UnknownConfig.model_validate(BODY["script_config"]),
        "phone-1",
        "sample",
        created_at=now,
        scheduled_for=now,
    )
    ledger.tasks.create(sealed([new, new], ledger, settings))
    runs = [flow_run_of(row) for row in ledger.outbox.due(10)]
    references = {run.parameters["config"]["chatgpt_settings"]["api_key"] for run in runs}
    assert not [run for run in runs if KEY in repr(run)]
    ciphertext = ledger.secrets.find(references.pop())
    assert ciphertext is not None
    assert key_for("", Vault.of(settings).open(ciphertext)) == KEY
    assert not references


@pytest.mark.usefixtures("answers")
def test_a_repeated_request_is_the_same_request(call: Call, ledger: Ledger) -> None:
    assert call("POST", "/task", json=BODY, headers={"Idempotency-Key": "once"}).json()["code"] == 0
    assert ledger.tasks.count().total == 2


@pytest.mark.parametrize("settings_of_model", [{"api_key": MASK}, {"api_key": KEY, "temperature": 9}])
@pytest.mark.usefixtures("ledger")
def test_a_refusal_repeats_no_key(call: Call, settings_of_model: dict[str, Any]) -> None:
    refused = call("POST", "/task", json={**BODY, "script_config": {"chatgpt_settings": settings_of_model}})
    assert refused.json()["code"] == 40001
    assert KEY not in refused.text


def test_a_run_that_was_started_in_prefect_with_a_key_becomes_a_task_without_it() -> None:
    adopted = adoption(uuid4(), "account_warmup", {"config": BODY["script_config"]}, datetime.now(UTC))
    assert adopted.script_config["chatgpt_settings"]["model"] == "small"
    assert KEY not in repr(adopted)


def test_a_stored_key_goes_to_the_endpoint_that_it_came_with_and_to_no_other(
    ledger: Ledger, settings: Settings
) -> None:
    now = datetime.now(UTC)
    config = {"chatgpt_settings": {"api_key": KEY, "base_url": "https://models.example/v1"}}
    new = NewTask(
        "account_warmup", UnknownConfig.model_validate(config), "phone-1", "sample", created_at=now, scheduled_for=now
    )
    [kept] = sealed([new], ledger, settings)
    ciphertext = ledger.secrets.find(kept.script_config.stored()["chatgpt_settings"]["api_key"])
    assert ciphertext is not None
    opened = Vault.of(settings).open(ciphertext)
    assert key_for("https://models.example/v1", opened) == KEY
    for other in ("", "https://models.example/v2", "https://other.example/v1"):
        with pytest.raises(Permanent, match="another base_url"):
            key_for(other, opened)


def test_a_key_that_was_kept_before_keys_were_bound_goes_to_the_configured_endpoint_alone() -> None:
    assert key_for("", KEY) == KEY
    with pytest.raises(Permanent):
        key_for("https://other.example/v1", KEY)
    assert key_for("x", bind("", "x")) == ""


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("path", ["/task", "/campaigns"])
def test_a_request_cannot_name_a_stored_key(call: Call, path: str) -> None:
    task = {**BODY, "script_config": {"generate_by_chatgpt": True, "chatgpt_settings": {"api_key": "secret:0f3a"}}}
    campaign = {"name": "c", "schedule": {"cron": "0 9 * * *"}, "task": task}
    refused = call("POST", path, json=task if path == "/task" else campaign)
    assert refused.json()["code"] == 40001
    assert "must be the key itself" in refused.text


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("query", ["api_key=k-1", "x=1&subscription-key=k-1", "access_token=k-1", "sig=k-1"])
def test_a_key_in_the_query_of_an_address_is_refused_and_not_repeated(call: Call, query: str) -> None:
    settings_of_model = {"base_url": f"https://models.example/v1?{query}"}
    body = {**BODY, "script_config": {"generate_by_chatgpt": True, "chatgpt_settings": settings_of_model}}
    refused = call("POST", "/task", json=body)
    assert refused.json()["code"] == 40001
    assert "api_key" in refused.text
    assert "k-1" not in refused.text


def test_how_long_a_text_may_be_is_no_secret(call: Call, ledger: Ledger) -> None:
    assert ledger
    settings_of_model = {"api_key": KEY, "max_tokens": 77}
    body = {**BODY, "script_config": {"generate_by_chatgpt": True, "chatgpt_settings": settings_of_model}}
    task_id = call("POST", "/task", json=body).json()["data"]["task_ids"][0]
    shown = call("GET", f"/task/{task_id}").json()["data"]["script_config"]
    assert shown["chatgpt_settings"]["max_tokens"] == 77
    again = {**BODY, "script_config": {**shown, "chatgpt_settings": {**shown["chatgpt_settings"], "api_key": KEY}}}
    assert call("POST", "/task", json=again).json()["code"] == 0
