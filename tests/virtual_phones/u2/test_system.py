"""Methods that reach beyond the screen: commands, apps, the server's own waits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from uiautomator2 import Selector

from virtual_phones.phone import VirtualPhone

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import Client, TrialApp

LONG_ENOUGH = 60_000
EXTRA = Selector(text="Arrived")


def test_a_command_is_run(client: Client) -> None:
    assert client.call("executeShellCommand", "echo  one two", LONG_ENOUGH) == {
        "stdout": "one two\n",
        "stderr": "",
        "returnCode": 0,
    }
    assert client.call("executeShellCommand", "false", LONG_ENOUGH)["returnCode"] == 1


def test_a_command_is_run_without_a_shell(client: Client) -> None:
    assert client.call("executeShellCommand", "echo 'a b'; true && $HOME", LONG_ENOUGH)["stdout"] == (
        "'a b'; true && $HOME\n"
    )


def test_a_program_that_there_is_not_cannot_be_run(client: Client) -> None:
    answer = client.call("executeShellCommand", "nothing at all", LONG_ENOUGH)
    assert (answer["returnCode"], answer["stdout"]) == (-1, "")
    assert answer["stderr"] == ('Exception occurred: Cannot run program "nothing": error=2, No such file or directory')
    assert client.call("executeShellCommand", " ", LONG_ENOUGH)["returnCode"] == -1


def test_a_command_that_lasts_too_long_is_killed(client: Client) -> None:
    assert client.call("executeShellCommand", "sleep 1000", 1)["returnCode"] == -1


def test_an_app_is_launched(client: Client, phone: VirtualPhone, app: TrialApp) -> None:
    phone.go_home()
    assert client.call("launchApp", app.package) is True
    assert phone.foreground[0] == app.package
    assert client.call("launchApp", "com.example.none") is False


def test_the_server_waits_for_nothing_at_its_start(client: Client) -> None:
    assert client.call("getConfigurator") == {
        "actionAcknowledgmentTimeout": 500,
        "keyInjectionDelay": 0,
        "scrollAcknowledgmentTimeout": 200,
        "uiAutomationFlags": 0,
        "waitForIdleTimeout": 0,
        "waitForSelectorTimeout": 0,
    }


def test_what_is_not_named_stays_as_it_was(client: Client) -> None:
    changed = client.call("setConfigurator", {"keyInjectionDelay": 7})
    assert changed == client.call("getConfigurator")
    assert (changed["keyInjectionDelay"], changed["actionAcknowledgmentTimeout"]) == (7, 500)
    assert client.error("setConfigurator", {"patience": 7})[0] == -32001


def test_the_server_can_be_told_to_wait_for_selectors(client: Client, app: TrialApp) -> None:
    client.call("setConfigurator", {"waitForSelectorTimeout": LONG_ENOUGH})

    async def wait() -> str:
        waiting = asyncio.ensure_future(client.call_later("getText", EXTRA))
        assert await client.call_later("exist", EXTRA) is False
        app.extra = "Arrived"
        return str(await waiting)

    assert client.runner.run(wait()) == "Arrived"


def test_a_change_of_the_screen_is_waited_for(client: Client, app: TrialApp) -> None:
    async def wait() -> bool:
        waiting = asyncio.ensure_future(client.call_later("waitForWindowUpdate", app.package, LONG_ENOUGH))
        await client.call_later("ping")
        app.extra = "Arrived"
        return bool(await waiting)

    assert client.runner.run(wait()) is True
    assert client.call("waitForWindowUpdate", app.package, 1) is False
    assert client.call("waitForWindowUpdate", None, 1) is False
    assert client.call("waitForWindowUpdate", "com.example.other", LONG_ENOUGH) is False
