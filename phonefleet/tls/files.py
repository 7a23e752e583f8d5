"""A certificate and its key as PEM files (RFC 7468): read, and judged before a server starts with them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from phonefleet.errors import Permanent
from phonefleet.words import say

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


class CertificateUnusable(Permanent):
    """A certificate or its key cannot be used."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files of a server: its certificate, followed by those between it and its authority, and its key."""

    certificate: Path
    key: Path

    def check(self) -> None:
        """See that both can be read and belong together.

        Raises:
            CertificateUnusable: they cannot, or do not.

        """
        for file in (self.certificate, self.key):
            read_pem(file)
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key, _asks_nobody)
        except (ssl.SSLError, ValueError) as error:
            raise CertificateUnusable(
                say(
                    "tls.no_pair",
                    "{certificate} and {key} are no certificate and its key, both PEM and without a password ({why}).",
                    certificate=self.certificate,
                    key=self.key,
                    why=getattr(error, "reason", None) or error,
                )
            ) from error

    def load(self) -> Certificate:
        """Return the server's own certificate, the first of the file. Raises `CertificateUnusable`."""
        return certificates(self.certificate)[0]


@dataclass(frozen=True, slots=True)
class Validity:
    """What a certificate says of itself: the names and addresses that it holds for, and until when."""

    names: tuple[str, ...]
    ends: datetime


def read_pem(file: Path) -> str:
    """Return the text of a PEM file.

    Raises:
        CertificateUnusable: it cannot be read.

    """
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or say("tls.no_text", "it is no text")
        message = say("tls.unreadable", "{file} cannot be read: {why}.", file=file, why=why)
        raise CertificateUnusable(message) from error


def certificates(file: Path) -> list[Certificate]:
    """Return the certificates of a PEM file, at least one.

    Raises:
        CertificateUnusable: there is none in it.

    """
    from cryptography import x509  # noqa: PLC0415 - slow to import, and only needed with TLS

    try:
        return x509.load_pem_x509_certificates(read_pem(file).encode())
    except ValueError as error:
        raise CertificateUnusable(say("tls.no_certificate", "{file} holds no certificate.", file=file)) from error


def validity(certificate: Certificate) -> Validity:
    """Return the names and addresses in a certificate (subjectAltName, RFC 5280, 4.2.1.6), and when it ends."""
    from cryptography import x509  # noqa: PLC0415 - as above

    try:
        told = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return Validity((), certificate.not_valid_after_utc)
    addresses = [str(address) for address in told.get_values_for_type(x509.IPAddress)]
    return Validity((*told.get_values_for_type(x509.DNSName), *addresses), certificate.not_valid_after_utc)


def fingerprint(certificate: Certificate) -> str:
    """Return the SHA-256 digest of a certificate as people compare it: `sha256:` and 64 hexadecimal digits."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above

    return f"sha256:{certificate.fingerprint(SHA256()).hex()}"


def _asks_nobody() -> str:
    """Return no password: Python would otherwise ask for one at the terminal."""
    return ""
