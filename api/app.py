"""Builds the FastAPI application: routes, middleware, and a lifespan that opens and closes every resource.

It holds no logic of its own: what a route or a loop does is in the room of its concept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from functools import cache, partial
from random import Random
from typing import Any, Never

import anyio.to_thread
import httpx
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr
from starlette.routing import BaseRoute

from api.about import routes as about_routes
from api.about.metrics import Metrics
from api.agreement.announcer import Announcer, WebhookAnnouncer
from api.agreement.events import PrefectEvents
from api.agreement.forms import FormChoices
from api.agreement.observer import Observer
from api.agreement.reasons import ReasonTeller
from api.agreement.recaller import Recaller
from api.agreement.reconciler import Reconciler
from api.agreement.submitter import Submitter
from api.agreement.webhook import Webhook
from api.answers import docs_page, errors
from api.answers.documentation import ERRORS, document
from api.answers.page import routes as page_routes
from api.campaigns import routes as campaign_routes
from api.campaigns.presence import CampaignPresence
from api.campaigns.runner import CampaignRunner, News
from api.edge import audit_routes
from api.edge.coalesce import CoalesceRequests
from api.edge.guard import Guard
from api.edge.language import SpeakToClient
from api.edge.one_status import OneStatus
from api.edge.own_names import is_loopback
from api.edge.public_path import PublicPath
from api.fleet import account_files_routes, accounts_routes, devices_routes, glances_routes, verifications_routes
from api.fleet.days import routes as day_routes
from api.fleet.days.reading import DailyReading
from api.fleet.glances import Glances
from api.fleet.screens import routes as screen_routes
from api.fleet.screens.phones import WatchedPhones
from api.fleet.screens.screens import Screens
from api.fleet.takeover import routes as takeover_routes
from api.fleet.takeover.inputs import Inputs
from api.hosts import reaching_routes
from api.hosts import routes as host_routes
from api.hosts.door import HostDoor
from api.hosts.ledger_calls import LedgerCalls
from api.hosts.links import HostLinks
from api.hosts.opening import opened_tunnels, seen
from api.hosts.watch import HostWatch
from api.limits import routes as limit_routes
from api.limits.watch import LimitWatch
from api.live import routes as live_routes
from api.live.broadcast import Broadcast
from api.loops.compacting import Compacting
from api.loops.own_scripts import OwnScriptWatch
from api.loops.retention import Retention
from api.loops.threads import in_thread
from api.media import apk_routes
from api.media import routes as media_routes
from api.persons import roles, session_routes
from api.persons import routes as person_routes
from api.persons.identity import Identities
from api.plans import routes as plan_routes
from api.prefect.client import PrefectApi
from api.prefect.watch import PrefectWatch
from api.reports import routes as report_routes
from api.reports.daily import DailyReport
from api.reports.senders import sender_of
from api.resources import Resources
from api.results import evidence_routes, failure_routes, outcome_routes, scraped_routes
from api.scripts import routes as script_routes
from api.tasks import control_routes
from api.tasks import routes as task_routes
from api.tasks.cache import Reading, TaskCache
from api.tasks.device_actions import routes as device_action_routes
from api.tasks.waiting import WaitingReasons
from api.workshop import profile_routes, recording_routes
from api.workshop import routes as workshop_routes
from api.workshop.workshop import Workshop
from phonefleet.clock import Clock, SystemClock
from phonefleet.device.adb.servers import AdbServers, ForEachHost
from phonefleet.device.glance import Glance
from phonefleet.device.hand import Hand
from phonefleet.device.live_pictures import LivePictures
from phonefleet.disk import why_full
from phonefleet.ledger import Ledger
from phonefleet.ledger.tasks.reading import TaskReader
from phonefleet.loops import Survives, every
from phonefleet.own_scripts.catalogue import Catalogue
from phonefleet.own_scripts.scripts import Scripts
from phonefleet.pacing import clock_time, zone_named
from phonefleet.public_url import PublicUrl
from phonefleet.settings import OPEN_TO_ALL, Settings, refuse_short
from phonefleet.vault import KEY_FILE, Vault
from phonefleet.words import say

_Loop = Callable[[], Awaitable[Never]]
"""A loop of the background; it ends by being cancelled alone."""

BASE_PATH = "/api/v1"
_LISTS = ("/devices", "/accounts", "/audit", "/campaigns", "/limits", "/do-not-contact", "/media")
"""Lists whose simultaneous requests are coalesced: they share one reading of the database."""
_THREADS = 16
_PREFECT_PATIENCE = timedelta(seconds=30)
_AFTER_A_CRASH = timedelta(seconds=5)
_log = logging.getLogger(__name__)
_CRASHED = "A background loop of the API crashed; it starts again"
_CRASHES = Survives((Exception,), logging.ERROR)


def create_app(settings: Settings, clock: Clock | None = None, own_scripts: Catalogue | None = None) -> FastAPI:
    """Return the API for these settings; nothing is opened before it is served.

    With a catalogue, requests may name the owner's own scripts too.

        settings = Settings()
        serve(create_app(settings), settings)  # `serve` of api.edge.serving

    Raises:
        ValueError: the settings do not fit together; the message says what to change.

    """
    _check(settings)
    app = FastAPI(
        title="Phonefleet",
        summary="The local task API for a fleet of Android phones.",
        version="1",
        lifespan=_lifespan(settings, clock or SystemClock(), Scripts(own_scripts)),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.router.routes.extend(_routes())
    app.router.routes[:0] = task_routes.shortcuts(BASE_PATH)
    errors.install(app)
    document(app, BASE_PATH, roles.needed, settings.public_url)
    docs_page.install(app, ("", BASE_PATH))
    page_routes.install(app)
    app.state.metrics = Metrics()
    app.add_middleware(CoalesceRequests, paths=[BASE_PATH + path for path in _LISTS])
    app.add_middleware(Guard, settings=settings, metrics=app.state.metrics)
    if settings.http_status == "200":
        app.add_middleware(OneStatus, base_path=BASE_PATH)
    app.add_middleware(HostDoor)
    if settings.public_url is not None:
        app.add_middleware(PublicPath, public=PublicUrl.parse(settings.public_url))
    app.add_middleware(SpeakToClient)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """Return the routes of all rooms, in the order in which the documentation lists them.

    All apps of a process share them: FastAPI reads signatures and schemas when a route is first asked for.
    """
    rooms = APIRouter()
    for part in (
        task_routes,
        plan_routes,
        outcome_routes,
        control_routes,
        script_routes,
        scraped_routes,
        evidence_routes,
        failure_routes,
        live_routes,
        device_action_routes,  # before phones, whose names may be anything
        devices_routes,
        glances_routes,
        screen_routes,
        takeover_routes,
        account_files_routes,
        accounts_routes,
        day_routes,
        verifications_routes,
        workshop_routes,
        profile_routes,
        recording_routes,
        limit_routes,
        media_routes,
        apk_routes,
        campaign_routes,
        report_routes,
        session_routes,
        person_routes,
        host_routes,
        audit_routes,
        about_routes,
    ):
        rooms.include_router(part.router)
    rooms.include_router(host_routes.for_workers)
    rooms.include_router(reaching_routes.router)
    rooms.include_router(about_routes.health)
    every = APIRouter(responses=ERRORS)
    every.include_router(rooms, prefix=BASE_PATH)
    every.include_router(about_routes.health, include_in_schema=False)
    return every.routes


def _check(settings: Settings) -> None:
    if settings.database_url is None:
        message = say(
            "api.api_needs_phonefleet_database_url", "The API needs PHONEFLEET_DATABASE_URL; `phonefleet up` sets it."
        )
        raise ValueError(message)
    if not is_loopback(settings.host) and not settings.needs_tokens:
        message = say(
            "api.set_phonefleet_api_token_before",
            "Set PHONEFLEET_API_TOKEN before binding the API to {host}: others could reach it there.",
            host=settings.host,
        )
        raise ValueError(message)
    if settings.public_url is not None and not settings.needs_tokens:
        raise ValueError(OPEN_TO_ALL)
    if settings.api_token is not None:
        refuse_short(settings.api_token.get_secret_value())
    if settings.secret_key is not None or (settings.home / KEY_FILE).exists():
        Vault.of(settings)
    zone_named(settings.timezone)
    if sender_of(settings) is None and settings.report_at is not None:
        message = say(
            "api.phonefleet_report_needs_phonefleet_report",
            "PHONEFLEET_REPORT_AT needs PHONEFLEET_REPORT_TO or PHONEFLEET_NOTIFY_URL: where does the report go?",
        )
        raise ValueError(message)


def _lifespan(settings: Settings, clock: Clock, scripts: Scripts) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        async with AsyncExitStack() as stack:
            opening = _Opening(app, stack, settings, clock, scripts)
            ledger = await _ledger(opening)
            prefect = await _prefect(opening)
            app.state.prefect_watch = watch = PrefectWatch(prefect, clock)
            await _hosts(opening, ledger)
            _phones(opening, ledger)
            waiting = await _reading_tasks(opening, ledger, watch)
            app.state.identities = Identities(settings, ledger, clock)
            await in_thread(_warn_of_lockout, settings, ledger)
            submitter = Submitter(ledger, prefect, clock, scripts)
            loops = [
                submitter.run,
                *_agreeing(opening, ledger, prefect, watch),
                *_working(opening, ledger, prefect, watch, submitter),
                ReasonTeller(ledger, prefect, waiting, settings, clock).run,
                app.state.broadcast.run,
            ]
            await stack.enter_async_context(_in_background(*loops))
            yield

    return lifespan


@dataclass(frozen=True, slots=True)
class _Opening:
    """An application that is being opened: what is opened is closed with the stack, the last first."""

    app: FastAPI
    stack: AsyncExitStack
    settings: Settings
    clock: Clock
    scripts: Scripts


async def _ledger(opening: _Opening) -> Ledger:
    """Open the ledger, its tables brought up to this version."""
    ledger = Ledger(_database(opening.settings), opening.clock, pool_size=_THREADS + 8)
    opening.stack.callback(ledger.close)
    await in_thread(ledger.migrate)
    return ledger


async def _prefect(opening: _Opening) -> PrefectApi:
    """Open the connections to Prefect's server, which need not run yet."""
    url, auth = opening.settings.prefect_api_url, _basic(opening.settings.prefect_auth)
    patience = _PREFECT_PATIENCE.total_seconds()
    client = httpx.AsyncClient(base_url=url, auth=auth, timeout=patience, trust_env=False, headers=_encoding(url))
    return PrefectApi(await opening.stack.enter_async_context(client))


