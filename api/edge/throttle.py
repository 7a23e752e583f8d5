"""Throttles clients with token buckets: each client has a bucket that is refilled at a constant rate.

It knows nothing of HTTP, nor of the budgets of accounts (`phonefleet.limits`).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_MOST_CLIENTS = 10_000
"""How many buckets are kept; the least recently used one goes first, and its client begins with a full one again."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    told: bool = False


@dataclass(frozen=True, slots=True)
class ThrottleDelay:
    """How long a client must wait, in seconds; `first` is true for its first refusal since it last got a token."""

    wait: float
    first: bool


class TokenBuckets:
    """Allows each key `burst` calls at once and `rate` calls a second in the long run; a rate of 0 allows everything.

    buckets = TokenBuckets(rate=20, burst=60)
    if delay := buckets.take("127.0.0.1"):
        print(f"wait {delay.wait:.1f} s")
    """

    def __init__(self, rate: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._now = now
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str) -> ThrottleDelay | None:
        """Take one token of a key; return how long to wait when it has none, else None."""
        bucket = self._filled(key)
        delay = self._delay(bucket)
        if delay is None:
            bucket.tokens -= 1
            bucket.told = False
        return delay

    def check(self, key: str) -> ThrottleDelay | None:
        """Return how long a key has to wait for a token, None when it has one; no token is taken."""
        return self._delay(self._filled(key))

    def give_back(self, key: str) -> None:
        """Give back the token that a key took last."""
        bucket = self._filled(key)
        bucket.tokens = min(self._burst, bucket.tokens + 1)

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
