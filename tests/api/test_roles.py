"""Which role each call needs: the one table covers every route, and every route holds to it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from api.app import create_app
from api.persons.roles import ROLES, HostRole, needed
from phonefleet.ledger import Ledger
from phonefleet.persons import Role
from phonefleet.settings import Settings
from tests.api.conftest import Call
from tests.api.test_persons import STRICT, add

BASE = "/api/v1"
ENDLESS = ("GET", "/events")


@pytest.fixture
def operations(settings: Settings) -> list[tuple[str, str]]:
    """Every operation of the OpenAPI document, by method and path below the base path."""
    paths = create_app(settings).openapi()["paths"]
    return [(method.upper(), path.removeprefix(BASE)) for path, every in paths.items() for method in every]


def test_every_route_has_a_role_in_the_table(operations: list[tuple[str, str]]) -> None:
    assert len(operations) > 50
    assert [operation for operation in operations if operation not in ROLES] == []


def test_what_is_not_in_the_table_needs_an_administrator() -> None:
    for method, path in (("GET", "/nothing"), ("POST", "/healthz"), ("HEAD", "/task"), ("WEBSOCKET", "/events")):
        assert needed(method, path) is Role.ADMINISTER
    assert needed("GET", "/task/1/nothing") is Role.ADMINISTER
    assert needed("GET", "/me/") is Role.ADMINISTER


def test_the_strictest_of_several_patterns_counts() -> None:
    assert needed("GET", "/accounts/7") is Role.WATCH
    assert needed("GET", "/accounts/export") is Role.OPERATE


def test_a_serial_may_hold_slashes_where_the_route_takes_them() -> None:
    assert needed("POST", "/devices/a/b/release") is Role.OPERATE
    assert needed("DELETE", "/devices/a/takeover") is Role.OPERATE
    assert needed("DELETE", "/devices/a") is Role.ADMINISTER


def test_each_role_may_do_what_those_before_it_may() -> None:
    assert [[role.allows(other) for other in Role] for role in Role] == [
        [True, False, False], [True, True, False], [True, True, True],
    ]  # fmt: skip


@pytest.mark.parametrize("role", [Role.WATCH, Role.OPERATE])
def test_every_route_is_refused_to_a_lower_role_and_to_no_other(
    call: Call, operations: list[tuple[str, str]], role: Role
) -> None:
    headers = {"Authorization": f"Bearer {add(call, 'anna', role)}"}
    for method, path in operations:
        if (method, path) == ENDLESS:
            continue
        answer = call(method, re.sub(r"\{[^}]+\}", "987654", path), headers=headers)
        wanted = ROLES[method, path]
        refused = answer.status_code == 403
        forbidden = isinstance(wanted, HostRole) or (wanted is not None and not role.allows(wanted))
        assert refused == forbidden, (method, path, answer.text)
        if refused:
            assert answer.json()["code"] == 40302
            assert answer.json()["data"] == {"role": role.value, "needed": str(wanted)}
            assert str(wanted) in answer.json()["message"]


def test_a_refused_change_is_in_the_audit_trail(call: Call, ledger: Ledger) -> None:
    token = add(call, "Юлий", "watch")
    call("DELETE", "/task/1", headers={"Authorization": f"Bearer {token}"})
    entry = ledger.audit.page(size=1).items[0]
    assert (entry.person, entry.code) == ("Юлий", 40302)


def test_the_document_says_which_role_each_operation_needs(settings: Settings) -> None:
    paths = create_app(settings).openapi()["paths"]
    assert paths["/api/v1/task"]["post"]["x-role"] == "operate"
    assert "x-role" not in paths["/api/v1/me"]["get"]


def test_the_health_checks_ask_nobody(open_api: Callable[..., Call]) -> None:
    call = open_api(**STRICT)
    assert call("GET", "/healthz").status_code == 200
    assert call("GET", "/task").json()["code"] == 40101
