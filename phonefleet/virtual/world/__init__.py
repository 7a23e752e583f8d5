"""The shared world behind all virtual phones: who exists, who follows whom, what was posted and said."""

from phonefleet.virtual.world.friendships import Relation
from phonefleet.virtual.world.population import Account, Comment, Post
from phonefleet.virtual.world.posts import Details, UnknownPost
from phonefleet.virtual.world.state import UnknownAccount, World

__all__ = ["Account", "Comment", "Details", "Post", "Relation", "UnknownAccount", "UnknownPost", "World"]
