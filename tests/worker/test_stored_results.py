"""A worker reads no result that a state says is stored somewhere, in whatever form."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from prefect._internal.result_records import ResultRecordMetadata
from prefect.results import ResultStore
from prefect.serializers import JSONSerializer, PickleSerializer
from prefect.states import Completed

from deployments.worker.loading.stored_results import StoredResultRefused, refuse_stored_results


@pytest.fixture
def _refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse stored results until the end of the test."""
    monkeypatch.setattr(ResultStore, "read", ResultStore.read)
    monkeypatch.setattr(ResultStore, "aread", ResultStore.aread)
    refuse_stored_results()


@pytest.mark.usefixtures("_refusing")
@pytest.mark.parametrize("serializer", [PickleSerializer(), JSONSerializer()])
def test_a_result_that_a_state_names_is_not_read(tmp_path: Path, serializer: PickleSerializer | JSONSerializer) -> None:
    stored = tmp_path / "result"
    stored.write_text(json.dumps({"metadata": {}, "result": ""}))
    state = Completed(data=ResultRecordMetadata(storage_key=str(stored), serializer=serializer))

    async def read() -> object:
        return await state.aresult()

    with pytest.raises(StoredResultRefused, match="in its own process"):
        asyncio.run(read())
