"""Persons: tokens that are shown once, roles that hold at once, and logins in browsers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from http.cookies import Morsel, SimpleCookie

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from starlette.requests import Request

from api.answers.envelope import Problem
from api.fleet.screens.routes import refuse_ended
from api.persons.identity import Identities
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger
from phonefleet.persons import Role, digest_of
from phonefleet.settings import Settings
from tests.api.conftest import Call, callable_api

TOKEN = "the-token-of-this-server-0001"  # noqa: S105 - made up
OWN = "http://localhost:50809"
PAGE = {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}
THROUGH_TLS = {**PAGE, "X-Forwarded-Proto": "https"}
"""A login whose cookie the test's own HTTP client does not send by itself, because it speaks no TLS."""
HOLD = ("POST", "/devices/phone-1/quarantine")
REASON = {"reason": "looked at"}
JSON = {"Content-Type": "application/json"}
STRICT = {"token_needed": "always"}


class MovedClock(SystemClock):
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.moved = timedelta(0)

    def now(self):  # noqa: ANN201 - as the real one
        return super().now() + self.moved

    def monotonic(self) -> float:
        return super().monotonic() + self.moved.total_seconds()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def add(call: Call, name: str, role: str, **headers: str) -> str:
    answer = call("POST", "/persons", json={"name": name, "role": role}, headers=headers)
    assert answer.json()["code"] == 0, answer.text
    return str(answer.json()["data"]["token"])


def log_in(call: Call, token: str, headers: Mapping[str, str] = THROUGH_TLS) -> Morsel[str]:
    answer = call("POST", "/session", json={"token": token}, headers=headers)
    assert answer.json()["code"] == 0, answer.text
    return SimpleCookie(answer.headers["set-cookie"])["phonefleet_session"]


def with_cookie(cookie: Morsel[str], headers: Mapping[str, str] = PAGE) -> dict[str, str]:
    return {"Cookie": f"other=1; phonefleet_session={cookie.value}", **headers}


def code(answer: httpx.Response) -> int:
    return int(answer.json()["code"])


@pytest.fixture
def guarded(open_api: Callable[..., Call]) -> Call:
    """An API that everybody needs a token for."""
    return open_api(api_token=SecretStr(TOKEN))


def test_a_token_is_shown_once_and_kept_nowhere(call: Call, ledger: Ledger, database_url: str) -> None:
    token = add(call, "anna", "operate")
    assert ledger.persons.all()[0].token_digest == digest_of(token)
    assert token not in call("GET", "/persons").text + call("GET", "/audit").text
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT p::text FROM persons p UNION ALL SELECT a::text FROM audit a").fetchall()
    assert rows
    assert token not in str(rows)


def test_a_name_is_taken_whatever_its_case_and_its_form(call: Call) -> None:
    add(call, "Юлий", "watch")
    again = call("POST", "/persons", json={"name": "юли\u0438\u0306", "role": "watch"})  # one letter in two parts
    assert code(again) == 40901
    assert code(call("DELETE", "/persons/ЮЛИЙ")) == 0
    assert code(call("DELETE", "/persons/anna")) == 40401


@pytest.mark.parametrize("name", ["", " ", "a@b", "a\nb", "-x", "x" * 61, "a  b", "\x00"])
def test_a_name_must_be_one(call: Call, name: str) -> None:
    assert code(call("POST", "/persons", json={"name": name, "role": "watch"})) == 40001


def test_what_no_database_keeps_is_refused(call: Call) -> None:
    assert code(call("DELETE", "/persons/a%00b")) == 40001
    assert code(call("POST", "/session", content=b'{"token": "\\ud800 and more"}', headers=JSON)) == 40001


def test_a_role_holds_from_the_next_call_on(call: Call) -> None:
    headers = bearer(add(call, "anna", "watch"))
    assert code(call(*HOLD, json=REASON, headers=headers)) == 40302
    assert call("PATCH", "/persons/anna", json={"role": "operate"}).json()["data"]["role"] == "operate"
    assert code(call(*HOLD, json=REASON, headers=headers)) == 0
    assert code(call("GET", "/persons", headers=headers)) == 40302
    call("PATCH", "/persons/anna", json={"role": "administer"})
    assert code(call("GET", "/persons", headers=headers)) == 0


def test_a_removed_person_and_an_old_token_are_nobody(guarded: Call) -> None:
    owner = bearer(TOKEN)
    anna, ben = (add(guarded, name, "watch", **owner) for name in ("anna", "ben"))
    new = guarded("POST", "/persons/anna/token", headers=owner).json()["data"]["token"]
    assert [code(guarded("GET", "/task", headers=bearer(token))) for token in (anna, new, ben)] == [40101, 0, 0]
    guarded("DELETE", "/persons/ben", headers=owner)
    assert code(guarded("GET", "/task", headers=bearer(ben))) == 40101


