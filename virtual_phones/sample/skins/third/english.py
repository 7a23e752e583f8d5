"""What version 3 says in English where it differs from version 1."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "handle": "@{username}",
    "photo": "{name} profile",
    "confirm_title": "Unfollow {username}?",
    "followers": "Followers",
    "follows": "Following",
    "posts": "Posts",
    "likes": "Likes",
    "thousands": "{whole}.{tenth}K",
    "like": "Like. {count} likes",
    "like_lit": "Liked. {count} likes",
    "comment": "Read or add comments. {count} comments",
    "favorite": "Add to favorites. {count}",
    "favorite_lit": "Remove from favorites. {count}",
    "repost": "Repost. {count} reposts",
    "repost_lit": "Reposted. {count} reposts",
    "share": "Share. {count} shares",
    "share_lit": "Shared. {count} shares",
    "post_title": "Post",
    "post_media": "{media} {post}",
    "comments_post": "Comments on {post}",
    "mine_desc": "You",
    "theirs_desc": "Received",
}
