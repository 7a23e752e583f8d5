"""Every setting of the project, read from `PHONEFLEET_*`; built at entry points only, then passed on."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from phonefleet.defaults import API_PORT, PREFIX, SHORTEST_SECRET, default_home
from phonefleet.durations import parse_duration, written
from phonefleet.pacing import clock_time, zone_named
from phonefleet.public_url import PublicUrl
from phonefleet.tls.files import TlsFiles
from phonefleet.words import say

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
"""Addresses that belong together; a single one is a network too."""

POOL = "phones"
"""The name of the Prefect work pool; each phone is a work queue of it, named after its serial."""

CAMPAIGNS = "campaigns"
"""The name of the Prefect work pool of campaigns; no worker serves it, the API runs them itself."""

PREFECT_PATH = "/prefect"
"""Where the Prefect UI is below the public address."""

OPEN_TO_ALL = say(
    "settings.phonefleet_public_url_others_reach",
    "With PHONEFLEET_PUBLIC_URL others reach the API through a proxy of this computer: give "
    "it a token first, in PHONEFLEET_API_TOKEN.",
)
"""Why there is no public address without a token: the proxy calls from here for everybody."""

TWO_CERTIFICATES = say(
    "settings.two_certificates",
    "one certificate is made (tls) and another is named (tls_cert): leave one of them out",
)
KEY_ALONE = say("settings.key_alone", "a key (tls_key) needs its certificate (tls_cert)")

_OTHERS = frozenset({"API_URL"})
"""What only commands that call the API read."""

_OF_TESTS = ("TEST_", "BENCH_", "FUZZ_")
_PASSWORD = re.compile(r"^(?:[^:/]+://[^:/@]*:(?=[^@]*@)|[^:/]+:(?!/))([^@]+)")
"""What stands after the user in a URL, or in user:password."""


def _read(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(_read)]
"""A duration of a setting, in any form that `parse_duration` takes."""

MAKE_A_TOKEN = "import secrets; print(secrets.token_urlsafe(32))"  # noqa: S105 - makes one
MAKE_A_KEY = "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"


def refuse_short(secret: str, make: str = MAKE_A_TOKEN) -> None:
    """Refuse a token, password or key that is empty or can be guessed.

    Raises:
        ValueError: it has fewer than `SHORTEST_SECRET` characters; the message does not show it.

    """
    if len(secret.strip()) < SHORTEST_SECRET:
        message = say(
            "settings.characters_must_least_unset_make",
            "it has {number} characters and must have at least {shortest_secret}: unset it, or make "
            "one with: python -c '{make}'",
            number=len(secret.strip()),
            shortest_secret=SHORTEST_SECRET,
            make=make,
        )
        raise ValueError(message)


HISTORY_KEPT = timedelta(days=90)
"""How long ended tasks are kept unless a person says otherwise."""

SHORTEST_HISTORY, LONGEST_HISTORY = timedelta(days=1), timedelta(days=36_500)
"""Between these a person may choose. Prefect deletes nothing that ended within the last hour."""


def parse_history_kept(given: object) -> object:
    """Return for how long ended tasks are kept: a duration, or None for ever, which `forever` and `0` mean.

    Raises:
        ValueError: it is no duration, too short or too long; the message says what to write.

    """
    if isinstance(given, str):
        given = _duration_or_forever(given.strip())
    if not isinstance(given, timedelta) or given == timedelta(0):
        return None if isinstance(given, timedelta) else given
    if not SHORTEST_HISTORY <= given <= LONGEST_HISTORY:
        message = say(
            "settings.not_possible_write_1d_36500d",
            "{written} is not possible: write 1d to 36500d, or forever, with which nothing is deleted",
            written=written(given),
        )
        raise ValueError(message)
    return given


def _duration_or_forever(text: str) -> timedelta:
    try:
        return timedelta(0) if text.lower() == "forever" else parse_duration(text)
    except ValueError as error:
        message = say(
            "settings.no_duration_write_90d_12w",
            "{text!r} is no duration: write it as in 90d or 12w, or forever, with which nothing is deleted",
            text=text[:50],
        )
        raise ValueError(message) from error


class Settings(BaseSettings):
    """The settings of one process. Each can be given as `PHONEFLEET_<NAME>` in the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    home: Path = Field(default_factory=default_home, description="Folder of all data.")
    database_url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy URL of the ledger's PostgreSQL database; unset: the embedded one.",
    )
    prefect_database_url: SecretStr | None = Field(
        default=None,
        description="URL of Prefect's database; unset: the one named prefect beside the ledger's.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the API binds to.")
    api_port: int = Field(default=API_PORT, ge=0, le=65535, description="Port of the API; 0 picks a free one.")
    api_enabled: bool = Field(default=True, description="False answers every call with code 40301.")
    api_token: SecretStr | None = Field(
        default=None,
        description="Bearer token of 16 characters or more; required when the API binds to anything but loopback.",
    )
    public_url: str | None = Field(
        default=None,
        description="Address at which others reach all this through a reverse proxy, such as "
        "https://phones.example.org or https://example.org/fleet; needs a token. See docs/guide/reverse-proxy.md.",
    )
    tls: bool = Field(
        default=False,
        description="Serve API and Prefect over TLS with a certificate that `up` makes itself, in <home>/tls.",
    )
    tls_names: Annotated[list[str], NoDecode] = Field(
        default_factory=list[str],
        description="Comma-separated names and addresses that the made certificate holds for, the one that others open "
        "first; unset: this computer's name and addresses.",
    )
    tls_cert: Path | None = Field(
        default=None,
        description="PEM file of a certificate to serve API and Prefect with over TLS, with those up to its authority.",
    )
    tls_key: Path | None = Field(
        default=None,
        description="PEM file of that certificate's key, without a password; unset: it is in the same file.",
    )
    tls_ca: Path | None = Field(
        default=None,
        description="PEM file of the authority that signed the certificate, where computers do not know it: commands "
        "trust it, and hosts that join are led to it.",
    )
    api_local_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="With TLS: a port of 127.0.0.1 where the API serves this computer without it; `up` picks one by "
        "itself. Unset: none.",
    )
    trusted_proxies: Annotated[list[Network], NoDecode] = Field(
        default_factory=lambda: [ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("::1")],
        description="Comma-separated addresses or networks of the reverse proxy, whose header X-Forwarded-For is "
        "believed where there is a public address; unset: this computer.",
    )
    token_needed: Literal["unless_local", "always"] = Field(
        default="unless_local",
        description="Who needs a token where PHONEFLEET_API_TOKEN is unset: nobody, because the API is on loopback and "
        "every user of this computer administers it; or everybody, with tokens of persons.",
    )
    session_kept: Duration = Field(
        default=timedelta(days=14),
        gt=timedelta(0),
        le=timedelta(days=365),
        description="How long a login in a browser lasts, as in 14d.",
    )
    rate_limit: float = Field(
        default=100, ge=0, description="Requests a second that one client may make in the long run; 0: any number."
    )
    rate_burst: int = Field(default=200, ge=1, description="Requests that one client may make at once.")
    audit_kept: Duration = Field(
        default=timedelta(days=90),
        gt=timedelta(0),
        le=timedelta(days=36_500),
        description="How long the audit trail keeps who called what, as in 90d; older entries are deleted every hour.",
    )
    evidence_kept: Duration = Field(
        default=timedelta(days=30),
        gt=timedelta(0),
        le=timedelta(days=36_500),
        description="How long pictures and hierarchies of failures are kept, as in 30d; older ones go every hour.",
    )
    scraped_kept: Duration = Field(
        default=timedelta(days=365),
        gt=timedelta(0),
        le=timedelta(days=36_500),
        description="How long collected people are kept, as in 365d; older ones are deleted hourly.",
    )
    history_kept: Annotated[timedelta | None, BeforeValidator(parse_history_kept)] = Field(
        default=HISTORY_KEPT,
        description="How long ended tasks are kept, with their runs in Prefect, logs and evidence, as in 90d, from 1d "
        "on; forever or 0: they are never deleted. Whom accounts have acted on is kept for ever.",
    )
    prefect_host: str = Field(
        default="127.0.0.1",
        description="Address that `up` binds Prefect's server to; a password protects it everywhere.",
    )
    prefect_auth: SecretStr | None = Field(
        default=None,
        description="user:password of Prefect's API, the password of 16 characters or more; unset: what "
        "<home>/prefect-auth holds, made at need.",
    )
    prefect_processes: int = Field(
        default=1,
        ge=1,
        le=32,
        description="How many processes of `up` serve Prefect's API, on Linux; more than one need redis_url.",
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="Redis for several processes of Prefect's server, such as redis://127.0.0.1:6379; unset: none.",
    )
    prefect_api_url: str = Field(default="http://127.0.0.1:4200/api", description="Where the Prefect server's API is.")
    prefect_ui_url: str = Field(default="http://127.0.0.1:4200", description="Where people open the Prefect UI.")
    notify_url: SecretStr | None = Field(
        default=None,
        description="Webhook that Prefect's automations tell of failures, holds and quarantines; "
        "see docs/notifications.md.",
    )
    report_at: str | None = Field(
        default=None, description="Local time of the daily report, as in 08:00; unset: none is sent. See report_to."
    )
    report_to: SecretStr | None = Field(
        default=None,
        description="Comma-separated addresses of Apprise that get the daily report, such as mailto:// or tgram:// "
        "ones; unset: the webhook of notify_url.",
    )
    account_days_at: str | None = Field(
        default=None,
        description="Local time from which on each account's own profile is read once a day for its followers and "
        "posts, as in 09:00, when its phone is free and it works; unset: none is read by itself.",
    )
    timezone: str | None = Field(
        default=None, description="IANA name of the zone that HH:MM start times are in; unset: the machine's."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much the API and the worker tell in their logs."
    )
    app: str = Field(default="sample", description="App profile to drive when a request names none.")
    interval_unit: Literal["seconds", "minutes"] = Field(
        default="seconds",
        description="Unit of min_interval and max_interval where a request names none: seconds, 1 to 5 if left out; "
        "or minutes, 0 if left out, for clients of later revisions of the documented API.",
    )
    unknown_fields: Literal["refuse", "ignore"] = Field(
        default="refuse",
        description="What becomes of a request with fields that nobody knows: refused, or done without them and told.",
    )
    http_status: Literal["by_code", "200"] = Field(
        default="by_code",
        description="HTTP status of refusals: the first three digits of the code, or always 200, for clients that read "
        "the code alone.",
    )
    device_limit: int = Field(default=200, ge=1, description="How many phones may work at once.")
    seed: int | None = Field(default=None, description="Seed of all randomness, for repeatable runs.")
    adb_port: int = Field(default=5037, ge=1, le=65535, description="Port of the adb server.")
    adb_connect: Annotated[list[str], NoDecode] = Field(
        default_factory=list[str],
        description="Comma-separated host:port addresses that adb keeps connected.",
    )
    worker_name: str | None = Field(default=None, description="Name of this worker; unset: the host's name.")
    retries: int = Field(default=3, ge=1, le=10, description="Further tries after a transient error.")
    retry_wait: tuple[Duration, Duration] = Field(
        default=(timedelta(seconds=5), timedelta(seconds=60)),
        description="Shortest and longest random wait before a further try.",
    )
    call_timeout: Duration = Field(default=timedelta(seconds=20), description="Hard deadline of one call to a phone.")
    wait_in_place: Duration = Field(
        default=timedelta(minutes=2),
        description="How long a run keeps its phone waiting for a limit; for more it goes back to its queue.",
    )
    disk_reserve: int = Field(
        default=200_000_000,
        ge=0,
        description="Bytes that must be free on the disk of the data folder; with less no new work starts.",
    )
    minimum_battery: int = Field(default=10, ge=0, le=100, description="Percent below which a phone rests.")

    scripts: Annotated[list[Path], NoDecode] = Field(
        default_factory=list[Path],
        description="Comma-separated folders of own scripts, which the worker runs beside those in <home>/scripts; "
        "nobody else may write there.",
    )
    media_folders: Annotated[list[Path], NoDecode] = Field(
        default_factory=list[Path],
        description="Comma-separated folders whose pictures and videos requests may name, beside those of the library.",
    )
    media_largest: int = Field(default=300_000_000, ge=1, description="Bytes that a picture or video may have.")
    host_cache_limit: int = Field(
        default=5_000_000_000,
        ge=1,
        description="Bytes that a joined host keeps of the main host's media, and the same of its APKs; what was not "
        "used for the longest goes first.",
    )

    ai_base_url: str | None = Field(
        default=None,
        description="OpenAI-compatible endpoint that writes texts where a request names none; unset: the client's own.",
    )
    ai_api_key: SecretStr | None = Field(
        default=None, description="Key of that endpoint, for requests that bring none; it goes to no other endpoint."
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Key that secrets are stored with, 32 bytes in URL-safe base64, the same for the API and all "
        "workers; unset: <home>/secret.key, made at need.",
    )

    @field_validator("adb_connect", "media_folders", "scripts", "tls_names", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _is_public(cls, value: str | None) -> str | None:
        return str(PublicUrl.parse(value)) if value and value.strip() else None

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _are_networks(cls, value: object) -> object:
        return _networks(value) if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str | None) -> str | None:
        zone_named(name or None)
        return name or None

    @field_validator("report_at", "account_days_at")
    @classmethod
    def _is_a_time(cls, text: str | None) -> str | None:
        if text is None or not text.strip():
            return None
        clock_time(text.strip())
        return text.strip()

    @field_validator("api_token", "prefect_auth", "secret_key")
    @classmethod
    def _is_no_guess(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.field_name is not None:
            text = value.get_secret_value()
            word = text.partition(":")[2] if info.field_name == "prefect_auth" and ":" in text else text
            refuse_short(word, MAKE_A_KEY if info.field_name == "secret_key" else MAKE_A_TOKEN)
        return value

    @field_validator("notify_url")
    @classmethod
    def _is_webhook(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value().strip():
            return None
        address = urlsplit(value.get_secret_value().strip())
        if address.scheme not in {"http", "https"} or not address.hostname:
            message = say(
                "settings.must_whole_address_webhook_beginning",
                "it must be the whole address of a webhook, beginning with http:// or https://",
            )
            raise ValueError(message)
        return SecretStr(address.geturl())

    @field_validator("tls_cert")
    @classmethod
    def _is_only_certificate(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None and info.data.get("tls"):
            raise ValueError(TWO_CERTIFICATES)
        return value

    @field_validator("tls_key")
    @classmethod
    def _has_certificate(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None and info.data.get("tls_cert") is None:
            raise ValueError(KEY_ALONE)
        return value

    @property
    def tls_files(self) -> TlsFiles | None:
        """The certificate that API and Prefect are served with, if there is one."""
        return None if self.tls_cert is None else TlsFiles(self.tls_cert, self.tls_key or self.tls_cert)

    @property
    def report_addresses(self) -> list[str]:
        """The addresses of Apprise that get the daily report."""
        given = self.report_to.get_secret_value() if self.report_to else ""
        return [part.strip() for part in given.split(",") if part.strip()]

    @property
    def prefect_pages(self) -> str:
        """Where people open the Prefect UI: below the public address, unless another place is named for it."""
        if self.public_url is not None and "prefect_ui_url" not in self.model_fields_set:
            return str(PublicUrl.parse(self.public_url).below(PREFECT_PATH))
        return self.prefect_ui_url.rstrip("/")

    @property
    def needs_tokens(self) -> bool:
        """Whether every call needs a token, those of this computer too."""
        return self.api_token is not None or self.token_needed == "always"  # noqa: S105 - no password

    @property
    def media(self) -> Path:
        """The folder of the media library."""
        return self.home / "media"

    @property
    def script_folders(self) -> list[Path]:
        """The folders whose flows the worker runs beside the project's own."""
        return [self.home / "scripts", *self.scripts]

    @property
    def evidence_folder(self) -> Path:
        """Where pictures and hierarchies of failures are kept."""
        return self.home / "evidence"

    @property
    def secrets(self) -> list[str]:
        """What must never show in a log: tokens, keys, passwords, and the address of a webhook."""
        given = (
            self.api_token,
            self.prefect_auth,
            self.database_url,
            self.prefect_database_url,
            self.ai_api_key,
            self.secret_key,
            self.notify_url,
            self.redis_url,
            *map(SecretStr, self.report_addresses),
        )
        texts = [secret.get_secret_value() for secret in given if secret]
        passwords = [found[1] for text in texts if (found := _PASSWORD.search(text))]
        return [secret for text in (*texts, *passwords) for secret in {text, unquote(text)}]


def _networks(listed: str) -> list[Network]:
    """Read a comma-separated list of addresses and networks.

    Raises:
        ValueError: a part is neither.

    """
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    try:
        return [ipaddress.ip_network(part) for part in parts]
    except ValueError as error:
        message = say(
            "settings.must_addresses_networks_commas_between",
            "must be addresses or networks with commas between them, such as 192.168.1.5 or 10.0.0.0/24",
        )
        raise ValueError(message) from error


def misspelt(environment: Iterable[str]) -> dict[str, str | None]:
    """Return the variables that begin like settings and are none, each with the setting that is most like it."""
    known = {*map(str.upper, Settings.model_fields), *_OTHERS}
    words = {name: name.upper().removeprefix(PREFIX) for name in environment if name.upper().startswith(PREFIX)}
    strangers = {name: word for name, word in words.items() if word not in known and not word.startswith(_OF_TESTS)}
    nearest = {name: difflib.get_close_matches(word, sorted(known), n=1) for name, word in strangers.items()}
    return {name: f"{PREFIX}{found[0]}" if found else None for name, found in sorted(nearest.items())}
