"""The checks of `phonefleet doctor`; each is a function that returns one finding."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from adbutils import AdbError, adb_path

from deployments.cli.doctor.exposed import TITLE, exposed
from deployments.cli.doctor.finding import Finding
from deployments.cli.doctor.fleet_running import (
    Running,
    disk_is_free,
    history_goes,
    prefect_answers,
    tasks_begin,
    worker_works,
)
from deployments.cli.doctor.hosts import joined_hosts, link, main_host
from deployments.cli.doctor.public_address import public_address
from deployments.cli.shared.api_access import api_client
from deployments.cli.shared.options import load_settings
from deployments.launcher.home import Home
from deployments.launcher.ports import free_port
from deployments.launcher.private_files import reachable_by_others
from deployments.postgres.install import install_for
from deployments.postgres.system_user import database_user
from deployments.worker.joined.kept import MainHostKept, kept_in
from phonefleet.client import ApiError, ApiUnreachable
from phonefleet.device.adb.advice import advice_for
from phonefleet.device.adb.host_sockets import HostSockets
from phonefleet.device.adb.server import is_listening
from phonefleet.device.adb.servers import AdbServers
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.disk import free_bytes, why_full
from phonefleet.errors import Permanent, PhonefleetError
from phonefleet.hosts.files.outbox import evidence_in
from phonefleet.own_scripts.rights import is_writable_by_others
from phonefleet.settings import Settings
from phonefleet.text import full_name
from phonefleet.words import tr


def examine(home: Path | None, api: str | None) -> list[Finding]:
    """Run all checks, the basics first, and return their findings."""
    settings = load_settings()
    folder = home or settings.home
    try:
        running = Running.of(folder)
    except Permanent as error:
        return [_python(), _adb(), Finding(tr("data folder"), good=False, text=str(error))]
    if (kept := kept_in(folder)) is not None:
        return _examine_joined(settings, folder, kept)
    if running.adb_port is not None:  # that of the fleet that runs, whatever this shell is set to
        settings = settings.model_copy(update={"adb_port": running.adb_port})
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("Python", _python),
        ("adb", _adb),
        ("phones", lambda: _phones(settings, _aliases(api, folder))),
        (TITLE, lambda: exposed(settings)),
        ("database", lambda: _database(settings, folder)),
        (tr("data folder"), lambda: _folder(folder)),
        ("privacy", lambda: _privacy(folder)),
        ("scripts", lambda: _scripts(settings, folder, api)),
        ("disk", lambda: disk_is_free(folder)),
        ("Prefect", lambda: prefect_answers(running, settings)),
        ("worker", lambda: worker_works(running, settings)),
        ("API", lambda: _api(settings, api, folder)),
        ("tasks", lambda: _tasks(api, folder)),
        ("history", lambda: _history(api, folder)),
    ]
    if settings.public_url is not None:
        checks.append(("proxy", lambda: public_address(settings.public_url or "")))
    findings = [_run_check(what, check) for what, check in checks]
    servers = AdbServers(settings.adb_port, HostSockets.of(folder))
    return findings + joined_hosts(lambda: api_client(api, home=folder), servers)


def _examine_joined(settings: Settings, folder: Path, kept: MainHostKept) -> list[Finding]:
    """Run the checks for a host that has joined another one: what it has no part in is left out."""
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("Python", _python),
        ("adb", _adb),
        ("phones", lambda: _phones(settings, {})),
        (TITLE, lambda: exposed(settings)),
        (tr("data folder"), lambda: _folder(folder)),
        ("privacy", lambda: _privacy(folder)),
        ("disk", lambda: disk_is_free(folder)),
        ("main host", lambda: main_host(kept)),
        ("link", lambda: link(kept)),
        ("evidence", lambda: _evidence(folder)),
    ]
    return [_run_check(what, check) for what, check in checks]


def _evidence(folder: Path) -> Finding:
    if waiting := len(evidence_in(folder / "evidence")):
        return Finding(
            "evidence", good=None, text=tr("{waiting} files wait to be sent to the main host", waiting=waiting)
        )
    return Finding("evidence", good=True, text=tr("everything was sent to the main host"))


def _run_check(what: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except PhonefleetError as error:
        return Finding(what, good=False, text=str(error))
    except OSError as error:  # a folder of another user, above all
        return Finding(
            what,
            good=False,
            text=tr(
                "{filename} cannot be used: {strerror}",
                filename=error.filename or what,
                strerror=error.strerror or error,
            ),
        )


def _python() -> Finding:
    text = tr(
        "{python_version} at {executable} on {platform}",
        python_version=platform.python_version(),
        executable=sys.executable,
        platform=platform.platform(),
    )
    return Finding("Python", good=True, text=text)


def _adb() -> Finding:
    try:
        program = adb_path()
        said = subprocess.run([program, "version"], capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
    except (AdbError, OSError, subprocess.SubprocessError) as error:
        text = tr(
            "adb does not work ({error}): install Android's platform tools, or set ADBUTILS_ADB_PATH to it.",
            error=error,
        )
        return Finding("adb", good=False, text=text)
    return Finding(
        "adb", good=True, text=tr("{stdout} at {program}", stdout=said.stdout.splitlines()[1], program=program)
    )


def _aliases(url: str | None, folder: Path) -> dict[str, str]:
    """Return what people call phones, by serial and by address; nothing where the API does not answer."""
    with api_client(url, home=folder) as client:
        try:
            phones = list(client.iter_devices())
        except PhonefleetError:
            return {}
    return {
        name: phone["alias"] for phone in phones if phone["alias"] for name in (phone["serial"], *phone["addresses"])
    }


def _phones(settings: Settings, aliases: Mapping[str, str]) -> Finding:
    if not is_listening("127.0.0.1", settings.adb_port):
        text = tr("no adb server on port {adb_port}; one is started when it is needed", adb_port=settings.adb_port)
        return Finding("phones", good=None, text=text)
    listed = FastAdbClient(settings.adb_port).listed_devices()
    if not listed:
        return Finding("phones", good=None, text=tr("adb lists none: connect one, or use --virtual"))
    bad = [
        tr(
            "{value} is {word}. {advice_for}",
            value=full_name(phone.name, aliases.get(phone.name)),
            word=phone.word,
            advice_for=advice_for(phone),
        )
        for phone in listed
        if phone.word != "device"
    ]
    told = tr(
        "{number} ready (adb server at port {adb_port})", number=len(listed) - len(bad), adb_port=settings.adb_port
    )
    return Finding("phones", good=not bad, text="\n".join([told, *bad]))


def _database(settings: Settings, folder: Path) -> Finding:
    if settings.database_url:
        return Finding("database", good=True, text=tr("the server named by PHONEFLEET_DATABASE_URL"))
    account = database_user()
    closed = account.first_inaccessible(folder.parent)
    if closed:
        text = tr(
            "its user '{account}' cannot enter {closed}: choose another --home", account=account.name, closed=closed
        )
        return Finding("database", good=False, text=text)
    install_for(account if account.uid is None else type(account)(), folder)
    runs_as = tr(", as the user '{account}'", account=account.name) if account.name else ""
    return Finding("database", good=True, text=tr("embedded PostgreSQL{runs_as}", runs_as=runs_as))


def _folder(folder: Path) -> Finding:
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if not os.access(existing, os.W_OK):
        return Finding(
            tr("data folder"),
            good=False,
            text=tr("{existing} cannot be written: choose another --home", existing=existing),
        )
    least = load_settings().disk_reserve
    if (full := why_full(folder, least)) is not None:
        return Finding(tr("data folder"), good=False, text=full)
    free = free_bytes(existing)
    room = "" if free is None else tr(", {free} GB free", free=f"{free / 1000000000.0:.1f}")
    return Finding(tr("data folder"), good=True, text=f"{folder}{room}")


def _privacy(folder: Path) -> Finding:
    home = Home(folder.absolute())
    open_now = reachable_by_others(home.root, {home.postgres.name})
    if open_now:
        more = tr(" and {number} more", number=len(open_now) - 1) if len(open_now) > 1 else ""
        text = tr(
            "others have rights to {open_now}{more}: `phonefleet up` takes them away when it starts",
            open_now=open_now[0],
            more=more,
        )
        return Finding("privacy", good=False, text=text)
    return Finding("privacy", good=True, text=tr("nobody else may read the data folder"))


def _scripts(settings: Settings, folder: Path, url: str | None) -> Finding:
    named = [Home(folder.absolute()).scripts, *settings.scripts]
    for each in named:
        if each.exists() and is_writable_by_others(each):
            text = tr(
                "others may write to {each}, and the worker runs what lies there: take that right away (chmod go-w)",
                each=each,
            )
            return Finding("scripts", good=False, text=text)
    if flaws := _flaws_of_scripts(folder, url):
        return Finding("scripts", good=False, text="; ".join(flaws))
    return Finding("scripts", good=True, text=tr("own flows are run from ") + ", ".join(map(str, named)))


def _flaws_of_scripts(folder: Path, url: str | None) -> list[str]:
    """Return what is wrong with own scripts, as the API that runs has found it; nothing while none runs."""
    with api_client(url, home=folder) as client:
        try:
            return [script["flaw"] for script in client.list_scripts()["scripts"] if script["flaw"]]
        except (ApiUnreachable, ApiError):  # other checks tell of these
            return []


def _tasks(url: str | None, folder: Path) -> Finding:
    with api_client(url, home=folder) as client:
        try:
            return tasks_begin(client)
        except ApiUnreachable:
            return Finding("tasks", good=None, text=tr("the API does not answer, so nobody knows"))


def _history(url: str | None, folder: Path) -> Finding:
    with api_client(url, home=folder) as client:
        try:
            return history_goes(client)
        except ApiUnreachable:
            return Finding("history", good=None, text=tr("the API does not answer, so nobody knows"))


def _api(settings: Settings, url: str | None, folder: Path) -> Finding:
    with api_client(url, home=folder) as client:
        try:
            limit = client.check_license()["device_limit"]
        except PhonefleetError as error:
            busy = free_port(settings.host, settings.api_port) is None
            hint = tr(" Port {api_port} is in use by another program.", api_port=settings.api_port) if busy else ""
            return Finding("API", good=False if busy else None, text=str(error) + hint)
        return Finding(
            "API", good=True, text=tr("answers at {url}; {limit} phones may work at once", url=client.url, limit=limit)
        )
