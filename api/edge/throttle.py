"""How often each client may call: a bucket of tokens a client, refilled all the time. Knows nothing of HTTP."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_MOST_CLIENTS = 10_000
"""So many clients are remembered; who was away longest is forgotten first, with a bucket that is full again."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    told: bool = False


@dataclass(frozen=True, slots=True)
class ThrottleDelay:
    """A client must wait, in seconds; `first` unless it was told so already and called again all the same."""

    wait: float
    first: bool


class TokenBuckets:
    """Allows each key `burst` calls at once and `rate` a second in the long run; a rate of 0 allows everything."""

    def __init__(self, rate: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._now = now
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str) -> ThrottleDelay | None:
        """Take one token of a key; return what to tell the client when there is none."""
        bucket = self._filled(key)
        delay = self._delay(bucket)
        if delay is None:
            bucket.tokens -= 1
            bucket.told = False
        return delay

    def check(self, key: str) -> ThrottleDelay | None:
        """Look whether a key has a token, and take none."""
        return self._delay(self._filled(key))

    def _delay(self, bucket: _Bucket) -> ThrottleDelay | None:
        if not self._rate or bucket.tokens >= 1:
            return None
        first, bucket.told = not bucket.told, True
        return ThrottleDelay((1 - bucket.tokens) / self._rate, first)

    def _filled(self, key: str) -> _Bucket:
        now = self._now()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(self._burst, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.filled_at) * self._rate)
        bucket.filled_at = now
        return bucket
