"""From settings and options to what a launcher is asked for: an option wins over the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deployments.cli.options import LogLevel, load_settings
from deployments.launcher import LaunchOptions


def launch_options(  # noqa: PLR0913 - the options of `up` and `demo`
    *,
    home: Path | None,
    host: str | None,
    api_port: int | None,
    prefect_port: int | None,
    adb_port: int | None,
    world_port: int,
    virtual: int,
    database_url: str | None,
    seed: int | None,
    fault_rate: float,
    log_level: LogLevel | None,
    extra: Mapping[str, str] | None = None,
) -> LaunchOptions:
    """Return what to launch."""
    settings = load_settings()
    configured = settings.database_url.get_secret_value() if settings.database_url else None
    prefect = settings.prefect_database_url.get_secret_value() if settings.prefect_database_url else None
    own_adb = "adb_port" in settings.model_fields_set and not virtual
    return LaunchOptions(
        home=home or settings.home,
        host=host or settings.host,
        api_port=settings.api_port if api_port is None else api_port,
        prefect_port=0 if prefect_port is None else prefect_port,
        adb_port=settings.adb_port if own_adb and adb_port is None else adb_port,
        world_port=world_port,
        virtual=virtual,
        database_url=database_url or configured,
        prefect_database_url=prefect,
        has_token=settings.api_token is not None,
        seed=settings.seed if seed is None else seed,
        fault_rate=fault_rate,
        log_level=log_level or settings.log_level,
        extra=extra or {},
    )
