from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import uiautomator2

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import Client, TrialApp


def Selector(**fields: object) -> Any:  # noqa: N802 - the library's class, whose methods have no types
    return uiautomator2.Selector(**fields)


EXTRA = Selector(text="Arrived")


def test_an_element_tells_what_it_is(client: Client) -> None:
    assert client.call("objInfo", Selector(text="Press")) == {
        "bounds": {"left": 0, "top": 100, "right": 300, "bottom": 200},
        "visibleBounds": {"left": 0, "top": 100, "right": 300, "bottom": 200},
        "text": "Press",
        "contentDescription": None,
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


def test_an_element_that_is_not_plain_has_whole_bounds_and_no_id(client: Client, app: TrialApp) -> None:
    app.overhang = 200
    whole, seen = {"left": 0, "top": 2250, "right": 1080, "bottom": 2550}, 2400
    app.extra = "Arrived"
    plain = client.call("objInfo", EXTRA)
    assert (plain["bounds"], plain["visibleBounds"]["bottom"]) == ({**whole, "bottom": seen}, seen)
    assert plain["resourceName"] == "com.example.trial:id/extra"
    other = client.call("objInfo", Selector(text="Arrived", instance=0))
    assert (other["bounds"], other["visibleBounds"]["bottom"]) == (whole, seen)
    assert (other["resourceName"], other["contentDescription"]) == (None, "")
    assert client.call("objInfoOfAllInstances", EXTRA) == [other]
    assert client.call("objInfo", client.call("getUiObject", EXTRA)) == other


def test_what_does_not_exist_is_not_found(client: Client) -> None:
    nothing = Selector(text="Nothing")
    assert client.error("objInfo", nothing) == (-32001, "androidx.test.uiautomator.UiObjectNotFoundException")
    assert client.data("objInfo", nothing) == "UiSelector[TEXT=Nothing]"
    assert not client.call("exist", nothing)
    assert client.call("count", nothing) == 0


def test_the_infos_of_children_are_those_of_the_first_child_of_each_parent(client: Client) -> None:
    row = Selector(resourceId="com.example.trial:id/row")
    child = row.child(className="android.widget.TextView")
    assert client.call("count", child) == 1
    assert client.texts(child) == ["Row 0"]
    listing = Selector(resourceId="com.example.trial:id/list").child(className="android.widget.Button")
    assert client.call("count", listing) == 8
    infos = client.call("objInfoOfAllInstances", listing)
    assert [info and info["text"] for info in infos] == ["Open 0", *[None] * 7]


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
