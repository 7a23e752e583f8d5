"""Shell commands of a phone for apps, links, health and screenshots. It knows nothing of the uiautomator server."""

from __future__ import annotations

from typing import Any, Final

from phonefleet.device.adb.exec_out import exec_out
from phonefleet.device.adb.transport import FastAdbDevice
from phonefleet.device.phone import Foreground, Health
from phonefleet.device.shell import parsers
from phonefleet.device.shell.payloads import Unreadable, png_in
from phonefleet.errors import AppMissing, LinkRefused, ShellFailed
from phonefleet.words import say

_SHOWN: Final = 200
"""How much of a failed command's output a message shows, in characters."""

_MAIN: Final = ("-a", "android.intent.action.MAIN", "-c", "android.intent.category.LAUNCHER")
_FROM_LAUNCHER: Final = ("-f", "0x10200000")
"""FLAG_ACTIVITY_NEW_TASK and FLAG_ACTIVITY_RESET_TASK_IF_NEEDED (android.content.Intent), as launchers start apps."""

_LOOKS: Final = 2
"""How often a `dumpsys` that returned nothing is tried."""


class System:
    """Android's shell on one phone. Raises adbutils' errors unchanged, and ours for failed commands.

    The user in front and the apps' launcher activities are cached until `forget`.
    """

    def __init__(self, device: FastAdbDevice) -> None:
        self._device = device
        self._user: list[str] | None = None
        self._launchers: dict[str, str] = {}

    def forget(self) -> None:
        """Clear the cache, because the phone was disconnected."""
        self._user = None
        self._launchers.clear()

    def run(self, args: list[str]) -> str:
        """Run a command, each argument quoted, and return its output. Raises `ShellFailed` on a non-zero exit."""
        output, code = self.attempt(args)
        if code:
            raise self._failed(args, output, code)
        return output

    def attempt(self, args: list[str]) -> tuple[str, int]:
        """Run a command and return its output and its exit code."""
        device: Any = self._device
        answer = device.shell2(args)
        return answer.output, answer.returncode

    def _failed(self, args: list[str], output: str, code: int) -> ShellFailed:
        said = output.strip()[:_SHOWN] or "nothing"
        return ShellFailed(
            say(
                "device.failed_phone_exit_code_said",
                "{serial}: '{args}' failed on the phone with exit code {code} and said: {said}",
                serial=self._device.serial,
                args=args[0],
                code=code,
                said=said,
            )
        )

    # --- users ------------------------------------------------------------------------------------------

    def for_user(self) -> list[str]:
        """Return the option for the user in front, for commands that otherwise apply to all users.

        On phones with a second user (Secure Folder, work profile, second space) these would fail with a
        SecurityException.

        Raises:
            ShellFailed: the phone does not report which user is in front.

        """
        if self._user is None:
            self._user = self._ask_user()
        return self._user

    def _ask_user(self) -> list[str]:
        args = ["am", "get-current-user"]
        output, code = self.attempt(args)
        if (user := parsers.user(output)) is not None and not code:
            return ["--user", str(user)]
        if not output.strip() or "Failure calling service" in output or "Can't find service" in output:
            raise self._failed(args, output, code)
        first = ["--user", "0"]  # a phone without that command: check whether it knows the option
        output, code = self.attempt(["pm", "list", "packages", *first, "android"])
        return first if not code and parsers.is_listed(output, "android") else []

    # --- apps -------------------------------------------------------------------------------------------

    def launch(self, package: str) -> None:
        """Start the app from its launcher activity. Raises `AppMissing`.

        Not by `monkey`: that switches auto-rotation on, and gives up on phones without physical keys.
        """
        component = self._launchers.get(package) or self._resolve(package)
        target = ["-n", component] if component else ["-p", package]
        output, code = self.attempt(["am", "start", *self.for_user(), *_MAIN, *_FROM_LAUNCHER, *target])
        if not code and not parsers.refused_intent(output):
            if component:
                self._launchers[package] = component
            return
        self._launchers.pop(package, None)
        self._require(package)
        raise self._failed(["am"], output, code)

    def _resolve(self, package: str) -> str | None:
        """Return the launcher activity; None if Android does not report it: before 7.1, or if there are several."""
        args = ["cmd", "package", "resolve-activity", "--brief", *self.for_user(), *_MAIN, package]
        output, _ = self.attempt(args)
        if parsers.nothing_to_launch(output):
            self._require(package)
            message = say(
                "device.nothing_can_started_see_whether",
                "{serial}: {package} has nothing that can be started: see whether it is disabled.",
                serial=self._device.serial,
                package=package,
            )
            raise AppMissing(message)
        return parsers.launcher(output, package)

    def open_link(self, url: str, package: str) -> None:
        """Send a VIEW intent with the URL to the package. Raises `AppMissing` or `LinkRefused`."""
        intent = ["-a", "android.intent.action.VIEW", "-d", url, "-p", package]
        output, code = self.attempt(["am", "start", *self.for_user(), *intent])
        if code or parsers.refused_intent(output):
            self._require(package)
            if parsers.unresolved_intent(output):
                message = say(
                    "device.does_not_open_address_look",
                    "{package} does not open the address {url}: look whether it is one of this app",
                    package=package,
                    url=url,
                )
                raise LinkRefused(message)
            message = say(
                "device.did_not_open_link",
                "{serial}: {package} did not open the link {url}",
                serial=self._device.serial,
                package=package,
                url=url,
            )
            raise ShellFailed(message)

    def force_stop(self, package: str) -> None:
        """Stop the app's processes."""
        self.run(["am", "force-stop", *self.for_user(), package])

    def app_version(self, package: str) -> str:
        """Return the installed versionName. Raises `AppMissing`."""
        version = parsers.version_name(self.run(["dumpsys", "package", package]))
        if version is None:
            self._require(package)
            message = say(
                "device.android_did_not_say_version",
                "{serial}: Android did not say which version of {package} is installed.",
                serial=self._device.serial,
                package=package,
            )
            raise ShellFailed(message)
        return version

    def _require(self, package: str) -> None:
        """Raise `AppMissing` unless the package is installed; by `pm list`, because `pm path` fails if it is not."""
        if not parsers.is_listed(self.run(["pm", "list", "packages", *self.for_user(), package]), package):
            message = say(
                "device.app_not_installed_phone",
                "{serial}: the app {package} is not installed on the phone.",
                serial=self._device.serial,
                package=package,
            )
            raise AppMissing(message)

    def language(self, package: str) -> str:
        """Return the language in which the phone shows an app, as a BCP 47 tag; "" if the phone does not say.

        The one that was chosen for the app counts, which Android can do from 13 on, else the phone's first one.
        """
        chosen = self._app_locales(package)
        return chosen[0] if chosen else self._phone_language()

    def _app_locales(self, package: str) -> list[str]:
        args = ["cmd", "locale", "get-app-locales", package, *self.for_user()]
        output, code = self.attempt(args)
        found = parsers.app_locales(output)
        if found is None and code and not parsers.no_such_service(output):
            raise self._failed(args, output, code)
        return found or []

    def _phone_language(self) -> str:
        """Return the phone's first language, by the setting, or by the properties of a phone where nobody chose one."""
        asked = (
            ["settings", "get", "system", "system_locales"],
            ["getprop", "persist.sys.locale"],
            ["getprop", "ro.product.locale"],
        )
        answers = (parsers.language_tag(self.run(args)) for args in asked)
        return next((tag for tag in answers if tag), "")

    # --- the phone --------------------------------------------------------------------------------------

    def foreground(self) -> Foreground:
        """Return the focused app."""
        try:
            return parsers.foreground(self.run(["dumpsys", "window"]))
        except Unreadable:
            return parsers.foreground(self.run(["dumpsys", "activity", "activities"]))

    def health(self) -> Health:
        """Return battery, display and keyguard; values that this phone does not report are None.

        Raises:
            ShellFailed: none of the services answers.

        """
        power = self._dump("power", needed=True)
        window = self._dump("window", needed=not power)
        battery = parsers.battery(self._dump("battery", needed=not (power or window)))
        return Health(battery.level, battery.charging, parsers.awake(power), parsers.locked(window))

    def _dump(self, service: str, *, needed: bool) -> str:
        """Return the dump of a service; "" if it fails twice without output and is not `needed`."""
        args = ["dumpsys", service]
        output, code = "", 0
        for _ in range(_LOOKS):
            output, code = self.attempt(args)
            if output.strip() or not code:
                return output
        if needed:
            raise self._failed(args, output, code)
        return ""

    def restart(self) -> None:
        """Restart the phone. Raises `ShellFailed` if it refuses both ways, and a library's error when the link breaks.

        `svc power reboot` lets Android shut down in order; `reboot` asks init, for phones whose `svc` cannot.
        """
        output, code = self.attempt(["svc", "power", "reboot"])
        if code or "Exception" in output:
            self.run(["reboot"])

    def dismiss_keyguard(self) -> None:
        """Dismiss an insecure keyguard; a secure one stays."""
        self.attempt(["wm", "dismiss-keyguard"])

    def screencap(self) -> bytes:
        """Return a screenshot of the main display as PNG. Raises `Unreadable`."""
        answer = exec_out(self._device, ["screencap", "-p"])
        if not parsers.several_displays(answer):
            return png_in(answer)
        chosen = parsers.main_display(self.run(["dumpsys", "display"]))
        return png_in(exec_out(self._device, ["screencap", "-p", "-d", chosen]) if chosen else answer)
