"""Readings of any text whatever: a value, None or an error of ours."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from phonefleet.device.sessions.pictures import as_png
from phonefleet.device.shell import parsers
from phonefleet.device.shell.payloads import png_in, xml_in
from phonefleet.errors import PhonefleetError

WORDS = (
    "level: ", "scale: ", "present: false", "-1", "0", "9" * 12, "Current Battery Service state:", "\n", "\r\n", "  ",
    "mWakefulness=", "Awake", "Display Power: state=", "mCurrentFocus=Window{1 u0 ", "com.example/.Main}", "null", "}",
    "mFocusedApp=ActivityRecord{1 u0 ", "Display: mDisplayId=", "Display #", "mTopFocusedDisplayId=", "versionName=",
    "KeyguardServiceDelegate\n showing=true", "name=", "packageName=", "DisplayViewport{displayId=0, uniqueId='local:",
    "'", "{", "<hierarchy", ">", "</hierarchy>", "<?xml", "?>", "/>", "WINDOW MANAGER WINDOWS (dumpsys window)",
)  # fmt: skip
TEXTS = st.text() | st.lists(st.sampled_from(WORDS) | st.text(max_size=3)).map("".join)
READINGS: dict[str, Callable[[str], object]] = {
    "battery": parsers.battery,
    "awake": parsers.awake,
    "locked": parsers.locked,
    "foreground": parsers.foreground,
    "version_name": parsers.version_name,
    "user": parsers.user,
    "main_display": parsers.main_display,
    "refused_intent": parsers.refused_intent,
    "unresolved_intent": parsers.unresolved_intent,
    "nothing_to_launch": parsers.nothing_to_launch,
    "launcher": lambda text: parsers.launcher(text, "com.example"),
    "is_listed": lambda text: parsers.is_listed(text, "com.example"),
    "several_displays": lambda text: parsers.several_displays(text.encode(errors="replace")),
    "png_in": lambda text: png_in(text.encode(errors="replace")),
    "xml_in": xml_in,
}


@pytest.mark.parametrize("read", READINGS)
@given(text=TEXTS)
def test_no_text_makes_a_reading_raise_anything_but_our_errors(read: str, text: str) -> None:
    with suppress(PhonefleetError):
        READINGS[read](text)


def _drawn(kind: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (9, 9), "#336699").save(data, kind)
    return data.getvalue()


PICTURES = [_drawn("PNG"), _drawn("JPEG")]
SPOILED = st.sampled_from(PICTURES).flatmap(
    lambda whole: st.tuples(st.integers(0, len(whole)), st.binary(max_size=9)).map(
        lambda change: whole[: change[0]] + change[1] + whole[change[0] + len(change[1]) :]
    )
)


@pytest.mark.filterwarnings("ignore")  # Pillow's remarks about what it makes of such bytes
@given(st.binary() | SPOILED)
def test_no_bytes_make_a_picture_raise_anything_but_our_errors(data: bytes) -> None:
    with suppress(PhonefleetError):
        assert as_png(data).startswith(b"\x89PNG")


@given(TEXTS)
def test_a_charge_is_a_percentage(text: str) -> None:
    level = parsers.battery(text).level
    assert level is None or 0 <= level <= 100
