"""The routes for doing one thing to many phones: ask for it, and see what became of it on each."""

from __future__ import annotations

from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request

from api.answers.envelope import NOT_FOUND, ROLE_NEEDED, Envelope, Problem, invalid
from api.answers.fields import PageQuery
from api.answers.idempotency import IdempotencyKey, idempotency_of
from api.loops.threads import in_thread
from api.resources import Resources, TheResources
from api.tasks.cache import TheReading
from api.tasks.device_actions.as_json import batch, batch_in_detail
from api.tasks.device_actions.schemas import (
    ActionBatchInDetail,
    ActionBatchPage,
    CreatedActions,
    DeviceActionRequest,
    SavedCommandOut,
    SavedCommands,
)
from api.tasks.named import serials_of
from phonefleet.apks.library import ApkLibrary
from phonefleet.apks.manifest import ApkRefused
from phonefleet.device_actions.saved_commands import CommandsBroken, CommandUnknown, saved_command, saved_commands
from phonefleet.ledger import NewTask, Task
from phonefleet.persons import Role
from phonefleet.scripts import DEVICE_ACTION
from phonefleet.scripts.script import ScriptConfig
from phonefleet.words import say

router = APIRouter(tags=["device actions"])

PATH = "/devices/actions"


@router.post(PATH, response_model_exclude_none=True)
def act_on_devices(
    request: DeviceActionRequest, resources: TheResources, http: Request, key: IdempotencyKey = None
) -> Envelope[CreatedActions]:
    """Do one thing to each of these phones, in its turn and never beside a task: one task a phone, all or none.

    To install an app needs the role administer, and so does a saved command unless the list says otherwise; the other
    actions need operate.
    """
    idempotency = idempotency_of(key, f"{PATH} {request.model_dump_json()}")
    task_ids = resources.ledger.idempotency.find(idempotency) if idempotency else None
    if task_ids is None:
        _refuse_role(http, _needed(resources, request))
        tasks = _tasks(resources, request, http)
        task_ids = resources.ledger.tasks.create(tasks, idempotency)
        resources.tasks_created()
    made = resources.ledger.tasks.some(task_ids[:1])
    if not made or made[0].request_id is None:
        raise Problem(NOT_FOUND, say("device_actions.tasks_deleted", "The tasks of this request were deleted"))
    return Envelope(data=CreatedActions(id=made[0].request_id, task_ids=task_ids, created_count=len(task_ids)))


@router.get(PATH)
async def list_device_actions(
    wanted: Annotated[PageQuery, Query()], resources: TheResources, reading: TheReading
) -> Envelope[ActionBatchPage]:
    """List what was asked for, newest first, with how many phones have which outcome."""
    actions = resources.ledger.device_actions
    found = await in_thread(actions.requests, wanted.page, wanted.page_size)
    tasks = await in_thread(actions.tasks, found.items)
    reasons = await reading.waiting.told(_all(tasks), reading.settings)
    page = ActionBatchPage(
        batches=[batch(each, tasks[each], reasons) for each in found.items if each in tasks],
        total=found.total,
        page=wanted.page,
        page_size=wanted.page_size,
    )
    return Envelope(data=page)


@router.get(f"{PATH}/commands")
def list_saved_commands(resources: TheResources) -> Envelope[SavedCommands]:
    """List the commands that the administrator has saved in device-commands.yaml, by name."""
    try:
        known = saved_commands(resources.settings.home)
    except CommandsBroken as error:
        raise invalid(("command", error.message)) from error
    commands = [
        SavedCommandOut(
            name=each.name,
            description=each.description,
            timeout=each.timeout.total_seconds(),
            repeatable=each.repeatable,
            role=each.role,
        )
        for _, each in sorted(known.items())
    ]
    return Envelope(data=SavedCommands(commands=commands))


@router.get(f"{PATH}/{{batch_id}}")
async def get_device_actions(
    batch_id: str, resources: TheResources, reading: TheReading
) -> Envelope[ActionBatchInDetail]:
    """Show what became of one request on each phone."""
    request_id = _uuid(batch_id)
    tasks = (await in_thread(resources.ledger.device_actions.tasks, [request_id]) if request_id else {}).get(
        cast("UUID", request_id)
    )
    if request_id is None or not tasks:
        raise Problem(
            NOT_FOUND,
            say("device_actions.no_request", "There is no request for device actions {request}", request=batch_id[:50]),
        )
    reasons = await reading.waiting.told(tasks, reading.settings)
    return Envelope(data=batch_in_detail(request_id, tasks, reasons))


def _all(tasks: dict[UUID, list[Task]]) -> list[Task]:
    return [task for each in tasks.values() for task in each]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _needed(resources: Resources, request: DeviceActionRequest) -> Role:
    """Return the role that an action needs. Raises `Problem` when there is no such command."""
    if request.action != "command":
        return request.kind.role
    try:
        return saved_command(resources.settings.home, request.command).role
    except (CommandsBroken, CommandUnknown) as error:
        raise invalid(("command", error.message)) from error


def _refuse_role(http: Request, needed: Role) -> None:
    role = cast("Role", http.state.identity.role)
    if not role.allows(needed):
        message = say(
            "device_actions.role_needed",
            "This needs the role {needed}, and {person} has the role {role}",
            needed=needed,
            person=http.state.person,
            role=role,
        )
        raise Problem(ROLE_NEEDED, message, {"role": role.value, "needed": needed.value})


def _tasks(resources: Resources, request: DeviceActionRequest, http: Request) -> list[NewTask]:
    """Return one task for each phone. Raises `Problem` when a phone, a group or an APK is not there."""
    if not request.names:
        raise invalid(("serials", say("device_actions.no_phones", "or group must name some phones")))
    serials = serials_of(resources.ledger, request.names)
    config, now = _config(resources, request, http), resources.clock.now()
    return [
        NewTask(
            script_name=DEVICE_ACTION.name,
            script_config=config,
            serial=serial,
            app=resources.settings.app,
            created_at=now,
            scheduled_for=now,
            ordinal=ordinal,
            request_id=UUID(http.state.request_id),
        )
        for ordinal, serial in enumerate(serials)
    ]


def _config(resources: Resources, request: DeviceActionRequest, http: Request) -> ScriptConfig:
    options = {**request.options(), "asked_by": (http.state.person or "")[:100]}
    if request.action == "install":
        try:
            apk = ApkLibrary.of(resources.settings).find(request.apk)
        except ApkRefused as error:
            raise invalid(("apk", error.message)) from error
        options |= {"apk": apk.sha256, "label": apk.manifest.label}
    return DEVICE_ACTION.parse(options)
