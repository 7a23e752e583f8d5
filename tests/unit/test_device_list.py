"""adb's list of phones, read line by line, and the addresses that stand in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.device.adb.addresses import HostPort, as_listed, host_port, is_address, service_instance
from phonefleet.device.adb.device_list import NAMELESS, ListedDevice, adb_states, parse_device_list

NAMES = st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"]), min_size=1)


@given(st.lists(NAMES, unique=True))
def test_every_name_is_read_whatever_it_is_made_of(names: list[str]) -> None:
    names = [name for name in names if name != NAMELESS]
    listed = "".join(f"{name}\tdevice\n" for name in names)
    assert adb_states(parse_device_list(listed)) == dict.fromkeys(names, "device")


@given(st.text())
def test_no_text_keeps_the_following_line_from_being_read(text: str) -> None:
    listed = parse_device_list(f"{text}\nR58M12ABCDE\tdevice\n")
    assert [sighting for sighting in listed if sighting.name == "R58M12ABCDE"] != []


@pytest.mark.parametrize(
    ("line", "sighting"),
    [
        ("a b/c\tdevice", ListedDevice("a b/c", "device")),
        ("a\tb\toffline", ListedDevice("a\tb", "offline")),
        ("x\u2028y\x0c\tdevice", ListedDevice("x\u2028y\x0c", "device")),
        ("\tunauthorized", ListedDevice("", "unauthorized")),
        ("? \tno permissions", ListedDevice("? ", "no permissions")),
        (
            "?\tno permissions (user in plugdev group; are your udev rules wrong?); see [http://a]",
            ListedDevice("?", "no permissions", "(user in plugdev group; are your udev rules wrong?); see [http://a]"),
        ),
        ("A\tno permissions; see [http://a]", ListedDevice("A", "no permissions", "; see [http://a]")),
        ("A\ta new state", ListedDevice("A", "a new state")),
        ("A\tdeviceful", ListedDevice("A", "deviceful")),
        (f"{NAMELESS}\tdevice", ListedDevice(NAMELESS, "ambiguous", "device")),
    ],
)
def test_a_line_is_a_name_a_word_and_what_adb_says_beyond_that(line: str, sighting: ListedDevice) -> None:
    assert parse_device_list(f"{line}\n") == [sighting]


@pytest.mark.parametrize(
    ("states", "word", "detail"),
    [
        (["device", "device"], "ambiguous", "device, device"),
        (["device", "offline", "recovery"], "ambiguous", "device, offline, recovery"),
        (["no permissions", "device"], "device", ""),
        (["no permissions (a)", "no permissions (b)"], "no permissions", "(a)"),
        (["no permissions", "device", "offline"], "ambiguous", "device, offline"),
    ],
)
def test_phones_of_one_name_do_not_hide_each_other(states: list[str], word: str, detail: str) -> None:
    listed = "".join(f"0123456789ABCDEF\t{state}\n" for state in states)
    assert parse_device_list(listed) == [ListedDevice("0123456789ABCDEF", word, detail)]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("192.168.1.20:5555", HostPort("192.168.1.20", 5555)),
        ("phone-7.local:37313", HostPort("phone-7.local", 37313)),
        ("my_phone:5555", HostPort("my_phone", 5555)),
        ("[::1]:5555", HostPort("::1", 5555)),
        ("[fe80::1%eth0]:5555", HostPort("fe80::1%eth0", 5555)),
        ("[fe80::1%25]:5555", HostPort("fe80::1%25", 5555)),
        ("[::ffff:192.168.1.20]:5555", HostPort("::ffff:192.168.1.20", 5555)),
    ],
)
def test_a_tcp_address_is_host_and_port_and_is_written_as_adb_does(name: str, address: HostPort) -> None:
    assert host_port(name) == address
    assert str(address) == name
    assert is_address(name)
    assert as_listed(name) == name


@pytest.mark.parametrize(
    ("name", "instance"),
    [
        ("adb-R58M12ABCDE-a1B2c3._adb-tls-connect._tcp", "adb-R58M12ABCDE-a1B2c3"),
        ("adb-R58M12ABCDE-a1B2c3 (2)._adb-tls-connect._tcp", "adb-R58M12ABCDE-a1B2c3 (2)"),
        ("adb-R58M12ABCDE-a1B2c3._adb-tls-connect._tcp.", "adb-R58M12ABCDE-a1B2c3"),
        ("R58M12ABCDE._adb._tcp", "R58M12ABCDE"),
    ],
)
def test_the_name_of_a_service_can_be_connected_to(name: str, instance: str) -> None:
    assert service_instance(name) == instance
    assert is_address(name)


@pytest.mark.parametrize(
    "name",
    [
        "R58M12ABCDE", "emulator-5554", "0123456789ABCDEF", "????????????", "a b/c", NAMELESS, "192.168.1.20", "[::1]",
        "host:0", "host:70000", "host:", ":5555", "a b:5555", "adb-x._adb-tls-pairing._tcp", "._adb-tls-connect._tcp",
        "", "fe80::1",
    ],
)  # fmt: skip
def test_other_names_are_no_addresses(name: str) -> None:
    assert not is_address(name)


@pytest.mark.parametrize(
    ("given", "listed"),
    [
        ("192.168.1.20", "192.168.1.20:5555"),
        ("phone.local", "phone.local:5555"),
        ("fe80::1%eth0", "[fe80::1%eth0]:5555"),
        ("[fe80::1]", "[fe80::1]:5555"),
        ("adb-x (2)._adb-tls-connect._tcp.", "adb-x (2)._adb-tls-connect._tcp"),
        ("vsock:3:5555", "vsock:3:5555"),
        ("what is this", "what is this"),
    ],
)
def test_what_a_person_writes_is_kept_under_the_name_that_adb_lists(given: str, listed: str) -> None:
    assert as_listed(given) == listed
