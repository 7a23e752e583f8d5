"""The fast transport against a real adb server, and against peers that misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from adbutils import AdbError, Network

from phonefleet.clock import Clock, StopSignal, SystemClock
from phonefleet.device.adb import server as adb_server
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.deadline import DeadlineExceeded, stoppable, within
from phonefleet.device.shell.system import System
from phonefleet.errors import DeviceOffline
from tests.device.clocks import MovableClock

SHORT = timedelta(milliseconds=200)
AMPLE = timedelta(minutes=1)
CLOCK = SystemClock()
Talk = Callable[[socket.socket], None]


@contextmanager
def peer(talk: Talk, clock: Clock = CLOCK) -> Generator[FastAdbClient]:
    """Run something in place of an adb server that talks to each connection in its own way."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, talk))
        thread.start()
        try:
            yield FastAdbClient(listening.getsockname()[1], timeout=AMPLE, clock=clock)
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listening: socket.socket, talk: Talk) -> None:
    talking: list[threading.Thread] = []
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            talking.append(threading.Thread(target=_talk, args=(connection, talk)))
            talking[-1].start()
    for thread in talking:
        thread.join()


def _talk(connection: socket.socket, talk: Talk) -> None:
    with connection, suppress(OSError):
        talk(connection)


def silence(connection: socket.socket) -> None:
    """Read everything and answer nothing, until the client goes."""
    while connection.recv(4096):
        pass


def hesitate(connection: socket.socket) -> None:
    """Answer the version after a longer silence than a stopped call bears."""
    _command(connection)
    threading.Event().wait(1)
    connection.sendall(b"OKAY00040029")


def dribble(connection: socket.socket) -> None:
    """Answer one byte at a time for ever, so that no single read is late."""
    connection.sendall(b"OKAYffff")
    while connection.send(b"x"):
        threading.Event().wait(0.01)


def shell_without_end(connection: socket.socket) -> None:
    """Take each command as adb does, then let the shell say something and stay open."""
    while command := _command(connection):
        connection.sendall(b"OKAY" + _answers(command))


def _command(connection: socket.socket) -> str:
    length = connection.recv(4)
    return connection.recv(int(length, 16)).decode() if length else ""


def _answers(command: str) -> bytes:
    if command == "host:version":
        return b"00040029"
    return bytes(8) if command.startswith("host:tport") else b"some output"


def test_a_silent_adb_server_ends_the_call_at_its_deadline() -> None:
    with peer(silence) as client, within(SHORT, CLOCK), pytest.raises(DeadlineExceeded):
        client.server_version()


def test_a_peer_that_sends_a_byte_now_and_then_gains_no_time_by_it() -> None:
    with peer(dribble) as client, within(SHORT, CLOCK), pytest.raises(DeadlineExceeded):
        client.states()


def test_a_shell_that_never_ends_ends_at_the_deadline_whatever_timeout_the_library_sets() -> None:
    with peer(shell_without_end) as client, within(SHORT, CLOCK), pytest.raises(DeadlineExceeded):
        client.device("any").shell("cat", timeout=600)


def test_a_shell_with_an_exit_code_ends_at_the_deadline_too() -> None:
    with peer(shell_without_end) as client, within(SHORT, CLOCK), pytest.raises(DeadlineExceeded):
        System(client.device("any")).run(["cat"])


def test_a_file_made_from_a_connection_obeys_the_deadline(clock: MovableClock) -> None:
    with peer(shell_without_end, clock) as client, within(AMPLE, clock):
        connection = client.device("any").create_connection(Network.TCP, 9008)
        clock.run(AMPLE / SHORT)
        with connection, connection.makefile("rb") as file, pytest.raises(DeadlineExceeded):
            file.read(4096)


def test_a_stream_outlives_the_call_that_opened_it(clock: MovableClock) -> None:
    with peer(shell_without_end, clock) as client:
        with within(AMPLE, clock):
            stream = client.device("any").shell("cat", stream=True)
        clock.put_forward(2 * AMPLE)
        with stream:
            assert stream.read_exact(4) == b"some"


def test_closing_a_stream_wakes_the_thread_that_reads_it() -> None:
    with peer(shell_without_end) as client:
        stream = client.device("any").shell("cat", stream=True)

        def read() -> None:
            with suppress(AdbError, OSError):
                stream.read_until_close()

        reader = threading.Thread(target=read)
        reader.start()
        stream.close()
        reader.join(60)
        assert not reader.is_alive()


