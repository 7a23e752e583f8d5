"""The intent that `am` builds from its options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call

_WITH_VALUE = (
    "-a", "-d", "-t", "-c", "-n", "-p", "-f", "--user", "-P", "--start-profiler", "--sampling", "-R", "--display",
    "--windowingMode", "--activityType", "--task",
)  # fmt: skip
_SEND = "android.intent.action.SEND"
_STREAM = "android.intent.extra.STREAM"
_EXTRAS = ("--es", "-e", "--ez", "--ei", "--el", "--ef", "--ed", "--eu", "--ecn", "--eia", "--esa", "--ela")


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be started or broadcast; `component` is `package/activity`, `data` a URL."""

    action: str | None
    data: str | None
    category: str | None
    package: str | None
    component: str | None
    extras: Mapping[str, str]
    media_type: str = ""

    @classmethod
    def of(cls, call: Call) -> Self:
        """Read the options, and a last argument without an option: a URL, a component or a package."""
        data, package, component = call.option("-d"), call.option("-p"), call.option("-n")
        target = next(iter(_plain(call)), "") if component is None and data is None and not package else ""
        if ":" in target:
            data = target
        elif "/" in target:
            component = target
        elif target:
            package = target
        action = call.option("-a") or ("android.intent.action.VIEW" if data else None)
        media_type = call.option("-t") or ""
        return cls(action, data, call.option("-c"), package or None, component, _extras(call), media_type)

    @property
    def target(self) -> str | None:
        """The package that it names, if any."""
        return self.component.partition("/")[0] if self.component is not None else self.package

    def deliver(self, phone: VirtualPhone) -> bool:
        """Start what the intent names; False when nothing on the phone takes it."""
        if self.action == _SEND:
            return phone.share(self.extras.get(_STREAM, ""), self.target, self.media_type)
        if self.component is not None and self.data is None:
            package, _, activity = self.component.partition("/")
            return phone.start_activity(package, activity)
        if self.data is not None:
            return phone.open_link(self.data, self.target)
        return self.package is not None and phone.start_app(self.package)

    def __str__(self) -> str:
        parts = {
            "act": self.action,
            "cat": f"[{self.category}]" if self.category else None,
            "dat": self.data,
            "pkg": self.package,
            "cmp": self.component,
        }
        shown = [f"{name}={value}" for name, value in parts.items() if value]
        return " ".join([*shown, *(["(has extras)"] if self.extras else [])])


def _extras(call: Call) -> dict[str, str]:
    """Return the extras by key, whatever their type."""
    found = zip(call.args, call.args[1:], call.args[2:], strict=False)
    return {key: value for option, key, value in found if option in _EXTRAS}


def _plain(call: Call) -> list[str]:
    """Return the arguments that belong to no option; an extra has two."""
    kept: list[str] = []
    rest = iter(call.args)
    for argument in rest:
        if argument in _EXTRAS:
            next(rest, None)
            next(rest, None)
        else:
            kept.append(argument)
    return Call(call.phone, call.name, kept, call.environment).plain(*_WITH_VALUE)
