"""Which selectors of an app profile were seen to work, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Call = Callable[..., httpx.Response]
PATH = "/apps/tiktok/verifications"
SEEN = {"serial": "phone-1", "app_version": "46.1.3", "fingerprints": {"follow_button": "0123456789abcdef"}}


def listed(response: httpx.Response) -> list[dict[str, Any]]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]["verifications"]


def test_what_is_recorded_is_listed_for_its_phone(call: Call) -> None:
    [recorded] = listed(call("PUT", PATH, json=SEEN))
    assert recorded["verified_at"].endswith("+00:00")
    del recorded["verified_at"]
    assert recorded == {
        "serial": "phone-1", "alias": "device_serial_1", "app": "tiktok", "app_version": "46.1.3",
        "selector": "follow_button", "fingerprint": "0123456789abcdef",
    }  # fmt: skip
    assert len(listed(call("GET", PATH))) == 1
    assert listed(call("GET", PATH, params={"serial": "phone-2"})) == []
    assert listed(call("GET", "/apps/instagram/verifications")) == []


def test_a_phone_may_be_named_by_its_alias_and_a_record_is_renewed(call: Call) -> None:
    call("PUT", PATH, json=SEEN)
    newer = SEEN | {"serial": "device_serial_1", "fingerprints": {"follow_button": "f" * 16, "feed": "a" * 16}}
    recorded = listed(call("PUT", PATH, json=newer))
    assert [(each["serial"], each["selector"], each["fingerprint"]) for each in recorded] == [
        ("phone-1", "feed", "a" * 16),
        ("phone-1", "follow_button", "f" * 16),
    ]


def test_records_are_taken_back_for_one_phone_alone(call: Call) -> None:
    call("PUT", PATH, json=SEEN)
    call("PUT", PATH, json=SEEN | {"serial": "phone-2"})
    gone = call("DELETE", PATH, params={"serial": "phone-1"})
    assert gone.json()["data"] == {"deleted_count": 1}
    assert [each["serial"] for each in listed(call("GET", PATH))] == ["phone-2"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"serial": "never-seen"}, "serial"),
        ({"app_version": ""}, "app_version"),
        ({"fingerprints": {}}, "fingerprints"),
        ({"fingerprints": {"follow_button": "xyz"}}, "fingerprints.follow_button"),
        ({"fingerprints": {"no name": "0" * 16}}, "fingerprints"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_record_is_refused(call: Call, change: dict[str, Any], field: str) -> None:
    body = call("PUT", PATH, json=SEEN | change).json()
    assert body["code"] == 40001
    assert any(error["field"].startswith(field) for error in body["data"]["errors"]), body


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_app_without_a_profile_is_not_found(call: Call, method: str) -> None:
    content = {"json": SEEN} if method == "PUT" else {"params": {"serial": "phone-1"}}
    assert call(method, "/apps/nothing/verifications", **content).json()["code"] == 40401
