"""The ASGI application of our Prefect server: Prefect's own, with our notification block, behind our middleware."""

from __future__ import annotations

import os

from prefect.server.api.server import create_app as create_prefect_app
from starlette.types import ASGIApp

from deployments.message_webhook import MessageWebhook
from deployments.prefect_guard import PrefectGuard
from deployments.prefect_hosts.access import HostAccess
from deployments.prefect_hosts.runs import HostRuns
from deployments.prefect_hosts.tokens import HostTokens
from deployments.prefect_server import AT_ONCE, BOUND_TO, KNOWS_HOSTS, LOOPBACK, PUBLIC
from deployments.prefect_turns import Turns
from phonefleet.public_url import PublicUrl

BLOCKS = (MessageWebhook,)
"""Imported here because the server finds the class of a block only if it was imported."""


def create_app(*, webserver_only: bool = False) -> PrefectGuard:
    """Return the application, configured by the environment; with `webserver_only` Prefect's services do not run."""
    public = os.environ.get(PUBLIC)
    bound_to = os.environ.get(BOUND_TO, LOOPBACK)
    return PrefectGuard(
        _with_hosts(Turns(create_prefect_app(webserver_only=webserver_only), AT_ONCE)),
        bound_to,
        PublicUrl.parse(public) if public else None,
    )


def _with_hosts(app: ASGIApp) -> ASGIApp:
    """Return the application with a door for joined hosts, where there is an API that knows them."""
    api, auth = os.environ.get(KNOWS_HOSTS), os.environ.get("PREFECT_SERVER_API_AUTH_STRING")
    return HostAccess(app, auth, HostTokens(api), HostRuns(api)) if api and auth else app
