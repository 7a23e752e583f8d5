"""Text through pipes: `echo`, `cat`, `grep`, `head` and the like."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator, Mapping

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Channels, Command, Program, Reply
from virtual_phones.shell.commands.toybox import proc

_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\\": "\\", r"\0": "\0"}


def echo(call: Call) -> Reply:
    """Print the arguments; `-n` without a line end, `-e` with escapes."""
    words = list(call.args)
    options = ""
    while words and re.fullmatch(r"-[neE]+", words[0]):
        options += words.pop(0)
    text = " ".join(words)
    return Reply((_unescape(text) if "e" in options else text) + ("" if "n" in options else "\n"))


def printf(call: Call) -> Reply:
    """Print a format with its arguments; `%s` and `%d` only."""
    values = iter(call.args[1:])
    return Reply(re.sub(r"%[sd]", lambda _: next(values, ""), _unescape(call.first)))


def _unescape(text: str) -> str:
    return re.sub(r"\\[ntr0\\]", lambda match: _ESCAPES[match[0]], text)


async def cat(call: Call, channels: Channels) -> int:
    """Print files, or standard input."""
    code = 0
    for path in call.plain() or ["-"]:
        if path == "-":
            while data := await channels.read():
                await channels.out(data)
        elif (content := _content(call.phone, path)) is not None:
            await channels.out(content)
        else:
            await channels.err(f"cat: {path}: No such file or directory\n".encode())
            code = 1
    return code


def _content(phone: VirtualPhone, path: str) -> bytes | None:
    entry = phone.files.get(path)
    if entry is not None and not entry.is_folder:
        return entry.data
    return proc.read(phone, path)


async def _lines(call: Call, channels: Channels, paths: list[str]) -> AsyncIterator[bytes]:
    """Yield the lines of files, or of standard input, with their ends."""
    for path in paths:
        for line in (_content(call.phone, path) or b"").splitlines(keepends=True):
            yield line
    rest = b""
    while not paths and (data := await channels.read()):
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest


async def grep(call: Call, channels: Channels) -> int:
    """Print the lines that match; knows -i, -v, -c, -q, -o, -E, -F, -m and -e."""
    options = "".join(word[1:] for word in call.args if word.startswith("-"))
    words = call.plain("-e", "-m")
    explicit = call.option("-e")
    text = explicit if explicit is not None else (words.pop(0) if words else "")
    pattern = _pattern(text, options)
    found = 0
    async for line in _lines(call, channels, words):
        hit = pattern.search(line.rstrip(b"\n"))
        if (hit is None) is ("v" not in options):
            continue
        found += 1
        if not set("cq") & set(options):
            await channels.out(_parts(pattern, line) if "o" in options else line)
        if "q" in options or str(found) == call.option("-m"):
            break
    if "c" in options:
        await channels.out(f"{found}\n".encode())
    return int(found == 0)


def _parts(pattern: re.Pattern[bytes], line: bytes) -> bytes:
    """Return each part of a line that matches, in a line of its own."""
    return b"".join(hit[0] + b"\n" for hit in pattern.finditer(line.rstrip(b"\n")) if hit[0])


def _pattern(text: str, options: str) -> re.Pattern[bytes]:
    if "F" in options:
        text = re.escape(text)
    elif "E" not in options:
        text = re.sub(r"\\([|+?(){}])|([+?(){}|])", lambda match: match[1] or f"\\{match[2]}", text)
    try:
        return re.compile(text.encode(), re.IGNORECASE if "i" in options else 0)
    except re.error as error:
        raise ValueError(str(error)) from error


async def head(call: Call, channels: Channels) -> int:
    """Print the first lines."""
    left = _count(call)
    async for line in _lines(call, channels, _files(call)):
        if left <= 0:
            break
        await channels.out(line)
        left -= 1
        if left == 0:
            break
    return 0


async def tail(call: Call, channels: Channels) -> int:
    """Print the last lines."""
    last: deque[bytes] = deque(maxlen=_count(call))
    async for line in _lines(call, channels, _files(call)):
        last.append(line)
    await channels.out(b"".join(last))
    return 0


async def wc(call: Call, channels: Channels) -> int:
    """Count lines, words and bytes, or one of them."""
    lines = [line async for line in _lines(call, channels, call.plain())]
    counts = {"-l": len(lines), "-w": sum(len(line.split()) for line in lines), "-c": sum(map(len, lines))}
    wanted = [counts[option] for option in counts if option in call.args] or list(counts.values())
    await channels.out((" ".join(map(str, wanted)) + "\n").encode())
    return 0


async def sort(call: Call, channels: Channels) -> int:
    """Sort lines; `uniq` is `sort -u` without sorting."""
    lines = [line.rstrip(b"\n") + b"\n" async for line in _lines(call, channels, call.plain())]
    if call.name == "uniq":
        lines = [line for i, line in enumerate(lines) if i == 0 or lines[i - 1] != line]
    else:
        lines = sorted(set(lines) if "-u" in call.args else lines, reverse="-r" in call.args)
    await channels.out(b"".join(lines))
    return 0


def _count(call: Call) -> int:
    short = next((word[1:] for word in call.args if re.fullmatch(r"-\d+", word)), None)
    return int(short or call.option("-n") or "10")


def _files(call: Call) -> list[str]:
    return call.plain("-n", "-c")


COMMANDS: Mapping[str, Command] = {"echo": echo, "printf": printf}
PROGRAMS: Mapping[str, Program] = {
    "cat": cat, "grep": grep, "egrep": grep, "fgrep": grep, "head": head, "tail": tail, "wc": wc, "sort": sort,
    "uniq": sort,
}  # fmt: skip
