"""The ADB protocol itself, packet by packet, as an adb server might speak it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from virtual_phones.background import BackgroundFleet
from virtual_phones.faults import Fault, Strike
from virtual_phones.wire.packet import MAX_PAYLOAD, PUBLIC_KEY, SIGNATURE, TOKEN, VERSION, Command, Packet

HEADER = struct.Struct("<6I")


class Host:
    """The computer's side of one connection."""

    def __init__(self, serial: str) -> None:
        address, _, port = serial.partition(":")
        self.socket = socket.create_connection((address, int(port)), timeout=60)

    def send(self, command: Command, arg0: int, arg1: int, data: bytes = b"") -> None:
        self.socket.sendall(Packet(command, arg0, arg1, data).encode())

    def receive(self) -> Packet:
        command, arg0, arg1, length, _, _ = HEADER.unpack(self._exactly(HEADER.size))
        return Packet(command, arg0, arg1, self._exactly(length))

    def expect(self, command: Command) -> Packet:
        packet = self.receive()
        assert packet.command == command
        return packet

    def connect(self, max_payload: int = MAX_PAYLOAD) -> Packet:
        self.send(Command.CNXN, VERSION, max_payload, b"host::features=shell_v2,cmd")
        return self.expect(Command.CNXN)

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            chunk = self.socket.recv(count - len(data))
            if not chunk:
                raise EOFError
            data += chunk
        return data


@pytest.fixture
def host(fleet: BackgroundFleet) -> Iterator[Host]:
    host = Host(fleet.serials[0])
    yield host
    host.socket.close()


def test_a_connection_is_answered_at_once_without_authentication(host: Host) -> None:
    banner = host.connect()

    assert banner.arg0 == VERSION
    assert banner.data.startswith(b"device::ro.product.name=virtual_phone_1;")
    assert b";features=shell_v2,cmd," in banner.data


def test_a_refused_service_is_closed_with_zero(host: Host) -> None:
    host.connect()

    host.send(Command.OPEN, 7, 0, b"tcp:9008\0")

    assert host.receive() == Packet(Command.CLSE, 0, 7)


def test_only_one_packet_waits_for_its_okay(host: Host) -> None:
    host.connect(max_payload=4)
    host.send(Command.OPEN, 7, 0, b"shell:echo 1234567\0")
    phone_id = host.expect(Command.OKAY).arg0
    first = host.expect(Command.WRTE)

    host.send(Command.OPEN, 8, 0, b"tcp:1\0")
    answer_to_another = host.receive()
    host.send(Command.OKAY, 7, phone_id)
    second = host.expect(Command.WRTE)

    assert answer_to_another == Packet(Command.CLSE, 0, 8)
    assert (first.data, second.data) == (b"1234", b"567\n")
    assert host.receive() == Packet(Command.CLSE, phone_id, 7)


def test_what_the_computer_closes_is_closed_on_both_sides(host: Host) -> None:
    host.connect()
    host.send(Command.OPEN, 7, 0, b"shell:sleep 3600\0")
    phone_id = host.expect(Command.OKAY).arg0

    host.send(Command.CLSE, 7, phone_id)

    assert host.receive() == Packet(Command.CLSE, phone_id, 7)


def test_data_for_an_unknown_stream_is_answered_with_a_close(host: Host) -> None:
    host.connect()

    host.send(Command.WRTE, 7, 4711, b"who are you?")

    assert host.receive() == Packet(Command.CLSE, 0, 7)


def test_streams_belong_to_their_connection(host: Host, fleet: BackgroundFleet) -> None:
    host.connect()
    host.send(Command.OPEN, 7, 0, b"shell:cat\0")
    phone_id = host.expect(Command.OKAY).arg0
    other = Host(fleet.serials[0])
    other.connect()

    other.send(Command.WRTE, 7, phone_id, b"not mine")
    refused = other.receive()
    other.socket.close()
    host.send(Command.WRTE, 7, phone_id, b"mine")

    assert refused == Packet(Command.CLSE, 0, 7)
    assert host.receive() == Packet(Command.OKAY, phone_id, 7)
    assert host.receive() == Packet(Command.WRTE, phone_id, 7, b"mine")


def test_an_unauthorized_phone_takes_no_key(host: Host, fleet: BackgroundFleet) -> None:
    host.connect()
    fleet.strike(fleet.serials[0], Strike(Fault.UNAUTHORIZED))
    later = Host(fleet.serials[0])
    later.send(Command.CNXN, VERSION, MAX_PAYLOAD, b"host::")
    first = later.expect(Command.AUTH)
    later.send(Command.AUTH, SIGNATURE, 0, b"s" * 256)
    second = later.expect(Command.AUTH)
    later.send(Command.AUTH, PUBLIC_KEY, 0, b"key")
    later.send(Command.OPEN, 7, 0, b"shell:echo let me in\0")

    fleet.call(fleet.fleet.daemon(fleet.serials[0]).recover)
    third = later.receive()
    later.socket.close()

    assert (first.arg0, second.arg0) == (TOKEN, TOKEN)
    assert (len(first.data), len(second.data)) == (20, 20)
    assert third.command == Command.CNXN, "the key and the service must have stayed unanswered"
    with pytest.raises((EOFError, ConnectionError)):
        host.receive()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(noise=st.binary(min_size=24, max_size=200))
def test_noise_ends_only_its_own_connection(fleet: BackgroundFleet, noise: bytes) -> None:
    noisy, calm = Host(fleet.serials[0]), Host(fleet.serials[0])
    noisy.socket.sendall(noise)

    assert calm.connect().command == Command.CNXN

    noisy.socket.close()
    calm.socket.close()
