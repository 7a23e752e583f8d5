"""The interface (Protocol) of an app that is installed on a virtual phone."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

from virtual_phones.screen.node import Node


class App(Protocol):
    """An installed app, seen by the phone's system: launched, drawn, touched, stopped.

    All calls come from one thread (the phone's event loop), and none blocks. The system keeps one App object
    per phone and package for as long as the package is installed.
    """

    package: str
    version_name: str
    version_code: int
    main_activity: str
    """As in `am start`: a class name that may start with a dot."""

    @property
    def activity(self) -> str:
        """The activity on top, as in `dumpsys window`: `.ProfileActivity` or a full class name."""
        ...

    @property
    def running(self) -> bool:
        """Whether the process lives; a crash makes it False."""
        ...

    def launch(self) -> None:
        """Start from the launcher icon, or come to the front where it was."""
        ...

    def open_link(self, url: str) -> bool:
        """Show what a VIEW intent's URL names; False when the app does not handle it."""
        ...

    def stop(self) -> None:
        """`am force-stop`: the process ends, unsaved screen state is lost."""
        ...

    def clear(self) -> None:
        """`pm clear`: as freshly installed."""
        ...

    def tree(self, width: int, height: int) -> Node:
        """Return the current screen, laid out for a display of that size in pixels.

        The root covers the whole display. A popup is the last child of the root (drawn on top, touched first).
        """
        ...

    def back(self) -> bool:
        """Handle the Back key; False when the app has nothing to go back to and leaves the screen."""
        ...

    def toast(self) -> str | None:
        """Return the toast that is on the screen now, if any."""
        ...


@runtime_checkable
class Fitted(Protocol):
    """An app whose screens Android fits between the system's bars; any other draws from edge to edge.

    `soft_input` is the screen's windowSoftInputMode: "resize" makes room for the keyboard, "nothing" lets it lie over.
    """

    @property
    def soft_input(self) -> Literal["resize", "nothing"]:
        """What the screen on top does when the keyboard comes."""
        ...


@runtime_checkable
class Watched(Protocol):
    """An app in which something goes on from look to look, such as a dialog that fades."""

    def seen(self) -> None:
        """Go on after what shows now was looked at through accessibility."""
        ...


def full_name(package: str, activity: str) -> str:
    """Return the class name that `.Activity` is short for in a package."""
    return package + activity if activity.startswith(".") else activity
