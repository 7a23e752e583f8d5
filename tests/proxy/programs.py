"""The real nginx and Caddy with the very configurations of the guide.

Only what a configuration cannot know here is replaced: ports, the place of the certificate, and for Caddy that it shall
get none from outside.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.docs.markdown import blocks

PAGE = "docs/guide/reverse-proxy.md"
HOST, PATH = "phones.example.org", "example.org"
"""The hosts of the two configurations of each program: one with a name of its own, one with a path."""
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate for both hosts that no authority has signed, and its key."""

    certificate: Path
    key: Path

    @classmethod
    def made_in(cls, folder: Path) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
        now = dt.datetime.now(dt.UTC)
        builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - dt.timedelta(days=1))
        builder = builder.not_valid_after(now + dt.timedelta(days=1))
        names = x509.SubjectAlternativeName([x509.DNSName(HOST), x509.DNSName(PATH)])
        signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
        made = cls(folder / "certificate.pem", folder / "key.pem")
        made.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        made.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return made

    def trusted(self) -> ssl.SSLContext:
        """Return what a client needs that trusts it."""
        return ssl.create_default_context(cafile=str(self.certificate))


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the proxy listens, and where it leads."""

    proxy: int
    api: int
    prefect: int


def configuration(language: str, host: str) -> str:
    """Return the guide's configuration of a program for one of the hosts."""
    [found] = [
        block.text
        for block in blocks(PAGE)
        if block.language == language and re.search(rf"(^|server_name ){re.escape(host)}[ ;]", block.text, re.MULTILINE)
    ]
    return found


def program(name: str) -> str:
    """Return where a program is; the test is skipped where there is none."""
    found = shutil.which(name, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed: apt-get install {name}")
    return found


@contextmanager
def running(name: str, host: str, ports: Ports, certificate: Certificate, folder: Path) -> Generator[None]:
    """Run a program with the guide's configuration until the block ends."""
    made = {"nginx": _nginx, "caddy": _caddy}[name]
    command = made(program(name), _here(configuration(name, host), ports), certificate, ports, folder)
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    log = folder / "proxy.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=environment)
    try:
        _await_listener(ports.proxy, process, log)
        yield
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _here(text: str, ports: Ports) -> str:
    for there, here in {"127.0.0.1:50809": ports.api, "127.0.0.1:4200": ports.prefect}.items():
        assert there in text
        text = text.replace(there, f"127.0.0.1:{here}")
    return text


def _nginx(program: str, text: str, certificate: Certificate, ports: Ports, folder: Path) -> list[str]:
    text, listening = re.subn(r"listen 443 ssl;", f"listen 127.0.0.1:{ports.proxy} ssl;", text)
    text, first = re.subn(r"ssl_certificate /\S+;", f"ssl_certificate {certificate.certificate};", text)
    text, second = re.subn(r"ssl_certificate_key /\S+;", f"ssl_certificate_key {certificate.key};", text)
    assert (listening, first, second) == (1, 1, 1)
    places = "\n".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    around = f"{user} daemon off; pid {folder / 'pid'}; worker_processes 1; error_log stderr; events {{}}"
    file = folder / "nginx.conf"
    file.write_text(f"{around}\nhttp {{\naccess_log off;\n{places}\n{text}\n}}\n", encoding="utf-8")
    return [program, "-p", str(folder), "-e", "stderr", "-c", str(file)]


def _caddy(program: str, text: str, certificate: Certificate, ports: Ports, folder: Path) -> list[str]:
    site = rf"https://\1:{ports.proxy} {{\n    bind 127.0.0.1\n    tls {certificate.certificate} {certificate.key}"
    text, sites = re.subn(r"^(\S+) \{$", site, text, count=1, flags=re.MULTILINE)
    assert sites == 1
    file = folder / "Caddyfile"
    alone = "{\n    admin off\n    auto_https disable_redirects\n}\n"
    file.write_text(alone + text, encoding="utf-8")
    return [program, "run", "--adapter", "caddyfile", "--config", str(file)]


def _await_listener(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _listens(port):
        assert process.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < deadline, log.read_text(errors="replace")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