async def _hosts(opening: _Opening, ledger: Ledger) -> None:
    """Open the doors for other hosts: their calls of the ledger, hints to them, and the ways to their phones."""
    state, settings, clock = opening.app.state, opening.settings, opening.clock
    state.tunnels = tunnels = await opened_tunnels(settings.home, ledger)
    opening.stack.push_async_callback(tunnels.close)
    state.host_links = links = HostLinks(partial(seen, ledger, clock))
    state.attention_wanted = partial(links.hint, "attention")
    state.host_calls = LedgerCalls(ledger, clock, lambda sealed: Vault.of(settings).open(sealed))


def _phones(opening: _Opening, ledger: Ledger) -> None:
    """Open what looks at phones and touches them for people: glances, pictures, taking over, the workshop."""
    state, stack, settings, clock = opening.app.state, opening.stack, opening.settings, opening.clock
    servers = AdbServers.of_settings(settings, clock)
    state.glances = stack.enter_context(Glances(ForEachHost(servers, lambda server: Glance(server, clock))))
    pictures = ForEachHost(servers, lambda server: LivePictures(server, clock))
    watched = WatchedPhones(ledger, clock, state.attention_wanted)
    state.screens = stack.enter_context(Screens(pictures, watched, clock))
    state.hands = ForEachHost(servers, lambda server: Hand(server, clock))
    state.inputs = inputs = Inputs()
    state.workshop = workshop = Workshop(settings.home, ledger, servers, clock)
    inputs.listeners.append(workshop.recordings.entered)
    stack.push_async_callback(in_thread, workshop.recordings.close)


