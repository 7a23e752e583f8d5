"""The bodies and answers of the routes about joined hosts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.answers.fields import Instant
from api.answers.told import Telling, Told
from phonefleet.joined_hosts import NAME
from phonefleet.wording import Form
from phonefleet.words import say

HostName = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    Form(
        rf"^{NAME.pattern}$",
        say(
            "hosts.name_form", "must be at most 63 Latin letters and digits, with dots, hyphens and _ only between them"
        ),
    ),
]
_STRICT = ConfigDict(extra="forbid", frozen=True)

HostState = Literal["never joined", "online", "away"]


class HostRequest(BaseModel):
    """A host to add."""

    model_config = _STRICT

    name: HostName


class HostOut(Telling):
    """A joined host, and whether it lives."""

    name: str
    state: HostState = Field(description="Away: nothing was heard of it for half a minute.")
    phones: int = Field(description="How many phones are there now.")
    version: str | None = Field(description="Which version of the product its worker has.")
    added_at: Instant
    joined_at: Instant | None
    seen_at: Instant | None
    away_since: Instant | None
    clock_ahead: float | None = Field(description="How far its clock is ahead of the main host's, in seconds.")
    remark: Told | None = Field(description="What a person should know, such as why its worker was refused last.")


class HostWithToken(HostOut):
    """A host and the token that was made just now."""

    token: str = Field(description="Shown this once; only its digest is kept.")
    url: str | None = Field(description="Where others reach this API, over TLS or through a proxy, if it knows.")
    ca_fingerprint: str | None = Field(
        description="SHA-256 digest of the authority of this server's certificate, where it has one of its own."
    )


class Authority(BaseModel):
    """The authority that signed this server's certificate."""

    pem: str
    fingerprint: str


class HostList(BaseModel):
    """All joined hosts, by name."""

    main: str = Field(description="The name of the main host's own worker.")
    version: str = Field(description="Which version of the product the main host has.")
    hosts: list[HostOut]


class HostRemoved(BaseModel):
    """Which host was removed; its token has ended."""

    name: str


class JoinRequest(BaseModel):
    """What a worker tells when it joins."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    installation: Annotated[str, StringConstraints(min_length=8, max_length=100)]
    now: AwareDatetime = Field(description="What its clock shows.")


class LeaveRequest(BaseModel):
    """Which worker ends."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    installation: Annotated[str, StringConstraints(min_length=8, max_length=100)]


class Joined(BaseModel):
    """What a worker needs to know of the main host."""

    name: str
    version: str
    ledger_id: str
    prefect_api_url: str
    prefect_ui_url: str
    now: datetime = Field(description="What the main host's clock shows.")
    losses: int
    settings: dict[str, str] = Field(description="Settings that all workers share, by their names, as in variables.")


class HostMe(BaseModel):
    """Whose token this is."""

    name: str


class RunOwned(BaseModel):
    """Whether a host may decide what becomes of a run; none where more must be told of the run first."""

    own: bool | None


class Left(BaseModel):
    """Whose worker has ended."""

    name: str
