"""Tells where a running installation is, what phones it has found, and what to do when it has found none."""

from __future__ import annotations

from adbutils import AdbError

from deployments.cli.shared.options import Teller, load_settings
from deployments.launcher import Launcher
from deployments.launcher.options import is_loopback
from deployments.launcher.programs import Programs
from phonefleet.apps import profile_names
from phonefleet.device.adb.advice import advice_for
from phonefleet.device.adb.device_list import ListedDevice
from phonefleet.device.adb.server import is_listening
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.disk import why_full
from phonefleet.settings import Settings
from phonefleet.words import mark, tr, tr_known

_NAMED = 3
"""How many phones fit a line."""

_NONE = mark(
    "none is ready. Connect one by USB, with USB debugging on (docs/guide/first-phone.md): it is taken up at once. "
    "To try without one: phonefleet up --virtual 3"
)
_NO_APP = mark("PHONEFLEET_APP is not set: name the app in each request, or set it to one of")


def tell_where(launcher: Launcher, tell: Teller) -> None:
    """Tell the addresses, the phones, and the data folder."""
    programs = launcher.programs
    tell(tr("  Page      {shown_api_url}/", shown_api_url=programs.shown_api_url))
    tell(
        tr(
            "  API       {shown_api_url}/api/v1/\n  API docs  {shown_api_url}/docs",
            shown_api_url=programs.shown_api_url,
        )
    )
    tell(
        tr(
            "  Prefect   {shown_prefect_url} ({prefect_login})",
            shown_prefect_url=programs.shown_prefect_url,
            prefect_login=programs.prefect_login,
        )
    )
    if programs.options.public_url is not None:
        tell(
            tr(
                "  Proxy     it must lead to {api_url} and {prefect_url}: docs/guide/reverse-proxy.md",
                api_url=programs.api_url,
                prefect_url=programs.prefect_url,
            )
        )
    _tell_encryption(programs, tell)
    if programs.options.virtual:
        names = ", ".join(f"device_serial_{n} = {s}" for n, s in enumerate(launcher.serials[:_NAMED], start=1))
        more = ", …" if programs.options.virtual > _NAMED else ""
        tell(
            tr(
                "  World     {world_url}/world\n  Phones    {names}{more} (adb -P {adb_port})",
                world_url=programs.world_url,
                names=names,
                more=more,
                adb_port=programs.options.adb_port,
            )
        )
    else:
        for line in real_phones(listed_at(programs.options.adb_port or 0), load_settings()):
            tell(line)
    tell(tr("  Data      {root}", root=programs.home.root))
    if (full := why_full(programs.home.root, load_settings().disk_reserve)) is not None:
        tell(tr("  Disk      {full}", full=full))


def _tell_encryption(programs: Programs, tell: Teller) -> None:
    """Tell whom others have to trust, or that what they send can be read on its way."""
    encrypted, options = programs.encrypted_addresses, programs.options
    if encrypted is not None:
        if programs.own_fingerprint is not None:
            authority, digest = encrypted["authority"], programs.own_fingerprint
            tell(tr("  TLS       others trust {authority} ({digest})", authority=authority, digest=digest))
    elif not is_loopback(options.host) or not is_loopback(options.prefect_host):
        tell(
            tr(
                "  Warning   without TLS, tokens and screens can be read on their way through the network: "
                "add --tls, or put a reverse proxy in front"
            )
        )


def listed_at(adb_port: int) -> list[ListedDevice]:
    """Return the phones that the adb server at a port lists; none while no server runs there."""
    if not is_listening("127.0.0.1", adb_port):
        return []
    try:
        return FastAdbClient(adb_port).listed_devices()
    except (AdbError, OSError):
        return []


def real_phones(listed: list[ListedDevice], settings: Settings) -> list[str]:
    """Return lines about the phones that adb lists, what keeps any from working, and which app they are to drive."""
    ready = [phone for phone in listed if phone.word == "device"]
    lines = [
        tr("  Phones    {named}", named=_named(ready)) if ready else tr("  Phones    {none}", none=tr_known(_NONE))
    ]
    lines += [
        tr("            {name} is {state}. {advice}", name=each.name, state=each.word, advice=advice_for(each))
        for each in listed
        if each not in ready
    ]
    if "app" not in settings.model_fields_set:
        lines.append(
            tr(
                "  App       {no_app} {profile_names}",
                no_app=tr_known(_NO_APP),
                profile_names=", ".join(profile_names(settings.home / "profiles")),
            )
        )
    return lines


def _named(ready: list[ListedDevice]) -> str:
    more = ", …" if len(ready) > _NAMED else ""
    return tr(
        "{number} ready: {ready}{more}",
        number=len(ready),
        ready=", ".join(phone.name for phone in ready[:_NAMED]),
        more=more,
    )
