"""Encrypts what nobody may read: keys of language models. The vault's own key is in a file, never in the database."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.fernet import Fernet, InvalidToken

from phonefleet.errors import Permanent
from phonefleet.settings import Settings
from phonefleet.words import say

REFERENCE = "secret:"
"""What a reference to a sealed secret begins with."""

KEY_FILE = "secret.key"


_BOUND = "for "
"""What a secret begins with that is bound to an endpoint; no key of any provider begins so, nor holds a line break."""


def bind(key: str, endpoint: str) -> str:
    """Return what is sealed of a key, so that it goes to this endpoint alone; "" is the configured one."""
    return f"{_BOUND}{endpoint}\n{key}"


def key_for(endpoint: str, bound: str) -> str:
    """Return the key that was bound to an endpoint.

    Raises:
        Permanent: it was bound to another one, or sealed by a version that did not bind keys.

    """
    owner, found, key = bound.partition("\n")
    if not found:
        owner, key = _BOUND, bound  # sealed before keys were bound: it goes to the configured endpoint alone
    if owner != _BOUND + endpoint:
        message = say(
            "vault.stored_key_language_model_belongs",
            "the stored key of the language model belongs to another base_url: send the task again with its key",
        )
        raise Permanent(message)
    return key


class Vault:
    """Seals secrets and opens them again; the same secret always has the same reference."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._fernet = Fernet(key)

    @classmethod
    def of(cls, settings: Settings) -> Vault:
        """Return the vault of a data folder; its key is made at need.

        Raises:
            Permanent: the configured key is none.

        """
        given = settings.secret_key
        try:
            return cls(given.get_secret_value().encode() if given else _key_in(settings.home / KEY_FILE))
        except ValueError as error:
            source = "PHONEFLEET_SECRET_KEY" if given else settings.home / KEY_FILE
            message = say(
                "vault.no_key_must_32_bytes",
                "{source} is no key: it must be 32 bytes in URL-safe base64",
                source=source,
            )
            raise Permanent(message) from error

    def reference(self, secret: str) -> str:
        """Return the name under which a secret is kept; it tells nothing about it."""
        return REFERENCE + hmac.new(self._key, secret.encode(), hashlib.sha256).hexdigest()[:32]

    def seal(self, secret: str) -> bytes:
        """Return the secret, encrypted."""
        return self._fernet.encrypt(secret.encode())

    def open(self, ciphertext: bytes) -> str:
        """Return what was sealed.

        Raises:
            Permanent: it was sealed with another key.

        """
        try:
            return self._fernet.decrypt(ciphertext).decode()
        except InvalidToken as error:
            message = say(
                "vault.stored_key_encrypted_another_secret",
                "a stored key was encrypted with another secret.key: send it again, or bring that file back",
            )
            raise Permanent(message) from error


def _key_in(path: Path) -> bytes:
    """Return the key in a file that only its owner can read, made unless it exists; several may do so at once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-") as made:
            made.write(Fernet.generate_key())
            made.flush()
            _link(made.name, path)
    return path.read_bytes().strip()


def _link(made: str, path: Path) -> None:
    try:
        os.link(made, path)
    except FileExistsError:
        return
