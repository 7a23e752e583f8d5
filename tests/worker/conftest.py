"""What tests of the worker share: the Prefect server of the run, as the worker's own process would know it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prefect.context import refresh_global_settings_context


@pytest.fixture
def known_prefect(prefect_api_url: str) -> Iterator[str]:
    """The Prefect server, which threads know too: they do not inherit what `temporary_settings` says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_API_URL", prefect_api_url)
        refresh_global_settings_context()
        yield prefect_api_url
    refresh_global_settings_context()
