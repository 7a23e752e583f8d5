"""An authority of one's own and the server certificates that it signs, kept in a folder and renewed at need.

The authority lasts for ten years and signs nothing but this installation's certificates; whoever trusts it keeps
trusting the server when that gets another certificate, for other names or because the old one ends.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from phonefleet.tls.files import CertificateUnusable, TlsFiles, certificates, read_pem, validity
from phonefleet.words import say

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, CertificateBuilder, GeneralName, KeyUsage, Name

AUTHORITY_LASTS: Final = timedelta(days=3650)
LASTS: Final = timedelta(days=397)
"""How long a server's certificate holds: the longest that browsers take."""
RENEWED_BEFORE: Final = timedelta(days=60)
"""How long before its end a certificate is made anew."""
_BEFORE: Final = timedelta(days=1)
"""By so much the beginning of a certificate is earlier than its making: clocks of other computers may be late."""
ALWAYS: Final = ("localhost", "127.0.0.1", "::1")
"""Names that every certificate of ours holds for, besides those that it is made for."""
_LONGEST_NAME: Final = 63


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """The authority and the server's certificate in a folder that only its owner may enter.

    own = OwnCertificate(home / "tls")
    own.make(["phones.example.org", "192.168.1.10"], clock.now())
    """

    folder: Path

    @property
    def authority(self) -> Path:
        """The certificate that clients trust."""
        return self.folder / "authority.pem"

    @property
    def files(self) -> TlsFiles:
        """What the server shows."""
        return TlsFiles(self.folder / "server.pem", self.folder / "server.key")

    def make(self, names: Iterable[str], now: datetime) -> bool:
        """Make what is missing, ends soon, or does not hold for all the names; tell whether anything was made.

        Raises:
            CertificateUnusable: the folder cannot be used, or a name is none.

        """
        wanted = tuple(dict.fromkeys([*names, *ALWAYS]))
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = not self._has_authority(now)
            if made:
                self._make_authority(now)
            if made or not self._holds(wanted, now):
                self._make_server(wanted, now)
                return True
        except OSError as error:
            message = say("tls.folder", "{folder} cannot be used: {why}.", folder=self.folder, why=error.strerror)
            raise CertificateUnusable(message) from error
        return False

    def _has_authority(self, now: datetime) -> bool:
        try:
            [authority] = certificates(self.authority)
            key = _load_key(self._authority_key)
        except (CertificateUnusable, ValueError):
            return False
        return key.public_key() == authority.public_key() and authority.not_valid_after_utc > now + LASTS

    def _holds(self, names: tuple[str, ...], now: datetime) -> bool:
        try:
            self.files.check()
            server, signer = certificates(self.files.certificate)
            [authority] = certificates(self.authority)
        except (CertificateUnusable, ValueError):
            return False
        found = validity(server)
        known = {name.lower() for name in found.names}
        return signer == authority and {_plain(name) for name in names} <= known and found.ends > now + RENEWED_BEFORE

    @property
    def _authority_key(self) -> Path:
        return self.folder / "authority.key"

    def _make_authority(self, now: datetime) -> None:
        from cryptography import x509  # noqa: PLC0415 - slow to import, and only needed with TLS
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above

        key, name = _new_key(), _named(f"Phonefleet on {socket.gethostname()}")
        builder = _builder(name, name, key, now, AUTHORITY_LASTS)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs=True), critical=True)
        _write_key(self._authority_key, key)
        _write(self.authority, _pem(builder.sign(key, SHA256())))

    def _make_server(self, names: tuple[str, ...], now: datetime) -> None:
        from cryptography import x509  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above

        named = x509.SubjectAlternativeName([_general(name) for name in names])
        [authority] = certificates(self.authority)
        signing, key = _load_key(self._authority_key), _new_key()
        builder = _builder(_named(names[0]), authority.subject, key, now, LASTS)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([x509.OID_SERVER_AUTH]), critical=False)
        builder = builder.add_extension(named, critical=False)
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
        server = builder.add_extension(signer, critical=False).sign(signing, SHA256())
        _write_key(self.files.key, key)
        _write(self.files.certificate, _pem(server) + _pem(authority))


def own_names() -> list[str]:
    """Return the names and addresses by which others may reach this computer."""
    import psutil  # noqa: PLC0415 - as above

    host = socket.gethostname().lower()
    names = [host, *([] if "." in host else [f"{host}.local"])]
    families = (socket.AF_INET, socket.AF_INET6)
    found = [each.address for card in psutil.net_if_addrs().values() for each in card if each.family in families]
    return [name for name in names if _is_name(name)] + [address for address in found if _is_reachable(address)]


def _is_reachable(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return not (parsed.is_loopback or parsed.is_link_local)


def _is_name(name: str) -> bool:
    return all(part and len(part) <= _LONGEST_NAME for part in name.split(".")) and name.isascii() and " " not in name


def _plain(name: str) -> str:
    """Return a name or an address in the one form that certificates have."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.lower()


def _general(name: str) -> GeneralName:
    """Return a name or an address as a certificate holds it.

    Raises:
        CertificateUnusable: it is neither.

    """
    from cryptography import x509  # noqa: PLC0415 - as above

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    if not _is_name(name.removeprefix("*.")):
        raise CertificateUnusable(say("tls.no_name", "{name!r} is no name or address of a computer.", name=name))
    return x509.DNSName(name.lower())


def _builder(
    subject: Name, issuer: Name, key: EllipticCurvePrivateKey, now: datetime, lasts: timedelta
) -> CertificateBuilder:
    from cryptography import x509  # noqa: PLC0415 - as above

    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - _BEFORE).not_valid_after(now + lasts)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _usage(*, signs: bool) -> KeyUsage:
    from cryptography import x509  # noqa: PLC0415 - as above

    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _named(name: str) -> Name:
    from cryptography import x509  # noqa: PLC0415 - as above

    return x509.Name([x509.NameAttribute(x509.OID_COMMON_NAME, name[:_LONGEST_NAME])])


def _new_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above

    return ec.generate_private_key(ec.SECP256R1())


def _load_key(file: Path) -> EllipticCurvePrivateKey:
    """Return a key of ours. Raises `CertificateUnusable` where there is none, `ValueError` for what is none."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - as above

    key = load_pem_private_key(read_pem(file).encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificateUnusable(say("tls.no_key", "{file} holds no key that was made here.", file=file))
    return key


def _pem(certificate: Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - as above

    return certificate.public_bytes(Encoding.PEM)


def _write_key(file: Path, key: EllipticCurvePrivateKey) -> None:
    from cryptography.hazmat.primitives import serialization as to  # noqa: PLC0415 - as above

    _write(file, key.private_bytes(to.Encoding.PEM, to.PrivateFormat.PKCS8, to.NoEncryption()))


def _write(file: Path, content: bytes) -> None:
    """Replace a file as a whole; nobody else may read it at any moment."""
    new = file.with_suffix(f"{file.suffix}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
        written.write(content)
    new.replace(file)
