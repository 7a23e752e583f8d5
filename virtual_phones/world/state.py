"""The state of the world: what its events add up to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TypedDict, cast

from phonefleet.errors import Permanent
from virtual_phones.world.comments import Comments
from virtual_phones.world.events import Event, Kind, instant
from virtual_phones.world.friendships import Friendships, Relation
from virtual_phones.world.identity import Identity
from virtual_phones.world.journal import Journal
from virtual_phones.world.messages import Messages
from virtual_phones.world.part import Part
from virtual_phones.world.population import Account, Media, Post, population
from virtual_phones.world.posts import Details, Posts
from virtual_phones.world.reactions import Reactions

_LISTS: dict[Kind, str] = {
    "post": "posts",
    "follow": "follows",
    "unfollow": "unfollows",
    "like": "likes",
    "unlike": "unlikes",
    "favorite": "favorites",
    "unfavorite": "unfavorites",
    "repost": "reposts",
    "unrepost": "unreposts",
    "share": "shares",
    "comment": "comments",
    "message": "messages",
    "profile_card": "profile_cards",
    "profile_change": "profile_changes",
}


_ALWAYS: dict[Kind, dict[str, str]] = {"post": {"kind": "plain"}}
"""What the dump says of each event of a kind: nobody publishes live or advertises here."""


class UnknownAccount(Permanent):
    """The world knows no such account."""


class Profile(TypedDict):
    """An account in the dump."""

    username: str
    name: str
    private: bool
    bio: str
    link: str
    avatar: str


class Dump(TypedDict):
    """All that is known of the world; each list of events in order of happening, repeats included."""

    accounts: list[Profile]
    posts: list[dict[str, str]]
    follows: list[dict[str, str]]
    unfollows: list[dict[str, str]]
    likes: list[dict[str, str]]
    unlikes: list[dict[str, str]]
    favorites: list[dict[str, str]]
    unfavorites: list[dict[str, str]]
    reposts: list[dict[str, str]]
    unreposts: list[dict[str, str]]
    shares: list[dict[str, str]]
    comments: list[dict[str, str]]
    messages: list[dict[str, str]]
    profile_cards: list[dict[str, str]]
    profile_changes: list[dict[str, str]]


def utc_now() -> datetime:
    """Return the current instant."""
    return datetime.now(UTC)


class World:
    """Accounts, posts and what happened among them, the same for all phones of a fleet.

    It refuses nothing: whether an action is possible is the app's business, so an action done twice is recorded twice.
    With a journal it has the same state again after the process was killed.

    Example:
        >>> world = World(seed=7, phones=1)
        >>> world.follow("shop_001", "person_0001")
        >>> [follow["followee"] for follow in world.dump()["follows"]]
        ['person_0001']

    """

    def __init__(
        self, seed: int, phones: int, journal: Path | None = None, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._population = population(seed, phones)
        self._now = now
        self._events: list[Event] = []
        self._present: list[Event] = []
        self.identity = Identity(self._population, self._happen)
        self._begin()
        self._journal = Journal(journal) if journal else None
        for event in self._journal.replay() if self._journal else ():
            self._apply(event)

    def _begin(self) -> None:
        """Put all parts but `identity` into their state before the first event."""
        self._friendships = Friendships(self._population)
        self._posts = Posts(self._population, self._happen)
        self.reactions = Reactions(self._population, self._happen)
        self.comments = Comments(self._population, self._happen)
        self.messages = Messages(self._happen)
        self._parts: tuple[Part, ...] = (self._friendships, self._posts, self.reactions, self.comments, self.messages)

    def close(self) -> None:
        """Close the journal."""
        if self._journal:
            self._journal.close()

    # --- what is -----------------------------------------------------------------------------------------

    def signed_in(self, phone: int) -> tuple[str, str]:
        """Return the accounts that are signed in on a phone, numbered from 1; the first one is active."""
        first, second = self._population.signed_in(phone)
        return self.identity.now(first), self.identity.now(second)

    def knows(self, username: str) -> bool:
        """Tell whether there is an account of this name."""
        return self.identity.find(username) is not None

    def account(self, username: str) -> Account:
        """Return an account.

        Raises:
            UnknownAccount: there is none of this name.

        """
        account = self.identity.find(username)
        if account is None:
            message = f"the world knows no account {username!r}"
            raise UnknownAccount(message)
        return account

    def search(self, query: str) -> list[Account]:
        """Return the accounts whose username or name contains the query, in an order of the app's own."""
        wanted = query.strip().removeprefix("@")
        return self.identity.search(wanted) if wanted else []

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
        return self._posts.all()

    def search_posts(self, query: str) -> list[Post]:
        """Return the posts whose captions contain the query, newest first."""
        wanted = query.strip().casefold()
        return [post for post in self._posts.all() if wanted and wanted in post.caption.casefold()]

    def posts_of(self, username: str) -> list[Post]:
        """Return an account's posts, newest first."""
        return self._posts.of(username)

    def stories_of(self, username: str) -> list[Post]:
        """Return what is in an account's story, newest first."""
        return self._posts.stories_of(username)

    def knows_post(self, post: str) -> bool:
        """Tell whether there is a post with this id."""
        return self._posts.knows(post)

    def post(self, post: str) -> Post:
        """Return a post.

        Raises:
            UnknownPost: there is none with this id.

        """
        return self._posts.get(post)

    def dump(self) -> Dump:
        """Return all that is known, ready for JSON. Friendships older than the world's start are not in `follows`."""
        lists: dict[str, list[dict[str, str]]] = {name: [] for name in _LISTS.values()}
        lists["posts"] += [dict(post) for post in self._seeded_posts]
        for event in self._events:
            lists[_LISTS[event.kind]].append(event.as_dict() | _ALWAYS.get(event.kind, {}))
        return cast("Dump", {"accounts": [_profile(account) for account in self.identity.all()], **lists})

    # --- what happens ------------------------------------------------------------------------------------

    def follow(self, follower: str, followee: str) -> None:
        """Let one account follow another, or ask to when that one is private."""
        self._happen("follow", self.account(follower).username, self.account(followee).username)

    def unfollow(self, follower: str, followee: str) -> None:
        """End a following, or take a request back."""
        self._happen("unfollow", self.account(follower).username, self.account(followee).username)

    def like(self, username: str, post: str) -> None:
        """Let an account like a post."""
        self.reactions.mark("like", self.account(username).username, self.post(post).id)

    def comment(self, username: str, post: str, text: str, image: str = "") -> None:
        """Let an account comment on a post, with the SHA-256 of a picture if one comes with it."""
        self.comments.add(self.account(username).username, self.post(post).id, text, image)

    def send(self, sender: str, recipient: str, text: str) -> None:
        """Let one account write to another."""
        self.messages.send(self.account(sender).username, self.account(recipient).username, text)

    def publish(self, author: str, caption: str, media: Media = "image", details: Details | None = None) -> str:
        """Publish a post and return its id."""
        return self._posts.publish(self.account(author).username, caption, media, details or Details())

    def _happen(self, kind: Kind, *values: str) -> None:
        event = Event(kind, values, self._now())
        if self._journal:
            self._journal.append(event)
        self._apply(event)

    def _apply(self, event: Event) -> None:
        self._events.append(event)
        self.identity.apply(event)
        self._add(event)
        if event.kind == "profile_change" and event.values[1] == "username":
            self._rename(event.values[0], event.values[2])

    def _rename(self, before: str, after: str) -> None:
        """Let everything that an account has done be done by its new name: what it is to others stays."""
        events, self._present = [event.renamed(before, after) for event in self._present], []
        self._begin()
        for event in events:
            self._add(event)

    def _add(self, event: Event) -> None:
        self._present.append(event)
        for part in self._parts:
            part.apply(event)

    @cached_property
    def _seeded_posts(self) -> list[dict[str, str]]:
        return [
            {
                "author": post.author,
                "id": post.id,
                "caption": post.caption,
                "media": post.media,
                "kind": post.kind,
                "at": instant(post.at),
            }
            for post in self._population.posts
        ]


def _profile(account: Account) -> Profile:
    return Profile(
        username=account.username,
        name=account.name,
        private=account.private,
        bio=account.bio,
        link=account.link,
        avatar=account.avatar,
    )
