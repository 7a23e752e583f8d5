"""The notification block through which automations send messages: a webhook whose address is kept secret.

Two of Prefect's own blocks cannot be used instead (3.8.8). All *Webhook* blocks share their connections and each closes
them after its call, so that simultaneous messages are lost. *Custom Webhook* writes the address into the server's log
when a message is refused.
"""

from __future__ import annotations

import httpx
from prefect.blocks.abstract import NotificationBlock, NotificationError
from pydantic import Field, SecretStr

from phonefleet.words import say

_WITHIN = 10
"""The timeout of a call, in seconds."""


class MessageWebhook(NotificationBlock):
    """Sends each message as a POST of the JSON `{"text": message}`, the form that chat programs accept."""

    _block_type_name = "Phonefleet webhook"
    _block_type_slug = "phonefleet-webhook"
    _description = 'Sends messages as JSON, {"text": "…"}, to a webhook of Slack, Mattermost, Google Chat and the like.'

    url: SecretStr = Field(title="Address", description="The whole address of the webhook. It is shown nowhere.")

    async def notify(self, body: str, subject: str | None = None) -> None:  # noqa: ARG002 - NotificationBlock's signature
        """Send a message; the subject is not sent, because the body says the same.

        Raises:
            NotificationError: the webhook refused the message or cannot be reached. It never contains the address.

        """
        try:
            async with httpx.AsyncClient(timeout=_WITHIN) as client:
                answer = await client.post(self.url.get_secret_value(), json={"text": body})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            message = say(
                "message_webhook.webhook_cannot_reached",
                "the webhook cannot be reached: {name__}",
                name__=type(error).__name__,
            )
            raise NotificationError(message) from None
        if not answer.is_success:
            message = say(
                "message_webhook.webhook_refused_message_status",
                "the webhook refused the message with status {status_code}",
                status_code=answer.status_code,
            )
            raise NotificationError(message)
