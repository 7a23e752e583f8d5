"""Who lives in the world before anything happens: a pure function of the seed and the number of phones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Literal

PEOPLE = 1000
PRIVATE_PEOPLE = 100
QUIET_PEOPLE = 40
EXAMPLE_USER = "example_user"
GENESIS = datetime(2025, 1, 1, tzinfo=UTC)
"""When the first post was published; what happens in the app comes later."""

Media = Literal["video", "image"]
Placement = Literal["reel", "story"]
"""Where a post appears: on the profile, or in the story for a day."""

PostKind = Literal["plain", "live", "ad"]
Inbox = Literal["open", "closed", "hidden"]

_POSTS_OF_THE_EXAMPLE_USER = 12
_PLAIN_POSTS = 10
"""How many posts are plain for each live one and each advertisement."""

_IDOLS_OF_A_PERSON = 12
_FANS_OF_THE_EXAMPLE_USER = 250
_PEOPLE_WITH_DOUBLES = 40
_FURTHER_DOUBLES_OF_THE_EXAMPLE_USER = 30
_DOUBLES = ("{}_", "_{}", "{}.official", "the.{}", "{}2", "real_{}", "{}_backup", "{}x", "hey.{}", "{}_fanpage")
_BORROWS, _JOINT = 4, 9
"""Last digits of the people whose display name is somebody else's handle, and of those who share an account."""

