"""Watchers: what the server touches by itself when it looks for something in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uiautomator2 import Selector

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import Client, TrialApp

PRESS, EXTRA, NOTHING = Selector(text="Press"), Selector(text="Arrived"), Selector(text="Nothing")


def test_a_watcher_acts_when_something_is_not_found(client: Client, app: TrialApp) -> None:
    client.call("registerClickUiObjectWatcher", "press", [PRESS], PRESS)
    assert client.call("getWatchers") == ["press"]
    assert client.call("exist", PRESS) is True
    assert (app.taps, client.call("hasAnyWatcherTriggered")) == ([], False)
    assert client.call("exist", NOTHING) is False
    assert client.call("count", NOTHING) == 0
    assert app.taps == ["Press", "Press"]
    assert client.call("hasWatcherTriggered", "press") is True
    client.call("resetWatcherTriggers")
    assert client.call("hasWatcherTriggered", "press") is False


def test_a_watcher_acts_only_when_all_its_conditions_show(client: Client, app: TrialApp) -> None:
    client.call("registerClickUiObjectWatcher", "press", [PRESS, EXTRA], PRESS)
    client.call("runWatchers")
    assert app.taps == []
    app.extra = "Arrived"
    client.call("runWatchers")
    assert app.taps == ["Press"]
    assert client.call("hasAnyWatcherTriggered") is True


def test_a_watcher_that_finds_nothing_to_touch_has_triggered_all_the_same(client: Client, app: TrialApp) -> None:
    client.call("registerClickUiObjectWatcher", "nothing", [PRESS], NOTHING)
    client.call("runWatchers")
    assert client.call("hasWatcherTriggered", "nothing") is True
    assert app.taps == []


def test_a_watcher_is_removed(client: Client, app: TrialApp) -> None:
    client.call("registerClickUiObjectWatcher", "press", [PRESS], PRESS)
    client.call("removeWatcher", "press")
    client.call("removeWatcher", "unknown")
    client.call("runWatchers")
    assert (client.call("getWatchers"), app.taps) == ([], [])


def test_a_watcher_that_presses_keys_cannot_be_registered_on_any_phone(client: Client) -> None:
    client.call("registerClickUiObjectWatcher", "home", [PRESS], PRESS)
    call = ("registerPressKeyskWatcher", "home", [PRESS], ["home"])
    assert client.error(*call) == (-32001, "java.lang.IllegalStateException")
    assert "No instrumentation registered!" in str(client.data(*call))
    assert client.call("getWatchers") == []
