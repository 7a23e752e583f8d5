"""Prefect's settings for runs inside a worker: what costs time and brings nothing when runs share a process.

The heartbeat of a flow run is a thread that sleeps in whole seconds, and the end of each run waits for it: up to a
second a run. Our worker tells by its own heartbeat that it lives, and puts back what a dead one left.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from prefect.settings import (
    PREFECT_CLIENT_CSRF_SUPPORT_ENABLED,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    Settings,
    temporary_settings,
)


def engine_settings() -> AbstractContextManager[Settings]:
    """Return the settings as a context; each thread that runs flows enters one of its own."""
    return temporary_settings(
        updates={
            PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: False,
            PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED: False,
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        }
    )


def loop_settings() -> AbstractContextManager[Settings]:
    """Return the settings of the worker's own loops: they ask again by themselves, sooner than Prefect's client."""
    return temporary_settings(updates={PREFECT_CLIENT_MAX_RETRIES: 0})
