"""How commands name an account: by its username or its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client import Client

_UNCLEAR = 40001

AccountArgument = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="Its username, or its number; `@` is optional before a username.")
]


def number_of(client: Client, name: str) -> int:
    """Return the number of the account that a username or a number means; `@123` is a username.

    Raises:
        ApiError: there is no account of this username, or one in each of several apps.

    """
    from phonefleet.client import ApiError  # noqa: PLC0415 - heavy
    from phonefleet.client.errors import NOT_FOUND  # noqa: PLC0415 - heavy

    if name.isascii() and name.isdecimal():
        return int(name)
    found = list(client.iter_accounts(username=name))
    if len(found) == 1:
        return found[0]["id"]
    if not found:
        raise ApiError(NOT_FOUND, tr("There is no account @{name}", name=name.removeprefix("@")))
    each = ", ".join(
        tr("{number} ({app} on {phone})", number=one["id"], app=one["platform"], phone=one["device_name"])
        for one in found
    )
    raise ApiError(
        _UNCLEAR,
        tr("@{name} is the name of several accounts; give a number: {each}", name=name.removeprefix("@"), each=each),
    )