def test_the_servers_token_administers_as_ever(guarded: Call) -> None:
    assert code(guarded("GET", "/persons")) == 40101
    assert code(guarded("GET", "/persons", headers=bearer(TOKEN))) == 0
    told = guarded("GET", "/me", headers=bearer(TOKEN)).json()["data"]
    assert told == {"person": None, "role": "administer", "login_needed": False}


def test_this_computer_administers_without_a_token_unless_a_setting_says_otherwise(
    call: Call, open_api: Callable[..., Call]
) -> None:
    token = add(call, "anna", "administer")
    nobody = {"person": None, "role": "administer", "login_needed": False}
    assert call("GET", "/me").json()["data"] == nobody
    strict = open_api(**STRICT)
    assert strict("GET", "/me").json()["data"] == {"person": None, "role": None, "login_needed": True}
    assert code(strict("GET", "/task")) == 40101
    assert code(strict("GET", "/task", headers=bearer(token))) == 0


def test_a_wrong_token_is_ignored_only_where_nobody_has_one(open_api: Callable[..., Call]) -> None:
    call = open_api()  # one that others have called remembers their persons for some seconds
    assert code(call("GET", "/task", headers=bearer("whatever-a-client-sends"))) == 0
    add(call, "anna", "watch")
    assert code(call("GET", "/task", headers=bearer("whatever-a-client-sends"))) == 40101
    assert code(call("GET", "/me", headers=bearer("whatever-a-client-sends"))) == 40101
    assert code(call("GET", "/task", headers={"Authorization": "Basic YTpi"})) == 40101
    assert code(call("GET", "/task")) == 0


def test_the_last_who_administers_stays_one(call: Call, open_api: Callable[..., Call]) -> None:
    token = add(call, "anna", "administer")
    add(call, "ben", "operate")
    strict = open_api(**STRICT)
    assert code(strict("DELETE", "/persons/anna", headers=bearer(token))) == 40901
    assert code(strict("PATCH", "/persons/anna", json={"role": "watch"}, headers=bearer(token))) == 40901
    strict("PATCH", "/persons/ben", json={"role": "administer"}, headers=bearer(token))
    assert code(strict("DELETE", "/persons/anna", headers=bearer(token))) == 0


def test_the_cookie_of_a_session_is_for_this_server_alone(call: Call) -> None:
    token = add(call, "anna", "watch")
    cookie = log_in(call, token, PAGE)
    assert (cookie["httponly"], cookie["samesite"].lower(), cookie["secure"]) == (True, "strict", "")
    assert 13 * 24 * 3600 < int(cookie["max-age"]) <= 14 * 24 * 3600
    assert token not in cookie.value
    assert log_in(call, token, {"X-Forwarded-Proto": "https"})["secure"]
    assert "phonefleet_session=;" in call("DELETE", "/session", headers=PAGE).headers["set-cookie"].replace('""', "")


def test_a_session_is_the_person_whose_token_it_stands_for(guarded: Call) -> None:
    cookie = log_in(guarded, add(guarded, "anna", "operate", **bearer(TOKEN)))
    told = guarded("GET", "/me", headers=with_cookie(cookie)).json()["data"]
    assert told == {"person": "anna", "role": "operate", "login_needed": False}
    assert code(guarded(*HOLD, json=REASON, headers=with_cookie(cookie))) == 0
    assert code(guarded("GET", "/persons", headers=with_cookie(cookie))) == 40302
    assert code(guarded("GET", "/persons", headers=with_cookie(log_in(guarded, TOKEN)))) == 0


@pytest.mark.parametrize(
    ("headers", "reading", "changing"),
    [
        ({}, 0, 40101),
        ({"Origin": OWN}, 0, 0),
        (PAGE, 0, 0),
        ({"Sec-Fetch-Site": "same-origin"}, 0, 0),
        ({"Sec-Fetch-Site": "none"}, 0, 40101),
        ({"Sec-Fetch-Site": "same-site"}, 40301, 40301),
        ({"Sec-Fetch-Site": "cross-site"}, 40301, 40301),
        ({"Origin": "http://evil.example"}, 40301, 40301),
        ({"Origin": "http://localhost:50810", "Sec-Fetch-Site": "same-site"}, 40301, 40301),
        ({"Origin": "null"}, 40301, 40301),
    ],
)
def test_a_session_counts_for_the_page_of_this_server_only(
    guarded: Call, headers: dict[str, str], reading: int, changing: int
) -> None:
    sent = with_cookie(log_in(guarded, TOKEN), headers)
    assert code(guarded("GET", "/task", headers=sent)) == reading
    assert code(guarded(*HOLD, json=REASON, headers=sent)) == changing


