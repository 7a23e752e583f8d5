"""Does one thing to the run's phone as such, at most once where twice would be too often.

What is about to be done, and what the phone says before, are recorded first. A run that begins anew, after a crash or
at a person's retry, finds the record and looks: what has happened is not done again. A saved command whose outcome
nobody can see is never repeated, unless its owner says that it may be.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from phonefleet.device_actions.action import Action
from phonefleet.device_actions.awake import StayAwake, Wake
from phonefleet.device_actions.commands import RunCommand
from phonefleet.device_actions.installing import Install
from phonefleet.device_actions.keyboards import ChooseKeyboard
from phonefleet.device_actions.languages import SetAppLanguage, SetPhoneLanguage
from phonefleet.device_actions.restarting import Restart
from phonefleet.device_actions.saved_commands import saved_command
from phonefleet.device_actions.time_zones import SetTimeZone
from phonefleet.errors import (
    DeviceOffline,
    NeedsPerson,
    OutcomeUnknown,
    Permanent,
    PhonefleetError,
    Transient,
)
from phonefleet.scripts.device_action import ActionName, DeviceActionConfig
from phonefleet.words import say
from tasks.context import RunContext, current
from tasks.retries import device_task, is_last_try

if TYPE_CHECKING:
    from phonefleet.ledger.actions.on_phones import DeviceActionRecord, EndState

_log = logging.getLogger(__name__)

_LOOK_EVERY = timedelta(seconds=1)


@device_task(run_name="{summary}")
def act_on_phone(config: DeviceActionConfig, summary: str) -> None:  # noqa: ARG001 - names the run in Prefect
    """Do what the configuration says, unless it is so already, and add the outcome to the report.

    Raises:
        OutcomeUnknown: it may have happened, and nobody can see whether it has.
        Permanent: this phone does not allow or take it; the message says what to do.
        NeedsPerson: a person has to allow it on the phone.

    """
    context = current()
    try:
        action = _MAKERS[config.action](config, context)
        outcome, detail = _perform(context, config.action, action)
    except Transient as error:
        if is_last_try():
            _give_up(context, error, unknown=config.action == "command" and _may_have_happened(context))
        raise
    except (Permanent, NeedsPerson) as error:
        _give_up(context, error, unknown=isinstance(error, OutcomeUnknown))
        raise
    _report(context, outcome, detail)


def _give_up(context: RunContext, error: PhonefleetError, *, unknown: bool) -> None:
    state: EndState = "unknown" if unknown else "failed"
    context.ledger.device_actions.end(context.task_id, state, context.clock.now())
    _report(context, state, error.message)


def _report(context: RunContext, outcome: EndState, detail: str) -> None:
    context.report.outcomes = [{"target": context.alias or context.serial, "outcome": outcome, "detail": detail}]


def _install(config: DeviceActionConfig, context: RunContext) -> Install:
    library = context.apks
    apk = library.find(config.apk)
    manifest = apk.manifest
    return Install(
        path=library.whole(apk),
        package=manifest.package,
        version_code=manifest.version_code,
        label=manifest.label,
        sha256=apk.sha256,
        task_id=context.task_id,
        older=config.allow_downgrade,
    )


def _keyboard(config: DeviceActionConfig, context: RunContext) -> ChooseKeyboard:
    """Choose a keyboard, or the one that the phone had before the present one, as far as the ledger knows."""
    if config.keyboard:
        return ChooseKeyboard(config.keyboard)
    now = ChooseKeyboard().look(context.phone)
    return ChooseKeyboard(earlier=context.ledger.device_actions.before_last(context.serial, "keyboard", now) or "")


def _language(config: DeviceActionConfig, _: RunContext) -> Action:
    if config.app_package:
        return SetAppLanguage(config.app_package, config.language)
    return SetPhoneLanguage(config.language)


_MAKERS: Mapping[ActionName, Callable[[DeviceActionConfig, RunContext], Action]] = {
    "install": _install,
    "reboot": lambda config, _: Restart(timedelta(seconds=config.within)),
    "wake": lambda _, __: Wake(),
    "keyboard": _keyboard,
    "language": _language,
    "time_zone": lambda config, _: SetTimeZone(config.time_zone),
    "stay_awake": lambda config, _: StayAwake(config.stay_awake),
    "command": lambda config, context: RunCommand(saved_command(context.settings.home, config.command)),
}


def _perform(context: RunContext, kind: str, action: Action) -> tuple[EndState, str]:
    """Look, act if it is still to be done, and look again until it is; return how it ended and a word about it."""
    record = _recorded(context, kind, action)
    now = _look_first(context, action, record)
    if now is not None and action.is_done(record.before, now):
        outcome: EndState = "already" if record.acting_at is None else "done"
        return _ended(context, action, outcome, record.before, now)
    if not action.repeatable and record.state in {"acting", "unknown"}:
        raise OutcomeUnknown(_interrupted(record))
    context.stop.check()
    context.confirm()
    _act(context, action)
    now = _await_effect(context, action, record.before)
    return _ended(context, action, "done", record.before, now)


def _recorded(context: RunContext, kind: str, action: Action) -> DeviceActionRecord:
    """Return the record of an earlier try, or record the intent with what the phone says now."""
    known = context.ledger.device_actions
    found = known.find(context.task_id)
    if found is not None:
        return found
    return known.intend(context.task_id, context.serial, kind, action.look(context.phone), context.clock.now())


def _interrupted(record: DeviceActionRecord) -> str:
    return say(
        "device_actions.interrupted",
        "it was begun at {begun} UTC and interrupted: it may have happened, and is not done a second time; look at the "
        "phone, and ask for it anew if it is still to be done",
        begun=f"{record.acting_at:%Y-%m-%d %H:%M}",
    )


def _act(context: RunContext, action: Action) -> None:
    """Do it, recorded before as something that may have happened; what was never sent to the phone has not."""
    context.ledger.device_actions.acting(context.task_id, context.clock.now(), context.host)
    try:
        action.act(context.phone)
    except DeviceOffline:
        context.ledger.device_actions.not_sent(context.task_id)
        raise


def _look_first(context: RunContext, action: Action, record: DeviceActionRecord) -> str | None:
    """Look; after an interruption, as long as what was begun then may still be on its way.

    Returns None if the phone could not be asked until then.
    """
    if record.acting_at is None:
        return action.look(context.phone)
    now = _looked(context, action, record.before, record.acting_at + action.settles)
    return now if now is not None else _looked(context, action, record.before, record.acting_at + action.within)


def _await_effect(context: RunContext, action: Action, before: str) -> str:
    """Look until the phone shows that it is done.

    Raises:
        OutcomeUnknown: the phone could not be asked until the time was up.
        Permanent: it says that it is not done.

    """
    now = _looked(context, action, before, context.clock.now() + action.within)
    if now is None:
        raise OutcomeUnknown(action.failed(before, now))
    if not action.is_done(before, now):
        raise Permanent(action.failed(before, now))
    return now


def _looked(context: RunContext, action: Action, before: str, deadline: datetime) -> str | None:
    """Look until it is done or the time is up; return what the phone said last, None if it could not be asked then."""
    while True:
        now: str | None = None
        try:
            now = action.look(context.phone)
        except Transient as error:  # it is away, or its services are not there yet
            _log.info("%s: not to be seen yet: %s", context.serial, error.message)
        if (now is not None and action.is_done(before, now)) or context.clock.now() >= deadline:
            return now
        context.clock.sleep(_LOOK_EVERY, context.stop)


def _ended(context: RunContext, action: Action, outcome: EndState, before: str, now: str) -> tuple[EndState, str]:
    context.ledger.device_actions.end(context.task_id, outcome, context.clock.now(), now)
    return outcome, action.told(before, now)


def _may_have_happened(context: RunContext) -> bool:
    record = context.ledger.device_actions.find(context.task_id)
    return record is not None and record.state == "acting"