async def _reading_tasks(opening: _Opening, ledger: Ledger, watch: PrefectWatch) -> WaitingReasons:
    """Open what answers for tasks, at once and live; return what tells why they wait."""
    state, settings, clock = opening.app.state, opening.settings, opening.clock
    reader = TaskReader(_database(settings))
    opening.stack.push_async_callback(reader.close)
    waiting = WaitingReasons(
        reader,
        lambda: watch.facts,
        clock,
        zone_named(settings.timezone),
        lambda: why_full(settings.home, settings.disk_reserve),
        opening.scripts,
    )
    state.broadcast = Broadcast(ledger, settings, waiting)
    state.reading = Reading(reader, TaskCache(reader, settings, waiting=waiting), settings, waiting)
    return waiting


def _agreeing(opening: _Opening, ledger: Ledger, prefect: PrefectApi, watch: PrefectWatch) -> list[_Loop]:
    """Return the loops that keep the ledger and Prefect in agreement, beside the submitter's."""
    settings, clock = opening.settings, opening.clock
    observer = Observer(ledger, prefect, clock)
    reconciler = Reconciler(ledger, prefect, observer)
    skipped = opening.app.state.metrics.event_skipped
    return [
        Recaller(ledger, prefect, clock).run,
        reconciler.run,
        PrefectEvents(settings, observer, reconciler, clock, skipped, watch.queue_told).run,
        watch.run,
        FormChoices(ledger, prefect, clock).run,
        Announcer(ledger, prefect, clock).run,
    ]