_FIRST_NAMES = ("Ada", "Bo", "Cleo", "Dara", "Emil", "Farah", "Gus", "Hana", "Ivo", "Juno", "Kofi", "Lena")
_LAST_NAMES = ("Adler", "Brook", "Castro", "Dahl", "Ersoy", "Fox", "Grant", "Haas", "Ito", "Jansen", "Kaya", "Lund")
_BIOS = ("Plants and small rooms.", "Runs in the rain.", "Bread every day", "☕ and code", "")
_CAPTIONS = ("Morning light", "New in the shop", "A walk by the river", "How it is made", "Try this at home 🌱")
_REMARKS = (
    "Lovely!",
    "Where is this?",
    "I want one too",
    "🔥🔥🔥",
    "Following for more",
    "So calm.",
    "How long did it take?",
)


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the app; a private one has to accept who wants to follow.

    `inbox` tells who takes messages: "open" takes them; "closed" says in the conversation that it takes none; "hidden"
    shows no way to write on its profile.
    """

    username: str
    name: str
    bio: str
    private: bool = False
    inbox: Inbox = "open"
    link: str = ""
    avatar: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A post; ids are decimal numbers as text. A live one and an advertisement cannot be liked or commented on."""

    id: str
    author: str
    caption: str
    at: datetime
    media: Media = "image"
    kind: PostKind = "plain"
    placement: Placement = "reel"


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote below a post; `image` is the SHA-256 of the picture that came with it, or empty."""

    author: str
    text: str
    image: str = ""


class Population:
    """The accounts, posts and old friendships that a seed stands for."""

    def __init__(self, seed: int, phones: int) -> None:
        self._seed = seed
        self._phones = phones

    @cached_property
    def accounts(self) -> Mapping[str, Account]:
        """All accounts by username, in the order in which they signed up."""
        return {username: self._account(username) for username in self._usernames()}

    @cached_property
    def posts(self) -> tuple[Post, ...]:
        """The posts published before anything happened, oldest first.

        The person with number n, such as `person_0007`, has n modulo 4 of them: none, one, two or three.
        """
        chance = self._chance("posts")
        authors = [EXAMPLE_USER] * _POSTS_OF_THE_EXAMPLE_USER
        authors += [person for number, person in enumerate(self._people, start=1) for _ in range(number % 4)]
        chance.shuffle(authors)
        return tuple(
            Post(
                str(1000 + number),
                author,
                chance.choice(_CAPTIONS),
                GENESIS + timedelta(hours=number),
                chance.choice(("video", "image")),
                _post_kind(chance),
            )
            for number, author in enumerate(authors)
        )

    def old_comments(self, post: str) -> tuple[Comment, ...]:
        """Return what was written below a post before anything happened, oldest first: up to eight, or 45."""
        chance = self._chance(f"comments {post}")
        count = chance.choice((0, *range(1, 9), 45))
        return tuple(Comment(chance.choice(self._people), chance.choice(_REMARKS)) for _ in range(count))

    def old_marks(self, mark: str, post: str) -> int:
        """Return how many people had liked, favorited, reposted or shared a post before anything happened."""
        return self._chance(f"{mark} {post}").randrange(2000)

    @cached_property
    def idols(self) -> Mapping[str, tuple[str, ...]]:
        """Whom each person has always followed."""
        chance = self._chance("idols")
        fans = set(chance.sample(self._people, _FANS_OF_THE_EXAMPLE_USER))
        return {
            person: (
                *((EXAMPLE_USER,) if person in fans else ()),
                *(idol for idol in chance.sample(self._people, _IDOLS_OF_A_PERSON) if idol != person),
            )
            for person in self._people
        }

    @cached_property
    def fans(self) -> Mapping[str, tuple[str, ...]]:
        """By whom each person has always been followed."""
        found: dict[str, list[str]] = {}
        for fan, idols in self.idols.items():
            for idol in idols:
                found.setdefault(idol, []).append(fan)
        return {idol: tuple(fans) for idol, fans in found.items()}

    def signed_in(self, phone: int) -> tuple[str, str]:
        """Return the accounts that are signed in on a phone, numbered from 1; the first one is active."""
        return f"shop_{phone:03}", f"studio_{phone:03}"

    @cached_property
    def ranking(self) -> tuple[Account, ...]:
        """All accounts in the order of search results, the best match need not come first.

        The example user comes after all its look-alikes.
        """
        others = (account for account in self.accounts.values() if account.username != EXAMPLE_USER)
        ranked = sorted(others, key=lambda account: self._chance(f"fame {account.username}").random())
        return *ranked, self.accounts[EXAMPLE_USER]

    @cached_property
    def _people(self) -> list[str]:
        return [f"person_{number:04}" for number in range(1, PEOPLE + 1)]

    def _usernames(self) -> Iterator[str]:
        yield EXAMPLE_USER
        yield from self._people
        yield from (f"private_{number:04}" for number in range(1, PRIVATE_PEOPLE + 1))
        yield from (f"quiet_{number:04}" for number in range(1, QUIET_PEOPLE + 1))
        for original in (EXAMPLE_USER, *self._people[:_PEOPLE_WITH_DOUBLES]):
            yield from (double.format(original) for double in _DOUBLES)
        yield from (f"{EXAMPLE_USER}_{number:02}" for number in range(1, _FURTHER_DOUBLES_OF_THE_EXAMPLE_USER + 1))
        for phone in range(1, self._phones + 1):
            yield from self.signed_in(phone)

    def _account(self, username: str) -> Account:
        chance = self._chance(f"account {username}")
        name = self._name(username, f"{chance.choice(_FIRST_NAMES)} {chance.choice(_LAST_NAMES)}")
        private = username.startswith("private_")
        return Account(username, name, chance.choice(_BIOS), private=private, inbox=_inbox(username))

    def _name(self, username: str, usual: str) -> str:
        """Return a display name: each tenth person bears the next one's handle as a name, and each tenth two names."""
        number = int(username[-4:]) if username in self._numbers else 0
        if number % 10 == _BORROWS:
            return f"person_{number + 1:04}"
        other = self._chance(f"partner {username}").choice(_FIRST_NAMES)
        return f"{usual} and {other}" if number % 10 == _JOINT else usual

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(self._people)

    def _chance(self, purpose: str) -> random.Random:
        return random.Random(f"{self._seed}/{purpose}")  # noqa: S311 - a repeatable world, no secrets


@lru_cache(maxsize=8)
def population(seed: int, phones: int) -> Population:
    """Return the population of a seed, drawn once: it takes long to draw, and nobody changes it."""
    return Population(seed, phones)


def _inbox(username: str) -> Inbox:
    """Return how an account's inbox is at first; odd `quiet_` accounts are hidden, even ones closed."""
    if username.startswith("quiet_"):
        return "hidden" if int(username[-1]) % 2 else "closed"
    return "hidden" if username.startswith("private_") else "open"


def _post_kind(chance: random.Random) -> PostKind:
    drawn = chance.randrange(_PLAIN_POSTS + 2)
    return "live" if drawn == 0 else "ad" if drawn == 1 else "plain"
