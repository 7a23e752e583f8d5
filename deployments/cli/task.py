"""`phonefleet task …`: give phones something to do, and see what came of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.cli import options as o
from phonefleet.errors import Permanent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deployments.client import Json

app = typer.Typer(help="Give phones something to do, and see what came of it.", no_args_is_help=True)

IdArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="Number of the task.")]
STATUSES = {"pending": 0, "running": 1, "completed": 2, "failed": 3}
COLORS = ("dim", "cyan", "green", "red")

CREATE_EXAMPLES = """Examples:

phonefleet task create follow -d device_serial_1 -d device_serial_2 -t @example_user

phonefleet task create unfollow -u shop_001 -t person_0001 -t person_0002 --min-interval 1 --max-interval 5

phonefleet task create follow -d device_serial_1 --config '{"target_users": ["a"], "access_method": "search"}'"""


@app.command(epilog=CREATE_EXAMPLES)
def create(  # noqa: PLR0913, PLR0917 - a command line has as many options as it has
    script: Annotated[str, typer.Argument(help="Name of the script, such as follow or unfollow.")],
    device: Annotated[
        list[str] | None,
        typer.Option("--device", "-d", metavar="SERIAL", help="Serial or alias of a phone; repeatable."),
    ] = None,
    username: Annotated[
        list[str] | None, typer.Option("--username", "-u", help="Account to act as, instead of a phone; repeatable.")
    ] = None,
    target: Annotated[
        list[str] | None, typer.Option("--target", "-t", help="User to work on: one task each; repeatable.")
    ] = None,
    config: Annotated[str, typer.Option("--config", metavar="JSON", help="The whole script_config.")] = "{}",
    multi_account: Annotated[  # noqa: FBT002 - Typer's form
        bool, typer.Option("--multi-account", help="One task for each account of each phone.")
    ] = False,
    min_interval: Annotated[float, typer.Option("--min-interval", min=0, help="Shortest wait between tasks.")] = 0,
    max_interval: Annotated[float, typer.Option("--max-interval", min=0, help="Longest wait between tasks.")] = 0,
    unit: Annotated[str, typer.Option("--interval-unit", help="minutes or seconds")] = "minutes",
    start_time: Annotated[str | None, typer.Option("--start-time", help="HH:MM or ISO 8601; now if left out.")] = None,
    profile: Annotated[str | None, typer.Option("--app", help="App profile to drive.")] = None,
    api: o.ApiUrlOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
) -> None:
    """Create tasks: one for each phone or account, and each target."""
    request: dict[str, Any] = {
        "serials": device or None, "usernames": username or None, "script_name": script,
        "script_config": _config(config, target), "enable_multi_account": multi_account,
        "min_interval": min_interval, "max_interval": max_interval, "interval_unit": unit,
        "start_time": start_time, "app": profile,
    }  # fmt: skip
    from deployments.cli.api_access import api_client  # noqa: PLC0415 - heavy

    with api_client(api) as client:
        ids = client.create_tasks({key: value for key, value in request.items() if value is not None})
    if as_json:
        typer.echo(json.dumps({"task_ids": ids}))
    else:
        typer.echo(f"Created {len(ids)} task{'s' * (len(ids) != 1)}: {', '.join(map(str, ids))}")


@app.command(name="list", epilog="Example: phonefleet task list --status failed --device device_serial_1")
def list_(  # noqa: PLR0913, PLR0917 - a command line has as many options as it has
    status: Annotated[str | None, typer.Option("--status", help="pending, running, completed or failed")] = None,
    device: Annotated[str | None, typer.Option("--device", "-d", help="Serial or alias of a phone.")] = None,
    script: Annotated[str | None, typer.Option("--script", help="Name of a script.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 20,
    api: o.ApiUrlOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
) -> None:
    """List tasks, newest first."""
    from deployments.cli.api_access import api_client  # noqa: PLC0415 - heavy

    with api_client(api) as client:
        tasks = client.tasks(limit, status=_status(status), serial=device, script_name=script)
    _show_tasks(tasks, as_json=as_json)


@app.command()
def get(task_id: IdArgument, api: o.ApiUrlOption = None) -> None:
    """Print one task as JSON, with what was done on the phone."""
    from deployments.cli.api_access import api_client  # noqa: PLC0415 - heavy

    with api_client(api) as client:
        typer.echo(json.dumps(client.task(task_id), indent=2, ensure_ascii=False))


@app.command()
def stats(api: o.ApiUrlOption = None, as_json: o.JsonOption = False) -> None:  # noqa: FBT002 - Typer's form
    """Count the tasks of each status."""
    from deployments.cli.api_access import api_client  # noqa: PLC0415 - heavy

    with api_client(api) as client:
        counts = client.call("GET", "/task/stats")
    names = ("total", *STATUSES)
    typer.echo(json.dumps(counts) if as_json else "  ".join(f"{name} {counts[name]}" for name in names))


@app.command(epilog="Example: phonefleet task watch 101 102")
def watch(
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID]…", help="Tasks; all unfinished ones if none.")
    ] = None,
    api: o.ApiUrlOption = None,
) -> None:
    """Show progress until the tasks have ended; exit with 1 if any has failed."""
    from deployments.cli.watching import watch_tasks  # noqa: PLC0415 - heavy

    tasks = watch_tasks(api, ids or [])
    _show_tasks(tasks, as_json=False)
    if any(task["status"] == STATUSES["failed"] for task in tasks):
        raise typer.Exit(1)


def _config(text: str, targets: list[str] | None) -> Json:
    try:
        config = json.loads(text)
    except ValueError as error:
        message = f"--config is not JSON: {error}"
        raise Permanent(message) from error
    if not isinstance(config, dict):
        message = '--config must be a JSON object, such as \'{"target_users": ["a"]}\'.'
        raise Permanent(message)
    return {**config, **({"target_users": targets} if targets else {})}


def _status(name: str | None) -> int | None:
    if name is None:
        return None
    if name not in STATUSES:
        message = f"There is no status {name!r}: choose one of {', '.join(STATUSES)}."
        raise Permanent(message)
    return STATUSES[name]


def _show_tasks(tasks: Sequence[Json], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(tasks, indent=2, ensure_ascii=False))
        return
    from deployments.cli.console import fill, out, table  # noqa: PLC0415 - heavy

    made = table("Tasks", "id", "script", "device", "account", "targets", "status", "state", "tries", "remark")
    out().print(fill(made, map(_row, tasks)))


def _row(task: Json) -> list[object]:
    targets = ", ".join(task["script_config"].get("target_users", []))
    status = f"[{COLORS[task['status']]}]{task['status_text']}[/]"
    return [
        task["id"], task["script_name"], task["serial"], task["username"], targets, status, task["state"],
        task["retry_count"] + 1, task["remark"],
    ]  # fmt: skip
