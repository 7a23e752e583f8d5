"""`logcat`: what the phone has logged, and then what it goes on logging; and `log`, which adds to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Channels, Command, Program, Reply, failure
from virtual_phones.shell.commands.services import log_format
from virtual_phones.system.system_log import PRIORITIES, LogEntry

_INTERVAL = 0.5
"""Seconds after which a quiet phone logs something by itself."""

_CHATTER = (
    ("ActivityManager", "Displayed {0}/{1}: +180ms"),
    ("WifiService", "acquireMulticastLockLocked: uid=1000"),
    ("BatteryService", "level:{2} scale:100 status:2 health:2 present:true"),
    ("WindowManager", "Focus is on {0}/{1}"),
)
_BEGINNING = b"--------- beginning of main\n"
_SIZE = "main: ring buffer is 256 KiB (12 KiB consumed, 11 KiB readable), max entry is 5120 B, max payload is 4068 B\n"
_WITH_VALUE = ("-b", "-e", "-f", "-G", "-m", "-n", "-p", "-P", "-r", "-t", "-T", "-v", "--buffer", "--format", "--pid",
               "--regex", "--max-count", "--buffer-size", "--uid")  # fmt: skip
_SHELL_UID, _LOG_PID = 2000, 4242


@dataclass(frozen=True, slots=True)
class _Request:
    """What a call of `logcat` asks for."""

    write: Callable[[LogEntry], bytes]
    wanted: Callable[[LogEntry], bool]
    dump: bool
    """Whether to end once everything so far has been written."""
    tail: str | None
    """How many of the last entries to begin with, or since when."""
    most: int | None
    """After how many entries to end."""
    heading: bool
    year: int
    """The year that is meant where a time names none."""

    @classmethod
    def of(cls, call: Call) -> Self:
        tail, most = _value(call, "-t", "-T"), _value(call, "-m", "--max-count")
        binary = bool({"-B", "--binary"} & set(call.args))
        return cls(
            log_format.as_binary if binary else _text_writer(call), _filter(call),
            bool({"-d", "--dump"} & set(call.args)) or _value(call, "-t") is not None, tail,
            int(most) if most is not None else None, heading=not binary, year=call.phone.clock.now().year,
        )  # fmt: skip

    def first(self, entries: Sequence[LogEntry]) -> list[LogEntry]:
        """Return what to begin with."""
        found = [entry for entry in entries if self.wanted(entry)]
        if self.tail is None:
            return found
        return found[-int(self.tail) :] if self.tail.isdecimal() else _later(found, _instant(self.tail, self.year))


async def logcat(call: Call, channels: Channels) -> int:
    """Write entries until the computer has enough; `-d` and `-t` write some and end, `-c` forgets them."""
    phone = call.phone
    if {"-c", "--clear"} & set(call.args):
        _begin(phone)
        phone.log.clear()
        return 0
    if {"-g", "--buffer-size"} & set(call.args):
        await channels.out(_SIZE.encode())
        return 0
    if {"-G", "-P", "--prune", "-S", "--statistics", "-p"} & set(call.args):
        return 0
    _begin(phone)
    return await _serve(phone, channels, _Request.of(call))


async def _serve(phone: VirtualPhone, channels: Channels, request: _Request) -> int:
    entries = phone.log.since(0)
    found, next_number = request.first(entries), entries[-1].number + 1 if entries else 0
    heading, left = _BEGINNING if request.heading else b"", request.most
    while True:
        found = found[:left]
        left = None if left is None else left - len(found)
        if found:
            await channels.out(heading + b"".join(map(request.write, found)))
            heading = b""
        if request.dump or left == 0:
            return 0
        await _await_news(phone, next_number)
        entries = phone.log.since(next_number)
        found = [entry for entry in entries if request.wanted(entry)]
        next_number = entries[-1].number + 1 if entries else next_number


async def _await_news(phone: VirtualPhone, number: int) -> None:
    """Wait until there is an entry with this number or a later one; a quiet phone says something itself."""
    while not phone.log.since(number):
        if not await phone.log.changed(_INTERVAL):
            _chat(phone)


def _begin(phone: VirtualPhone) -> None:
    """Let a phone that has never logged anything have logged its start."""
    if not phone.log.count:
        for _ in _CHATTER:
            _chat(phone)


def _chat(phone: VirtualPhone) -> None:
    tag, text = _CHATTER[phone.log.count % len(_CHATTER)]
    phone.log.write(tag, text.format(*phone.foreground, phone.battery.level))


# --- options --------------------------------------------------------------------------------------------


def _value(call: Call, *names: str) -> str | None:
    """Return an option's value, from the next argument or from the same one (`-t5`, `--pid=7`)."""
    if (value := call.option(*names)) is not None:
        return value
    for name in names:
        start = f"{name}=" if name.startswith("--") else name
        for argument in call.args:
            if argument.startswith(start) and len(argument) > len(start):
                return argument.removeprefix(start)
    return None


