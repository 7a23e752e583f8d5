"""The password of Prefect's API: made once and kept where only its owner reads it.

On loopback too: every user of this machine and every page in its browsers can reach what listens there, and whoever
reaches Prefect's API can have the worker run things as its owner.
"""

from __future__ import annotations

import os
import re
import secrets

from deployments.launcher.home import Home
from deployments.launcher.options import LaunchOptions
from phonefleet.errors import Permanent
from phonefleet.settings import refuse_short

USER = "phonefleet"
_FORM = re.compile(r"[^:\s]+:\S+")


class PrefectAuthUnusable(Permanent):
    """The password of Prefect's API cannot be used."""


def prefect_auth(options: LaunchOptions, home: Home) -> str:
    """Return user:password as configured, else of the home, which gets one at need.

    Raises:
        PrefectAuthUnusable: it is not of the form user:password, or its file cannot be read.

    """
    if options.prefect_auth is not None:
        return _checked(options.prefect_auth, "PHONEFLEET_PREFECT_AUTH")
    try:
        _make(home)
        return kept_auth(home)
    except OSError as error:
        message = f"{home.prefect_auth}: {error.strerror}. Prefect's password is kept there."
        raise PrefectAuthUnusable(message) from error


def kept_auth(home: Home) -> str:
    """Return the user:password that a home keeps.

    Raises:
        OSError: it keeps none, or this user may not read it.
        PrefectAuthUnusable: it is not of the form user:password, or too short.

    """
    return _checked(home.prefect_auth.read_text(encoding="utf-8").strip(), str(home.prefect_auth))


def login(auth: str | None, home: Home) -> str:
    """Return where a person finds what Prefect's UI asks for, without showing it."""
    try:
        kept = kept_auth(home)
    except (OSError, PrefectAuthUnusable):
        kept = None
    return f"log in with the line in {home.prefect_auth}" if kept == auth else "log in with PHONEFLEET_PREFECT_AUTH"


def _make(home: Home) -> None:
    """Write the file unless it is there; never is there a moment at which others may read it."""
    try:
        handle = os.open(home.prefect_auth, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        home.prefect_auth.chmod(0o600)
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{USER}:{secrets.token_urlsafe(32)}\n")


def _checked(auth: str, where: str) -> str:
    if _FORM.fullmatch(auth) is None:
        message = f"{where} must be of the form user:password."
        raise PrefectAuthUnusable(message)
    try:
        refuse_short(auth.partition(":")[2])
    except ValueError as error:
        message = f"The password in {where} is too short: {error}."
        raise PrefectAuthUnusable(message) from error
    return auth
