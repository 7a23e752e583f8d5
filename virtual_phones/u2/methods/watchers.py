"""JSON-RPC methods of watchers: what the server touches by itself when it looks for something in vain."""

from __future__ import annotations

from collections.abc import Sequence

from virtual_phones.u2.automator import Automator, Watcher
from virtual_phones.u2.failures import IllegalState
from virtual_phones.u2.matching.selector import Selector
from virtual_phones.u2.protocol.registry import Family

watchers = Family()


@watchers.method("registerClickUiObjectWatcher", "String, Selector[], Selector")
def register_click(automator: Automator, name: str, conditions: Sequence[Selector], target: Selector) -> None:
    """Touch the target when all conditions show; another watcher of this name is replaced."""
    remove(automator, name)
    wanted = target.ui()

    def click() -> None:
        if (view := wanted.find(automator.view())) is not None:
            automator.tap(view)

    automator.watchers[name] = Watcher(tuple(condition.ui() for condition in conditions), click)


@watchers.method("registerPressKeyskWatcher", "String, Selector[], String[]")
def register_press(automator: Automator, name: str, _conditions: Sequence[Selector], _keys: Sequence[str]) -> None:
    """Fail, as on every phone: PressKeysWatcher asks for an instrumentation, and app_process registers none."""
    remove(automator, name)
    message = "No instrumentation registered! Must run under a registering instrumentation."
    raise IllegalState(message)


@watchers.method("removeWatcher", "String")
def remove(automator: Automator, name: str) -> None:
    """Forget a watcher."""
    automator.watchers.pop(name, None)


@watchers.method("getWatchers", "")
def get_watchers(automator: Automator) -> list[str]:
    """Return the names of all watchers."""
    return list(automator.watchers)


@watchers.method("runWatchers", "")
def run_watchers(automator: Automator) -> None:
    """Let all watchers look now."""
    automator.run_watchers()


@watchers.method("hasWatcherTriggered", "String")
def has_triggered(automator: Automator, name: str) -> bool:
    """Tell whether a watcher has acted since the last reset."""
    return name in automator.triggered


@watchers.method("hasAnyWatcherTriggered", "")
def has_any_triggered(automator: Automator) -> bool:
    """Tell whether any watcher has acted since the last reset."""
    return bool(automator.triggered)


@watchers.method("resetWatcherTriggers", "")
def reset_triggers(automator: Automator) -> None:
    """Forget which watchers have acted."""
    automator.triggered.clear()
