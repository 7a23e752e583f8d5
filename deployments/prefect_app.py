"""The application of our Prefect server: Prefect's own, in a process that knows our block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.server.api.server import create_app as create_prefect_app

from deployments.message_webhook import MessageWebhook

if TYPE_CHECKING:
    from fastapi import FastAPI

BLOCKS = (MessageWebhook,)
"""The server finds the class of a block among those that were imported."""


def create_app() -> FastAPI:
    """Return the application, as its settings in the environment say."""
    return create_prefect_app()
