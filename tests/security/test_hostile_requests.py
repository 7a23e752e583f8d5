"""What a hostile client may send to the real process: nothing is executed or let in, every answer is an envelope."""

from __future__ import annotations

import json
import re
import socket
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from phonefleet.ledger import Ledger
from tests.security.process import ApiProcess

HOSTILE = [
    "$(touch /tmp/phonefleet-was-here)",
    "`touch /tmp/phonefleet-was-here`",
    "a; touch /tmp/phonefleet-was-here",
    "'; DROP TABLE tasks; --",
    '" OR 1=1 --',
    "../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "a\n2030-01-01 00:00:00,000 ERROR api: forged",
    "a\r\nX-Injected: yes",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "a\u2028b\u0085c",
    "%00",
    "%s%n{0}${jndi:ldap://x}",
    "<script>alert(1)</script>",
]
RECORD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]+: ")


def request(api: ApiProcess, method: str, path: str, **options: Any) -> httpx.Response:
    return httpx.request(method, f"{api.url}{path}", timeout=30, trust_env=False, **options)


def raw(api: ApiProcess, text: bytes) -> bytes:
    """Send bytes as they are and return all that comes back."""
    with socket.create_connection(("127.0.0.1", api.port), timeout=30) as link:
        link.sendall(text)
        answer = b""
        while chunk := link.recv(65536):
            answer += chunk
            head, _, body = answer.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head.lower())
            if length and len(body) >= int(length[1]):
                break
        return answer


def code_of(answer: bytes) -> int:
    return int(json.loads(answer.partition(b"\r\n\r\n")[2])["code"])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_data_and_nothing_else(api: ApiProcess, ledger: Ledger, text: str) -> None:
    before = ledger.tasks.count().total
    body = {"script_name": "follow", "script_config": {"target_users": ["anna"]}}
    for changes in ({"serials": [text]}, {"usernames": [text]}, {"serials": ["phone-1"], "app": text}):
        assert request(api, "POST", "/task", json=body | changes).json()["code"] in {40001, 40004}
    assert request(api, "POST", "/task", json={"script_name": text, "serials": ["phone-1"]}).json()["code"] == 40003
    for name in ("serial", "username", "script_name"):
        answer = request(api, "GET", "/task", params={name: text}).json()
        assert answer["code"] == 40001 or answer["data"]["total"] == 0
    for path in ("/task/{}", "/devices/{}", "/accounts/{}", "/nothing/{}", "/docs/{}"):
        for method in ("GET", "PATCH", "DELETE"):
            answer = request(api, method, path.format(quote(text, safe="")), json={})
            assert answer.json()["code"] in {40001, 40401, 40501}, (method, path, answer.text)
            assert "X-Injected" not in answer.headers
    assert ledger.tasks.count().total == before


def test_hostile_targets_are_kept_as_they_are(api: ApiProcess, ledger: Ledger) -> None:
    body = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["$(reboot)';--"]}}
    created = request(api, "POST", "/task", json=body).json()
    if created["code"] == 0:
        task = ledger.tasks.get(created["data"]["task_ids"][0])
        assert task is not None
        assert task.script_config["target_users"] == ["$(reboot)';--"]
    else:
        assert created["code"] == 40001


@pytest.mark.parametrize(
    "host",
    [b"evil.example", b"evil.example:80", b"localhost.evil.example", b"127.0.0.1.evil.example", b"localhost@evil.x",
     b"evil.example@localhost", b"0x7f.0.0.1", b"192.168.0.1", b"[::2]", b"[::1", b"[fe80::1%25lo]", b"",
     b"localhost:x", b"localhost/../evil", b"::1"],
)  # fmt: skip
def test_a_host_that_is_not_this_machine_is_refused(api: ApiProcess, host: bytes) -> None:
    answer = raw(api, b"GET /api/v1/task HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
    assert code_of(answer) == 40301


@pytest.mark.parametrize("host", [b"localhost", b"LOCALHOST:50809", b"127.0.0.1:1", b"[::1]:50809", b"127.1.2.3"])
def test_every_name_of_this_machine_is_served(api: ApiProcess, host: bytes) -> None:
    assert code_of(raw(api, b"GET /api/v1/task HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")) == 0


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "http://localhost.evil.example",
        "http://localhost:1",
        "https://[::1",
        "file://",
        "",
    ],
)
def test_pages_of_other_sites_may_not_call(api: ApiProcess, origin: str) -> None:
    for method in ("GET", "POST", "OPTIONS", "DELETE"):
        answer = request(api, method, "/task", headers={"Origin": origin})
        assert answer.json()["code"] == 40301
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_preflight_is_answered_without_permission(api: ApiProcess) -> None:
    asked = {"Origin": f"http://127.0.0.1:{api.port}", "Access-Control-Request-Method": "DELETE"}
    answer = request(api, "OPTIONS", "/task", headers=asked)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_head_that_is_too_large_is_refused(api: ApiProcess) -> None:
    assert request(api, "GET", "/task", headers={"X-Long": "x" * 20_000}).json()["code"] == 43101
    assert request(api, "GET", "/task", headers={f"X-{n}": "1" for n in range(200)}).json()["code"] == 43101
    assert request(api, "GET", "/task?serial=" + "x" * 17_000).json()["code"] == 43101
    assert b" 400 " in raw(api, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Endless: " + b"x" * 100_000).splitlines()[0]


def test_a_chunked_body_is_bounded_and_small_chunks_do_not_slow_it(api: ApiProcess) -> None:
    head = b"POST /api/v1/task HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    assert (
        code_of(raw(api, head + b"2000\r\n" + b" " * 0x2000 + b"\r\n" + b"1\r\n \r\n" * 20_000 + b"0\r\n\r\n")) == 40001
    )
    assert code_of(raw(api, head + (b"8000\r\n" + b" " * 0x8000 + b"\r\n") * 40 + b"0\r\n\r\n")) == 41301


@pytest.mark.parametrize(
    "text",
    [b"GET / HTTP/9.9\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
     b"POST /api/v1/task HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     b"POST /api/v1/task HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
     b"GET /api/v1/task HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_proper_request_is_refused(api: ApiProcess, text: bytes) -> None:
    assert b" 40" in raw(api, text).splitlines()[0]
    assert request(api, "GET", "/healthz").json()["code"] == 0


def test_every_answer_has_an_id_and_headers_that_bind_browsers(api: ApiProcess) -> None:
    answers = [
        request(api, "GET", path) for path in ("/task", "/nothing", "/docs", "/openapi.json", "/metrics", "/task/x")
    ]
    answers += [request(api, "POST", "/task", content=b"x"), request(api, "GET", "/task", headers={"Origin": "null"})]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in answer.headers
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)


def test_the_documentation_page_loads_nothing_from_elsewhere(api: ApiProcess) -> None:
    for base in (api.url, api.url.removesuffix("/api/v1")):
        page = httpx.get(f"{base}/docs", timeout=30, trust_env=False)
        assert "//" not in page.text.replace("<!DOCTYPE", "")
        loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        for name in [name for name in loaded if not name.startswith("data:")]:
            found = httpx.get(f"{base}/{name}", timeout=30, trust_env=False)
            assert found.status_code == 200
            assert found.text
        assert "'unsafe-inline'" not in page.headers["content-security-policy"].partition("style-src")[0]


def test_every_line_of_the_log_is_a_record_of_its_own(api: ApiProcess) -> None:
    for line in api.said().splitlines():
        assert RECORD.match(line) or line.startswith("    "), line
        assert line.isprintable()
        assert "forged" not in line or RECORD.match(line)
