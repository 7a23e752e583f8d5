from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from phonefleet.ledger import Ledger, NewTask
from phonefleet.scripts.script import UnknownConfig

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with Ledger(postgres_url, pool_size=4) as opened:
        yield opened


@pytest.fixture
def new_task() -> Callable[..., NewTask]:
    """Make a task to create; a test names only what matters to it."""

    def make(**values: Any) -> NewTask:
        defaults: dict[str, Any] = {
            "script_name": "follow",
            "script_config": {"target_users": ["anna"], "access_method": "direct"},
            "serial": "phone-1",
            "app": "sample",
            "created_at": NOW,
            "scheduled_for": NOW,
        }
        given = defaults | values
        given["script_config"] = UnknownConfig.model_validate(given["script_config"])
        return NewTask(**given)

    return make
