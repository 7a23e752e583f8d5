"""Allowlist of the code that a worker runs: the project's own flows, and files in folders that the owner named.

A deployment in Prefect names its code by an entrypoint, such as `flows.follow:follow` or `/scripts/visit.py:visit`.
Everybody who can write to Prefect could name any module or file of this computer there, or have code fetched from
elsewhere by a pull step or a storage block. All of these are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from prefect.client.schemas.responses import DeploymentResponse

from phonefleet.errors import Permanent
from phonefleet.own_scripts.rights import writable_part
from phonefleet.scripts import OWN_ENTRYPOINTS
from phonefleet.words import say

_HARMLESS_STEP: Final = "prefect.deployments.steps.set_working_directory"
"""The pull step that `prefect deploy` adds by itself. It is allowed and ignored, because entrypoints are full paths."""


class EntrypointRefused(Permanent):
    """The worker runs only Phonefleet's own flows and files in <home>/scripts and the folders of PHONEFLEET_SCRIPTS."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{(type(self).__doc__ or '').rstrip('.')}: {why}.")


class ScriptNotHere(Permanent):
    """The script is not on this host."""


def allowed_entrypoint(deployment: DeploymentResponse, folders: Sequence[Path]) -> str:
    """Return the deployment's entrypoint if a worker may run it; `folders` are those that the owner named.

    Raises:
        EntrypointRefused: the code is somewhere else, or users other than the owner and root can write to it.

    """
    why = _why_refused(deployment, folders)
    if why is not None or not deployment.entrypoint:
        raise EntrypointRefused(
            why or say("worker.deployment_names_no_entrypoint", "this deployment names no entrypoint")
        )
    return deployment.entrypoint


def entrypoint_here(entrypoint: str, folders: Sequence[Path], host: str) -> str:
    """Return where a joined host has the code of an entrypoint of the main host: code is not taken from a network.

    Raises:
        ScriptNotHere: none of its folders has a file of this name.

    """
    path, _, function = entrypoint.rpartition(":")
    if entrypoint in OWN_ENTRYPOINTS or not path.endswith(".py"):
        return entrypoint
    name = Path(path).name
    found = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if found is None:
        message = say(
            "hosts.script_not_here",
            "the own script {script} is not on the host {host}: put it into the folder {folder} there",
            script=name,
            host=host,
            folder=next(iter(folders), "scripts"),
        )
        raise ScriptNotHere(message)
    return f"{found.absolute()}:{function}"


def _why_refused(deployment: DeploymentResponse, folders: Sequence[Path]) -> str | None:
    steps: list[dict[str, Any]] = deployment.pull_steps or []
    foreign = next((name for step in steps for name in step if name != _HARMLESS_STEP), None)
    if foreign is not None:
        return say("worker.deployment_pull_step", "this deployment has the pull step {foreign}", foreign=foreign[:100])
    if deployment.storage_document_id is not None:
        return say("worker.code_deployment_storage_block", "the code of this deployment is in a storage block")
    entrypoint = deployment.entrypoint or ""
    return None if entrypoint in OWN_ENTRYPOINTS else _why_file_refused(entrypoint, folders)


def _why_file_refused(entrypoint: str, folders: Sequence[Path]) -> str | None:
    path, _, _ = entrypoint.rpartition(":")
    shown, file = entrypoint[:200], Path(path)
    if not path.endswith(".py") or not file.is_absolute():
        return say(
            "worker.neither_such_flow_nor_whole",
            "{shown} is neither such a flow nor the whole path of a file",
            shown=shown,
        )
    real = file.resolve()
    folder = next((each for each in (one.resolve() for one in folders) if real.is_relative_to(each)), None)
    if folder is None or not real.is_file():
        return say("worker.no_file_any_these_folders", "{shown} is no file in any of these folders", shown=shown)
    writable = writable_part(real, folder)
    return (
        None
        if writable is None
        else say(
            "worker.others_may_write_take_right",
            "others may write to {writable}, take that right away (chmod go-w)",
            writable=writable,
        )
    )
