"""Merges settings and command-line options into `LaunchOptions`; options win."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NotRequired, TypedDict, TypeVar

from deployments.cli.shared.options import APP_VERSIONS, LogLevel, load_settings
from deployments.launcher import LaunchOptions
from phonefleet.errors import Permanent
from phonefleet.public_url import PublicUrl
from phonefleet.settings import KEY_ALONE, TWO_CERTIFICATES, Settings
from phonefleet.tls.files import TlsFiles
from phonefleet.words import tr

T = TypeVar("T")


class LaunchArguments(TypedDict):
    """The options that `up` and `demo` share, as the command line gives them."""

    home: Path | None
    host: str | None
    api_port: int | None
    prefect_port: int | None
    prefect_host: NotRequired[str | None]
    adb_port: int | None
    world_port: int
    virtual: int
    database_url: str | None
    seed: int | None
    fault_rate: float
    app_version: NotRequired[str]
    log_level: LogLevel | None
    tls: NotRequired[bool]
    tls_name: NotRequired[list[str] | None]
    tls_cert: NotRequired[Path | None]
    tls_key: NotRequired[Path | None]


def launch_options(
    given: LaunchArguments, *, extra: Mapping[str, str] | None = None, isolated: bool = False
) -> LaunchOptions:
    """Return the options of a launcher; `isolated` uses no configured database, adb server or public address."""
    settings = load_settings()
    return LaunchOptions(
        home=given["home"] or settings.home,
        host=given["host"] or settings.host,
        api_port=_first(given["api_port"], settings.api_port),
        prefect_port=given["prefect_port"] or 0,
        prefect_host=given.get("prefect_host") or settings.prefect_host,
        prefect_auth=_secret(settings, "prefect_auth"),
        adb_port=_first(given["adb_port"], None if isolated else _configured_adb(settings, given["virtual"])),
        world_port=given["world_port"],
        virtual=given["virtual"],
        database_url=given["database_url"] or (None if isolated else _secret(settings, "database_url")),
        prefect_database_url=None if isolated else _secret(settings, "prefect_database_url"),
        redis_url=None if isolated else _redis(settings),
        prefect_processes=settings.prefect_processes,
        has_token=settings.needs_tokens,
        public_url=None if isolated or settings.public_url is None else PublicUrl.parse(settings.public_url),
        seed=_first(given["seed"], settings.seed),
        fault_rate=given["fault_rate"],
        app_version=given.get("app_version", APP_VERSIONS),
        log_level=given["log_level"] or settings.log_level,
        **_encrypted(given, settings, isolated=isolated),
        history_kept=settings.history_kept,
        extra=extra or {},
    )


class _Encrypted(TypedDict):
    """The options of a launcher that say how it encrypts."""

    tls: bool
    tls_files: TlsFiles | None
    tls_names: tuple[str, ...]
    tls_ca: Path | None


def _encrypted(given: LaunchArguments, settings: Settings, *, isolated: bool) -> _Encrypted:
    """Return how API and Prefect are encrypted; what the command line says of it stands in for all of the settings.

    `isolated` encrypts nothing.

    Raises:
        Permanent: both a made certificate and a named one are wanted, or a key alone is named.

    """
    if isolated:
        return {"tls": False, "tls_files": None, "tls_names": (), "tls_ca": None}
    tls, cert, key = given.get("tls", False), given.get("tls_cert"), given.get("tls_key")
    if tls and cert is not None:
        raise Permanent(TWO_CERTIFICATES)
    if key is not None and cert is None:
        raise Permanent(KEY_ALONE)
    files = None if cert is None else TlsFiles(cert.absolute(), (key or cert).absolute())
    if files is None and not tls:
        tls, files = settings.tls, settings.tls_files
    names = given.get("tls_name") or settings.tls_names
    return {"tls": tls, "tls_files": files, "tls_names": tuple(names), "tls_ca": settings.tls_ca}


def _configured_adb(settings: Settings, virtual: int) -> int | None:
    """Return the configured port of the adb server for real phones, if any; virtual phones have their own server."""
    return settings.adb_port if "adb_port" in settings.model_fields_set and not virtual else None


def _redis(settings: Settings) -> str | None:
    """Return the address of the Redis that several processes of Prefect's server need.

    Raises:
        Permanent: there are to be several, and there is none, or what speaks to it is not installed.

    """
    url = _secret(settings, "redis_url")
    if url is None and settings.prefect_processes > 1:
        message = tr("PHONEFLEET_PREFECT_PROCESSES needs PHONEFLEET_REDIS_URL, through which they know of each other")
        raise Permanent(message)
    if url is not None and find_spec("prefect_redis") is None:
        raise Permanent(tr("PHONEFLEET_REDIS_URL needs the package prefect-redis: uv sync --extra redis"))
    return url


def _secret(settings: Settings, name: str) -> str | None:
    secret = getattr(settings, name)
    return None if secret is None else str(secret.get_secret_value())


def _first(given: T | None, otherwise: T) -> T:
    return otherwise if given is None else given
