"""The links that the app opens: to people, posts, sounds and the inbox, in its own scheme and as web addresses."""

from __future__ import annotations

import re
from urllib.parse import unquote

from virtual_phones.sample.screens.messages.inbox import InboxScreen
from virtual_phones.sample.screens.posts.post import PostScreen
from virtual_phones.sample.screens.profiles.user_profile import ProfileScreen, open_profile
from virtual_phones.sample.screens.publishing.creating import page_of_sound
from virtual_phones.sample.stage import Screen

_END = r"/?([?#].*)?"
_USER = re.compile(rf"(sample://user/|https://sample\.example/@)(?P<username>[^/?#]+){_END}")
_INBOX = re.compile(rf"sample://inbox{_END}")
_POST = re.compile(rf"(sample://post/|https://sample\.example/@[^/?#]+/post/)(?P<post>[^/?#]+){_END}")
_SOUND = re.compile(rf"(sample://sound/|https://sample\.example/sound/)(?P<sound>[^/?#]+){_END}")


def destination(url: str) -> Screen | None:
    """Return the screen that a link leads to, or None for a link that is not the app's."""
    if match := _USER.fullmatch(url):
        return ProfileScreen(unquote(match["username"]))
    if match := _POST.fullmatch(url):
        return PostScreen(unquote(match["post"]), open_profile)
    if match := _SOUND.fullmatch(url):
        return page_of_sound(unquote(match["sound"]))
    return InboxScreen() if _INBOX.fullmatch(url) else None
