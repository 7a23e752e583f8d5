"""The cache of a joined host keeps each content once, whole, and within its limit."""

from __future__ import annotations

import hashlib
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from phonefleet.clock import SystemClock
from phonefleet.errors import LinkLost
from phonefleet.hosts.files.cache import Content, ContentCache, TooLargeForCache

LIMIT = 1000


def content(data: bytes, name: str = "") -> Content:
    sha256 = hashlib.sha256(data).hexdigest()
    return Content(sha256, len(data), name or f"{sha256}.jpg")


class MovableClock(SystemClock):
    """A clock that shows another time when a test wants that."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead

    def advance(self, duration: timedelta) -> None:
        """Let so much time have passed."""
        self.ahead += duration


class Source:
    """Where contents come from; it counts how often."""

    def __init__(self, data: bytes) -> None:
        self.data, self.fetched = data, 0

    def __call__(self, into: BinaryIO) -> None:
        self.fetched += 1
        into.write(self.data)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def cache(tmp_path: Path, clock: MovableClock) -> ContentCache:
    return ContentCache(tmp_path / "cache", LIMIT, clock)


def test_a_content_is_fetched_once(cache: ContentCache) -> None:
    source = Source(b"bread")
    assert cache.path(content(b"bread"), source).read_bytes() == b"bread"
    assert cache.path(content(b"bread"), source).suffix == ".jpg"
    assert source.fetched == 1


def test_several_that_want_the_same_at_once_fetch_it_once(cache: ContentCache) -> None:
    together, source = threading.Barrier(8), Source(b"bread")

    def want(_: int) -> Path:
        together.wait(60)
        return cache.path(content(b"bread"), source)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(want, range(8)))) == 1
    assert source.fetched == 1


def test_another_content_than_the_wanted_one_is_refused_and_leaves_nothing(cache: ContentCache, tmp_path: Path) -> None:
    with pytest.raises(LinkLost, match="another content"):
        cache.path(content(b"bread"), Source(b"stone"))
    assert list((tmp_path / "cache").iterdir()) == []
    assert cache.path(content(b"bread"), Source(b"bread")).read_bytes() == b"bread"


def test_what_was_changed_on_the_disk_is_fetched_anew(cache: ContentCache) -> None:
    source = Source(b"bread")
    cache.path(content(b"bread"), source).write_bytes(b"stale")
    assert cache.path(content(b"bread"), source).read_bytes() == b"bread"
    assert source.fetched == 2


def test_what_was_not_used_for_the_longest_goes_first(cache: ContentCache, clock: MovableClock) -> None:
    for data in (b"a" * 400, b"b" * 400):
        cache.path(content(data), Source(data))
        clock.advance(timedelta(hours=1))
    cache.path(content(b"a" * 400), Source(b"a" * 400))
    clock.advance(timedelta(hours=1))
    cache.path(content(b"c" * 400), Source(b"c" * 400))
    again = Source(b"a" * 400)
    cache.path(content(b"a" * 400), again)
    assert (again.fetched, cache.size()) == (0, 800)


def test_what_is_in_use_stays_even_beyond_the_limit(cache: ContentCache) -> None:
    for data in (b"a" * 600, b"b" * 600):
        cache.path(content(data), Source(data))
    assert cache.size() == 1200


def test_what_is_larger_than_the_cache_is_refused_with_the_setting_to_change(cache: ContentCache) -> None:
    with pytest.raises(TooLargeForCache, match="PHONEFLEET_HOST_CACHE_LIMIT"):
        cache.path(content(b"x" * (LIMIT + 1)), Source(b""))


def test_half_a_file_that_a_killed_worker_left_is_removed(tmp_path: Path, clock: MovableClock) -> None:
    left = tmp_path / ".incoming-1"
    left.write_bytes(b"half")
    ContentCache(tmp_path, LIMIT, clock)
    assert not left.exists()


@pytest.mark.parametrize("name", ["../up", "a/b", "up/..", ".hidden"])
def test_a_name_that_leads_out_of_the_cache_is_none(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(name)):
        Content("0" * 64, 1, name)
