"""What the API refuses: each with its code and reasons, and with nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.answers.errors import possible_methods
from api.app import create_app
from phonefleet.ledger import Ledger
from phonefleet.settings import Settings

Call = Callable[..., httpx.Response]
GOOD: dict[str, Any] = {
    "serials": ["phone-1"],
    "script_name": "follow",
    "script_config": {"target_users": ["anna"]},
}


@pytest.fixture
def rows(ledger: Ledger) -> Iterator[Callable[[], int]]:
    """Count what has been written; at the end of each test of this file it must be nothing."""

    def count() -> int:
        return ledger.tasks.count().total + ledger.outbox.pending_count()

    yield count
    assert count() == 0


def refusal(response: httpx.Response, code: int) -> dict[str, Any]:
    body = response.json()
    assert (body["code"], response.status_code, set(body)) == (code, code // 100, {"code", "message", "data"})
    assert "Traceback" not in response.text
    return body


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"script_name": "dance"}, 40003, "script_name"),
        ({"script_name": None}, 40002, "script_name"),
        ({"script_name": ""}, 40002, "script_name"),
        ({"script_name": 5}, 40001, "script_name"),
        ({"script_config": {"target_users": ["anna"], "speed": 9}}, 40001, "script_config.speed"),
        ({"script_config": {}}, 40001, "script_config.target_users"),
        ({"script_config": {"target_users": []}}, 40001, "script_config.target_users"),
        ({"script_config": {"target_users": [7]}}, 40001, "script_config.target_users"),
        ({"script_config": {"target_users": 7}}, 40001, "script_config.target_users"),
        ({"script_config": {"target_users": ["two words"]}}, 40001, "script_config.target_users"),
        ({"script_config": {"target_users": ["a"], "access_method": "fly"}}, 40001, "script_config.access_method"),
        ({"script_config": ["anna"]}, 40001, "script_config"),
        ({"script_config": None}, 40001, "script_config.target_users"),
        ({"serials": None}, 40001, "serials"),
        ({"serials": []}, 40001, "serials"),
        ({"serials": "phone-1"}, 40001, "serials"),
        ({"serials": [1]}, 40001, "serials.0"),
        ({"serials": [""]}, 40001, "serials.0"),
        ({"serials": ["phone-1", "ghost"]}, 40001, "serials.1"),
        ({"usernames": "shop_1"}, 40001, "usernames"),
        ({"usernames": [None]}, 40001, "usernames.0"),
        ({"enable_multi_account": "yes"}, 40001, "enable_multi_account"),
        ({"min_interval": 5, "max_interval": 1}, 40001, "min_interval"),
        ({"min_interval": -1}, 40001, "min_interval"),
        ({"max_interval": -0.5}, 40001, "max_interval"),
        ({"min_interval": "1 s"}, 40001, "min_interval"),
        ({"min_interval": True}, 40001, "min_interval"),
        ({"max_interval": 10**400}, 40001, "max_interval"),
        ({"max_interval": 1e300}, 40001, "max_interval"),
        ({"interval_unit": "hours"}, 40001, "interval_unit"),
        ({"start_time": "25:99"}, 40001, "start_time"),
        ({"start_time": "9:5"}, 40001, "start_time"),
        ({"start_time": 900}, 40001, "start_time"),
        ({"start_time": "2030-01-01T10:00:00"}, 40001, "start_time"),
        ({"start_time": "9999-12-31T23:59:59-14:00"}, 40001, "start_time"),
        ({"app": "unheard-of"}, 40001, "app"),
        ({"app": "../../etc/passwd"}, 40001, "app"),
        ({"surprise": 1}, 40001, "surprise"),
    ],
)
def test_a_wrong_field_is_named(
    call: Call, rows: Callable[[], int], changes: dict[str, Any], code: int, field: str
) -> None:
    body = refusal(call("POST", "/task", content=json.dumps(GOOD | changes), headers=JSON), code)
    assert field in [error["field"] for error in body["data"]["errors"]]
    assert all(error["reason"] for error in body["data"]["errors"])
    assert rows() == 0


JSON = {"Content-Type": "application/json"}


def test_a_request_without_script_name_has_a_code_of_its_own(call: Call, rows: Callable[[], int]) -> None:
    refusal(call("POST", "/task", json={"serials": ["phone-1"]}), 40002)
    assert rows() == 0


def test_everything_that_is_wrong_is_told_at_once(call: Call, rows: Callable[[], int]) -> None:
    wrong = {"script_config": {"speed": 1}, "min_interval": 2, "max_interval": 1, "start_time": "25:99"}
    body = refusal(call("POST", "/task", json=GOOD | wrong), 40001)
    fields = {error["field"] for error in body["data"]["errors"]}
    assert fields == {"script_config.speed", "script_config.target_users", "min_interval", "start_time"}
    assert rows() == 0


_START = b'{"script_name": "follow", "serials": ["phone-1"], '
BODIES = {
    "nothing": b"",
    "text": b"follow anna",
    "half": b"{",
    "array": b"[]",
    "null": b"null",
    "string": b'"text"',
    "not UTF-8": b"\xff\xfe\x00",
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 5_000,
    "deep and whole": _START + b'"script_config": {"target_users": ' + b"[" * 600 + b"]" * 600 + b"}}",
    "NaN": _START + b'"min_interval": NaN}',
    "Infinity": _START + b'"max_interval": Infinity}',
    "huge number": _START + b'"max_interval": ' + b"9" * 5000 + b"}",
    "NUL in a serial": b'{"script_name": "follow", "serials": ["phone\\u0000"]}',
    "NUL in a target": _START + b'"script_config": {"target_users": ["a\\u0000"]}}',
    "half a surrogate pair in a key": _START + b'"script_config": {"\\ud800": 1}}',
    "half a surrogate pair in an unknown key": _START + b'"\\udfff": 1}',
    "half a surrogate pair as the script": b'{"script_name": "\\ud800", "serials": ["phone-1"]}',
}


@pytest.mark.parametrize("content", BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_proper_json_object_is_refused(call: Call, rows: Callable[[], int], content: bytes) -> None:
    refusal(call("POST", "/task", content=content, headers=JSON), 40001)
    refusal(call("POST", "/task", content=content, headers={**JSON, "Idempotency-Key": "once"}), 40001)
    assert rows() == 0


def test_a_form_is_refused(call: Call, rows: Callable[[], int]) -> None:
    body = refusal(call("POST", "/task", data={"script_name": "follow"}), 40001)
    assert "application/json" in body["data"]["errors"][0]["reason"]
    assert rows() == 0


@pytest.mark.parametrize("size", [1_000_000, 1024 * 1024, 5_000_000])
def test_a_megabyte_is_too_large(call: Call, rows: Callable[[], int], size: int) -> None:
    body = json.dumps(GOOD).encode().ljust(size)
    refusal(call("POST", "/task", content=body, headers=JSON), 41301)
    assert rows() == 0


def test_a_megabyte_without_a_declared_length_is_too_large(open_api: Callable[..., Call], rows: object) -> None:
    async def chunks() -> Any:
        for _ in range(20):
            yield b" " * 100_000

    assert rows
    refusal(open_api()("POST", "/task", content=chunks(), headers=JSON), 41301)


def test_accounts_that_nobody_has_are_a_code_of_their_own(call: Call, ledger: Ledger, rows: Callable[[], int]) -> None:
    nobody = GOOD | {"usernames": ["nobody"], "serials": None}
    assert refusal(call("POST", "/task", json=nobody), 40004)["data"] == {"usernames": ["nobody"]}
    ledger.devices.seen("bare", "online", "host")
    bare = GOOD | {"serials": ["phone-1", "bare"], "enable_multi_account": True}
    assert refusal(call("POST", "/task", json=bare), 40004)["data"] == {"serials": ["bare"]}
    assert rows() == 0


@pytest.mark.parametrize(
    "query",
    [
        "status=4",
        "status=-1",
        "status=waiting",
        "page=0",
        "page=x",
        "page=" + "9" * 30,
        "page_size=101",
        "page_size=0",
        "source=mail",
        "campaign_id=" + "9" * 30,
        "created_after=yesterday",
        "created_after=2026-01-01T00:00:00",
        "serial=%00",
        "username=" + "x" * 300,
        "colour=red",
    ],
)
def test_a_wrong_filter_is_refused(call: Call, query: str) -> None:
    assert refusal(call("GET", f"/task?{query}"), 40001)["data"]["errors"]


@pytest.mark.parametrize("path", ["/task/1", "/task/0", "/task/-1", "/task/" + "9" * 40, "/nothing", "/", "/task/"])
def test_what_is_not_there_is_not_found(call: Call, path: str) -> None:
    refusal(call("GET", path), 40401)


def test_a_task_id_is_a_number(call: Call) -> None:
    refusal(call("GET", "/task/abc"), 40001)


def test_an_unknown_address_outside_of_the_base_path_is_not_found_too(call: Call) -> None:
    refusal(call("GET", "http://localhost:50809/nothing"), 40401)


@pytest.mark.parametrize(("method", "path"), [("PUT", "/task"), ("PUT", "/task/stats"), ("POST", "/devices")])
def test_a_method_that_is_not_possible_says_so(call: Call, method: str, path: str) -> None:
    answer = call(method, path)
    assert refusal(answer, 40501)["message"] == f"{method} is not possible here"
    assert "GET" in answer.headers["allow"]


def test_a_token_is_required_when_it_is_set(open_api: Callable[..., Call]) -> None:
    call = open_api(api_token=SecretStr("a-secret-of-these-tests"))
    refusal(call("GET", "/task"), 40101)
    refusal(call("GET", "/task", headers={"Authorization": "Bearer wrong"}), 40101)
    refusal(call("GET", "/task", headers={"Authorization": "Bearer sécret-of-these-tests".encode("latin-1")}), 40101)
    assert call("GET", "/task", headers={"Authorization": "Bearer a-secret-of-these-tests"}).json()["code"] == 0
    assert call("GET", "/healthz").json()["code"] == 0


def test_a_switched_off_api_answers_nothing(open_api: Callable[..., Call], rows: Callable[[], int]) -> None:
    call = open_api(api_enabled=False)
    refusal(call("POST", "/task", json=GOOD), 40301)
    assert refusal(call("GET", "/license/check"), 40301)["data"]["api_enabled"] is False
    assert call("GET", "/healthz").json()["code"] == 0
    assert rows() == 0


def test_pages_of_other_sites_are_refused(call: Call, rows: Callable[[], int]) -> None:
    refusal(call("GET", "/task", headers={"Host": "evil.example:50809"}), 40301)
    refusal(call("POST", "/task", json=GOOD, headers={"Origin": "http://evil.example"}), 40301)
    refusal(call("POST", "/task", json=GOOD, headers={"Origin": "null"}), 40301)
    refusal(call("POST", "/task", json=GOOD, headers={"Sec-Fetch-Site": "cross-site"}), 40301)
    refusal(call("GET", "/task", headers={"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}), 40301)
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    refusal(call("POST", "/task", json=GOOD, headers=link), 40301)
    assert call("GET", "/task", headers=link).json()["code"] == 0
    assert call("GET", "/task", headers={"Host": "[::1]:50809"}).json()["code"] == 0
    assert (
        "access-control-allow-origin" not in call("GET", "/task", headers={"Origin": "http://localhost:50809"}).headers
    )
    assert rows() == 0


def test_an_api_that_others_can_reach_needs_a_token(settings: Settings) -> None:
    with pytest.raises(ValueError, match="PHONEFLEET_API_TOKEN"):
        create_app(settings.model_copy(update={"host": "0.0.0.0"}))  # noqa: S104 - refused, and never bound
    for short in ("", "   ", "fifteen-letters"):
        with pytest.raises(ValueError, match="at least 16"):
            create_app(settings.model_copy(update={"api_token": SecretStr(short)}))
    with pytest.raises(ValueError, match="time zone"):
        create_app(settings.model_copy(update={"timezone": "Mars/Olympus"}))
    with pytest.raises(ValueError, match="PHONEFLEET_DATABASE_URL"):
        create_app(settings.model_copy(update={"database_url": None}))


def test_a_wrong_method_is_told_from_the_routes_as_the_document_has_them(settings: Settings) -> None:
    app = create_app(settings)
    found = possible_methods(app)
    assert app.openapi_schema is None, "a first wrong request would wait for the whole document"
    assert found == {path: {name.upper() for name in operations} for path, operations in app.openapi()["paths"].items()}
