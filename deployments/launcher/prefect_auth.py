"""The password of Prefect's API: generated once and stored in a file that only its owner can read.

It is needed on loopback too, because every user of this machine and every page in its browsers can reach a loopback
port, and everybody who can call Prefect's API can start runs in the worker.
"""

from __future__ import annotations

import os
import re
import secrets

from deployments.launcher.home import Home
from deployments.launcher.options import LaunchOptions
from phonefleet.errors import Permanent
from phonefleet.settings import refuse_short
from phonefleet.words import say

USER = "phonefleet"
_FORM = re.compile(r"[^:\s]+:\S+")


class PrefectAuthUnusable(Permanent):
    """The password of Prefect's API cannot be used."""


def prefect_auth(options: LaunchOptions, home: Home) -> str:
    """Return the configured user:password, or the one stored in the home, which is generated if missing.

    Raises:
        PrefectAuthUnusable: it does not have the form user:password, or its file cannot be read or written.

    """
    if options.prefect_auth is not None:
        return _checked(options.prefect_auth, "PHONEFLEET_PREFECT_AUTH")
    try:
        _make(home)
        return stored_auth(home)
    except OSError as error:
        message = say(
            "launcher.prefects_password_kept",
            "{prefect_auth}: {strerror}. Prefect's password is kept there.",
            prefect_auth=home.prefect_auth,
            strerror=error.strerror,
        )
        raise PrefectAuthUnusable(message) from error


def stored_auth(home: Home) -> str:
    """Return the user:password stored in a home.

    Raises:
        OSError: there is none, or this user may not read it.
        PrefectAuthUnusable: it does not have the form user:password, or it is too short.

    """
    return _checked(home.prefect_auth.read_text(encoding="utf-8").strip(), str(home.prefect_auth))


def login(auth: str | None, home: Home) -> str:
    """Return a hint for people where to find the password of Prefect's UI, without showing it."""
    try:
        kept = stored_auth(home)
    except (OSError, PrefectAuthUnusable):
        kept = None
    return (
        say("launcher.log_line", "log in with the line in {prefect_auth}", prefect_auth=home.prefect_auth)
        if kept == auth
        else say("launcher.log_phonefleet_prefect_auth", "log in with PHONEFLEET_PREFECT_AUTH")
    )


def _make(home: Home) -> None:
    """Create the file unless it exists, with mode 0600 from the beginning."""
    try:
        handle = os.open(home.prefect_auth, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        home.prefect_auth.chmod(0o600)
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{USER}:{secrets.token_urlsafe(32)}\n")


def _checked(auth: str, where: str) -> str:
    if _FORM.fullmatch(auth) is None:
        message = say("launcher.must_form_user_password", "{where} must be of the form user:password.", where=where)
        raise PrefectAuthUnusable(message)
    try:
        refuse_short(auth.partition(":")[2])
    except ValueError as error:
        message = say(
            "launcher.password_too_short", "The password in {where} is too short: {error}.", where=where, error=error
        )
        raise PrefectAuthUnusable(message) from error
    return auth
