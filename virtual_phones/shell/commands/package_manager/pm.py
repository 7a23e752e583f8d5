"""`pm`, the package manager: what is installed, and what is granted to it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from types import MappingProxyType

from virtual_phones.apps.installed import InstalledApp
from virtual_phones.apps.manifest import Manifest, read_manifest
from virtual_phones.apps.signature import signer
from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Channels, Command, Program, Reply, failure
from virtual_phones.shell.commands import users
from virtual_phones.shell.commands.package_manager import install_sessions, packages, queries
from virtual_phones.system.hardware import ADB_KEYBOARD, SYSTEM_PACKAGES

_LIST_OPTIONS_WITH_VALUE = ("--user", "--uid")
_INSTALL_OPTIONS_WITH_VALUE = ("-i", "-S", "--user", "--abi", "--install-location", "--pkg", "-p")
_INTENT_OPTIONS_WITH_VALUE = ("--user", "--query-flags", "-a", "-c", "-d", "-t", "-p", "-f")
_KEYBOARD_PACKAGE = ADB_KEYBOARD.partition("/")[0]


async def pm(call: Call, channels: Channels) -> int:
    """Dispatch to a subcommand; `install -S SIZE` reads the package from standard input."""
    if (refused := users.refusal(call)) is not None:
        reply = refused
    elif install_sessions.is_step(call):
        reply = await install_sessions.step(call, channels, install)
    elif call.first.startswith("install") and call.option("-S") is not None:
        package = await _read_package(channels, int(call.option("-S") or "0"))
        reply = install(call.phone, package, downgrade="-d" in call.args)
    elif (subcommand := _SUBCOMMANDS.get(call.first)) is not None:
        reply = subcommand(call.below())
    else:
        reply = failure(f"Unknown command: {call.first}", 255)
    await channels.out(reply.out if isinstance(reply.out, bytes) else reply.out.encode())
    await channels.err(reply.err.encode())
    return reply.code


async def _read_package(channels: Channels, size: int) -> bytes:
    """Read so many bytes from standard input, or fewer when it ends."""
    content = bytearray()
    while len(content) < size and (piece := await channels.read()):
        content += piece
    return bytes(content)


def install(phone: VirtualPhone, package: bytes, *, downgrade: bool = False) -> Reply:
    """Install an APK, given as its bytes. An app that is here already gets a new version and loses its code."""
    try:
        manifest, by = read_manifest(package), signer(package)
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        return failure(f"Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse package: {error}]")
    if (refused := _refusal(phone, manifest, by, downgrade=downgrade)) is not None:
        return failure(f"Failure [{refused}]")
    if manifest.package == _KEYBOARD_PACKAGE:
        phone.input_methods.setdefault(ADB_KEYBOARD, False)
    else:
        phone.stop_app(manifest.package)
        phone.apps[manifest.package] = InstalledApp(manifest, by)
    phone.files.write(packages.path(manifest.package), package, modified=int(phone.clock.now().timestamp()))
    return Reply("Success\n")


def _refusal(phone: VirtualPhone, manifest: Manifest, by: str, *, downgrade: bool) -> str | None:
    """Return why the package manager does not install an APK, in its own words (PackageManagerService, Android 14)."""
    if phone.traits.guarded:
        return "INSTALL_FAILED_USER_RESTRICTED: Install canceled by user"
    installed = phone.apps.get(manifest.package)
    if isinstance(installed, InstalledApp) and installed.signer and by and installed.signer != by:
        return (
            f"INSTALL_FAILED_UPDATE_INCOMPATIBLE: Existing package {manifest.package} signatures do not match newer "
            "version; ignoring!"
        )
    if installed is not None and manifest.version_code < installed.version_code and not downgrade:
        return (
            f"INSTALL_FAILED_VERSION_DOWNGRADE: Downgrade detected: Update version code {manifest.version_code} is "
            f"older than current {installed.version_code}"
        )
    return None


def _install(call: Call) -> Reply:
    paths = call.plain(*_INSTALL_OPTIONS_WITH_VALUE)
    entry = call.phone.files.get(paths[-1]) if paths else None
    if entry is None:
        return failure(f"Error: Unable to open file: {paths[-1] if paths else ''}")
    return install(call.phone, entry.data, downgrade="-d" in call.args)


def _uninstall(call: Call) -> Reply:
    package = ([*call.plain("--user"), ""])[0]
    call.phone.files.remove(packages.path(package).rpartition("/")[0])
    if package == _KEYBOARD_PACKAGE and ADB_KEYBOARD in call.phone.input_methods:
        del call.phone.input_methods[ADB_KEYBOARD]
        return Reply("Success\n")
    if package not in call.phone.apps:
        return failure("Failure [DELETE_FAILED_INTERNAL_ERROR]")
    call.phone.stop_app(package)
    del call.phone.apps[package]
    return Reply("Success\n")


def _list(call: Call) -> Reply:
    match call.first:
        case "packages" | "package":
            return _list_packages(call.below())
        case "users":
            return Reply(users.listed(call.phone))
        case "features":
            return Reply("feature:android.hardware.touchscreen\nfeature:android.hardware.wifi\n")
        case _:
            return Reply()


def _list_packages(call: Call) -> Reply:
    wanted = ([*call.plain(*_LIST_OPTIONS_WITH_VALUE), ""])[0]
    if "-d" in call.args:
        return Reply()
    names = [] if "-3" in call.args else list(SYSTEM_PACKAGES)
    names += [] if "-s" in call.args else packages.third_party(call.phone)
    lines = [f"package:{_shown(name, call)}\n" for name in sorted(names) if wanted in name]
    return Reply("".join(lines))


def _shown(name: str, call: Call) -> str:
    path = f"{packages.path(name)}=" if "-f" in call.args else ""
    code = f" versionCode:{packages.version(call.phone, name)[1]}" if "--show-versioncode" in call.args else ""
    installer = "  installer=null" if "-i" in call.args else ""
    uid = f" uid:{packages.uid(call.phone, name)}" if "-U" in call.args else ""
    return f"{path}{name}{code}{installer}{uid}"


def _path(call: Call) -> Reply:
    package = ([*call.plain("--user"), ""])[0]
    if not packages.is_installed(call.phone, package):
        return Reply(code=1)
    return Reply(f"package:{packages.path(package)}\n")


def _clear(call: Call) -> Reply:
    package = ([*call.plain("--user"), ""])[0]
    app = call.phone.apps.get(package)
    if app is None:
        return failure("Failed")
    call.phone.stop_app(package)
    app.clear()
    call.phone.granted = {grant for grant in call.phone.granted if grant[0] != package}
    return Reply("Success\n")


def _grant(call: Call) -> Reply:
    return _permit(call, granted=True)


def _revoke(call: Call) -> Reply:
    return _permit(call, granted=False)


def _permit(call: Call, *, granted: bool) -> Reply:
    package, permission = [*call.plain("--user"), "", ""][:2]
    if package not in call.phone.apps:
        return failure(f"Exception occurred while executing 'grant':\njava.lang.SecurityException: {package}", 255)
    change = call.phone.granted.add if granted else call.phone.granted.discard
    change((package, permission))
    return Reply()


def _resolve_activity(call: Call) -> Reply:
    """Tell which activity an intent starts, in two lines with `--brief`, which Android 7.0 does not know."""
    if "--brief" in call.args and not call.phone.traits.brief:
        return failure("Error: Unknown option: --brief", 255)
    package = call.option("-p") or ["", *call.plain(*_INTENT_OPTIONS_WITH_VALUE)][-1]
    app = call.phone.apps.get(package.partition("/")[0])
    if app is None or not app.main_activity:
        return Reply("No activity found\n")
    found = "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true\n"
    if "--brief" in call.args or "--components" in call.args:
        return Reply(("" if "--components" in call.args else found) + f"{app.package}/{app.main_activity}\n")
    name = app.package + app.main_activity if app.main_activity.startswith(".") else app.main_activity
    return Reply(
        f"{found}ActivityInfo:\n  name={name}\n  packageName={app.package}\n  enabled=true exported=true\n"
        f"  ApplicationInfo:\n    packageName={app.package}\n    processName={app.package}\n"
    )


def _enable(call: Call) -> Reply:
    return Reply(f"Package {call.first} new state: {'enabled' if call.name == 'enable' else 'disabled-user'}\n")


def _dump(call: Call) -> Reply:
    return Reply(packages.dump(call.phone, call.first))


_SUBCOMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "install": _install, "uninstall": _uninstall, "list": _list, "path": _path, "clear": _clear,
        "-p": _path, "query-activities": queries.activities, "query-intent-activities": queries.activities,
        "grant": _grant, "revoke": _revoke, "resolve-activity": _resolve_activity, "dump": _dump, "enable": _enable,
        "disable": _enable, "disable-user": _enable, "trim-caches": lambda _: Reply(),
        "get-install-location": lambda _: Reply("0[auto]\n"), "get-max-users": lambda _: Reply("Maximum users: 1\n"),
        "has-feature": lambda _: Reply("false\n", 1),
    }
)  # fmt: skip

PROGRAMS: Mapping[str, Program] = {"pm": pm}
