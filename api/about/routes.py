"""Routes about the server itself: its license, liveness and readiness checks, and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from fastapi import APIRouter, Request, Response

from api.about.metrics import CONTENT_TYPE, Metrics
from api.about.schemas import Health, History, HostHealth, License, Readiness
from api.answers.envelope import UNREACHABLE, Envelope, Problem
from api.loops.threads import in_thread
from api.prefect.client import PrefectApi, PrefectRefused, PrefectUnreachable
from api.resources import Resources, TheResources
from phonefleet.disk import why_full
from phonefleet.durations import written
from phonefleet.errors import LedgerUnreachable
from phonefleet.joined_hosts import Host
from phonefleet.ledger import Ledger
from phonefleet.waiting import of_all_phones
from phonefleet.words import AND, joined, say

router = APIRouter(tags=["about"])
health = APIRouter(tags=["about"])


@router.get("/license/check")
async def check_license(resources: TheResources) -> Envelope[License]:
    """Tell what this installation allows."""
    allowed = License(
        plan_name="Self-hosted",
        api_enabled=resources.settings.api_enabled,
        device_limit=resources.settings.device_limit,
        message=say("about.api_access_enabled", "API access enabled"),
    )
    return Envelope(data=allowed)


@health.get("/healthz")
async def is_alive() -> Envelope[Health]:
    """Tell that the process answers."""
    return Envelope(data=Health())


@health.get("/readyz")
async def is_ready(resources: TheResources) -> Envelope[Readiness]:
    """Tell that the database and Prefect answer too, and what else keeps all tasks from starting."""
    found = {"database": await _has_ledger(resources.ledger), "prefect": await _has_prefect(resources.prefect)}
    if not all(found.values()):
        away = joined(AND, (name for name, up in found.items() if not up))
        raise Problem(UNREACHABLE, say("about.not_ready", "Not ready: {away}", away=away), found)
    hosts = await in_thread(resources.ledger.hosts.all)
    return Envelope(data=_readiness(resources, hosts))


def _readiness(resources: Resources, hosts: Sequence[Host]) -> Readiness:
    facts, now = resources.prefect_facts(), resources.clock.now()
    full = why_full(resources.settings.home, resources.settings.disk_reserve)
    told = next(of_all_phones(facts, now), None)
    alive = None if facts.workers is None else any(sign.holds(now) for sign in facts.workers.values())
    remark = full or (told and told.sentence("", now, resources.zone))
    joined = [_heard(host, now) for host in hosts if host.joined_at is not None]
    return Readiness(worker=alive, remark=remark, history=_history(resources), hosts=joined)


def _heard(host: Host, now: datetime) -> HostHealth:
    return HostHealth(name=host.name, state="online" if host.lives(now) else "away")


def _history(resources: Resources) -> History:
    state = resources.history()
    cleaned = state.cleaned_at and state.cleaned_at.astimezone(resources.zone)
    return History(
        kept="forever" if state.kept is None else written(state.kept),
        cleaned_at=cleaned,
        deleted=state.deleted,
        waiting=state.waiting,
        remark=state.trouble,
    )


_FIGURES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "All figures in Prometheus's text format.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
}


@health.get("/metrics", response_class=Response, responses=_FIGURES)
def tell_metrics(request: Request, resources: TheResources) -> Response:
    """Tell Prometheus about requests, tasks, phones and the outbox."""
    metrics = cast("Metrics", request.app.state.metrics)
    text = metrics.text(resources.ledger, resources.settings.home, resources.clock.now())
    return Response(text, media_type=CONTENT_TYPE)


async def _has_ledger(ledger: Ledger) -> bool:
    try:
        await in_thread(ledger.ping)
    except LedgerUnreachable:
        return False
    return True


async def _has_prefect(prefect: PrefectApi) -> bool:
    try:
        await prefect.ping()
    except (PrefectUnreachable, PrefectRefused):
        return False
    return True
