"""The flow that a run gets: ours once and for all, one of a file as the file is when the run begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse

from deployments.worker.loading.flow_cache import FlowCache
from phonefleet.errors import Permanent
from tests.own_scripts import put, script_folder

RUN = FlowRun.model_validate({"flow_id": uuid4(), "deployment_id": uuid4()})


@dataclass
class Deployments:
    """Stands for Prefect, in which every deployment is of this entrypoint."""

    entrypoint: str

    def read_deployment(self, _: object) -> DeploymentResponse:
        return DeploymentResponse.model_validate({"name": "greet", "flow_id": uuid4(), "entrypoint": self.entrypoint})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return script_folder(tmp_path)


def word_of(cache: FlowCache, entrypoint: str) -> Any:
    """Return the word that the file of the flow had when it was loaded."""
    flow = cache.flow_of(RUN, cast("SyncPrefectClient", Deployments(entrypoint)))
    return flow.fn.__closure__ and _global(flow.fn, "WORD")


def _global(function: Any, name: str) -> Any:
    bodies = [cell.cell_contents for cell in function.__closure__ if callable(cell.cell_contents)]
    return next(body.__globals__[name] for body in bodies if name in body.__globals__)


def test_a_run_gets_the_file_as_it_is_when_it_begins(folder: Path) -> None:
    cache, entrypoint = FlowCache([folder]), f"{put(folder, 'greet', word='one')}:greet"
    assert word_of(cache, entrypoint) == "one"
    put(folder, "greet", word="two")
    assert word_of(cache, entrypoint) == "two"


def test_a_flow_is_the_same_while_nothing_in_the_folder_has_changed(folder: Path) -> None:
    cache, client = FlowCache([folder]), cast("SyncPrefectClient", Deployments(f"{put(folder, 'greet')}:greet"))
    assert cache.flow_of(RUN, client) is cache.flow_of(RUN, client)


def test_no_earlier_version_runs_while_the_file_is_broken(folder: Path) -> None:
    cache, entrypoint = FlowCache([folder]), f"{put(folder, 'greet', word='one')}:greet"
    assert word_of(cache, entrypoint) == "one"
    put(folder, "greet", "1 / 0\n")
    for _ in range(2):
        with pytest.raises(
            Permanent, match=r"cannot be loaded: ZeroDivisionError: division by zero \(greet\.py, line 1\)"
        ):
            word_of(cache, entrypoint)
    put(folder, "greet", word="two")
    assert word_of(cache, entrypoint) == "two"


def test_a_file_that_is_gone_or_that_others_may_write_to_by_now_does_not_run(folder: Path) -> None:
    file = put(folder, "greet")
    cache, entrypoint = FlowCache([folder]), f"{file}:greet"
    assert word_of(cache, entrypoint) == "hello"
    file.chmod(0o602)
    with pytest.raises(Permanent, match="others may write"):
        word_of(cache, entrypoint)
    file.unlink()
    with pytest.raises(Permanent, match=r"the script greet is gone: its file .*greet\.py was removed"):
        word_of(cache, entrypoint)


def test_a_file_without_that_flow_says_so(folder: Path) -> None:
    file = put(folder, "greet")
    with pytest.raises(Permanent, match=r"greet\.py has no flow other"):
        FlowCache([folder]).flow_of(RUN, cast("SyncPrefectClient", Deployments(f"{file}:other")))


def test_a_joined_host_runs_the_script_of_its_own_folder_in_place_of_the_main_hosts(folder: Path) -> None:
    put(folder, "greet", word="here")
    cache = FlowCache([folder], joined="berlin")
    assert word_of(cache, "/var/lib/phonefleet/scripts/greet.py:greet") == "here"


def test_a_script_that_a_joined_host_does_not_have_says_so(folder: Path) -> None:
    cache = FlowCache([folder], joined="berlin")
    with pytest.raises(Permanent, match=r"the own script visit\.py is not on the host berlin: put it into the folder"):
        word_of(cache, "/var/lib/phonefleet/scripts/visit.py:visit")
