"""Where a report goes: the addresses of Apprise in PHONEFLEET_REPORT_TO, or else the webhook of PHONEFLEET_NOTIFY_URL.

Addresses hold secrets, so none shows in a log or an error; Apprise's own log, which tells of them, is switched off.
"""

from __future__ import annotations

import logging
from typing import Protocol

from api.agreement.webhook import Webhook
from phonefleet.errors import Transient
from phonefleet.settings import Settings
from phonefleet.words import say


class ReportNotTaken(Transient):
    """Not every address has taken the report; `taken_by` has the places of those that have it by now, from 1 on."""

    def __init__(self, message: str, taken_by: frozenset[int] = frozenset()) -> None:
        super().__init__(message)
        self.taken_by = taken_by


class Sender(Protocol):
    """Sends a report to where people read it."""

    async def send(self, title: str, text: str, taken_by: frozenset[int] = frozenset()) -> None:
        """Send a report to each address but those that have it already.

        Raises `Transient` or `Permanent` when it was not taken.
        """
        ...


class WebhookSender:
    """Sends reports to a webhook, as one text."""

    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook

    async def send(self, title: str, text: str, taken_by: frozenset[int] = frozenset()) -> None:  # noqa: ARG002 - one address
        """Send a report. Raises `WebhookAway` or `WebhookRefused`."""
        await self._webhook.send(f"{title}\n{text}")


class AppriseSender:
    """Sends reports through Apprise.

    Raises:
        ValueError: Apprise does not know one of the addresses; the message tells which, but does not show it.

    """

    def __init__(self, addresses: list[str]) -> None:
        from apprise import Apprise  # noqa: PLC0415 - takes long to import, and most fleets send no report

        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        self._services: list[Apprise] = []
        for number, address in enumerate(addresses, 1):
            service = Apprise()
            if not service.add(address):  # pyright: ignore[reportUnknownMemberType] - dict without types
                message = say(
                    "reports.phonefleet_report_apprise_cannot_use",
                    "PHONEFLEET_REPORT_TO: Apprise cannot use the {ordinal} address",
                    ordinal=_ordinal(number),
                )
                raise ValueError(message)
            self._services.append(service)

    async def send(self, title: str, text: str, taken_by: frozenset[int] = frozenset()) -> None:
        """Send a report to each address but those that have it already; one that fails keeps it from no other.

        Raises:
            ReportNotTaken: an address failed; sent again with its `taken_by`, the others do not get it twice.

        """
        wanted = {number: one for number, one in enumerate(self._services, 1) if number not in taken_by}
        taken = {number for number, one in wanted.items() if await one.async_notify(body=text, title=title)}
        if refused := [_ordinal(number) for number in wanted if number not in taken]:
            message = say(
                "reports.address_phonefleet_report_did_not",
                "the {refused} address of PHONEFLEET_REPORT_TO did not take the report",
                refused=" and ".join(refused),
            )
            raise ReportNotTaken(message, taken_by | taken)


def sender_of(settings: Settings) -> Sender | None:
    """Return where reports go; None where no address is set. Raises `ValueError`, as `AppriseSender` does."""
    if settings.report_addresses:
        return AppriseSender(settings.report_addresses)
    return None if settings.notify_url is None else WebhookSender(Webhook(settings.notify_url))


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")
