"""Which code a worker runs: flows of the project, and files that only the owner could have put where they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.responses import DeploymentResponse

from deployments.worker.loading.entrypoints import EntrypointRefused, allowed_entrypoint
from phonefleet.scripts import OWN_ENTRYPOINTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of own scripts with one script."""
    folder = tmp_path / "scripts"
    folder.mkdir(mode=0o700)
    (folder / "visit.py").write_text("")
    (folder / "visit.py").chmod(0o600)
    return folder


def deployment(entrypoint: str | None, **more: Any) -> DeploymentResponse:
    return DeploymentResponse(name="phone", flow_id=uuid4(), entrypoint=entrypoint, **more)


@pytest.mark.parametrize("entrypoint", sorted(OWN_ENTRYPOINTS))
def test_every_flow_of_the_project_runs(entrypoint: str, folder: Path) -> None:
    assert allowed_entrypoint(deployment(entrypoint), [folder]) == entrypoint


def test_a_file_of_the_owner_runs_as_prefect_deploys_it(folder: Path) -> None:
    entrypoint = f"{folder / 'visit.py'}:visit"
    step = {"prefect.deployments.steps.set_working_directory": {"directory": str(folder)}}
    assert allowed_entrypoint(deployment(entrypoint, pull_steps=[step]), [folder]) == entrypoint


@pytest.mark.parametrize(
    "entrypoint",
    [None, "", "json:loads", "flows.follow:other", "visit.py:visit", "flows/follow.py:follow", "/etc/hosts:x"],
)
def test_no_other_module_and_no_path_that_is_not_whole_runs(entrypoint: str | None, folder: Path) -> None:
    with pytest.raises(EntrypointRefused, match="PHONEFLEET_SCRIPTS"):
        allowed_entrypoint(deployment(entrypoint), [folder])


def test_a_file_elsewhere_does_not_run_by_whatever_way_it_is_named(tmp_path: Path, folder: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("")
    (folder / "link.py").symlink_to(outside)
    for path in (outside, folder / "link.py", folder / ".." / "outside.py", folder / "missing.py"):
        with pytest.raises(EntrypointRefused, match="no file in any of these folders"):
            allowed_entrypoint(deployment(f"{path}:visit"), [folder])


@pytest.mark.skipif(os.name == "nt", reason="modes say nothing of others on Windows")
@pytest.mark.parametrize("open_part", ["", "visit.py"])
@pytest.mark.parametrize("right", [0o020, 0o002])
def test_what_others_could_have_written_does_not_run(folder: Path, open_part: str, right: int) -> None:
    path = folder / open_part
    path.chmod(path.stat().st_mode | right)
    with pytest.raises(EntrypointRefused, match="others may write"):
        allowed_entrypoint(deployment(f"{folder / 'visit.py'}:visit"), [folder])


def test_code_from_elsewhere_is_not_fetched(folder: Path) -> None:
    own = "flows.follow:follow"
    clone = {"prefect.deployments.steps.git_clone": {"repository": "https://git.example/other"}}
    with pytest.raises(EntrypointRefused, match=r"pull step prefect\.deployments\.steps\.git_clone"):
        allowed_entrypoint(deployment(own, pull_steps=[clone]), [folder])
    with pytest.raises(EntrypointRefused, match="storage block"):
        allowed_entrypoint(deployment(own, storage_document_id=uuid4()), [folder])
