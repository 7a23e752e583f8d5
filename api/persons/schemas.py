"""The bodies and answers of the routes about persons and sessions."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from api.answers.fields import Instant
from phonefleet.persons import LONGEST_NAME, NAME, Role, one_form

PersonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME),
    NAME,
    BeforeValidator(lambda value: one_form(value) if isinstance(value, str) else value),
]
_STRICT = ConfigDict(extra="forbid", frozen=True)


class PersonRequest(BaseModel):
    """A person to add."""

    model_config = _STRICT

    name: PersonName
    role: Role


class RoleRequest(BaseModel):
    """Another role for a person."""

    model_config = _STRICT

    role: Role


class PersonOut(BaseModel):
    """Somebody who has a token of this server."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    role: Role
    created_at: Instant
    token_made_at: Instant


class PersonWithToken(PersonOut):
    """A person and the token that was made just now."""

    token: str = Field(description="Shown this once; only its digest is kept.")


class PersonList(BaseModel):
    """Everybody, by name."""

    persons: list[PersonOut]


class PersonRemoved(BaseModel):
    """Who was removed; token and sessions have ended."""

    name: str


class SessionRequest(BaseModel):
    """Whose session begins: the one whose token this is."""

    model_config = _STRICT

    token: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class Me(BaseModel):
    """Who calls."""

    person: str | None = Field(description="The name; null for who has none here, as on the server's own computer.")
    role: Role | None = Field(description="Null until you log in.")
    login_needed: bool = Field(description="Whether a token or a session must be shown before anything else answers.")


class SessionEnded(BaseModel):
    """Whether there was a session that has ended now."""

    ended: bool
