"""The shared world behind all virtual phones: who exists, who follows whom, what was posted and said."""

from virtual_phones.world.friendships import Relation
from virtual_phones.world.population import Account, Comment, Post
from virtual_phones.world.posts import Details, UnknownPost
from virtual_phones.world.state import UnknownAccount, World

__all__ = ["Account", "Comment", "Details", "Post", "Relation", "UnknownAccount", "UnknownPost", "World"]
