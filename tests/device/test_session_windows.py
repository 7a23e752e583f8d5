"""What a session makes of a screen's windows: how large the display is, and a service that shows one empty node."""

from __future__ import annotations

import pytest

from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import AutomationDown
from phonefleet.geometry import Rect
from virtual_phones.phone import VirtualPhone
from virtual_phones.screen.node import Node
from virtual_phones.windows.window import Window

BROKEN = [Window("app", Node("android.widget.FrameLayout", Rect(0, 0, 1080, 1920), "android"), active=True)]


@pytest.fixture
def starts(phone: VirtualPhone, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the server printed each time that it was started."""
    started: list[str] = []
    start = phone.u2.start
    monkeypatch.setattr(phone.u2, "start", lambda: started.append(start()) or started[-1])
    return started


def test_one_empty_node_is_no_screen_and_the_server_is_restarted(
    session: PhoneSession, phone: VirtualPhone, starts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session.heal()
    before = len(starts)
    with monkeypatch.context() as broken:
        broken.setattr(phone, "windows", lambda: BROKEN)
        with pytest.raises(AutomationDown, match="empty screen; its server is restarted"):
            session.hierarchy()
    assert "Count" in session.hierarchy()
    assert len(starts) > before


def test_a_node_that_says_something_is_a_screen(
    session: PhoneSession, phone: VirtualPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Node("android.widget.TextView", Rect(0, 0, 1080, 2400), "org.own", text="Hello")
    monkeypatch.setattr(phone, "windows", lambda: [Window("app", root, active=True)])
    assert "Hello" in session.hierarchy()


def test_the_display_is_measured_as_it_is_held(session: PhoneSession, phone: VirtualPhone) -> None:
    assert session.display() == Rect(0, 0, 1080, 2400)
    phone.rotation = 1
    assert session.display() == Rect(0, 0, 2400, 1080)
