"""Metrics for Prometheus: requests are counted as they are served; tasks, phones and the outbox when it scrapes."""

from __future__ import annotations

from collections import Counter as Tally
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

from phonefleet.disk import free_bytes
from phonefleet.ledger import Ledger
from phonefleet.runs.states import Status

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The metrics of one API process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        names = ["method", "route", "status"]
        self._requests = Counter(
            "phonefleet_http_requests", "Requests that were answered.", names, registry=self._registry
        )
        self._duration = Histogram(
            "phonefleet_http_request_duration_seconds",
            "Time from a request's head to its answer's end.",
            names[:2],
            buckets=_BOUNDS,
            registry=self._registry,
        )
        self._skipped = Counter(
            "phonefleet_prefect_events_skipped", "Events of Prefect that cannot be understood.", registry=self._registry
        )
        self._tasks = Gauge("phonefleet_tasks", "Tasks by status.", ["status"], registry=self._registry)
        self._devices = Gauge("phonefleet_devices", "Phones by state.", ["state"], registry=self._registry)
        self._disk = Gauge(
            "phonefleet_disk_free_bytes", "Free on the disk of the data folder.", registry=self._registry
        )
        self._host_up = Gauge(
            "phonefleet_host_up", "Whether a joined host is heard (1) or away (0).", ["host"], registry=self._registry
        )
        self._host_phones = Gauge(
            "phonefleet_host_phones", "Phones by host and state.", ["host", "state"], registry=self._registry
        )
        self._outbox = Gauge("phonefleet_outbox", "Tasks that Prefect does not know yet.", registry=self._registry)

    def served(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request that took `seconds`, by the pattern of its route: paths would make endless time series."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = str(getattr(scope.get("route"), "path", "none"))
        self._requests.labels(method, route, str(status)).inc()
        self._duration.labels(method, route).observe(seconds)

    def event_skipped(self) -> None:
        """Count an event of Prefect's that could not be parsed."""
        self._skipped.inc()

    def text(self, ledger: Ledger, home: Path, now: datetime) -> bytes:
        """Return all figures in Prometheus's text format; `home` is the data folder."""
        if (free := free_bytes(home)) is not None:
            self._disk.set(free)
        counts = ledger.tasks.count()
        for status in Status:
            self._tasks.labels(status.text).set(getattr(counts, status.text))
        self._devices.clear()
        devices = ledger.devices.all()
        for state, number in Tally(device.state for device in devices).items():
            self._devices.labels(state).set(number)
        self._host_phones.clear()
        for (host, state), number in Tally((device.host, device.state) for device in devices).items():
            self._host_phones.labels(host, state).set(number)
        self._host_up.clear()
        for joined in (host for host in ledger.hosts.all() if host.joined_at is not None):
            self._host_up.labels(joined.name).set(joined.lives(now))
        self._outbox.set(ledger.outbox.pending_count())
        return generate_latest(self._registry)
