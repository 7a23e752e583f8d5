"""What `pm` tells of apps that take an intent: `query-activities`, with `--brief` or whole."""

from __future__ import annotations

from virtual_phones.apps.app import App
from virtual_phones.shell.command import Call, Reply

_INTENT_OPTIONS = ("--user", "--query-flags", "-a", "-c", "-d", "-t", "-p", "-f")
_ORDER = "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true"


def activities(call: Call) -> Reply:
    """List the launcher activities, of one package or of all; no other intents are known."""
    package = call.option("-p") or next(iter(call.plain(*_INTENT_OPTIONS)), None)
    found = [app for app in call.phone.apps.values() if app.main_activity and package in (None, app.package)]
    if not found:
        return Reply("No activities found\n")
    shown = _brief if "--brief" in call.args else _whole
    noun = "activity" if len(found) == 1 else "activities"
    return Reply(f"{len(found)} {noun} found:\n" + "".join(shown(number, app) for number, app in enumerate(found)))


def _brief(_: int, app: App) -> str:
    return f"  {_ORDER}\n  {app.package}/{app.main_activity}\n"


def _whole(number: int, app: App) -> str:
    activity = app.main_activity
    name = app.package + activity if activity.startswith(".") else activity
    return (
        f"  Activity #{number}:\n    {_ORDER}\n    ActivityInfo:\n      name={name}\n"
        f"      packageName={app.package}\n      enabled=true exported=true\n      ApplicationInfo:\n"
        f"        packageName={app.package}\n        processName={app.package}\n"
    )
