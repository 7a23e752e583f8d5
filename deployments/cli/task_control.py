"""`phonefleet task stop|retry|retry-all|delete`."""

from __future__ import annotations

from typing import Annotated

import typer

from deployments.cli.calling import Call, command
from deployments.cli.task import app, shown

IdsArgument = Annotated[list[int], typer.Argument(metavar="ID…", help="Numbers of the tasks.")]


@command(app, "stop", "phonefleet task stop 101 102")
def stop(call: Call, *, ids: IdsArgument) -> None:
    """Keep tasks from starting; those that run end at their next safe point."""
    call.each(ids, call.client.stop_task, shown().print_brief)


@command(app, "retry", "phonefleet task retry 101")
def retry(call: Call, *, ids: IdsArgument) -> None:
    """Let failed tasks go again; what they have done is not done again."""
    call.each(ids, call.client.retry_task, shown().print_brief)


@command(app, "retry-all", "phonefleet task retry-all")
def retry_all(call: Call) -> None:
    """Let all failed tasks go again."""
    retried = call.client.retry_all_tasks()
    call.tell(retried, f"{retried['retried_count']} go again")


@command(app, "delete", "phonefleet task delete 101", "phonefleet task delete 102 103")
def delete(call: Call, *, ids: IdsArgument) -> None:
    """Delete tasks; what runs is stopped first. What was done stays in the ledger."""
    if len(ids) == 1:
        gone = call.client.delete_task(ids[0])
        call.tell(gone, f"{gone['deleted_count']} deleted")
        return
    batch = call.client.delete_tasks(ids)
    missing = f"; there are no tasks {', '.join(map(str, batch['not_found']))}" if batch["not_found"] else ""
    call.tell(batch, f"{batch['deleted_count']} deleted{missing}")
