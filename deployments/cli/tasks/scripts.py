"""`phonefleet script …`: the owner's own scripts, which are taken up while everything runs."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import PlainCommand, group
from deployments.cli.shared.printing import echo
from deployments.cli.tasks import options as t
from phonefleet.errors import Permanent
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client import Client
    from phonefleet.client.answers import Script, ScriptList
    from phonefleet.own_scripts.catalogue import Catalogue
    from phonefleet.own_scripts.described import DescribedFile

app = group(
    "Your own scripts: files in the folder `scripts` of the data folder, taken up while everything runs.",
    no_args_is_help=True,
    epilog="Example: phonefleet script run visit.py -d device_serial_1",
)

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A Python file with a script.")]
FilesArgument = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Python files with scripts.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Replace another file of this name.")]
LocalHomeOption = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="Data folder whose scripts they are. [default: the user's]"),
]
AccountOption = Annotated[
    list[str] | None,
    typer.Option("--account", "--username", "-u", metavar="NAME", help="Account to act as, or tag:NAME; repeatable."),
]


@app.command("list", cls=PlainCommand, epilog="Example: phonefleet script list")
def list_(
    *,
    as_json: o.JsonOption = False,
    api: o.ApiUrlOption = None,
    token: o.TokenOption = None,
    home: o.ApiHomeOption = None,
) -> None:
    """List the scripts that tasks may be of: the ten, and your own with what is wrong with them."""
    from deployments.cli.shared.api_access import api_client  # noqa: PLC0415 - heavy
    from deployments.cli.tasks.scripts_shown import print_scripts  # noqa: PLC0415 - heavy
    from phonefleet.client import ApiUnreachable  # noqa: PLC0415 - heavy

    try:
        with api_client(api, token, home) as client:
            listed = client.list_scripts()
    except ApiUnreachable:
        if api is not None:
            raise
        echo(tr("No server runs for this data folder; this is what one would find:"), err=True)
        listed = _listed_here(home)
    if as_json:
        echo(json.dumps(listed, indent=2, ensure_ascii=False))
    else:
        print_scripts(listed)


@app.command("check", cls=PlainCommand, epilog="Example: phonefleet script check visit.py")
def check(*, files: FilesArgument, home: LocalHomeOption = None, as_json: o.JsonOption = False) -> None:
    """Tell what is wrong with files, with line and reason, and change nothing; exit with 1 if anything is."""
    from deployments.own_scripts.files import checked  # noqa: PLC0415 - heavy

    with _catalogue(home) as catalogue:
        found = {file: checked(catalogue, file.absolute()) for file in files}
    if as_json:
        echo(json.dumps([_told(file, each) for file, each in found.items()], indent=2, ensure_ascii=False))
    else:
        for file, each in found.items():
            _tell_checked(file, each)
    if any(each.flaws for each in found.values()):
        raise typer.Exit(o.FAILED)


@app.command("add", cls=PlainCommand, epilog="Example: phonefleet script add visit.py")
def add(
    *,
    file: FileArgument,
    replace: ReplaceOption = False,
    home: LocalHomeOption = None,
    as_json: o.JsonOption = False,
) -> None:
    """Check a file and copy it into the folder of own scripts; from then on tasks may be of it."""
    from deployments.own_scripts.files import add as put  # noqa: PLC0415 - heavy

    with _catalogue(home) as catalogue:
        added = put(catalogue, file.absolute(), replace_other=replace)
    named = ", ".join(added.names)
    told = {"file": str(added.file), "scripts": list(added.names), "changed": added.changed}
    text = (
        tr("{named} is in {file}", named=named, file=added.file)
        if added.changed
        else tr("{named} is in {file} already", named=named, file=added.file)
    )
    echo(json.dumps(told, indent=2) if as_json else text)


@app.command("remove", cls=PlainCommand, epilog="Example: phonefleet script remove visit")
def remove(
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of an own script, or of its file.")],
    home: LocalHomeOption = None,
    as_json: o.JsonOption = False,
) -> None:
    """Remove an own script's file: what runs goes on to its end, and tasks of it that wait will fail and say so."""
    from deployments.cli.shared.console import print_error  # noqa: PLC0415 - heavy
    from deployments.own_scripts.files import remove as take_away  # noqa: PLC0415 - heavy

    with _catalogue(home) as catalogue:
        try:
            gone = take_away(catalogue, name)
        except FileNotFoundError as error:
            print_error(str(error))
            raise typer.Exit(o.NOT_FOUND) from error
    told = tr("Removed {gone}. What runs goes on; tasks of it that wait will fail", gone=gone)
    echo(json.dumps({"removed": str(gone)}, indent=2) if as_json else told)


