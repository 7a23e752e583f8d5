"""Sends messages to the webhook of PHONEFLEET_NOTIFY_URL: each is one POST of the JSON `{"text": message}`.

The address often holds a secret, so it shows nowhere, not in errors either.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import httpx
from pydantic import SecretStr

from phonefleet.errors import Permanent, Transient
from phonefleet.words import in_language, language_of_environment, say

WITHIN: Final = 10.0
"""Seconds in which the webhook must answer."""


class WebhookAway(Transient):
    """The webhook cannot be reached; the message is sent again."""


class WebhookRefused(Permanent):
    """The webhook does not take the message."""


class Webhook:
    """Sends messages to one address."""

    def __init__(self, url: SecretStr) -> None:
        self._url = url

    async def send(self, text: str) -> None:
        """Send a message.

        Raises:
            WebhookAway: it cannot be reached, is too slow, or answers 5xx or 429: send the same message later.
            WebhookRefused: it answers with any other failure: it will never take this message.

        """
        told = in_language(text, language_of_environment())  # nobody has asked for another one
        try:
            async with httpx.AsyncClient(timeout=WITHIN) as client:
                answer = await client.post(self._url.get_secret_value(), json={"text": told})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            message = say(
                "agreement.webhook_cannot_reached",
                "the webhook cannot be reached: {name__}",
                name__=type(error).__name__,
            )
            raise WebhookAway(message) from None
        if answer.is_success:
            return
        message = say(
            "agreement.webhook_answers_status",
            "the webhook answers with status {status_code}",
            status_code=answer.status_code,
        )
        if answer.is_server_error or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise WebhookAway(message)
        raise WebhookRefused(message)
