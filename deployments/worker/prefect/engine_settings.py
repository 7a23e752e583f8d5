"""Prefect settings for the worker: switches off what costs time and is of no use when runs share one process.

Prefect's heartbeat of a flow run is a thread that sleeps in whole seconds, and the end of each run waits for it, up to
a second. It is not needed here: the worker has a heartbeat of its own, and the next worker reschedules the runs of one
that died (`deployments.worker.prefect.recovery`).
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
    """Return the settings for running flows, as a context manager. Each thread that runs flows enters its own."""
    return temporary_settings(
        updates={
            PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: False,
            PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED: False,
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        }
    )


def loop_settings() -> AbstractContextManager[Settings]:
    """Return the settings for the worker's loops, as a context manager: no retries by Prefect's client.

    The loops repeat failed calls themselves, sooner than the client would.
    """
    return temporary_settings(updates={PREFECT_CLIENT_MAX_RETRIES: 0})
