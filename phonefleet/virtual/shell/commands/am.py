"""`am`, the activity manager, and `monkey`, which starts apps by their launcher icon."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phonefleet.virtual.phone import VirtualPhone
from phonefleet.virtual.shell.command import Call, Command, Reply, failure
from phonefleet.virtual.shell.commands import keyboard

_WITH_VALUE = (
    "-a", "-d", "-t", "-c", "-n", "-p", "-f", "--user", "-P", "--start-profiler", "--sampling", "-R", "--display",
    "--windowingMode", "--activityType", "--task",
)  # fmt: skip
_EXTRAS_WITH_VALUE = ("--es", "-e", "--ez", "--ei", "--el", "--ef", "--ed", "--eu", "--ecn", "--eia", "--esa", "--ela")
_LAUNCHER_CATEGORY = "android.intent.category.LAUNCHER"
_MONKEY_ABORTED = 252


def am(call: Call) -> Reply:
    """Dispatch to a subcommand."""
    subcommand = _SUBCOMMANDS.get(call.first)
    if subcommand is None:
        return failure(f"Unknown command: {call.first}", 255)
    return subcommand(call.below())


def monkey(call: Call) -> Reply:
    """Start the launcher activity of `-p PACKAGE`; other events are not made up."""
    package = call.option("-p") or ""
    if not call.phone.start_app(package):
        return Reply("** No activities found to run, monkey aborted.\n", _MONKEY_ABORTED)
    return Reply(
        f"  bash arg: -p\n  bash arg: {package}\n"
        "Events injected: 1\n## Network stats: elapsed time=7ms (0ms mobile, 0ms wifi, 7ms not connected)\n"
    )


def _start(call: Call) -> Reply:
    """Start an activity by component, link or package."""
    component, url, package = call.option("-n"), call.option("-d"), call.option("-p")
    if "-S" in call.args and (component or package):
        call.phone.stop_app((component or package or "").partition("/")[0])
    if component is None and url is None and not package:
        target = ([*_positional(call), ""])[0]
        component, url, package = _guess(target)
    intent = _intent(call, component, url, package)
    said = f"Starting: Intent {{ {intent} }}\n"
    if component is not None:
        return _started(call, said) if _start_component(call.phone, component, url) else _no_class(said, component)
    if url is not None and call.phone.open_link(url, package or None):
        return _started(call, said)
    if url is None and package and call.phone.start_app(package):
        return _started(call, said)
    error = f"Error: Activity not started, unable to resolve Intent {{ {intent} flg=0x10000000 }}\n"
    return Reply(said, 1, error)


def _guess(target: str) -> tuple[str | None, str | None, str | None]:
    """Tell component, link and package apart, as `am start TARGET` does."""
    if ":" in target:
        return None, target, None
    if "/" in target:
        return target, None, None
    return None, None, target


def _start_component(phone: VirtualPhone, component: str, url: str | None) -> bool:
    package, _, activity = component.partition("/")
    if url is not None:
        return package in phone.apps and phone.open_link(url, package)
    return phone.start_activity(package, activity)


def _started(call: Call, said: str) -> Reply:
    if "-W" not in call.args:
        return Reply(said)
    package, activity = call.phone.foreground
    return Reply(
        f"{said}Status: ok\nLaunchState: COLD\nActivity: {package}/{activity}\n"
        "TotalTime: 180\nWaitTime: 184\nComplete\n"
    )


def _no_class(said: str, component: str) -> Reply:
    return Reply(said, 1, f"Error type 3\nError: Activity class {{{component}}} does not exist.\n")


def _intent(call: Call, component: str | None, url: str | None, package: str | None) -> str:
    parts = [
        ("act", call.option("-a") or ("android.intent.action.VIEW" if url else None)),
        ("cat", f"[{category}]" if (category := call.option("-c")) else None),
        ("dat", url),
        ("pkg", package),
        ("cmp", component),
    ]
    extras = ["(has extras)"] if any(name in call.args for name in _EXTRAS_WITH_VALUE) else []
    return " ".join([*(f"{name}={value}" for name, value in parts if value), *extras])


def _positional(call: Call) -> list[str]:
    return _without_extras(call).plain(*_WITH_VALUE)


def _without_extras(call: Call) -> Call:
    """Drop `--es KEY VALUE` and its kind."""
    kept: list[str] = []
    rest = iter(call.args)
    for argument in rest:
        if argument in _EXTRAS_WITH_VALUE:
            next(rest, None)
            next(rest, None)
        else:
            kept.append(argument)
    return Call(call.phone, call.name, kept, call.environment)


def _broadcast(call: Call) -> Reply:
    """Send a broadcast; only the keyboard of uiautomator2 answers with a result."""
    action = call.option("-a") or ""
    result, data = keyboard.receive(call.phone, action, _extras(call))
    if action == "android.intent.action.CLOSE_SYSTEM_DIALOGS":
        call.phone.open_panel(None)
    said = f"Broadcasting: Intent {{ {_intent(call, None, call.option('-d'), call.option('-p'))} flg=0x400000 }}\n"
    suffix = f', data="{data}"' if data else ""
    return Reply(f"{said}Broadcast completed: result={result}{suffix}\n")


def _extras(call: Call) -> Mapping[str, str]:
    """Return the extras of the intent by key, whatever their type."""
    found = zip(call.args, call.args[1:], call.args[2:], strict=False)
    return {key: value for option, key, value in found if option in _EXTRAS_WITH_VALUE}


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
    return Reply(f"Starting service: Intent {{ {_intent(call, call.option('-n'), None, None)} }}\n")


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
        "get-current-user": lambda _: Reply("0\n"), "set-debug-app": _nothing, "clear-debug-app": _nothing,
        "wait-for-broadcast-idle": lambda _: Reply("All broadcast queues are idle!\n"),
    }
)  # fmt: skip

COMMANDS: Mapping[str, Command] = {"am": am, "monkey": monkey}
