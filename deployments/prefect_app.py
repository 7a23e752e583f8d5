"""The application of our Prefect server: Prefect's own, in a process that knows our block, behind our guard."""

from __future__ import annotations

import os

from prefect.server.api.server import create_app as create_prefect_app

from deployments.message_webhook import MessageWebhook
from deployments.prefect_guard import PrefectGuard
from deployments.prefect_server import BOUND_TO, LOOPBACK

BLOCKS = (MessageWebhook,)
"""The server finds the class of a block among those that were imported."""


def create_app() -> PrefectGuard:
    """Return the application, as its settings in the environment say."""
    return PrefectGuard(create_prefect_app(), os.environ.get(BOUND_TO, LOOPBACK))