def _working(
    opening: _Opening, ledger: Ledger, prefect: PrefectApi, watch: PrefectWatch, submitter: Submitter
) -> list[_Loop]:
    """Return the loops that do by themselves what the fleet needs, and give the routes their resources."""
    state, settings, clock, scripts = opening.app.state, opening.settings, opening.clock, opening.scripts
    zone, rng, news = zone_named(settings.timezone), Random(settings.seed), News()  # noqa: S311 - waits are no secrets
    forgetting = Retention(ledger, prefect, clock, settings)
    state.resources = resources = Resources(
        settings, ledger, prefect, clock, zone, rng, submitter.wake, news.tell, lambda: watch.facts,
        lambda: forgetting.state, scripts,
    )  # fmt: skip
    return [
        Compacting(ledger).run,
        LimitWatch(ledger, prefect, clock).run,
        HostWatch(ledger, clock).run,
        forgetting.run,
        CampaignRunner(resources, news).run,
        CampaignPresence(prefect).run,
        *_telling(settings, ledger, clock, zone),
        *([OwnScriptWatch(scripts).run] if scripts.own else []),
        *_daily_reading(resources),
    ]


def _warn_of_lockout(settings: Settings, ledger: Ledger) -> None:
    """Warn where tokens are needed and nobody has one that administers."""
    if settings.needs_tokens and settings.api_token is None and not ledger.persons.have_an_administrator():
        _log.warning(
            "Tokens are needed and no person administers: start once without PHONEFLEET_TOKEN_NEEDED and run "
            "`phonefleet person add NAME --role administer`"
        )


def _telling(settings: Settings, ledger: Ledger, clock: Clock, zone: tzinfo) -> list[_Loop]:
    """Return the loops that tell people, where they are asked for: of holds and quarantines, and of the day."""
    url, at, sender = settings.notify_url, settings.report_at, sender_of(settings)
    loops: list[_Loop] = []
    if url is not None:
        loops.append(WebhookAnnouncer(ledger, Webhook(url), clock).run)
    if at is not None and sender is not None:
        loops.append(DailyReport(ledger, sender, clock, clock_time(at), zone).run)
    return loops


def _daily_reading(resources: Resources) -> list[_Loop]:
    """Return the loop that reads the profiles of accounts once a day, where it is asked for."""
    at = resources.settings.account_days_at
    return [] if at is None else [DailyReading(resources, clock_time(at)).run]


def _encoding(url: str) -> dict[str, str]:
    """Return the header that asks a server on this computer not to compress: that would cost more than sending."""
    return {"Accept-Encoding": "identity"} if is_loopback(httpx.URL(url).host) else {}


def _basic(auth: SecretStr | None) -> httpx.BasicAuth | None:
    """Return the credentials for Prefect's API from "user:password"; None where Prefect asks for none."""
    if auth is None:
        return None
    user, _, password = auth.get_secret_value().partition(":")
    return httpx.BasicAuth(user, password)


def _database(settings: Settings) -> str:
    assert settings.database_url is not None  # noqa: S101 - create_app has checked it
    return settings.database_url.get_secret_value()


@asynccontextmanager
async def _in_background(*loops: _Loop) -> AsyncGenerator[None]:
    """Run loops as tasks for the time of the block, then cancel them and wait for their end."""
    running = [asyncio.create_task(every(_AFTER_A_CRASH, loop, _CRASHED, _CRASHES)) for loop in loops]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
