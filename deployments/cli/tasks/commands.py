"""`phonefleet task …`: give phones something to do, and see what came of it."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.groups import group
from deployments.cli.shared.printing import echo
from deployments.cli.shared.times import local_instant
from deployments.cli.tasks import failures, users
from deployments.cli.tasks import options as t
from deployments.cli.tasks.options import IdArgument
from phonefleet.words import mark, tr, tr_many

if TYPE_CHECKING:
    from phonefleet.client.answers import Task
    from phonefleet.client.tasks import TaskFilters

app = group("Give phones something to do, and see what came of it.", no_args_is_help=True)
app.add_typer(users.app)
app.add_typer(failures.app)

IdsArgument = Annotated[list[int], typer.Argument(metavar="ID…", help="Numbers of the tasks.")]
StatusName = Literal["pending", "running", "completed", "failed"]
CREATED = mark("Created after or before this instant: ISO 8601, such as 2026-03-01T08:00.")
_LAST = 20
"""How many ended tasks `watch` shows when none is unfinished."""

STATUSES: dict[str, int] = {"pending": 0, "running": 1, "completed": 2, "failed": 3}

StoppedOption = Annotated[
    bool | None, typer.Option("--stopped/--not-stopped", help="Only those that a person has stopped, or only others.")
]
PhoneFilter = Annotated[str | None, typer.Option("--device", "-d", metavar="PHONE", help="Any name of a phone.")]
ScriptFilter = Annotated[str | None, typer.Option("--script", help="Name of a script.")]
UsernameFilter = Annotated[str | None, typer.Option("--username", "-u", help="Account that acts.")]
SourceFilter = Annotated[
    Literal["ui", "api", "campaign"] | None, typer.Option("--source", help="Where tasks came from.")
]
CampaignFilter = Annotated[int | None, typer.Option("--campaign", min=1, metavar="ID")]
AfterFilter = Annotated[datetime | None, typer.Option("--after", parser=local_instant, metavar="TIME", help=CREATED)]
BeforeFilter = Annotated[datetime | None, typer.Option("--before", parser=local_instant, metavar="TIME", help=CREATED)]


@command(
    app,
    "create",
    "phonefleet task create follow -d device_serial_1 -d device_serial_2 -t @example_user",
    "phonefleet task create unfollow -u shop_001 -t person_0001 -t person_0002 --min-interval 1 --max-interval 5",
    "phonefleet task create follow -d device_serial_1 "
    '--config \'{"target_users": ["person_0003"], "access_method": "search"}\'',
    "phonefleet task create follow -d device_serial_1 -t person_0003 --set access_method=search",
    "phonefleet task create like -d device_serial_1 -t sample://post/1234",
    "phonefleet task create follow -d group:shop -t @example_user",
)
def create(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    script: t.ScriptArgument,
    device: t.DevicesOption = None,
    username: t.UsernamesOption = None,
    target: t.TargetsOption = None,
    config: t.ConfigOption = "{}",
    fields: t.SetOption = None,
    multi_account: t.MultiAccountOption = False,
    min_interval: t.MinIntervalOption = None,
    max_interval: t.MaxIntervalOption = None,
    unit: t.UnitOption = None,
    start_time: t.StartTimeOption = None,
    profile: t.AppOption = None,
    key: Annotated[
        str | None, typer.Option("--idempotency-key", help="With the same key, a second call creates nothing more.")
    ] = None,
) -> None:
    """Create tasks: one for each phone or account, and each target."""
    options = t.request_fields(
        device, username, t.config_of(config, target, fields), multi_account=multi_account,
        intervals=(min_interval, max_interval, unit), app=profile, start_time=start_time,
    )  # fmt: skip
    created = call.client.create_tasks(script, idempotency_key=key, **options)
    ids = created["task_ids"]
    call.tell(
        created,
        tr_many(
            "Created {count} task: {ids}",
            "Created {count} tasks: {ids}",
            count=len(ids),
            ids=", ".join(map(str, ids)),
        ),
    )


@command(
    app,
    "list",
    "phonefleet task list --status failed --device device_serial_1",
    "phonefleet task list --source ui --after 2026-03-01 --limit 100 --json",
    "phonefleet task list --status completed --page 3 --limit 50",
)
def list_(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    status: Annotated[StatusName | None, typer.Option("--status")] = None,
    stopped: StoppedOption = None,
    device: PhoneFilter = None,
    script: ScriptFilter = None,
    username: UsernameFilter = None,
    source: SourceFilter = None,
    campaign: CampaignFilter = None,
    after: AfterFilter = None,
    before: BeforeFilter = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 20,
    page: Annotated[int, typer.Option("--page", min=1, help="Pages of this many, from 1.")] = 1,
) -> None:
    """List tasks, newest first."""
    filters: TaskFilters = {
        "status": None if status is None else STATUSES[status], "stopped": stopped, "serial": device,
        "script_name": script, "username": username, "source": source, "campaign_id": campaign,
        "created_after": after, "created_before": before,
    }  # fmt: skip
    tasks = _page(call, page, limit, filters)
    call.show(tasks, lambda: _shown().print_tasks(tasks))


@command(app, "get", "phonefleet task get 101")
def get(call: Call, *, task_id: IdArgument) -> None:
    """Show one task, with what was done on the phone."""
    task = call.client.get_task(task_id)
    call.show(task, lambda: _shown().print_task(task))


@command(app, "outcomes", "phonefleet task outcomes 101", "phonefleet task outcomes 101 --request --limit 500")
def outcomes(
    call: Call,
    *,
    task_id: IdArgument,
    request: Annotated[bool, typer.Option("--request", help="All targets that the request's tasks share.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 100,
) -> None:
    """Show what came of each target of a task."""
    of = "request" if request else "task"
    found = list(islice(call.client.iter_task_outcomes(task_id, of=of), limit))
    call.show(found, lambda: _shown().print_outcomes(found))


@command(app, "stats", "phonefleet task stats --by device")
def stats(
    call: Call,
    *,
    by: Annotated[
        Literal["script", "device"] | None, typer.Option("--by", help="Count for each script or phone too.")
    ] = None,
) -> None:
    """Count the tasks of each status."""
    counts = call.client.count_tasks(by=by)
    call.show(counts, lambda: _shown().print_counts(counts, counts.get("aliases") or {}))


@command(app, "watch", "phonefleet task watch", "phonefleet task watch 101 102")
def watch(
    call: Call,
    *,
    ids: Annotated[
        list[int] | None,
        typer.Argument(metavar="[ID]…", help="Tasks; if none: all unfinished ones, or else those that ended last."),
    ] = None,
) -> None:
    """Show progress until the tasks have ended; exit with 1 if any has failed."""
    from deployments.cli.tasks.watching import watch_tasks  # noqa: PLC0415 - heavy

    tasks = watch_tasks(call.client, ids or [])
    shown = tasks or ([] if ids else list(islice(call.client.iter_tasks(), _LAST)))
    if shown and not tasks:
        echo(tr("No task is unfinished. The last ones have ended like this:"), err=True)
    call.show(shown, lambda: _shown().print_tasks(shown))
    if any(task["status"] == STATUSES["failed"] for task in tasks):
        raise typer.Exit(1)


@command(app, "stop", "phonefleet task stop 101 102")
def stop(call: Call, *, ids: IdsArgument) -> None:
    """Keep tasks from starting; those that run end at their next safe point."""
    call.each(ids, call.client.stop_task, _shown().print_brief)


@command(app, "retry", "phonefleet task retry 101")
def retry(call: Call, *, ids: IdsArgument) -> None:
    """Let failed tasks go again; what they have done is not done again."""
    call.each(ids, call.client.retry_task, _shown().print_brief)


@command(app, "retry-all", "phonefleet task retry-all", "phonefleet task retry-all --device device_serial_1 --dry-run")
def retry_all(  # noqa: PLR0913 - as above
    call: Call,
    *,
    stopped: Annotated[bool, typer.Option("--stopped", help="Those that a person has stopped, and no others.")] = False,
    device: PhoneFilter = None,
    script: ScriptFilter = None,
    username: UsernameFilter = None,
    source: SourceFilter = None,
    campaign: CampaignFilter = None,
    after: AfterFilter = None,
    before: BeforeFilter = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell which tasks would go again.")] = False,
) -> None:
    """Let failed tasks go again: all that pass the filters, apart from those that a person has stopped."""
    filters: TaskFilters = {
        "stopped": stopped or None, "serial": device, "script_name": script, "username": username, "source": source,
        "campaign_id": campaign, "created_after": after, "created_before": before,
    }  # fmt: skip
    retried = call.client.retry_all_tasks(dry_run=dry_run, **filters)
    ids = f": {', '.join(map(str, retried['task_ids']))}" if dry_run and retried["task_ids"] else ""
    call.tell(
        retried,
        tr("{number} would go again{ids}", number=retried["retried_count"], ids=ids)
        if dry_run
        else tr("{number} go again", number=retried["retried_count"]),
    )


@command(app, "delete", "phonefleet task delete 101", "phonefleet task delete 102 103")
def delete(call: Call, *, ids: IdsArgument) -> None:
    """Delete tasks; what runs is stopped first. What was done stays in the ledger."""
    if len(ids) == 1:
        gone = call.client.delete_task(ids[0])
        call.tell(gone, tr("{deleted_count} deleted", deleted_count=gone["deleted_count"]))
        return
    batch = call.client.delete_tasks(ids)
    missing = (
        tr("; there are no tasks {not_found}", not_found=", ".join(map(str, batch["not_found"])))
        if batch["not_found"]
        else ""
    )
    call.tell(batch, tr("{deleted_count} deleted{missing}", deleted_count=batch["deleted_count"], missing=missing))


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
    call.tell(
        {"files": files},
        "\n".join(f"Wrote {file}" for file in files) or tr("Task {task_id} has no evidence", task_id=task_id),
    )


def _page(call: Call, page: int, limit: int, filters: TaskFilters) -> list[Task]:
    """Return a page of any size, made of several of the API's if it is larger than those may be."""
    from phonefleet.client.paging import LARGEST_PAGE  # noqa: PLC0415 - heavy

    if limit <= LARGEST_PAGE:
        return call.client.list_tasks(page=page, page_size=limit, **filters)["tasks"]
    return list(islice(call.client.iter_tasks(**filters), (page - 1) * limit, page * limit))


def _shown() -> ModuleType:
    from deployments.cli.tasks import shown as task_shown  # noqa: PLC0415 - heavy

    return task_shown
