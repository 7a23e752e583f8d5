"""The state of the world: what its events add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from phonefleet.errors import Permanent
from phonefleet.virtual.world.events import Event, Kind, instant
from phonefleet.virtual.world.friendships import Friendships, Relation
from phonefleet.virtual.world.journal import Journal
from phonefleet.virtual.world.part import Part
from phonefleet.virtual.world.population import Account, Population, Post

_LISTS: dict[Kind, str] = {
    "post": "posts",
    "follow": "follows",
    "unfollow": "unfollows",
    "like": "likes",
    "comment": "comments",
    "message": "messages",
}


class UnknownAccount(Permanent):
    """The world knows no such account."""


class Profile(TypedDict):
    """An account in the dump."""

    username: str
    name: str
    private: bool


class Dump(TypedDict):
    """All that is known of the world; each list of events in order of happening, repeats included."""

    accounts: list[Profile]
    posts: list[dict[str, str]]
    follows: list[dict[str, str]]
    unfollows: list[dict[str, str]]
    likes: list[dict[str, str]]
    comments: list[dict[str, str]]
    messages: list[dict[str, str]]


def utc_now() -> datetime:
    """Return the current instant."""
    return datetime.now(UTC)


class World:
    """Accounts, posts and what happened among them, the same for all phones of a fleet.

    It obeys: whether an action is possible is the app's business, so an action done twice is recorded twice.
    With a journal it is again what it was after the process was killed.
    """

    def __init__(
        self, seed: int, phones: int, journal: Path | None = None, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._population = Population(seed, phones)
        self._now = now
        self._events: list[Event] = []
        self._posts = list(self._population.posts)
        self._friendships = Friendships(self._population)
        self._parts: tuple[Part, ...] = (self._friendships,)
        self._journal = Journal(journal) if journal else None
        for event in self._journal.replay() if self._journal else ():
            self._apply(event)

    def close(self) -> None:
        """Close the journal."""
        if self._journal:
            self._journal.close()

    # --- what is -----------------------------------------------------------------------------------------

    def signed_in(self, phone: int) -> tuple[str, str]:
        """Return the accounts that are signed in on a phone, numbered from 1; the first one is active."""
        return self._population.signed_in(phone)

    def knows(self, username: str) -> bool:
        """Tell whether there is an account of this name."""
        return username in self._population.accounts

    def account(self, username: str) -> Account:
        """Return an account.

        Raises:
            UnknownAccount: there is none of this name.

        """
        if not self.knows(username):
            message = f"the world knows no account {username!r}"
            raise UnknownAccount(message)
        return self._population.accounts[username]

    def search(self, query: str) -> list[Account]:
        """Return the accounts whose username or name contains the query, in an order of the app's own."""
        wanted = query.strip().removeprefix("@").casefold()
        return [account for account in self._population.ranking if wanted and _matches(account, wanted)]

    def relation(self, follower: str, followee: str) -> Relation:
        """Return what `follower` is to `followee`."""
        return self._friendships.relation(follower, followee)

    def followers(self, username: str) -> list[str]:
        """Return who follows an account, newest first; a private one has accepted nobody."""
        return self._friendships.followers(username)

    def following(self, username: str) -> list[str]:
        """Return whom an account follows, newest first."""
        return self._friendships.following(username)

    def posts(self) -> list[Post]:
        """Return all posts, newest first."""
        return self._posts[::-1]

    def dump(self) -> Dump:
        """Return all that is known, ready for JSON. Friendships older than the world's start are not in `follows`."""
        lists: dict[str, list[dict[str, str]]] = {name: [] for name in _LISTS.values()}
        for event in self._seeded_posts():
            lists["posts"].append(event)
        for event in self._events:
            lists[_LISTS[event.kind]].append(event.as_dict())
        accounts = self._population.accounts.values()
        return Dump(
            accounts=[Profile(username=a.username, name=a.name, private=a.private) for a in accounts],
            posts=lists["posts"],
            follows=lists["follows"],
            unfollows=lists["unfollows"],
            likes=lists["likes"],
            comments=lists["comments"],
            messages=lists["messages"],
        )

    # --- what happens ------------------------------------------------------------------------------------

    def follow(self, follower: str, followee: str) -> None:
        """Let one account follow another, or ask to when that one is private."""
        self._happen("follow", self.account(follower).username, self.account(followee).username)

    def unfollow(self, follower: str, followee: str) -> None:
        """End a following, or take a request back."""
        self._happen("unfollow", self.account(follower).username, self.account(followee).username)

    def like(self, username: str, post: str) -> None:
        """Let an account like a post."""
        self._happen("like", self.account(username).username, post)

    def comment(self, username: str, post: str, text: str) -> None:
        """Let an account comment on a post."""
        self._happen("comment", self.account(username).username, post, text)

    def send(self, sender: str, recipient: str, text: str) -> None:
        """Let one account write to another."""
        self._happen("message", self.account(sender).username, self.account(recipient).username, text)

    def publish(self, author: str, caption: str) -> str:
        """Publish a post and return its id."""
        post = str(int(self._posts[-1].id) + 1)
        self._happen("post", self.account(author).username, post, caption)
        return post

    def _happen(self, kind: Kind, *values: str) -> None:
        event = Event(kind, values, self._now())
        if self._journal:
            self._journal.append(event)
        self._apply(event)

    def _apply(self, event: Event) -> None:
        self._events.append(event)
        for part in self._parts:
            part.apply(event)
        if event.kind == "post":
            author, post, caption = event.values
            self._posts.append(Post(post, author, caption, event.at))

    def _seeded_posts(self) -> Iterator[dict[str, str]]:
        for post in self._population.posts:
            yield {"author": post.author, "id": post.id, "caption": post.caption, "at": instant(post.at)}


def _matches(account: Account, wanted: str) -> bool:
    return wanted in account.username.casefold() or wanted in account.name.casefold()
