"""What uiautomator2 raises when the server on the phone fails."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any

import pytest
from uiautomator2.exceptions import (
    AccessibilityServiceAlreadyRegisteredError,
    HTTPError,
    UiAutomationNotConnectedError,
)

from virtual_phones.faults import Fault, Strike
from virtual_phones.phone import VirtualPhone

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import TrialApp


@pytest.fixture
def server_runs() -> bool:
    """The library starts the server itself: only then does it restart it without waiting for 10 s."""
    return False


def order(phone: VirtualPhone, fault: Fault, times: int = 1, seconds: float | None = None) -> None:
    phone.faults.order(Strike(fault, seconds), times)


def test_a_dead_server_is_started_again_by_the_library(device: Any, running_phone: VirtualPhone) -> None:
    for _ in range(2):
        order(running_phone, Fault.SERVER_DEAD)
        assert device.info["screenOn"] is True
    assert running_phone.u2.running


def test_a_server_that_dies_again_after_its_restart_is_raised(device: Any, running_phone: VirtualPhone) -> None:
    order(running_phone, Fault.SERVER_DEAD, times=2)
    with pytest.raises(HTTPError, match="Unable to connect"):
        _ = device.info


def test_a_break_before_the_effect_is_raised_raw(device: Any, running_phone: VirtualPhone, app: TrialApp) -> None:
    order(running_phone, Fault.DIES_BEFORE)
    with pytest.raises(http.client.RemoteDisconnected):
        device.click(150, 150)
    assert app.taps == []
    device.click(150, 150)
    assert app.taps == ["Press"]


def test_a_break_after_the_effect_is_raised_raw(device: Any, running_phone: VirtualPhone, app: TrialApp) -> None:
    order(running_phone, Fault.DIES_AFTER)
    with pytest.raises(http.client.RemoteDisconnected):
        device.click(150, 150)
    assert app.taps == ["Press"]


def test_a_server_that_will_not_start_is_told_apart(device: Any, running_phone: VirtualPhone) -> None:
    order(running_phone, Fault.WONT_START, times=2)
    for _ in range(2):
        with pytest.raises(AccessibilityServiceAlreadyRegisteredError):
            _ = device.info
    assert device.info["screenOn"] is True


def test_an_error_of_the_server_passes_with_one_restart(device: Any, running_phone: VirtualPhone) -> None:
    order(running_phone, Fault.HTTP_500)
    assert device.info["screenOn"] is True
    order(running_phone, Fault.HTTP_500, times=2)
    with pytest.raises(HTTPError, match="500"):
        _ = device.info


@pytest.mark.parametrize("fault", [Fault.NOT_CONNECTED, Fault.DEAD_OBJECT])
def test_a_lost_automation_is_raised_when_a_restart_does_not_help(
    device: Any, running_phone: VirtualPhone, fault: Fault
) -> None:
    order(running_phone, fault, times=2)
    with pytest.raises(UiAutomationNotConnectedError):
        _ = device.info
    assert device.info["screenOn"] is True


def test_a_dump_that_is_empty_once_is_repeated(device: Any, running_phone: VirtualPhone) -> None:
    order(running_phone, Fault.EMPTY_DUMP)
    assert "Press" in device.dump_hierarchy()


def test_a_dump_that_stays_empty_is_raised(device: Any, running_phone: VirtualPhone) -> None:
    order(running_phone, Fault.EMPTY_DUMP, times=3)
    assert "<node" not in device.dump_hierarchy()


def test_a_slow_call_is_answered(device: Any, running_phone: VirtualPhone) -> None:
    order(running_phone, Fault.SLOW, seconds=0.05)
    assert device.info["screenOn"] is True
