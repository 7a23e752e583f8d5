"""Files from the shell: `ls`, `rm`, `mkdir`, `md5sum` and the like."""

from __future__ import annotations

import hashlib
import posixpath
import stat
import time
from collections.abc import Callable, Mapping

from virtual_phones.shell.command import Call, Command, Reply, failure
from virtual_phones.system.files import Entry, clean


def ls(call: Call) -> Reply:
    """List files and folders; `-l`, `-a`, `-d` and `-1` as usual."""
    options = "".join(argument[1:] for argument in call.args if argument.startswith("-"))
    out, errors = "", ""
    paths = call.plain() or ["/"]
    for path in paths:
        entry = call.phone.files.get(path)
        if entry is None:
            errors += f"ls: {path}: No such file or directory\n"
        elif entry.is_folder and "d" not in options:
            heading = f"{path}:\n" if len(paths) > 1 else ""
            out += heading + _listing(call.phone.files.children(path), options)
        else:
            out += _line(path, entry, options)
    return Reply(out, int(bool(errors)), errors)


def _listing(children: Mapping[str, Entry], options: str) -> str:
    total = "total 0\n" if "l" in options else ""
    return total + "".join(
        _line(name, entry, options) for name, entry in children.items() if "a" in options or name[0] != "."
    )


def _line(name: str, entry: Entry, options: str) -> str:
    if "l" not in options:
        return f"{name}\n"
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(entry.modified))
    return f"{stat.filemode(entry.mode)} 1 shell shell {len(entry.data):>8} {when} {name}\n"


def rm(call: Call) -> Reply:
    """Remove files, and with `-r` folders."""
    options = "".join(argument for argument in call.args if argument.startswith("-"))
    errors = ""
    for path in call.plain():
        entry = call.phone.files.get(path)
        if entry is None:
            errors += "" if "f" in options else f"rm: {path}: No such file or directory\n"
        elif entry.is_folder and not {"r", "R"} & set(options):
            errors += f"rm: {path}: is a directory\n"
        else:
            call.phone.files.remove(path)
    return Reply(b"", int(bool(errors)), errors)


def mkdir(call: Call) -> Reply:
    """Make folders, with `-p` also their parents."""
    for path in call.plain("-m"):
        there = call.phone.files.get(path)
        if there is not None and ("-p" not in call.args or not there.is_folder):
            return failure(f"mkdir: '{path}': File exists")
        if "-p" not in call.args and call.phone.files.get(posixpath.dirname(clean(path))) is None:
            return failure(f"mkdir: '{path}': No such file or directory")
        call.phone.files.make_folder(path)
    return Reply()


def touch(call: Call) -> Reply:
    """Make empty files; what is there stays."""
    for path in call.plain("-d", "-t"):
        if call.phone.files.get(path) is None:
            call.phone.files.write(path, b"", modified=int(call.phone.clock.now().timestamp()))
    return Reply()


def cp(call: Call) -> Reply:
    """Copy a file; `mv` also removes the old one."""
    paths = call.plain()
    if len(paths) != 2:  # noqa: PLR2004 - from and to
        return failure(f"{call.name}: needs a source and a destination")
    source, target = paths
    files = call.phone.files
    entry = files.get(source)
    if entry is None or entry.is_folder:
        return failure(f"{call.name}: bad '{source}': No such file or directory")
    if (there := files.get(target)) is not None and there.is_folder:
        target = posixpath.join(target, posixpath.basename(source))
    files.write(target, entry.data, stat.S_IMODE(entry.mode), entry.modified)
    if call.name == "mv":
        files.remove(source)
    return Reply()


def chmod(call: Call) -> Reply:
    """Set the mode of files, given in octal."""
    mode, *paths = [*call.plain(), ""]
    for path in paths[:-1]:
        entry = call.phone.files.get(path)
        if entry is None:
            return failure(f"chmod: {path}: No such file or directory")
        if not entry.is_folder and mode.isdecimal():
            call.phone.files.write(path, entry.data, int(mode, 8), entry.modified)
    return Reply()


def show_stat(call: Call) -> Reply:
    """Print what `stat` prints; `-c FORMAT` knows %s, %Y, %n and %a."""
    template = call.option("-c")
    out = ""
    for path in call.plain("-c"):
        entry = call.phone.files.get(path)
        if entry is None:
            return failure(f"stat: '{path}': No such file or directory")
        values = {"%s": str(len(entry.data)), "%Y": str(entry.modified), "%n": path, "%a": f"{entry.mode & 0o7777:o}"}
        line = template or "  File: %n\n  Size: %s\nAccess: (%a)\nModify: %Y"
        for code, value in values.items():
            line = line.replace(code, value)
        out += line + "\n"
    return Reply(out)


def _digest(algorithm: Callable[[bytes], hashlib._Hash]) -> Command:  # pyright: ignore[reportPrivateUsage] - no public name
    def digest(call: Call) -> Reply:
        out, errors = "", ""
        for path in call.plain():
            entry = call.phone.files.get(path)
            if entry is None or entry.is_folder:
                errors += f"{call.name}: {path}: No such file or directory\n"
            else:
                checksum = algorithm(entry.data).hexdigest()
                out += f"{checksum}\n" if "-b" in call.args else f"{checksum}  {path}\n"
        return Reply(out, int(bool(errors)), errors)

    return digest


def test(call: Call) -> Reply:
    """Test files and texts: `test -f PATH`, `[ a = b ]`."""
    words = [word for word in call.args if word != "]"]
    negated = words[:1] == ["!"]
    return Reply(code=int(_holds(call, words[negated:]) == negated))


def _holds(call: Call, words: list[str]) -> bool:
    match words:
        case ["-z", text]:
            return not text
        case ["-n", text] | [text]:
            return bool(text)
        case [left, "=" | "==" | "!=" as operator, right]:
            return (left == right) is (operator != "!=")
        case [option, path]:
            return _file_is(call.phone.files.get(path), option)
        case _:
            return False


def _file_is(entry: Entry | None, option: str) -> bool:
    """Answer `-e`, `-f`, `-d`, `-s` and the like."""
    if entry is None:
        return False
    return {"-d": entry.is_folder, "-f": not entry.is_folder, "-s": bool(entry.data)}.get(option, True)


def df(_: Call) -> Reply:
    """Show the disk usage, always the same: a phone with plenty of space."""
    return Reply(
        "Filesystem        1K-blocks    Used Available Use% Mounted on\n"
        "/dev/block/dm-6     4096000 1024000   3072000  25% /\n"
        "/dev/block/dm-40  115249236 9876543 105372693   9% /data\n"
        "/dev/fuse         115249236 9876543 105372693   9% /storage/emulated\n"
    )


def du(call: Call) -> Reply:
    """Show the size of files."""
    found = [(path, call.phone.files.get(path)) for path in call.plain()]
    return Reply("".join(f"{len(entry.data) // 1024 + 1}\t{path}\n" for path, entry in found if entry is not None))


COMMANDS: Mapping[str, Command] = {
    "ls": ls, "rm": rm, "rmdir": rm, "mkdir": mkdir, "touch": touch, "cp": cp, "mv": cp, "chmod": chmod,
    "chown": lambda _: Reply(), "sync": lambda _: Reply(), "stat": show_stat, "md5sum": _digest(hashlib.md5),
    "sha1sum": _digest(hashlib.sha1), "sha256sum": _digest(hashlib.sha256), "test": test, "[": test, "df": df, "du": du,
    "restorecon": lambda _: Reply(), "readlink": lambda call: Reply(clean(([*call.plain(), "/"])[0]) + "\n"),
}  # fmt: skip
