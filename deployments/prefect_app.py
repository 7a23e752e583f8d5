"""The ASGI application of our Prefect server: Prefect's own, with our notification block, behind our middleware."""

from __future__ import annotations

import os

from prefect.server.api.server import create_app as create_prefect_app

from deployments.message_webhook import MessageWebhook
from deployments.prefect_guard import PrefectGuard
from deployments.prefect_server import AT_ONCE, BOUND_TO, LOOPBACK, PUBLIC
from deployments.prefect_turns import Turns
from phonefleet.public_url import PublicUrl

BLOCKS = (MessageWebhook,)
"""Imported here because the server finds the class of a block only if it was imported."""


def create_app() -> PrefectGuard:
    """Return the application, configured by the environment."""
    public = os.environ.get(PUBLIC)
    bound_to = os.environ.get(BOUND_TO, LOOPBACK)
    return PrefectGuard(Turns(create_prefect_app(), AT_ONCE), bound_to, PublicUrl.parse(public) if public else None)
