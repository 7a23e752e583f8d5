"""The facade, put together: `create_app` builds it, its lifespan owns every resource."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from random import Random
from typing import Any, Never

import anyio.to_thread
import httpx
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from api import docs_page, failures
from api.announcer import Announcer, WebhookAnnouncer
from api.campaign_presence import CampaignPresence
from api.campaign_runner import CampaignRunner, News
from api.documentation import ERRORS, document
from api.events import Broadcast
from api.facade import Facade
from api.folding import Folding
from api.forgetting import Forgetting
from api.gate import is_loopback
from api.glances import Glances
from api.guard import Guard
from api.limit_watch import LimitWatch
from api.metrics import Metrics
from api.observer import Observer
from api.prefect_api import PrefectApi
from api.prefect_events import PrefectEvents
from api.recaller import Recaller
from api.reconciler import Reconciler
from api.routes import about, audit, campaigns, control, events, evidence, fleet, outcomes, plan, scraped, tasks
from api.submitter import Submitter
from api.task_cache import TaskCache
from api.threads import to_end
from api.together import Together
from api.webhook import Webhook
from phonefleet.clock import Clock, SystemClock
from phonefleet.device.glance import Glance
from phonefleet.ledger import Ledger
from phonefleet.ledger.reading import TaskReader
from phonefleet.loops import Survives, every
from phonefleet.pacing import zone_named
from phonefleet.settings import Settings, refuse_short
from phonefleet.vault import KEY_FILE, Vault

BASE_PATH = "/api/v1"
_LISTS = ("/devices", "/accounts", "/audit", "/campaigns", "/limits", "/do-not-contact", "/media")
"""Lists that are answered to all who ask at the same time together."""
_THREADS = 16
_PREFECT_PATIENCE = timedelta(seconds=30)
_AFTER_A_CRASH = timedelta(seconds=5)
_CRASHED = "A background loop of the API crashed; it starts again"
_CRASHES = Survives((Exception,), logging.ERROR)


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Return the facade for these settings.

    Raises:
        ValueError: the settings do not fit together; the message says what to change.

    """
    _check(settings)
    app = FastAPI(
        title="Phonefleet",
        summary="The local task API for a fleet of Android phones.",
        version="1",
        lifespan=_lifespan(settings, clock or SystemClock()),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=ERRORS,
    )
    router = APIRouter()
    for part in (
        tasks.router,
        plan.router,
        outcomes.router,
        control.router,
        scraped.router,
        evidence.router,
        events.router,
        fleet.router,
        campaigns.router,
        audit.router,
        about.router,
        about.health,
    ):
        router.include_router(part)
    app.include_router(router, prefix=BASE_PATH)
    app.include_router(about.health, include_in_schema=False)
    app.router.routes[:0] = tasks.shortcuts(BASE_PATH)
    failures.install(app)
    document(app, BASE_PATH)
    docs_page.install(app, ("", BASE_PATH))
    app.state.metrics = Metrics()
    app.add_middleware(Together, paths=[BASE_PATH + path for path in _LISTS])
    app.add_middleware(Guard, settings=settings, metrics=app.state.metrics)
    return app


def _check(settings: Settings) -> None:
    if settings.database_url is None:
        message = "The API needs PHONEFLEET_DATABASE_URL; `phonefleet up` sets it."
        raise ValueError(message)
    if not is_loopback(settings.host) and settings.api_token is None:
        message = f"Set PHONEFLEET_API_TOKEN before binding the API to {settings.host}: others could reach it there."
        raise ValueError(message)
    if settings.api_token is not None:
        refuse_short(settings.api_token.get_secret_value())
    if settings.secret_key is not None or (settings.home / KEY_FILE).exists():
        Vault.of(settings)
    zone_named(settings.timezone)


def _lifespan(settings: Settings, clock: Clock) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        async with AsyncExitStack() as stack:
            ledger = _ledger(settings, clock)
            stack.callback(ledger.close)
            reader = TaskReader(_database(settings))
            stack.push_async_callback(reader.close)
            await to_end(ledger.migrate)
            patience = _PREFECT_PATIENCE.total_seconds()
            url, auth = settings.prefect_api_url, _basic(settings.prefect_auth)
            client = httpx.AsyncClient(base_url=url, auth=auth, timeout=patience, trust_env=False)
            prefect = PrefectApi(await stack.enter_async_context(client))
            submitter = Submitter(ledger, prefect, clock)
            observer = Observer(ledger, prefect, clock)
            recaller = Recaller(ledger, prefect, clock)
            reconciler = Reconciler(ledger, prefect, observer)
            listener = PrefectEvents(settings, observer, reconciler, clock, app.state.metrics.event_skipped)
            app.state.glances = stack.enter_context(Glances(Glance(settings.adb_port, clock)))
            forgetting = Forgetting(ledger, clock, settings)
            broadcast = Broadcast(ledger, settings)
            zone, rng = zone_named(settings.timezone), Random(settings.seed)  # noqa: S311 - waits are no secrets
            cache = TaskCache(reader, settings)
            news = News()
            facade = Facade(
                settings, ledger, prefect, clock, zone, rng, submitter.wake, broadcast, cache, reader, news.tell
            )
            app.state.facade = facade
            await stack.enter_async_context(
                _in_background(
                    Folding(ledger).run,
                    submitter.run,
                    recaller.run,
                    reconciler.run,
                    listener.run,
                    broadcast.run,
                    LimitWatch(ledger, prefect, clock).run,
                    Announcer(ledger, prefect, clock).run,
                    *_telling(settings, ledger, clock),
                    forgetting.run,
                    CampaignRunner(facade, news).run,
                    CampaignPresence(prefect).run,
                )
            )
            yield

    return lifespan


def _telling(settings: Settings, ledger: Ledger, clock: Clock) -> list[Callable[[], Awaitable[Never]]]:
    """Return what tells the webhook, if people have named one."""
    url = settings.notify_url
    return [] if url is None else [WebhookAnnouncer(ledger, Webhook(url), clock).run]


def _basic(auth: SecretStr | None) -> httpx.BasicAuth | None:
    """Return how to show Prefect its user:password, if it wants one."""
    if auth is None:
        return None
    user, _, password = auth.get_secret_value().partition(":")
    return httpx.BasicAuth(user, password)


def _ledger(settings: Settings, clock: Clock) -> Ledger:
    return Ledger(_database(settings), clock, pool_size=_THREADS + 8)


def _database(settings: Settings) -> str:
    assert settings.database_url is not None  # noqa: S101 - create_app has checked it
    return settings.database_url.get_secret_value()


@asynccontextmanager
async def _in_background(*loops: Callable[[], Awaitable[Never]]) -> AsyncGenerator[None]:
    """Keep loops running for as long as the app does."""
    running = [asyncio.create_task(every(_AFTER_A_CRASH, loop, _CRASHED, _CRASHES)) for loop in loops]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
