"""What a plan can strike: each kind of fault says what it is, on what it acts, and what may come of it.

It knows no processes: a kind acts on whatever offers the operations of `Strikable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, Protocol

Target = Literal["phone", "process", "host", "fleet"]
Need = Literal["disk", "clock", "hosts"]
"""What only some fleets have: a disk of their own, a clock of their own, several hosts."""

Process = Literal["worker", "api", "prefect", "postgres", "adb"]
PROCESSES: Final[tuple[Process, ...]] = ("worker", "api", "prefect", "postgres", "adb")
"""The processes that are killed and stopped, by the names of their records."""
OF_JOINED_HOSTS: Final[tuple[Process, ...]] = ("worker", "adb")
"""Those of them that a joined host has."""
MAIN_HOST: Final = 1


class Struck(Protocol):
    """What a kind needs to know of a fault: whom it strikes. Phones and hosts are numbered from 1."""

    @property
    def phone(self) -> int | None:
        """The number of the phone."""
        ...

    @property
    def process(self) -> str | None:
        """The name of the process."""
        ...

    @property
    def host(self) -> int | None:
        """The number of the host; the main host is 1."""
        ...

    @property
    def lasts(self) -> timedelta | None:
        """How long it lasts; None: it strikes and is over."""
        ...

    @property
    def by(self) -> timedelta | None:
        """By how much a clock jumps."""
        ...


class Strikable(Protocol):
    """What can be done to a fleet; hosts are numbered from 1, which is the main one.

    Raises:
        PhonefleetError: it could not be done now; the caller tries again.

    """

    def order(self, phone: int, fault: str, seconds: float | None = None) -> None:
        """Let a fault of virtual phones happen, at once or at its next occasion."""
        ...

    def make_well(self, phone: int) -> None:
        """End whatever ails a phone, as the person does who looks after it."""
        ...

    def kill(self, process: str, host: int = MAIN_HOST) -> None:
        """Kill a process of a host with -9."""
        ...

    def pause(self, process: str, host: int = MAIN_HOST) -> None:
        """Stop a process and all that it has started, as SIGSTOP does."""
        ...

    def resume(self, process: str, host: int = MAIN_HOST) -> None:
        """Let a stopped process go on."""
        ...

    def cut_power(self, host: int = MAIN_HOST) -> None:
        """Kill every process of a host at once, and what starts them again, too."""
        ...

    def restore_power(self, host: int = MAIN_HOST) -> None:
        """Start everything again."""
        ...

    def fill_disk(self) -> None:
        """Leave no byte free on the disk of the data folder."""
        ...

    def free_disk(self) -> None:
        """Give the room back."""
        ...

    def shift_clock(self, by: timedelta) -> None:
        """Let the clock of the main host's processes be wrong by so much; zero makes it right."""
        ...

    def lose_host(self, host: int) -> None:
        """Cut the link of a joined host: nothing that it says arrives, and nothing that is said to it."""
        ...

    def regain_host(self, host: int) -> None:
        """Let what is said arrive again."""
        ...


Act = Callable[[Strikable, Struck], None]


def _nothing(_fleet: Strikable, _fault: Struck) -> None:
    """Do nothing: the fault is over when it has struck."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault. `told` is how tables call it, with the number or name of what it strikes in braces.

    `lasts` is how long it lasts unless a plan says otherwise, None for what strikes and is over. `calls_person`: only
    a person ends it, so that tasks of its phone may fail with a remark that says so. `waits` names the fault of virtual
    phones that strikes at the phone's next occasion, not at once. `on_any_host`: a plan may name the host, and means
    the main one if it does not.
    """

    name: str
    of: Target
    told: str
    begin: Act
    end: Act = _nothing
    lasts: timedelta | None = None
    calls_person: bool = False
    waits: str | None = None
    needs: Need | None = None
    on_any_host: bool = False


def _seconds(fault: Struck) -> float | None:
    return None if fault.lasts is None else fault.lasts.total_seconds()


