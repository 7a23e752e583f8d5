"""At which addresses a joined host reaches the API and Prefect's server, and whose certificates it believes there."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from api.edge.own_names import is_loopback
from api.hosts.schemas import Authority
from phonefleet.settings import Settings
from phonefleet.tls.files import certificates, fingerprint, read_pem


def authority_of(settings: Settings) -> Authority | None:
    """Return the authority that signed the certificate of this server; None where computers know it.

    Raises:
        CertificateUnusable: its file cannot be read.

    """
    if settings.tls_ca is None:
        return None
    return Authority(pem=read_pem(settings.tls_ca), fingerprint=fingerprint(certificates(settings.tls_ca)[0]))


def reached_at(settings: Settings) -> str | None:
    """Return the address at which others reach the API over TLS or through a proxy; None where there is neither."""
    if settings.public_url is not None:
        return settings.public_url
    if settings.tls_files is None:
        return None
    host = urlsplit(settings.prefect_pages).hostname or ""
    return f"https://{_written(host)}:{settings.api_port}"


def prefect_as_called(settings: Settings, called: str) -> str:
    """Return the address of Prefect's API for a host that has called this one by the name `called`.

    Through a proxy it is where people open the UI. With TLS it is at the port of the UI, since the API itself calls
    another one, of loopback. Whatever is on loopback here, others reach by the name that they have for this computer.
    """
    if settings.public_url is not None:
        return f"{settings.prefect_pages}/api"
    if settings.tls_files is not None:
        pages = urlsplit(settings.prefect_pages)
        return urlunsplit(("https", f"{_written(called)}:{pages.port}", "/api", "", ""))
    where = urlsplit(settings.prefect_api_url)
    if not is_loopback(where.hostname or "") or is_loopback(called):
        return settings.prefect_api_url
    return urlunsplit(where._replace(netloc=f"{_written(called)}:{where.port}"))


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
