"""Uploads have a limit of their own, whatever they declare, and leave nothing behind when they are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from phonefleet.ledger import Ledger
from phonefleet.settings import Settings
from tests.api.conftest import Call, callable_api
from tests.media_files import video

LARGEST = 3_000_000


@pytest.fixture
def small_api(settings: Settings, ledger: Ledger) -> Iterator[Call]:
    assert ledger.tasks.count().total == 0
    with callable_api(settings.model_copy(update={"media_largest": LARGEST})) as call:
        yield call


def test_a_video_larger_than_any_other_body_is_taken(small_api: Call) -> None:
    content = video(content=bytes(LARGEST - 1000))
    answer = small_api("POST", "/media", params={"name": "long.mp4"}, content=content).json()
    assert (answer["code"], answer["data"]["size"]) == (0, len(content))


@pytest.mark.parametrize("declared", [True, False])
def test_one_byte_more_than_allowed_is_refused(small_api: Call, settings: Settings, *, declared: bool) -> None:
    content = video(content=bytes(LARGEST))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 100_000):
            yield content[start : start + 100_000]

    answer = small_api("POST", "/media", params={"name": "a.mp4"}, content=content if declared else pieces())
    assert (answer.status_code, answer.json()["code"]) == (413, 41301)
    assert str(LARGEST) in answer.json()["message"]
    assert not settings.media.exists() or not list(settings.media.glob(".incoming*"))


def test_other_calls_keep_their_small_limit(small_api: Call) -> None:
    answer = small_api("POST", "/task", content=bytes(1_000_000), headers={"Content-Type": "application/json"})
    assert answer.json()["code"] == 41301
