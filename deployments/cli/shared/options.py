"""Options that several commands share, the settings, exit codes, and logging."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from phonefleet.durations import parse_duration
from phonefleet.errors import Permanent, PhonefleetError
from phonefleet.words import mark, tr

if TYPE_CHECKING:
    from phonefleet.settings import Settings

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="Folder of all data. [default: the user's data folder]"),
]
HostOption = Annotated[str | None, typer.Option("--host", help="Address the API binds to. [default: 127.0.0.1]")]
ApiPortOption = Annotated[
    int | None,
    typer.Option(
        "--api-port", min=0, max=65535, metavar="PORT", help="Port of the API; 0 picks a free one. [default: 50809]"
    ),
]
PrefectPortOption = Annotated[
    int | None,
    typer.Option(
        "--prefect-port", min=0, max=65535, metavar="PORT", help="Port of the Prefect server; 0 picks a free one."
    ),
]
PrefectHostOption = Annotated[
    str | None,
    typer.Option(
        "--prefect-host",
        metavar="HOST",
        help="Address of the Prefect server; anything but loopback needs the password in DIR/prefect-auth. "
        "[default: 127.0.0.1]",
    ),
]
_TLS = mark("Encryption")
TlsOption = Annotated[
    bool,
    typer.Option(
        "--tls",
        rich_help_panel=_TLS,
        help="Serve API and Prefect over TLS; the certificate is made, in DIR/tls.",
    ),
]
TlsNameOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tls-name",
        metavar="NAME",
        rich_help_panel=_TLS,
        help="A name or address that the made certificate holds for, the one that others open first; may be repeated. "
        "[default: this computer's name and addresses]",
    ),
]
TlsCertOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-cert",
        metavar="FILE",
        rich_help_panel=_TLS,
        help="Serve API and Prefect over TLS, with the certificate of this PEM file.",
    ),
]
TlsKeyOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-key",
        metavar="FILE",
        rich_help_panel=_TLS,
        help="The certificate's key. [default: in the same file]",
    ),
]
AdbPortOption = Annotated[
    int | None,
    typer.Option(
        "--adb-port",
        min=0,
        max=65535,
        metavar="PORT",
        help="Port of the adb server. [default: a free one for virtual phones, else 5037]",
    ),
]
WorldPortOption = Annotated[
    int,
    typer.Option(
        "--world-port", min=0, max=65535, metavar="PORT", help="Port of the virtual phones' world; 0 picks a free one."
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database-url", metavar="URL", help="PostgreSQL database to use instead of the embedded one. "
        "Prefect gets the database named 'prefect' beside it."
    ),
]  # fmt: skip
SeedOption = Annotated[
    int | None, typer.Option("--seed", metavar="NUMBER", help="Seed of all randomness, for repeatable runs.")
]
FaultRateOption = Annotated[
    float,
    typer.Option(
        "--fault-rate",
        min=0,
        max=1,
        metavar="RATE",
        help="The chance that a call to a virtual phone meets a fault, from 0 to 1.",
    ),
]
APP_VERSIONS = "2.0.1,1.4.2"
AppVersionOption = Annotated[
    str,
    typer.Option(
        "--app-version", metavar="VERSIONS", help="Versions of the sample app, given to the virtual phones in turn."
    ),
]
LogLevel = Literal["debug", "info", "warning", "error"]
LogLevelOption = Annotated[LogLevel | None, typer.Option("--log-level", help="How much the logs tell. [default: info]")]
CONNECTION = mark("Connection")
ApiUrlOption = Annotated[
    str | None,
    typer.Option(
        "--api", metavar="URL", envvar="PHONEFLEET_API_URL", rich_help_panel=CONNECTION,
        help="Address of the API. [default: of what runs for the data folder, else http://127.0.0.1:50809]",
    ),
]  # fmt: skip
TokenOption = Annotated[
    str | None,
    typer.Option(
        "--token", metavar="TOKEN", envvar="PHONEFLEET_API_TOKEN", rich_help_panel=CONNECTION,
        help="The server's token, if it wants one; better given in the environment.",
    ),
]  # fmt: skip
ApiHomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", metavar="DIR", rich_help_panel=CONNECTION,
        help="Data folder of the server to talk to. [default: the user's data folder]",
    ),
]  # fmt: skip
Teller = Callable[[str], None]


def seconds_of(text: str | float) -> float:
    """Read a duration of the command line, such as `10m`, in seconds; Typer gives a default as it is.

    Raises:
        typer.BadParameter: it is none.

    """
    if isinstance(text, int | float):
        return float(text)
    try:
        return parse_duration(text).total_seconds()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

FAILED = 1
UNREACHABLE = 3
NOT_FOUND = 4
CONFLICT = 5


def exit_code(error: PhonefleetError) -> int:
    """Return the exit code for an error: 3 no answer, 4 not found, 5 conflict, else 1."""
    from phonefleet.client import ApiError, ApiUnreachable  # noqa: PLC0415 - heavy

    if isinstance(error, ApiUnreachable):
        return UNREACHABLE
    known = {40401: NOT_FOUND, 40901: CONFLICT, 50301: UNREACHABLE}
    return known.get(error.code, FAILED) if isinstance(error, ApiError) else FAILED


def load_settings() -> Settings:
    """Return the settings of this process.

    Raises:
        Permanent: one of PHONEFLEET_* is wrong; the message says which.

    """
    from pydantic import ValidationError  # noqa: PLC0415 - heavy

    from phonefleet import wording  # noqa: PLC0415 - heavy
    from phonefleet.settings import Settings  # noqa: PLC0415 - heavy

    try:
        _name_misspelt_settings()
        return Settings()
    except ValidationError as error:
        wrong = [f"{_variable(each['loc'])}: {wording.reason(each)}" for each in error.errors()]
        message = tr("The environment holds a wrong setting: {wrong}", wrong="; ".join(wrong))
        raise Permanent(message) from error


def _variable(place: Sequence[str | int]) -> str:
    """Return the variable of a setting, with the number of a part, from 1, where it holds a list."""
    name, *parts = place
    return f"PHONEFLEET_{str(name).upper()}" + "".join(f", part {part + 1}" for part in parts if isinstance(part, int))


@cache
def _name_misspelt_settings() -> None:
    """Warn once of variables that look like settings and are none: what they were to change stays as it is."""
    from phonefleet.settings import misspelt  # noqa: PLC0415 - heavy

    for name, nearest in misspelt(os.environ).items():
        hint = tr(": did you mean {nearest}?", nearest=nearest) if nearest else ""
        typer.echo(tr("Warning: {name} is no setting and changes nothing{hint}", name=name, hint=hint), err=True)


def log_to_stderr(level: LogLevel, secrets: Iterable[str] = ()) -> None:
    """Log to stderr in our format: our own packages from `level` on, all others from WARNING; `secrets` are masked."""
    from phonefleet.log_lines import OneLine  # noqa: PLC0415 - only long-running commands log

    _silence_others()
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(secrets))
    logging.getLogger().addHandler(handler)
    for name in ("phonefleet", "virtual_phones", "deployments", "api", "flows", "tasks"):
        logger = logging.getLogger(name)
        logger.setLevel(level.upper())
        logger.addHandler(handler)
        logger.propagate = False


def _silence_others() -> None:
    """Remove the console handlers that Prefect installs when it is imported, which log in its own format."""
    named = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    for logger in (logging.getLogger(), *named):
        silent = [handler for handler in logger.handlers if not hasattr(handler, "stream")]
        if len(silent) < len(logger.handlers):
            logger.handlers, logger.propagate = silent, True


def app_versions(listed: str) -> tuple[str, ...]:
    """Return the versions of a comma-separated list."""
    return tuple(part.strip() for part in listed.split(",") if part.strip())
