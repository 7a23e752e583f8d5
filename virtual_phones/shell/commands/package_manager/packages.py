"""What Android tells about installed packages: paths, user ids, and the dump of the package service."""

from __future__ import annotations

import time

from virtual_phones.phone import VirtualPhone
from virtual_phones.system.files import FACTORY
from virtual_phones.system.hardware import ADB_KEYBOARD, SYSTEM_PACKAGES

_FIRST_APP_UID = 10100
_RUNTIME_PERMISSIONS = (
    "android.permission.CAMERA", "android.permission.POST_NOTIFICATIONS", "android.permission.READ_MEDIA_IMAGES",
    "android.permission.READ_MEDIA_VIDEO", "android.permission.RECORD_AUDIO",
)  # fmt: skip


def third_party(phone: VirtualPhone) -> list[str]:
    """Return the installed packages that are not part of the system."""
    keyboard = [ADB_KEYBOARD.partition("/")[0]] if ADB_KEYBOARD in phone.input_methods else []
    return [*phone.apps, *keyboard]


def is_installed(phone: VirtualPhone, package: str) -> bool:
    """Tell whether a package is installed."""
    return package in SYSTEM_PACKAGES or package in third_party(phone)


def path(package: str) -> str:
    """Return where a package's APK lies."""
    if package == "android":
        return "/system/framework/framework-res.apk"
    if package in SYSTEM_PACKAGES:
        return f"/system/priv-app/{package}/{package}.apk"
    return f"/data/app/~~dmlydHVhbA==/{package}-cGhvbmU=/base.apk"


def uid(phone: VirtualPhone, package: str) -> int:
    """Return the user id under which a package runs."""
    names = third_party(phone)
    return _FIRST_APP_UID + names.index(package) if package in names else 1000


def version(phone: VirtualPhone, package: str) -> tuple[str, int]:
    """Return a package's version: its name and its code."""
    app = phone.apps.get(package)
    return (app.version_name, app.version_code) if app is not None else ("14", 34)


def dump(phone: VirtualPhone, package: str) -> str:
    """Return `dumpsys package PACKAGE`."""
    if not is_installed(phone, package):
        return f"Dexopt state:\n  Unable to find package: {package}\n"
    version_name, version_code = version(phone, package)
    flags = (
        "SYSTEM HAS_CODE PERSISTENT" if package in SYSTEM_PACKAGES else "HAS_CODE ALLOW_CLEAR_USER_DATA ALLOW_BACKUP"
    )
    written = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(FACTORY))
    return f"""\
{_activities(phone, package)}
Packages:
  Package [{package}] (5dbd07e):
    userId={uid(phone, package)}
    pkg=Package{{9f0c4df {package}}}
    codePath={path(package).rpartition("/")[0]}
    resourcePath={path(package).rpartition("/")[0]}
    primaryCpuAbi=arm64-v8a
    versionCode={version_code} minSdk=26 targetSdk=34
    versionName={version_name}
    splits=[base]
    apkSigningVersion=3
    signatures=PackageSignatures{{2b1cd4e version:3, signatures:[5e8f16e0], past signatures:[]}}
    pkgFlags=[ {flags} ]
    dataDir=/data/user/0/{package}
    supportsScreens=[small, medium, large, xlarge, resizeable, anyDensity]
    timeStamp={written}
    firstInstallTime={written}
    lastUpdateTime={written}
    User 0: ceDataInode=4051 installed=true hidden=false suspended=false stopped=false notLaunched=false enabled=0
      runtime permissions:
{_permissions(phone, package)}
"""


def _activities(phone: VirtualPhone, package: str) -> str:
    app = phone.apps.get(package)
    if app is None:
        return "Activity Resolver Table:"
    return f"""\
Activity Resolver Table:
  Non-Data Actions:
      android.intent.action.MAIN:
        7a3f2b1 {package}/{app.main_activity} filter 5dd8c96
          Action: "android.intent.action.MAIN"
          Category: "android.intent.category.LAUNCHER"
"""


def _permissions(phone: VirtualPhone, package: str) -> str:
    return "\n".join(
        f"        {name}: granted={'true' if (package, name) in phone.granted else 'false'}, flags=[ USER_SET ]"
        for name in _RUNTIME_PERMISSIONS
    )
