"""The password of Prefect's API: needed when others can reach it, made once and kept where only its owner reads it."""

from __future__ import annotations

import os
import re
import secrets

from deployments.launcher.home import Home
from deployments.launcher.options import LaunchOptions, is_loopback
from phonefleet.errors import Permanent

USER = "phonefleet"
_FORM = re.compile(r"[^:\s]+:\S+")


class PrefectAuthUnusable(Permanent):
    """The password of Prefect's API cannot be used."""


def prefect_auth(options: LaunchOptions, home: Home) -> str | None:
    """Return user:password as configured, else of the home, which gets one at need; None on loopback without any.

    Raises:
        PrefectAuthUnusable: it is not of the form user:password, or its file cannot be read.

    """
    if options.prefect_auth is not None:
        return _checked(options.prefect_auth, "PHONEFLEET_PREFECT_AUTH")
    if is_loopback(options.prefect_host):
        return None
    try:
        _make(home)
        return _checked(home.prefect_auth.read_text(encoding="utf-8").strip(), str(home.prefect_auth))
    except OSError as error:
        message = f"{home.prefect_auth}: {error.strerror}. Prefect's password is kept there."
        raise PrefectAuthUnusable(message) from error


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
    return auth
