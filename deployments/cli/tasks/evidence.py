"""`phonefleet task evidence`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.shared.calling import Call, command
from deployments.cli.tasks.control import app


@command(app, "evidence", "phonefleet task evidence 101", "phonefleet task evidence 101 --folder /tmp/report")
def evidence(
    call: Call,
    *,
    task_id: Annotated[int, typer.Argument(metavar="ID", help="Number of a task.")],
    folder: Annotated[Path, typer.Option("--folder", help="Where to write the files.")] = Path(),
) -> None:
    """Write the pictures and hierarchies of a task's failures to files, for a look or a report."""
    names = [artifact["path"] for artifact in call.client.get_task(task_id)["artifacts"]]
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / Path(name).name).write_bytes(call.client.get_artifact(task_id, name))
    files = [str(folder / Path(name).name) for name in names]
    call.tell({"files": files}, "\n".join(f"Wrote {file}" for file in files) or f"Task {task_id} has no evidence")