def test_an_inner_deadline_never_lengthens_an_outer_one() -> None:
    with peer(silence) as client, within(SHORT, CLOCK), pytest.raises(DeadlineExceeded), within(SHORT * 1000, CLOCK):
        client.server_version()


def test_a_connection_that_ends_before_the_answer_did_not_reach_the_phone() -> None:
    with peer(socket.socket.close) as client, pytest.raises(AdbError, match="before anything was sent"):
        client.device("any").open_transport()


def test_a_shell_that_ends_before_the_answer_may_have_run() -> None:
    def break_off(connection: socket.socket) -> None:
        while not (command := _command(connection)).startswith("shell:"):
            connection.sendall(b"OKAY" + _answers(command))

    with peer(break_off) as client, pytest.raises(ConnectionError):
        client.device("any").shell(["rm", "file"])


def test_the_version_of_the_server_is_asked_once() -> None:
    commands: list[str] = []

    def count(connection: socket.socket) -> None:
        while command := _command(connection):
            commands.append(command)
            connection.sendall(b"OKAY" + _answers(command))

    with peer(count) as client:
        for _ in range(3):
            client.device("any").open_transport().close()
    assert commands.count("host:version") == 1


def test_no_delay_is_set_on_every_socket(client: FastAdbClient) -> None:
    with client.make_connection() as connection:
        assert connection.conn.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_command_longer_than_the_protocol_can_say_is_refused(client: FastAdbClient) -> None:
    with client.make_connection() as connection, pytest.raises(AdbError, match="too long"):
        connection.send_command("x" * 70_000)


def test_a_phone_that_adb_does_not_know_is_refused_in_adbs_words(client: FastAdbClient) -> None:
    with pytest.raises(AdbError, match="not found"):
        client.device("nobody").shell("true")


def test_a_killed_adb_server_is_started_again_on_its_own_port(
    mortal_client: FastAdbClient, kill_adb: Callable[[], None]
) -> None:
    version = mortal_client.server_version()
    kill_adb()
    assert mortal_client.states() == {}
    assert mortal_client.server_version() == version
    assert adb_server.is_listening("127.0.0.1", mortal_client.port)


def test_threads_that_find_the_server_gone_start_one_together(
    mortal_client: FastAdbClient, kill_adb: Callable[[], None]
) -> None:
    kill_adb()
    answers: list[dict[str, str]] = []
    threads = [threading.Thread(target=lambda: answers.append(mortal_client.states())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{}] * 8


def test_no_server_is_started_on_another_host() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.2", 0))
        client = FastAdbClient(closed.getsockname()[1], host="127.0.0.2")
        with pytest.raises(ConnectionRefusedError):
            client.states()


def test_an_adb_program_that_cannot_be_run_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADBUTILS_ADB_PATH", "/no/such/adb")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port: int = closed.getsockname()[1]
        with pytest.raises(DeviceOffline, match=f"port {port}.*check that adb works"):
            FastAdbClient(port).states()


def test_an_adb_server_before_version_41_is_spoken_to_in_its_own_way() -> None:
    def old(connection: socket.socket) -> None:
        while command := _command(connection):
            refused = command.startswith("host:tport")
            connection.sendall(b"FAIL000bunknown cmd" if refused else b"OKAY" + _old_answers(command))
            if command.startswith("shell:"):
                return

    with peer(old) as client:
        assert client.device("any").shell("id") == "old output"


def _old_answers(command: str) -> bytes:
    if command == "host:version":
        return b"00040027"
    return b"old output" if command.startswith("shell:") else b""


def test_work_that_is_stopped_gives_a_silent_phone_up_before_the_deadline() -> None:
    stop = StopSignal()
    stop.set("stopped")
    with peer(silence) as client, within(timedelta(hours=1), CLOCK), stoppable(stop), pytest.raises(DeadlineExceeded):
        client.server_version()


def test_work_that_is_not_stopped_waits_for_a_phone_that_is_silent_for_a_while() -> None:
    with peer(hesitate) as client, within(timedelta(hours=1), CLOCK), stoppable(StopSignal()):
        assert client.server_version() == 41
