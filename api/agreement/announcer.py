"""Announces holds of accounts and quarantines of phones, as the ledger records them.

Prefect gets them as events, to which automations can react. The webhook of PHONEFLEET_NOTIFY_URL gets them from here
rather than from Prefect, where anybody who may write could forge such events. Each of the two gets again what it did
not take.
"""

from __future__ import annotations

import logging
from datetime import UTC, timedelta
from typing import Any, Never
from uuid import UUID, uuid5

from api.agreement.webhook import Webhook, WebhookAway, WebhookRefused
from api.loops.threads import in_thread
from api.prefect.client import OUTAGES, PrefectApi
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.announcements import Announcement
from phonefleet.ledger.values import Account, Device
from phonefleet.loops import every
from phonefleet.masking import hidden
from phonefleet.text import full_name
from phonefleet.words import say

_log = logging.getLogger(__name__)

HELD = "phonefleet.account.held"
QUARANTINED = "phonefleet.device.quarantined"

_EVERY = timedelta(seconds=2)
_IDS = UUID("0f1d5b0e-62f4-4c1a-9a43-3f0e7c0f5d11")
"""The UUID namespace of our events' ids: an event that is sent twice has the same id, and Prefect takes it once."""


class WebhookAnnouncer:
    """Posts due announcements to the webhook, and marks as told those that it has taken or refused for good."""

    def __init__(self, ledger: Ledger, webhook: Webhook, clock: Clock) -> None:
        self._ledger = ledger
        self._webhook = webhook
        self._clock = clock

    async def run(self) -> Never:
        """Announce until cancelled."""
        await every(_EVERY, self.look, "The webhook hears of holds and quarantines later", OUTAGES)

    async def look(self) -> None:
        """Post the due announcements, one after the other; stop at the first while the webhook is away."""
        for one in await in_thread(self._ledger.announcements.due, self._clock.now(), "webhook"):
            try:
                await self._webhook.send(message_of(one))
            except WebhookAway as error:
                _log.warning("%s is told later: %s", one.kind, error)
                return
            except WebhookRefused as error:
                _log.warning("%s is not told: %s", one.kind, error)
            await in_thread(self._ledger.announcements.told, [one], "webhook")


class Announcer:
    """Sends due announcements to Prefect as events, and marks as told those that it has taken."""

    def __init__(self, ledger: Ledger, prefect: PrefectApi, clock: Clock) -> None:
        self._ledger = ledger
        self._prefect = prefect
        self._clock = clock

    async def run(self) -> Never:
        """Announce until cancelled."""
        await every(_EVERY, self.look, "Prefect hears of holds and quarantines later", OUTAGES)

    async def look(self) -> None:
        """Send the due announcements."""
        now = self._clock.now()
        news = await in_thread(self._ledger.announcements.due, now)
        if news:
            ledger_id = await in_thread(lambda: self._ledger.id)
            events = [event_of(one, ledger_id) | {"occurred": now.isoformat()} for one in news]
            await self._prefect.send_events(events)
            await in_thread(self._ledger.announcements.told, news)


def message_of(news: Announcement) -> str:
    """Return a hold or quarantine as a sentence."""
    return str(event_of(news, "")["payload"]["message"])


def event_of(news: Announcement, ledger_id: str) -> dict[str, Any]:
    """Return a hold or quarantine as an event of Prefect's API, without the field `occurred`."""
    event_id = uuid5(_IDS, f"{ledger_id} {news.kind} {news.subject} {news.since.isoformat()}")
    resource = {"prefect.resource.id": f"phonefleet.{news.kind}.{news.subject}"}
    if news.account is not None:
        name, payload = f"@{news.account.username}", _hold(news.account, news.phone)
        return {
            "id": str(event_id),
            "event": HELD,
            "resource": resource | {"prefect.resource.name": name, "phonefleet.app": news.account.app},
            "related": [_phone_of(news.account, news.phone) | {"prefect.resource.role": "phone"}],
            "payload": payload,
        }
    assert news.phone is not None  # noqa: S101 - a quarantine is a phone's
    return {
        "id": str(event_id),
        "event": QUARANTINED,
        "resource": resource | {"prefect.resource.name": _name(news.phone)},
        "related": [],
        "payload": _quarantine(news.phone),
    }


def _hold(account: Account, phone: Device | None) -> dict[str, Any]:
    """Return the payload of a hold: its facts, and in `message` all of them as one sentence."""
    reason, where = hidden(account.hold_reason or ""), _place(account, phone)
    return {
        "message": say(
            "agreement.account_held_until_person_releases",
            "Account @{username} ({app}, on {where}) is held until a person releases it: {reason}",
            username=account.username,
            app=account.app,
            where=where,
            reason=reason,
        ),
        "account_id": account.id,
        "account": account.username,
        "app": account.app,
        "serial": account.serial,
        "alias": phone and phone.alias,
        "reason": reason,
        "since": account.held_since and account.held_since.isoformat(),
        "until": None,
    }


def _quarantine(phone: Device) -> dict[str, Any]:
    """Return the payload of a quarantine: its facts, and in `message` all of them as one sentence."""
    reason = hidden(phone.quarantine_reason or "")
    return {
        "message": say(
            "agreement.phone_quarantine",
            "Phone {phone} is in quarantine {until}: {reason}",
            phone=full_name(phone.serial, phone.alias),
            until=_until(phone),
            reason=reason,
        ),
        "serial": phone.serial,
        "alias": phone.alias,
        "model": phone.model,
        "host": phone.host,
        "reason": reason,
        "by": phone.quarantined_by,
        "since": phone.quarantined_since and phone.quarantined_since.isoformat(),
        "until": phone.quarantined_until and phone.quarantined_until.isoformat(),
    }


def _until(phone: Device) -> str:
    if phone.quarantined_until is not None:
        return f"until {phone.quarantined_until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return (
        say("agreement.until_person_releases", "until a person releases it")
        if phone.quarantined_by == "person"
        else say("agreement.until_well_again", "until it is well again")
    )


def _phone_of(account: Account, phone: Device | None) -> dict[str, str]:
    name = _place(account, phone)
    return {"prefect.resource.id": f"phonefleet.device.{account.serial or 'none'}", "prefect.resource.name": name}


def _place(account: Account, phone: Device | None) -> str:
    return _name(phone) if phone is not None else account.serial or say("agreement.no_phone", "no phone")


def _name(phone: Device) -> str:
    return phone.alias or phone.serial