@app.command(
    "run",
    cls=PlainCommand,
    epilog="Examples:\n\nphonefleet script run visit.py -d device_serial_1 -t @example_user\n\n"
    "phonefleet script run visit.py -d device_serial_1 --set target_users=person_0001 --account shop_001",
)
def run(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file with a script, or the name of an own script.")],
    device: t.DevicesOption = None,
    account: AccountOption = None,
    target: t.TargetsOption = None,
    fields: t.SetOption = None,
    config: t.ConfigOption = "{}",
    script: Annotated[str | None, typer.Option("--script", help="Which one, if the file has several.")] = None,
    profile: t.AppOption = None,
    replace: ReplaceOption = False,
    as_json: o.JsonOption = False,
    api: o.ApiUrlOption = None,
    token: o.TokenOption = None,
    home: o.ApiHomeOption = None,
) -> None:
    """Run a script on a phone now, and watch it to its end; exit with 1 if it has failed.

    The file is added to the own scripts first, if it lies elsewhere; later runs use it as it is by then.
    """
    from deployments.cli.shared.api_access import api_client  # noqa: PLC0415 - heavy
    from deployments.cli.tasks.watching import watch_tasks  # noqa: PLC0415 - heavy

    if not device and not account:
        message = tr("name a phone with -d, or an account with --account")
        raise typer.BadParameter(message)
    options = t.request_fields(
        device, account, t.config_of(config, target, fields), multi_account=False, intervals=(None, None, None),
        app=profile,
    )  # fmt: skip
    with api_client(api, token, home) as client:
        name = _placed(client, file, home, script, replace=replace)
        created = client.create_tasks(name, **options)
        if not as_json:
            echo(tr("Task {task_ids}: {name}", task_ids=", ".join(map(str, created["task_ids"])), name=name), err=True)
        tasks = watch_tasks(client, created["task_ids"])
        _tell_ended(client, [task["id"] for task in tasks], as_json=as_json)
    if any(task["status"] == t.FAILED_STATUS for task in tasks):
        raise typer.Exit(o.FAILED)


@contextmanager
def _catalogue(home: Path | None) -> Generator[Catalogue]:
    from deployments.own_scripts.opening import own_scripts  # noqa: PLC0415 - heavy

    with own_scripts(home or o.load_settings().home) as catalogue:
        yield catalogue


def _listed_here(home: Path | None) -> ScriptList:
    from api.scripts.routes import listed  # noqa: PLC0415 - heavy
    from phonefleet.own_scripts.scripts import Scripts  # noqa: PLC0415 - heavy

    with _catalogue(home) as catalogue:
        return cast("ScriptList", listed(Scripts(catalogue)).model_dump(mode="json"))


def _placed(client: Client, file: str, home: Path | None, wanted: str | None, *, replace: bool) -> str:
    """Return the name of the script to run, once its file is where the server takes scripts from.

    Raises:
        Permanent: there is no such file or script, it cannot be used, or the server takes scripts from elsewhere.

    """
    path = Path(file).absolute()
    if not path.is_file():
        return _known(client, file)
    placed = _in_folder(client, path, home, replace=replace)
    mine = [each for each in client.list_scripts()["scripts"] if each["file"] == str(placed)]
    if flaws := [each["flaw"] for each in mine if each["flaw"] and wanted in {None, each["name"]}]:
        raise Permanent("; ".join(flaws))
    names = [each["name"] for each in mine if wanted in {None, each["name"]}]
    if len(names) != 1:
        which = (
            tr(": choose one with --script: {names}", names=", ".join(names)) if names else f" {wanted or ''}".rstrip()
        )
        message = (
            tr("{path} has several scripts{which}", path=path.name, which=which)
            if names
            else tr("{path} has no script{which}", path=path.name, which=which)
        )
        raise Permanent(message)
    return names[0]


def _known(client: Client, name: str) -> str:
    """Return the name of an own script that was given in place of a file."""
    found: list[Script] = [each for each in client.list_scripts()["scripts"] if each["own"] and each["name"] == name]
    if not found:
        message = tr("there is no file {name}, and no own script of this name", name=name)
        raise Permanent(message)
    return name


def _in_folder(client: Client, path: Path, home: Path | None, *, replace: bool) -> Path:
    """Return where a file is in the server's folder of own scripts, put there if it lies elsewhere."""
    from deployments.own_scripts.files import add as put  # noqa: PLC0415 - heavy

    folder = client.list_scripts()["folder"]
    with _catalogue(home) as catalogue:
        if folder is None or Path(folder).resolve() != catalogue.folder.resolve():
            message = tr(
                "the server at {url} takes its scripts from {folder}, not from ",
                url=client.url,
                folder=folder or "nowhere",
            )
            raise Permanent(message + tr("{folder}: name its data folder with --home", folder=catalogue.folder))
        if path.resolve().parent == catalogue.folder.resolve():
            return Path(folder) / path.name
        added = put(catalogue, path, replace_other=replace)
        if added.changed:
            echo(tr("{path} is copied to {file}", path=path, file=added.file), err=True)
        return Path(folder) / added.file.name


def _tell_ended(client: Client, ids: list[int], *, as_json: bool) -> None:
    from deployments.cli.tasks.shown import print_task  # noqa: PLC0415 - heavy

    tasks = [client.get_task(task_id) for task_id in ids]
    if as_json:
        echo(json.dumps(tasks, indent=2, ensure_ascii=False))
    else:
        for task in tasks:
            print_task(task)
            for each in (task["result"] or {}).get("outcomes", []):
                echo(f"{each.get('target', '-')}: {each.get('outcome', '-')}")


def _told(file: Path, found: DescribedFile) -> dict[str, Any]:
    flaws = [{"file": str(f.file), "line": f.line, "reason": f.reason, "script": f.name or None} for f in found.flaws]
    scripts = [{"name": each.name, "title": each.title, "line": each.line} for each in found.scripts]
    return {"file": str(file), "good": not found.flaws, "scripts": scripts, "flaws": flaws}


def _tell_checked(file: Path, found: DescribedFile) -> None:
    for flaw in found.flaws:
        echo(str(flaw), err=True)
    if not found.flaws:
        for each in found.scripts:
            echo(tr("{file}: {each} can be used: {title}", file=file.name, each=each.name, title=each.title))
