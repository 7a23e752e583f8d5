"""Limits and the do-not-contact list over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from phonefleet.ledger import Action, Intent, Ledger, NewTask
from phonefleet.scripts.script import UnknownConfig

Call = Callable[..., httpx.Response]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOURS = ["09:00-18:00"]


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


def refusal(response: httpx.Response, code: int) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (code // 100, code), body
    return body


def follow(call: Call, *targets: str, **more: object) -> httpx.Response:
    body = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": targets}, **more}
    return call("POST", "/task", json=body)


def avoid(call: Call, *entries: dict[str, str]) -> dict[str, Any]:
    return data(call("PUT", "/do-not-contact", json={"entries": entries}))


# --- limits ------------------------------------------------------------------------------------------------


def test_before_anybody_changes_them_the_defaults_hold(call: Call) -> None:
    limits = data(call("GET", "/limits"))
    assert (limits["version"], limits["set_at"], limits["hours"], limits["when_met"]) == (0, None, None, "wait")
    assert limits["budgets"] == {
        "follow": 20, "unfollow": 20, "like": 100, "favorite": 50, "repost": 10, "share": 10, "comment": 5,
        "message": 5, "post": 3, "profile": 1,
    }  # fmt: skip
    assert (limits["gap"], limits["gaps"], limits["overrides"], limits["allow_shared_pool"]) == (0, {}, [], False)


def test_what_is_put_holds_and_the_rest_is_as_by_default(call: Call) -> None:
    override = {"tag": "vip", "budgets": {"follow": 40}, "hours": {"monday": ["22:00-06:00"]}}
    body = {"budgets": {"follow": 7}, "hours": HOURS, "timezone": "Europe/Madrid", "overrides": [override]}
    limits = data(call("PUT", "/limits", json=body))
    assert data(call("GET", "/limits")) == limits
    assert (limits["budgets"]["follow"], limits["budgets"]["like"], limits["timezone"]) == (7, 100, "Europe/Madrid")
    assert limits["hours"]["sunday"] == HOURS
    [shown] = limits["overrides"]
    assert (shown["tag"], shown["budgets"], shown["hours"]) == ("vip", {"follow": 40}, {"monday": ["22:00-06:00"]})
    again = data(call("PUT", "/limits", json={}))
    assert again["version"] > limits["version"]
    assert (again["budgets"]["follow"], again["hours"], again["overrides"]) == (20, None, [])


def test_a_change_of_what_others_have_changed_meanwhile_is_refused(call: Call) -> None:
    first = data(call("PUT", "/limits", json={"gap": 1}))
    second = data(call("PUT", "/limits", json={"gap": 2, "version": first["version"]}))
    refusal(call("PUT", "/limits", json={"gap": 3, "version": first["version"]}), 40901)
    assert data(call("GET", "/limits")) == second


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"budgets": {"follow": -1}}, "budgets.follow"),
        ({"budgets": {"follow": 1.5}}, "budgets.follow"),
        ({"budgets": {"dance": 1}}, "budgets.dance"),
        ({"gap": -1}, "gap"),
        ({"gap": 86401}, "gap"),
        ({"gaps": {"like": "1"}}, "gaps.like"),
        ({"hours": ["9 to 18"]}, "hours"),
        ({"hours": ["09:00-25:00"]}, "hours"),
        ({"hours": []}, "hours"),
        ({"hours": {}}, "hours"),
        ({"hours": {"mon": HOURS}}, "hours"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"when_met": "panic"}, "when_met"),
        ({"allow_shared_pool": "yes"}, "allow_shared_pool"),
        ({"overrides": [{"user": "x"}]}, "overrides.0.user"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_limits_that_make_no_sense_are_refused_with_the_field(call: Call, body: object, field: str) -> None:
    errors = refusal(call("PUT", "/limits", json=body), 40001)["data"]["errors"]
    assert any(error["field"].startswith(field) for error in errors), errors


def test_usage_tells_what_each_account_has_done_today_and_what_is_left(call: Call, ledger: Ledger) -> None:
    now = datetime.now(UTC)
    [task_id] = ledger.tasks.create(
        [NewTask("follow", UnknownConfig(), "phone-1", "sample", created_at=now, scheduled_for=now)]
    )
    for target, end in (("anna", "done"), ("bob", "already"), ("carl", None)):
        action = ledger.actions.intend(Intent(task_id, "follow", "sample", "SHOP_1", target), now, UTC)
        assert isinstance(action, Action)
        if end:
            ledger.actions.end(action.id, "done" if end == "done" else "already", now)
    data(call("PUT", "/limits", json={"overrides": [{"username": "@Shop_1", "budgets": {"follow": 3}}]}))
    page = data(call("GET", "/limits/usage"))
    assert (page["total"], page["page"], page["page_size"]) == (4, 1, 20)
    found = {each["username"]: each for each in page["accounts"]}
    follows = {name: each["actions"][0] for name, each in found.items()}
    assert follows["shop_1"] == {"kind": "follow", "used": 2, "budget": 3, "left": 1}
    assert follows["shop_2"] == {"kind": "follow", "used": 0, "budget": 20, "left": 20}
    assert found["shop_1"]["opens_at"] is None
    assert found["shop_1"]["resets_at"].endswith(("T00:00:00+01:00", "T00:00:00+02:00"))
    [only] = data(call("GET", "/limits/usage?username=shop_2"))["accounts"]
    assert only == found["shop_2"]


# --- do not contact ----------------------------------------------------------------------------------------


def test_people_are_listed_replaced_and_removed_whatever_the_case(call: Call) -> None:
    assert avoid(call, {"username": "@Anna", "reason": "asked us"}, {"username": "bob", "app": "sample"}) == {
        "added_count": 2,
        "replaced_count": 0,
    }
    since = data(call("GET", "/do-not-contact?username=anna"))["entries"][0]["since"]
    assert avoid(call, {"username": "ANNA", "reason": "asked again"}) == {"added_count": 0, "replaced_count": 1}
    page = data(call("GET", "/do-not-contact"))
    assert [(one["username"], one["app"], one["reason"]) for one in page["entries"]] == [
        ("ANNA", None, "asked again"),
        ("bob", "sample", None),
    ]
    assert page["entries"][0]["since"] == since
    gone = data(call("DELETE", "/do-not-contact", json={"usernames": ["anna", "@nobody"]}))
    assert gone == {"removed_count": 1, "not_found": ["nobody"]}
    assert data(call("GET", "/do-not-contact"))["total"] == 1


def test_the_list_comes_in_pages_and_by_app(call: Call) -> None:
    avoid(call, *({"username": f"person_{number}"} for number in range(5)), {"username": "x", "app": "sample"})
    page = data(call("GET", "/do-not-contact?page=2&page_size=2"))
    assert ([one["username"] for one in page["entries"]], page["total"]) == (["person_2", "person_3"], 6)
    assert data(call("GET", "/do-not-contact?app=other"))["total"] == 5
    assert data(call("GET", "/do-not-contact?app=sample"))["total"] == 6


def test_a_request_that_would_contact_them_makes_no_task_and_names_them_all(call: Call, ledger: Ledger) -> None:
    avoid(call, {"username": "Anna", "reason": "asked us"}, {"username": "bob"})
    errors = refusal(follow(call, "@ANNA", "carl", "bob"), 40001)["data"]["errors"]
    assert {error["field"] for error in errors} == {"script_config.target_users"}
    assert sorted(error["reason"].split(" is on")[0] for error in errors) == ["@ANNA", "@bob"]
    assert any(error["reason"].endswith(": asked us") for error in errors)
    assert ledger.tasks.count().total == 0


def test_to_unfollow_them_and_to_contact_others_is_allowed(call: Call) -> None:
    avoid(call, {"username": "anna"}, {"username": "carl", "app": "tiktok"})
    data(follow(call, "anna", script_name="unfollow"))
    data(follow(call, "carl"))
    refusal(follow(call, "anna"), 40001)


@pytest.mark.parametrize(
    "body",
    [{}, {"entries": []}, {"entries": [{"username": ""}]}, {"entries": [{"username": "a b"}]},
     {"entries": [{"username": "anna", "app": "nothing"}]}, {"entries": [{"username": "anna", "reason": "a\x00"}]}],
)  # fmt: skip
def test_entries_that_make_no_sense_are_refused(call: Call, body: object) -> None:
    refusal(call("PUT", "/do-not-contact", json=body), 40001)


def test_changes_of_limits_stand_in_the_audit_trail(call: Call) -> None:
    data(call("PUT", "/limits", json={}))
    avoid(call, {"username": "anna"})
    entries = data(call("GET", "/audit"))["entries"]
    assert [(one["method"], one["path"], one["code"], one["tasks"]) for one in entries] == [
        ("PUT", "/api/v1/do-not-contact", 0, None),
        ("PUT", "/api/v1/limits", 0, None),
    ]
