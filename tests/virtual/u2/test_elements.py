from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from uiautomator2 import Selector

if TYPE_CHECKING:
    from tests.virtual.u2.conftest import Client, TrialApp


EXTRA = Selector(text="Arrived")


def test_an_element_tells_what_it_is(client: Client) -> None:
    assert client.call("objInfo", Selector(text="Press")) == {
        "bounds": {"left": 0, "top": 100, "right": 300, "bottom": 200},
        "visibleBounds": {"left": 0, "top": 100, "right": 300, "bottom": 200},
        "text": "Press",
        "contentDescription": "",
        "className": "android.widget.Button",
        "packageName": "com.example.trial",
        "resourceName": "com.example.trial:id/press",
        "childCount": 0,
        "checkable": False,
        "checked": False,
        "clickable": True,
        "enabled": True,
        "focusable": False,
        "focused": False,
        "longClickable": True,
        "scrollable": False,
        "selected": False,
    }


def test_what_does_not_exist_is_not_found(client: Client) -> None:
    code, message = client.error("objInfo", Selector(text="Nothing"))
    assert code == -32002
    assert "androidx.test.uiautomator.UiObjectNotFoundException: UiSelector[" in message
    assert not client.call("exist", Selector(text="Nothing"))
    assert client.call("count", Selector(text="Nothing")) == 0


def test_waiting_for_what_shows_takes_no_time(client: Client) -> None:
    assert client.call("waitForExists", Selector(text="Press"), 0)
    assert client.call("waitUntilGone", EXTRA, 0)


def test_waiting_ends_when_the_time_is_over(client: Client) -> None:
    assert client.call("waitForExists", EXTRA, 1) is False
    assert client.call("waitUntilGone", Selector(text="Press"), 1) is False


def test_a_wait_ends_when_the_element_shows(client: Client, app: TrialApp) -> None:
    async def wait() -> bool:
        waiting = asyncio.ensure_future(client.call_later("waitForExists", EXTRA, 60_000))
        assert await client.call_later("exist", EXTRA) is False
        app.extra = "Arrived"
        return await waiting

    assert client.runner.run(wait())


def test_a_wait_ends_when_the_element_is_gone(client: Client, app: TrialApp) -> None:
    app.extra = "Arrived"

    async def wait() -> bool:
        waiting = asyncio.ensure_future(client.call_later("waitUntilGone", EXTRA, 60_000))
        assert await client.call_later("exist", EXTRA) is True
        app.extra = None
        return await waiting

    assert client.runner.run(wait())


def test_a_wait_ends_with_the_server(client: Client) -> None:
    async def wait() -> None:
        waiting = asyncio.ensure_future(client.call_later("waitForExists", EXTRA, 60_000))
        await client.call_later("ping")
        client.server.stop()
        await client.server.stopped()
        await asyncio.wait((waiting,))
        assert isinstance(waiting.exception(), ConnectionResetError)

    client.runner.run(wait())
