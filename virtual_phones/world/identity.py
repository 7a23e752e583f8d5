"""Who people say they are: the accounts of the population, and how they have changed their profiles since.

An account is known by its birth name inside here, because its username can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from virtual_phones.world.events import Event
from virtual_phones.world.part import Happen
from virtual_phones.world.population import Account, Population

ProfileField = Literal["username", "name", "bio", "link", "avatar"]


class Identity:
    """Every account as it is now, by its present username."""

    def __init__(self, population: Population, happen: Happen) -> None:
        self._population = population
        self._happen = happen
        self._changed: dict[str, Account] = {}
        self._births: dict[str, str] = {}
        self._changes = 0
        self._index: tuple[int, list[tuple[str, Account]]] = (-1, [])
        """What is searched of each account, in the order of search results, after so many changes."""

    def apply(self, event: Event) -> None:
        """Take note of a change of a profile."""
        if event.kind != "profile_change":
            return
        username, field, value = event.values
        birth = self.birth(username)
        before = self._changed.get(birth) or self._population.accounts.get(birth)
        if before is None:  # a journal may name accounts of more phones than there are now
            return
        self._changed[birth] = replace(before, **{field: value})
        if field == "username":
            self._births.pop(username, None)
            self._births[value] = birth
        self._changes += 1

    def find(self, username: str) -> Account | None:
        """Return the account that bears a username now."""
        birth = self.birth(username)
        account = self._changed.get(birth) or self._population.accounts.get(birth)
        return account if account is not None and account.username == username else None

    def now(self, birth: str) -> str:
        """Return the present username of an account that was born with another."""
        changed = self._changed.get(birth)
        return changed.username if changed else birth

    def birth(self, username: str) -> str:
        """Return the username that the bearer of a present one was born with."""
        return self._births.get(username, username)

    def all(self) -> Iterator[Account]:
        """Yield all accounts, in the order in which they signed up."""
        yield from self._as_now(self._population.accounts.values())

    def ranking(self) -> Iterator[Account]:
        """Yield all accounts in the order of search results."""
        yield from self._as_now(self._population.ranking)

    def search(self, text: str) -> list[Account]:
        """Return the accounts whose username or name contains a text, in any case, in the order of search results."""
        changes, (indexed, index) = self._changes, self._index
        if indexed != changes:
            index = [(_searched(account), account) for account in self.ranking()]
            self._index = (changes, index)  # of the changes before it was made: more may have come meanwhile
        wanted = text.casefold()
        return [account for searched, account in index if wanted in searched]

    def change(self, username: str, field: ProfileField, value: str) -> None:
        """Let an account change one thing about itself."""
        self._happen("profile_change", username, field, value)

    def _as_now(self, accounts: Iterable[Account]) -> Iterator[Account]:
        return (self._changed.get(account.username, account) for account in accounts)


def _searched(account: Account) -> str:
    return f"{account.username}\0{account.name}".casefold()