def _text_writer(call: Call) -> Callable[[LogEntry], bytes]:
    words = [value for option, value in zip(call.args, call.args[1:], strict=False) if option in ("-v", "--format")]
    words += [each[2:] for each in call.args if each.startswith("-v") and each != "-v"]
    words += [each.partition("=")[2] for each in call.args if each.startswith("--format=")]
    named = [word for joined in words for word in joined.split(",")]
    if unknown := [word for word in named if word not in (*log_format.FORMATS, *log_format.MODIFIERS)]:
        message = f'Invalid parameter "{unknown[0]}" to -v'
        raise ValueError(message)
    form = next((word for word in reversed(named) if word in log_format.FORMATS), "threadtime")
    return lambda entry: log_format.as_text(entry, form, named).encode()


def _filter(call: Call) -> Callable[[LogEntry], bool]:
    """Read the filter specs (`TAG:I *:S`), `-s`, `--pid` and `-e`."""
    levels = dict(_specification(word) for word in call.plain(*_WITH_VALUE))
    default = levels.pop("*", len(PRIORITIES) if "-s" in call.args else 0)
    pid, pattern = _value(call, "--pid"), _pattern(_value(call, "-e", "--regex") or "")

    def wanted(entry: LogEntry) -> bool:
        return (
            PRIORITIES.index(entry.priority) >= levels.get(entry.tag, default)
            and pid in (None, str(entry.pid))
            and pattern.search(entry.message) is not None
        )

    return wanted


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(text) from error


def _specification(word: str) -> tuple[str, int]:
    """Return a tag and the lowest priority that it shows from; silent lies above all."""
    tag, _, letter = word.partition(":")
    letter = letter.upper() or "V"
    return tag, len(PRIORITIES) if letter == "S" else max(PRIORITIES.find(letter), 0)


def _later(entries: list[LogEntry], start: datetime) -> list[LogEntry]:
    return [entry for entry in entries if entry.at >= start]


def _instant(text: str, year: int) -> datetime:
    """Read a time of `-t`: seconds since 1970, or `[YYYY-]MM-DD hh:mm:ss.mmm` in UTC."""
    if re.fullmatch(r"\d+\.\d+", text):
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(text))
    dated = text if re.match(r"\d{4}-", text) else f"{year}-{text}"
    return datetime.fromisoformat(dated).replace(tzinfo=UTC)


def log(call: Call) -> Reply:
    """Write an entry: `log -p PRIORITY -t TAG MESSAGE`."""
    words = call.plain("-p", "-t")
    if not words:
        return failure("Usage: log [-p PRI] [-t TAG] MESSAGE")
    priority = (call.option("-p") or "I")[:1].upper()
    if priority not in PRIORITIES:
        return failure(f"log: bad -p '{priority}'")
    call.phone.log.write(call.option("-t") or "log", " ".join(words), priority, pid=_LOG_PID, uid=_SHELL_UID)
    return Reply()


COMMANDS: Mapping[str, Command] = {"log": log}
PROGRAMS: Mapping[str, Program] = {"logcat": logcat}
