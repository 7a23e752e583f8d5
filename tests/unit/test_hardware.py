"""What tells one phone from another."""

from __future__ import annotations

import pytest

from phonefleet.hardware import Hardware, Likeness, android_id_in, is_placeholder, serial_number_in

OWN, OTHER = "R58M12ABCDE", "R58M99ZZZZZ"
PLACEHOLDER = "0123456789ABCDEF"


@pytest.mark.parametrize(
    "word",
    ["", "0123456789ABCDEF", "0123456789abcdef", "1234567890", "unknown", "UNKNOWN", "0", "00000000", "????????"],
)
def test_a_serial_number_that_many_phones_bear_says_nothing(word: str) -> None:
    assert is_placeholder(word)


@pytest.mark.parametrize("word", ["R58M12ABCDE", "emulator-5554", "8a1b2c3d", "0A231FDD4003", "ZY22", "123"])
def test_a_number_of_its_own_is_no_placeholder(word: str) -> None:
    assert not is_placeholder(word)


@pytest.mark.parametrize(
    ("one", "another", "likeness"),
    [
        (Hardware(OWN, "a1"), Hardware(OWN, "a1"), "same"),
        (Hardware(OWN, "a1"), Hardware(OWN, "b2"), "other"),
        (Hardware(OWN, "a1"), Hardware(OTHER, "a1"), "other"),
        (Hardware(OWN, "a1"), Hardware(OWN, ""), "unclear"),
        (Hardware(OWN, ""), Hardware(OWN, ""), "same"),
        (Hardware(OWN, ""), Hardware(OTHER, ""), "other"),
        (Hardware(PLACEHOLDER, "a1"), Hardware("unknown", "a1"), "same"),
        (Hardware(PLACEHOLDER, "a1"), Hardware(PLACEHOLDER, "b2"), "other"),
        (Hardware(PLACEHOLDER, ""), Hardware(PLACEHOLDER, ""), "unclear"),
        (Hardware(PLACEHOLDER, "a1"), Hardware(PLACEHOLDER, ""), "unclear"),
        (Hardware(OWN, "a1"), Hardware(PLACEHOLDER, "a1"), "unclear"),
        (Hardware(OWN, "a1"), Hardware("", "b2"), "other"),
    ],
)
def test_two_are_one_phone_only_where_both_say_so(one: Hardware, another: Hardware, likeness: Likeness) -> None:
    assert one.likeness(another) == likeness
    assert another.likeness(one) == likeness


def test_what_phones_print_is_read_or_counts_as_not_said() -> None:
    assert serial_number_in(" R58M12ABCDE\r\n") == "R58M12ABCDE"
    assert not serial_number_in("/system/bin/sh: getprop: not found")
    assert android_id_in("3F8A1C5E7B9D0246\n") == "3f8a1c5e7b9d0246"
    assert not android_id_in("null")
    assert not android_id_in("cmd: Can't find service: settings")