def _host(fault: Struck) -> int:
    return fault.host or MAIN_HOST


def _ordered(fault: str) -> Act:
    """Let a phone meet a fault at its next occasion."""
    return lambda fleet, struck: fleet.order(struck.phone or 1, fault)


def _for_a_while(fault: str) -> Act:
    """Let a fault begin that ends by itself."""
    return lambda fleet, struck: fleet.order(struck.phone or 1, fault, _seconds(struck))


def _well(fleet: Strikable, fault: Struck) -> None:
    fleet.make_well(fault.phone or 1)


def _short(name: str, told: str, fault: str) -> Kind:
    """Return a kind that a phone meets at its next call or touch."""
    return Kind(name, "phone", told, _ordered(fault), waits=fault)


def _on_phone(  # noqa: PLR0913 - as many as such a kind differs in
    name: str, told: str, begin: Act, seconds: float, *, calls_person: bool = False, waits: str | None = None
) -> Kind:
    return Kind(name, "phone", told, begin, _well, timedelta(seconds=seconds), calls_person=calls_person, waits=waits)


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        _on_phone("phone_unplugged", "phone {} unplugged", _for_a_while("disconnect"), 6),
        _on_phone("phone_frozen", "phone {} frozen", _for_a_while("freeze"), 6),
        Kind("phone_rebooted", "phone", "phone {} restarted", _ordered("reboot")),
        _on_phone("battery_low", "battery of phone {} low", _ordered("low_battery"), 8, calls_person=True),
        _on_phone("phone_locked", "phone {} locked", _ordered("locked"), 8, calls_person=True),
        _short("app_crash", "app of phone {} crashed", "crash"),
        _short("app_keeps_stopping", "app of phone {} keeps stopping", "keeps_stopping"),
        _short("app_anr", "app of phone {} does not respond", "anr"),
        _short("app_updated", "app of phone {} updated", "updated"),
        _short("app_asks_to_update", "app of phone {} asks to be updated", "popup_update"),
        _on_phone(
            "logged_out", "phone {} logged out", _ordered("signed_out"), 8, calls_person=True, waits="signed_out"
        ),
        _short("permission_dialog", "phone {} asks for a permission", "permission"),
        _short("battery_dialog", "phone {} tells of its battery", "battery_dialog"),
        _short("u2_killed", "u2 server of phone {} killed", "server_dead"),
        _short("reply_lost", "reply of phone {} lost", "dies_after"),
        Kind(
            "process_killed", "process", "{} killed",
            lambda fleet, fault: fleet.kill(fault.process or "", _host(fault)), on_any_host=True,
        ),
        Kind(
            "process_stopped", "process", "{} stopped",
            lambda fleet, fault: fleet.pause(fault.process or "", _host(fault)),
            lambda fleet, fault: fleet.resume(fault.process or "", _host(fault)),
            timedelta(seconds=6), on_any_host=True,
        ),
        Kind(
            "power_cut", "fleet", "power cut", lambda fleet, fault: fleet.cut_power(_host(fault)),
            lambda fleet, fault: fleet.restore_power(_host(fault)), timedelta(seconds=2), on_any_host=True,
        ),
        Kind(
            "disk_full", "fleet", "disk full", lambda fleet, _: fleet.fill_disk(), lambda fleet, _: fleet.free_disk(),
            timedelta(seconds=8), needs="disk",
        ),
        Kind(
            "clock_jump", "fleet", "clock jumped",
            lambda fleet, fault: fleet.shift_clock(fault.by or timedelta()),
            lambda fleet, _: fleet.shift_clock(timedelta()),
            timedelta(seconds=8), needs="clock",
        ),
        Kind(
            "host_lost", "host", "host {} lost", lambda fleet, fault: fleet.lose_host(_host(fault)),
            lambda fleet, fault: fleet.regain_host(_host(fault)), timedelta(seconds=60), needs="hosts",
        ),
    )
}  # fmt: skip
"""Every kind by its name."""
