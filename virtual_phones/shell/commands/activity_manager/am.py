"""`am`, the activity manager, and `monkey`, which starts apps by their launcher icon."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from virtual_phones.shell.command import Call, Command, Reply, failure
from virtual_phones.shell.commands import users
from virtual_phones.shell.commands.activity_manager.intents import Intent
from virtual_phones.shell.commands.services import keyboard, media

_MONKEY_ABORTED, _NO_PHYSICAL_KEYS = 252, 251
_ROTATION = ("system", "accelerometer_rotation")


def am(call: Call) -> Reply:
    """Dispatch to a subcommand."""
    subcommand = _SUBCOMMANDS.get(call.first)
    if subcommand is None:
        return failure(f"Unknown command: {call.first}", 255)
    return users.refusal(call) or subcommand(call.below())


def monkey(call: Call) -> Reply:
    """Start the launcher activity of `-p PACKAGE`; other events are not made up.

    It switches auto-rotation on (appium-android-driver #545), and gives up on phones without physical keys unless it
    is told to press none (shorebird #2646).
    """
    package = call.option("-p") or ""
    told = "".join(f"  bash arg: {argument}\n" for argument in call.args)
    if not call.phone.traits.physical_keys and call.option("--pct-syskeys") != "0":
        said = "".join(f' arg: "{argument}"\n' for argument in call.args)
        said = f"args: [{', '.join(call.args)}]\n{said}** SYS_KEYS has no physical keys but with factor 2.0%.\n"
        return Reply(told, _NO_PHYSICAL_KEYS, said)
    if not call.phone.start_app(package):
        return Reply(told + "** No activities found to run, monkey aborted.\n", _MONKEY_ABORTED)
    call.phone.settings[_ROTATION] = "1"
    return Reply(
        f"{told}Events injected: 1\n## Network stats: elapsed time=7ms (0ms mobile, 0ms wifi, 7ms not connected)\n"
    )


def _start(call: Call) -> Reply:
    """Start an activity by component, link or package."""
    intent = Intent.of(call)
    if "-S" in call.args and intent.target is not None:
        call.phone.stop_app(intent.target)
    said = f"Starting: Intent {{ {intent} }}\n"
    if not users.in_front(call):
        return Reply(said)  # it starts behind what is on the screen
    if intent.deliver(call.phone):
        return Reply(said + (_waited(call) if "-W" in call.args else ""))
    if intent.component is not None:
        return Reply(said, 1, f"Error type 3\nError: Activity class {{{intent.component}}} does not exist.\n")
    return Reply(said, 1, f"Error: Activity not started, unable to resolve Intent {{ {intent} flg=0x10000000 }}\n")


def _waited(call: Call) -> str:
    """Return what `-W` adds once the activity shows."""
    activity = "/".join(call.phone.foreground)
    return f"Status: ok\nLaunchState: COLD\nActivity: {activity}\nTotalTime: 180\nWaitTime: 184\nComplete\n"


def _broadcast(call: Call) -> Reply:
    """Send a broadcast; only the keyboard of uiautomator2 answers with a result."""
    intent = Intent.of(call)
    media.receive(call.phone, intent.action, intent.data)
    result, data = keyboard.receive(call.phone, intent.action or "", intent.extras)
    if intent.action == "android.intent.action.CLOSE_SYSTEM_DIALOGS":
        call.phone.open_panel(None)
    suffix = f', data="{data}"' if data else ""
    return Reply(f"Broadcasting: Intent {{ {intent} flg=0x400000 }}\nBroadcast completed: result={result}{suffix}\n")


def _force_stop(call: Call) -> Reply:
    for package in call.plain("--user"):
        call.phone.stop_app(package)
    return Reply()


def _kill_all(call: Call) -> Reply:
    for package in call.phone.apps:
        if package != call.phone.foreground[0]:
            call.phone.stop_app(package)
    return Reply()


def _instrument(call: Call) -> Reply:
    component = ([*call.plain("-e"), "?"])[-1]
    return failure(f"INSTRUMENTATION_STATUS: Error=Unable to find instrumentation info for: {component}")


def _service(call: Call) -> Reply:
    return Reply(f"Starting service: Intent {{ {Intent.of(call)} }}\n")


def _stack(call: Call) -> Reply:
    package, activity = call.phone.foreground
    width, height = call.phone.width, call.phone.height
    return Reply(
        f"RootTask id=1 bounds=[0,0][{width},{height}] displayId=0 userId=0\n"
        f"  taskId=1: {package}/{activity} bounds=[0,0][{width},{height}] userId=0 visible=true\n"
    )


def _nothing(_: Call) -> Reply:
    return Reply()


_SUBCOMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "start": _start, "start-activity": _start, "broadcast": _broadcast, "force-stop": _force_stop,
        "stop-app": _force_stop, "kill": _force_stop, "kill-all": _kill_all, "instrument": _instrument,
        "startservice": _service, "start-service": _service, "start-foreground-service": _service,
        "stopservice": _nothing, "stop-service": _nothing, "stack": _stack, "switch-user": _nothing,
        "get-current-user": lambda call: Reply(f"{call.phone.traits.user}\n"), "set-debug-app": _nothing,
        "clear-debug-app": _nothing,
        "wait-for-broadcast-idle": lambda _: Reply("All broadcast queues are idle!\n"),
    }
)  # fmt: skip

COMMANDS: Mapping[str, Command] = {"am": am, "monkey": monkey}
