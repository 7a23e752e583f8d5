"""The certificate with which API and Prefect's server serve others: the user's own file, or one that we make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, Self

from deployments.launcher.home import Home
from deployments.launcher.options import LaunchOptions
from phonefleet.clock import Clock
from phonefleet.tls.files import TlsFiles, validity
from phonefleet.tls.own import OwnCertificate, own_names
from phonefleet.words import say

_EVERY: Final = timedelta(hours=6)
"""How often it is looked whether our own certificate must be renewed."""
_ANYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


@dataclass(slots=True)
class Encryption:
    """The files of the servers' certificate, and the name that people open; `own` is None for the user's files.

    encryption = Encryption.of(options, home, clock, tell)
    """

    files: TlsFiles
    shown_host: str
    authority: Path | None
    _own: OwnCertificate | None
    _names: list[str]
    _clock: Clock
    _look_at: float = float("-inf")

    @classmethod
    def of(cls, options: LaunchOptions, home: Home, clock: Clock, tell: Callable[[str], None]) -> Self | None:
        """Return how the servers are encrypted; None where they are not.

        Raises:
            CertificateUnusable: a file cannot be used, or a name is none.

        """
        if options.tls_files is not None:
            return cls._given(options, options.tls_files, clock, tell)
        if not options.tls:
            return None
        own, names = OwnCertificate(home.tls), _names_of(options)
        made = cls(own.files, names[0], own.authority, own, names, clock)
        made.renew()
        return made

    @classmethod
    def _given(cls, options: LaunchOptions, files: TlsFiles, clock: Clock, tell: Callable[[str], None]) -> Self:
        files.check()
        found = validity(files.load())
        if found.ends <= clock.now():
            tell(
                say(
                    "launcher.certificate_over",
                    "The certificate in {file} ended at {ends}: others will refuse it until there is a new one.",
                    file=files.certificate,
                    ends=f"{found.ends:%Y-%m-%d %H:%M} UTC",
                )
            )
        named = [*options.tls_names, *(name for name in found.names if not name.startswith("*")), options.host]
        return cls(files, named[0], options.tls_ca, None, named, clock)

    @property
    def settings(self) -> dict[str, str]:
        """The settings of our own programs, by their names without PHONEFLEET_."""
        files = {"TLS": "false", "TLS_CERT": str(self.files.certificate), "TLS_KEY": str(self.files.key)}
        return files if self.authority is None else {**files, "TLS_CA": str(self.authority)}

    def renew(self) -> None:
        """Make our own certificate anew where it is time; the servers show it without a restart."""
        now = self._clock.monotonic()
        if self._own is not None and now >= self._look_at:
            self._look_at = now + _EVERY.total_seconds()
            self._own.make(self._names, self._clock.now())


def _names_of(options: LaunchOptions) -> list[str]:
    """Return for which names and addresses our certificate is made, the one that is shown to people first."""
    bound = [host for host in (options.host, options.prefect_host) if host not in _ANYWHERE]
    anywhere = own_names() if len(bound) < len((options.host, options.prefect_host)) else []
    return list(dict.fromkeys([*options.tls_names, *bound, *anywhere]))
