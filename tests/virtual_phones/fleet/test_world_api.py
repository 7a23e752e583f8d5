"""The HTTP API of a virtual fleet: looking at the world and the phones, and ordering faults."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

import httpx
import pytest
from adbutils import AdbClient, AdbDevice
from PIL import Image

from virtual_phones.background import BackgroundFleet
from virtual_phones.faults import Fault, Strike


@pytest.fixture
def http(fleet: BackgroundFleet) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fleet.world_url, trust_env=False, timeout=60) as client:
        yield client


def test_the_world_shows_its_lists(http: httpx.Client) -> None:
    world = http.get("/world").raise_for_status().json()

    assert set(world) >= {"accounts", "posts", "follows", "likes", "comments", "messages"}
    assert "example_user" in str(world["accounts"])
    assert world["follows"] == []


def test_the_world_shows_what_happened_in_order(http: httpx.Client, fleet: BackgroundFleet) -> None:
    world = fleet.fleet.world
    for person in ("person_0002", "person_0001", "person_0002"):
        fleet.call(lambda person=person: world.follow("shop_001", person))

    follows = http.get("/world").json()["follows"]

    assert [follow["followee"] for follow in follows] == ["person_0002", "person_0001", "person_0002"]
    assert {follow["follower"] for follow in follows} == {"shop_001"}
    assert all(follow["at"] for follow in follows)


def test_phones_are_described(http: httpx.Client, fleet: BackgroundFleet) -> None:
    phones = http.get("/phones").json()

    assert [phone["serial"] for phone in phones] == list(fleet.serials)
    assert phones[0]["foreground"]["package"] == "com.android.launcher3"
    assert phones[0]["battery"] == 85


def test_a_person_can_look_at_a_phone(http: httpx.Client, fleet: BackgroundFleet) -> None:
    serial = fleet.serials[0]

    with Image.open(BytesIO(http.get(f"/phones/{serial}/screenshot.png").content)) as picture:
        assert picture.size == (1080, 2400)

    assert f"/phones/{serial}/screenshot.png" in http.get("/").text
    assert http.get(f"/phones/{serial}/hierarchy.xml").text.startswith("<?xml")


def test_lasting_conditions_begin_at_once_and_end_with_all_faults(http: httpx.Client, fleet: BackgroundFleet) -> None:
    url = f"/phones/{fleet.serials[0]}/faults"
    phone = fleet.phone(fleet.serials[0])

    answer = http.post(url, json={"fault": "low_battery", "percent": 2})
    low = fleet.call(lambda: phone.battery.level)
    http.delete(url)

    assert answer.status_code == 202
    assert low == 2
    assert fleet.call(lambda: phone.battery.level) == 85


def test_other_faults_wait_for_their_occasions(http: httpx.Client, fleet: BackgroundFleet) -> None:
    phone = fleet.phone(fleet.serials[0])

    http.post(f"/phones/{phone.serial}/faults", json={"fault": "slow", "seconds": 0.5, "times": 2})

    strikes = [fleet.call(lambda: phone.faults.draw("rpc")) for _ in range(3)]
    assert strikes == [Strike(Fault.SLOW, seconds=0.5), Strike(Fault.SLOW, seconds=0.5), None]


def test_what_was_ordered_is_listed_until_it_strikes(http: httpx.Client, fleet: BackgroundFleet) -> None:
    serial = fleet.serials[0]
    phone = fleet.phone(serial)
    for fault in ("crash", "http_500"):
        assert http.post(f"/phones/{serial}/faults", json={"fault": fault}).status_code == 202
    assert http.get("/phones").json()[0]["faults"] == ["crash", "http_500"]
    fleet.call(lambda: phone.start_app("com.phonefleet.sample"))
    assert http.get("/phones").json()[0]["faults"] == ["http_500"]
    http.delete(f"/phones/{serial}/faults")
    assert http.get("/phones").json()[0]["faults"] == []


def test_a_phone_that_is_restarted_has_booted_once_more(http: httpx.Client, fleet: BackgroundFleet) -> None:
    serial = fleet.serials[0]
    phone = fleet.phone(serial)
    before = fleet.call(lambda: phone.boots)
    assert http.post(f"/phones/{serial}/faults", json={"fault": "reboot"}).status_code == 202
    assert fleet.call(lambda: phone.boots) == before + 1
    http.delete(f"/phones/{serial}/faults")


def test_a_disconnected_phone_is_back_when_its_faults_are_cleared(
    http: httpx.Client,
    device: AdbDevice,
    client: AdbClient,
    eventually: Callable[[Callable[[], bool]], None],
) -> None:
    serial = str(device.serial)
    http.post(f"/phones/{serial}/faults", json={"fault": "disconnect", "seconds": 3600})
    client.disconnect(serial)
    refused = client.connect(serial)

    http.delete(f"/phones/{serial}/faults")

    assert "connected to" not in refused
    eventually(lambda: "connected to" in client.connect(serial))


def test_a_phone_comes_back_under_another_address(
    http: httpx.Client, fleet: BackgroundFleet, client: AdbClient, connected: Callable[[str], AdbDevice]
) -> None:
    first, second = fleet.serials
    accounts = http.get("/phones").json()[0]["accounts"]

    moved = http.post(f"/phones/{first}/move", json={}).json()["serial"]

    assert moved not in {first, second}
    assert "connected to" not in client.connect(first)
    assert connected(moved).shell("getprop ro.product.model") == "Virtual Phone 1"
    phone = http.get("/phones").json()[0]
    assert (phone["serial"], phone["accounts"]) == (moved, accounts)
    assert fleet.serials == (moved, second)


def test_two_phones_change_addresses(
    http: httpx.Client, fleet: BackgroundFleet, client: AdbClient, connected: Callable[[str], AdbDevice]
) -> None:
    first, second = fleet.serials
    assert connected(first).shell("getprop ro.product.model") == "Virtual Phone 1"
    client.disconnect(first)

    assert http.post(f"/phones/{first}/swap", json={"with": second}).status_code == 204

    assert connected(second).shell("getprop ro.product.model") == "Virtual Phone 1"
    assert connected(first).shell("getprop ro.product.model") == "Virtual Phone 2"
    assert http.get("/phones").json()[0]["serial"] == second
    http.post(f"/phones/{second}/faults", json={"fault": "low_battery", "percent": 2})
    assert fleet.call(lambda: fleet.fleet.phones[0].battery.level) == 2


def test_a_phone_moves_to_no_address_of_another(http: httpx.Client, fleet: BackgroundFleet) -> None:
    first, second = fleet.serials
    port = int(second.partition(":")[2])

    assert http.post(f"/phones/{first}/move", json={"port": port}).status_code == 409
    assert http.post(f"/phones/{first}/swap", json={"with": "nobody"}).status_code == 404
    assert fleet.serials == (first, second)
    assert http.get("/phones").json()[0]["serial"] == first


@pytest.mark.parametrize(
    "body", [{"fault": "no such"}, {"fault": "slow", "times": 0}, {"fault": "slow", "more": 1}, [], "text"]
)
def test_bad_orders_are_refused(http: httpx.Client, fleet: BackgroundFleet, body: object) -> None:
    answer = http.post(f"/phones/{fleet.serials[0]}/faults", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_orders_from_web_pages_are_refused(http: httpx.Client, fleet: BackgroundFleet) -> None:
    url = f"/phones/{fleet.serials[0]}/faults"

    assert http.post(url, content='{"fault": "slow"}', headers={"content-type": "text/plain"}).status_code == 415
    assert http.get("/world", headers={"host": "evil.example"}).status_code == 400


def test_unknown_phones_are_not_found(http: httpx.Client) -> None:
    assert http.get("/phones/nobody/screenshot.png").status_code == 404


def test_a_hand_touches_a_phone_and_its_kernel_tells(http: httpx.Client, fleet: BackgroundFleet) -> None:
    serial = fleet.serials[0]
    phone = fleet.phone(serial)
    fleet.call(lambda: phone.start_app("com.phonefleet.sample"))
    before = fleet.call(lambda: phone.kernel.count)
    for order in ({"tap": [540, 1200]}, {"swipe": [540, 1500, 540, 700]}, {"key": "home"}):
        assert http.post(f"/phones/{serial}/hand", json=order).status_code == 204
    assert phone.foreground[0] == "com.android.launcher3"
    assert fleet.call(lambda: phone.kernel.count) > before


@pytest.mark.parametrize(
    "order", [{}, {"tap": [1]}, {"tap": [1, -1]}, {"key": "nothing"}, {"tap": [1, 1], "key": "back"}, {"text": ""}]
)
def test_a_hand_does_one_thing_that_a_hand_can_do(
    http: httpx.Client, fleet: BackgroundFleet, order: dict[str, object]
) -> None:
    assert http.post(f"/phones/{fleet.serials[0]}/hand", json=order).status_code == 422


def test_a_hand_types_only_where_a_keyboard_shows(http: httpx.Client, fleet: BackgroundFleet) -> None:
    phone = fleet.phone(fleet.serials[0])
    fleet.call(phone.go_home)
    assert http.post(f"/phones/{fleet.serials[0]}/hand", json={"text": "hello"}).status_code == 409
