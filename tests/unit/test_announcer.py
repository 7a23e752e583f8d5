"""How holds and quarantines read in Prefect."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from api.agreement.announcer import event_of
from phonefleet.ledger.fleet.announcements import Announcement
from phonefleet.ledger.values import Account, Device

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def _phone(**values: Any) -> Device:
    known: dict[str, Any] = {
        "serial": "R58M12", "alias": "Pixel-07", "model": "Pixel 9", "android_version": None, "host": "atelier",
        "state": "device", "battery": None, "enabled": True, "group_name": None, "first_seen": AT, "last_seen": AT,
        "quarantine_reason": "it does not answer", "quarantined_until": None, "quarantined_by": "worker",
        "quarantined_since": AT,
    }  # fmt: skip
    return Device(**known | values)


def _account(reason: str = "the app asks for a code") -> Account:
    return Account(
        id=7, username="shop", app="sample", serial="R58M12", enabled=True, signed_in=True, hold_reason=reason,
        held_since=AT,
    )  # fmt: skip


def _held(reason: str = "the app asks for a code", phone: Device | None = None) -> dict[str, Any]:
    return event_of(Announcement("7", AT, _account(reason), phone), "ledger")


def _quarantined(**values: Any) -> str:
    return event_of(Announcement("R58M12", AT, None, _phone(**values)), "ledger")["payload"]["message"]


def test_a_hold_names_account_app_phone_and_reason() -> None:
    assert _held(phone=_phone())["payload"]["message"] == (
        "Account @shop (sample, on Pixel-07) is held until a person releases it: the app asks for a code"
    )
    assert "on R58M12" in _held()["payload"]["message"]


def test_a_quarantine_tells_when_it_ends() -> None:
    assert _quarantined() == "Phone Pixel-07 (R58M12) is in quarantine until it is well again: it does not answer"
    assert "R58M12 is in quarantine until a person releases it" in _quarantined(quarantined_by="person", alias=None)
    assert "until 2026-03-01 08:30 UTC" in _quarantined(quarantined_until=AT)


def test_the_same_hold_has_the_same_id_and_a_later_one_another() -> None:
    again = event_of(Announcement("7", datetime(2026, 3, 2, tzinfo=UTC), _account(), None), "ledger")
    elsewhere = event_of(Announcement("7", AT, _account(), None), "another ledger")
    assert _held()["id"] == _held()["id"]
    assert len({_held()["id"], again["id"], elsewhere["id"]}) == 3


def test_a_password_in_a_reason_is_not_told() -> None:
    assert "hush" not in str(_held(reason="cannot reach https://anna:hush@proxy.example/"))
