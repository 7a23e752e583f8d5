"""A fleet of virtual phones: all of them in one event loop, with one world behind their apps."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Self

from phonefleet.errors import Permanent
from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone
from virtual_phones.replay.manifest import load
from virtual_phones.replay.phone import ReplayPhone
from virtual_phones.replay.touches import TouchLog
from virtual_phones.sample.application import SampleApp
from virtual_phones.sample.skins import VERSIONS
from virtual_phones.system.assets import SERVER_JAR, server_jar
from virtual_phones.system.traits import Traits
from virtual_phones.u2.server import U2Server
from virtual_phones.windows.equipment import Equipment
from virtual_phones.wire.daemon import Daemon
from virtual_phones.wire.ports import hold
from virtual_phones.world.state import World

DEFAULT_BASE_PORT = 21001
_LOOPBACK = "127.0.0.1"
_LAST_PORT = 65535
_EMULATORS = range(5555, 5586)
"""Ports that every adb server takes for emulators and names differently."""
_SEEDS_A_FLEET = 10_000
_MODEL = "Virtual Phone"
_DEFAULT_COUNT = 3
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SPOKEN = {"en": "en-US", "ru": "ru-RU", "fr": "fr-FR"}
"""The tags of the languages that the sample app speaks, as phones name them."""


class PortBusy(Permanent):
    """A port is in use already: choose another one."""


class BadOptions(Permanent):
    """The options of the virtual fleet do not fit."""


@dataclass(frozen=True, slots=True)
class FleetOptions:
    """What a fleet is like. Port 0 means free ports; `fault_rate` is the chance of a fault at each occasion.

    `app_versions` are given to the phones in turn; `latency` is the mean extra time of each call; `journal` keeps the
    world across restarts. `languages` are those of the phones in turn, as BCP 47 tags: without any, phones speak
    English, and those with an app that speaks several each of its languages in turn. `plain` phones have none of the
    traits in which real ones differ. `names_of` is the port of a real adb server, in front of which another one shows
    the phones under odd names. `screens` are folders of saved screens: all phones then replay them, each folder in
    turn, and there is a phone for each unless `count` says how many.
    """

    count: int | None = None
    base_port: int = DEFAULT_BASE_PORT
    world_port: int = 0
    seed: int = 0
    fault_rate: float = 0.0
    app_versions: tuple[str, ...] = ("2.0.1", "1.4.2")
    languages: tuple[str, ...] = ()
    journal: Path | None = None
    latency: timedelta = timedelta()
    plain: bool = False
    names_of: int | None = None
    screens: Sequence[Path] = ()

    @property
    def size(self) -> int:
        """How many phones there are."""
        return self.count if self.count is not None else len(self.screens) or _DEFAULT_COUNT

    def check(self) -> None:
        """Refuse what cannot work.

        Raises:
            BadOptions: with the option to change.

        """
        ports = range(self.base_port, self.base_port + self.size)
        if self.size < 1:
            message = f"--count {self.count}: at least one phone is needed."
        elif self.size < len(self.screens):
            message = f"--count {self.count}: {len(self.screens)} folders of screens need as many phones."
        elif self.base_port and (ports[-1] > _LAST_PORT or self.base_port < 0):
            message = f"--base-port {self.base_port}: there are no ports beyond {_LAST_PORT}."
        elif self.base_port and set(ports) & set(_EMULATORS):
            message = f"--base-port {self.base_port}: adb takes the ports 5555 to 5585 for emulators."
        elif not 0 <= self.fault_rate <= 1:
            message = f"--fault-rate {self.fault_rate}: it must be between 0 and 1."
        elif not self.app_versions or not set(self.app_versions) <= set(VERSIONS):
            message = f"--app-version {','.join(self.app_versions)}: choose from {', '.join(VERSIONS)}."
        elif wrong := [tag for tag in self.languages if _LANGUAGE.fullmatch(tag) is None]:
            message = f"--language {','.join(wrong)}: name a language as phones do, such as ru-RU."
        else:
            return
        raise BadOptions(message)


@dataclass(frozen=True, slots=True)
class FleetAddresses:
    """Where a running fleet is: `serials` are what `adb connect` takes, `world_url` is the root of its HTTP API.

    `names_port` is the port of an adb server that shows the phones under odd names, None without one.
    """

    serials: tuple[str, ...]
    world_url: str
    names_port: int | None = None


class VirtualFleet:
    """The phones of one process, as an async context manager: inside of it they accept connections.

    Raises:
        BadOptions: the options do not fit.
        ManifestBroken: a folder of saved screens has a mistake.

    """

    def __init__(self, options: FleetOptions) -> None:
        options.check()
        self.options = options
        self.touches = TouchLog()
        """What was done to the phones that replay saved screens."""
        self.world: World
        self._replays = [load(folder) for folder in options.screens]
        self._daemons: dict[str, Daemon] = {}
        self._apps: dict[str, SampleApp] = {}
        self._resources = AsyncExitStack()

    @property
    def serials(self) -> tuple[str, ...]:
        """The serials of all phones, in order."""
        return tuple(self._daemons)

    def address_of(self, name: str) -> str:
        """Return where the phone is that has this address, or bears this serial number (`ro.serialno`).

        Raises:
            KeyError: there is no such phone.

        """
        if name in self._daemons:
            return name
        numbers = {daemon.phone.properties["ro.serialno"]: address for address, daemon in self._daemons.items()}
        return numbers[name]

    @property
    def phones(self) -> Sequence[VirtualPhone]:
        """All phones, in order."""
        return [daemon.phone for daemon in self._daemons.values()]

    def accounts(self, serial: str) -> tuple[str, ...]:
        """Return the accounts that are signed in on a phone, the first one active at the start; none on a replay."""
        return self.world.signed_in(self.serials.index(serial) + 1) if serial in self._apps else ()

    def daemon(self, serial: str) -> Daemon:
        """Return the ADB daemon of a phone.

        Raises:
            KeyError: there is no such phone.

        """
        return self._daemons[self.address_of(serial)]

    def make_well(self, serial: str) -> None:
        """Forget ordered faults and end whatever ails the phone and its app, as a person who looks after it would.

        Raises:
            KeyError: there is no such phone.

        """
        address = self.address_of(serial)
        daemon = self._daemons[address]
        daemon.phone.faults.clear()
        daemon.recover()
        if (app := self._apps.get(address)) is not None:
            app.recover()

    async def move(self, serial: str, port: int = 0) -> str:
        """Let a phone come back under another address, as after it got another one from its network; return that.

        Raises:
            KeyError: there is no such phone.
            PortBusy: the port is taken; the phone is back where it was.

        """
        daemon = self.daemon(serial)
        before = daemon.leave()
        try:
            await daemon.arrive((_LOOPBACK, port))
        except OSError as error:
            await daemon.arrive(before)
            message = f"The port {port} is in use: choose another one for the phone."
            raise PortBusy(message) from error
        self._rename()
        return daemon.address

    async def swap(self, first: str, second: str) -> None:
        """Let two phones come back each under the other's address.

        Raises:
            KeyError: there is no such phone.

        """
        one, other = self.daemon(first), self.daemon(second)
        if one is not other:
            of_one, of_other = one.leave(), other.leave()
            await one.arrive(of_other)
            await other.arrive(of_one)
            self._rename()

    def _rename(self) -> None:
        """Know each phone by the address that it has now; their order stays."""
        now = {before: daemon.address for before, daemon in self._daemons.items()}
        self._apps = {now[before]: app for before, app in self._apps.items()}
        self._daemons = {daemon.address: daemon for daemon in self._daemons.values()}

    async def __aenter__(self) -> Self:
        async with self._resources as resources:
            bound = [resources.enter_context(self._bind(number)) for number in range(1, self.options.size + 1)]
            self.world = World(self.options.seed, self.options.size, self.options.journal)
            resources.callback(self.world.close)
            for number, listener in enumerate(bound, start=1):
                daemon = self._daemon(number, listener)
                resources.push_async_callback(daemon.stop)
                await daemon.start()
                self._daemons[daemon.address] = daemon
            self._resources = resources.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._resources.aclose()

    def _bind(self, number: int) -> socket.socket:
        port = self.options.base_port + number - 1 if self.options.base_port else 0
        return bind(port, f"choose other ports with --base-port (phone {number} needs {port}).")

    def _daemon(self, number: int, bound: socket.socket) -> Daemon:
        serial = f"{_LOOPBACK}:{bound.getsockname()[1]}"
        seed = self.options.seed * _SEEDS_A_FLEET + number
        build = self._replay_phone if self._replays else self._sample_phone
        phone = build(number, serial, Faults(self.options.fault_rate, seed))
        phone.u2 = U2Server(phone)
        if (jar := server_jar()) is not None:
            phone.files.write(SERVER_JAR, jar, 0o755)
        return Daemon(phone, bound, self.options.latency)

    def _sample_phone(self, number: int, serial: str, faults: Faults) -> VirtualPhone:
        versions = self.options.app_versions
        version = versions[(number - 1) % len(versions)]
        language = self._language(number, version)
        app = SampleApp(self.world, self.world.signed_in(number), faults, version, language.partition("-")[0])
        phone = VirtualPhone(serial, f"{_MODEL} {number}", faults, [app], seed=faults.seed)
        if self.options.plain:
            phone.traits, phone.equipment = Traits(), Equipment()
        phone.traits = replace(phone.traits, locale=language)
        self._apps[serial] = app
        return phone

    def _replay_phone(self, number: int, serial: str, faults: Faults) -> VirtualPhone:
        replay = self._replays[(number - 1) % len(self._replays)]
        return ReplayPhone(serial, f"{_MODEL} {number}", faults, replay, self.touches, seed=faults.seed)

    def _language(self, number: int, version: str) -> str:
        """Return the language of a phone: as ordered, or one of those that its app speaks."""
        spoken = tuple(_SPOKEN[each] for each in VERSIONS[version].words) or (_SPOKEN["en"],)
        languages = self.options.languages or spoken
        return languages[(number - 1) % len(languages)]


def bind(port: int, advice: str) -> socket.socket:
    """Listen on a port of loopback; whoever connects waits until somebody accepts.

    Raises:
        PortBusy: somebody else has it; the message ends with the advice.

    """
    try:
        listener = hold((_LOOPBACK, port))
        listener.listen()
    except OSError as error:
        message = f"The port {port} is in use: {advice}"
        raise PortBusy(message) from error
    return listener