def test_a_session_survives_a_restart(guarded: Call, open_api: Callable[..., Call]) -> None:
    cookie = log_in(guarded, TOKEN)
    started_again = open_api(api_token=SecretStr(TOKEN))
    assert code(started_again("GET", "/task", headers=with_cookie(cookie))) == 0
    with_another = open_api(api_token=SecretStr("another-token-of-this-server"))
    assert code(with_another("GET", "/task", headers=with_cookie(cookie))) == 40101


def test_a_session_ends_with_its_token_its_person_and_its_logout(guarded: Call) -> None:
    owner = bearer(TOKEN)
    tokens = [add(guarded, name, "watch", **owner) for name in ("anna", "ben", "cleo")]
    cookies = [with_cookie(log_in(guarded, token)) for token in tokens]
    guarded("POST", "/persons/anna/token", headers=owner)
    guarded("DELETE", "/persons/ben", headers=owner)
    assert guarded("DELETE", "/session", headers=cookies[2]).json()["data"] == {"ended": True}
    assert [code(guarded("GET", "/task", headers=headers)) for headers in cookies] == [40101] * 3
    assert guarded("DELETE", "/session", headers=cookies[2]).json()["data"] == {"ended": False}


def test_a_session_expires_and_is_forgotten(settings: Settings, ledger: Ledger) -> None:
    clock = MovedClock()
    changes = {"api_token": SecretStr(TOKEN), "session_kept": timedelta(hours=1)}
    with callable_api(settings.model_copy(update=changes), clock) as call:
        cookie = with_cookie(log_in(call, TOKEN))
        assert code(call("GET", "/task", headers=cookie)) == 0
        clock.moved = timedelta(hours=1, seconds=1)
        assert code(call("GET", "/task", headers=cookie)) == 40101
    assert ledger.persons.forget_sessions(clock.now()) == 1


def test_a_wrong_login_is_slowed_like_a_wrong_token(guarded: Call) -> None:
    for _ in range(12):
        log_in(guarded, TOKEN)
    codes = [code(guarded("POST", "/session", json={"token": f"guess-{n}"}, headers=PAGE)) for n in range(12)]
    assert codes == [40101] * 10 + [42901] * 2
    assert code(guarded("POST", "/session", json={"token": TOKEN}, headers=PAGE)) == 42901
    assert code(guarded("GET", "/task", headers=bearer(TOKEN))) == 42901


def test_a_right_token_is_no_way_around_the_slowing_where_none_is_needed(
    call: Call, open_api: Callable[..., Call]
) -> None:
    token = add(call, "anna", "watch")
    fresh = open_api()
    assert [code(fresh("GET", "/task", headers=bearer(f"guess-{n}"))) for n in range(11)] == [40101] * 10 + [42901]
    assert code(fresh("GET", "/task", headers=bearer(token))) == 42901
    assert code(fresh("GET", "/task")) == 0


def test_the_audit_trail_says_who(guarded: Call, ledger: Ledger) -> None:
    token = add(guarded, "anna", "operate", **bearer(TOKEN))
    cookie = log_in(guarded, token)
    guarded(*HOLD, json=REASON, headers=with_cookie(cookie))
    guarded("POST", "/session", json={"token": "wrong"}, headers=PAGE)
    entries = ledger.audit.page(size=4).items
    assert [(entry.path.removeprefix("/api/v1"), entry.person) for entry in entries] == [
        ("/session", None), (HOLD[1], "anna"), ("/session", "anna"), ("/persons", None),
    ]  # fmt: skip
    assert entries[1].actor == f"token:{digest_of(token)[:8]}"
    shown = guarded("GET", "/audit", headers=bearer(TOKEN)).json()["data"]["entries"]
    assert [entry["person"] for entry in shown[:2]] == [None, "anna"]


def test_two_changes_at_once_leave_one_who_administers(ledger: Ledger) -> None:
    now = SystemClock().now()
    for name in ("anna", "ben"):
        ledger.persons.add(name, Role.ADMINISTER, digest_of(name), now)
    ledger.persons.remove("anna", others_administer=False)
    assert ledger.persons.have_an_administrator()


def test_who_waits_for_a_picture_gets_none_once_the_token_has_ended(settings: Settings, ledger: Ledger) -> None:
    async def look() -> None:
        clock, token = SystemClock(), "a-token-of-a-person-0001"
        ledger.persons.add("anna", Role.WATCH, digest_of(token), clock.now())
        identities = Identities(settings, ledger, clock)
        may_go_on = partial(identities.still_holds, await identities.of_token(token))
        request = Request({"type": "http", "state": {"may_go_on": may_go_on}})
        await refuse_ended(request)
        ledger.persons.remove("anna")
        identities.forget()
        with pytest.raises(Problem, match="has ended while you waited"):
            await refuse_ended(request)

    asyncio.run(look())
