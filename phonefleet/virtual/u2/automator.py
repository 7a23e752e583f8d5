"""What the methods of one run of the uiautomator server work on: its phone, and what it remembers between calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from phonefleet.geometry import Rect
from phonefleet.virtual import hierarchy
from phonefleet.virtual.hierarchy import View
from phonefleet.virtual.phone import VirtualPhone
from phonefleet.virtual.u2 import selector
from phonefleet.virtual.u2.failures import ObjectMissing, ParametersInvalid
from phonefleet.virtual.u2.selector import Chain, Json


@dataclass(frozen=True, slots=True)
class Finger:
    """A finger that touches the screen since `since`, in seconds of the phone's clock."""

    x: float
    y: float
    since: float


@dataclass(slots=True)
class Automator:
    """One run of the server on one phone."""

    phone: VirtualPhone
    objects: dict[str, Chain] = field(default_factory=dict[str, Chain])
    """Chains that the client names by a string, as `childByText` returned it."""
    objects_made: int = 0
    last_toast: str | None = None
    seen_toast: str | None = None
    """The toast that shows and has been noticed; the same one is not noticed twice."""
    finger: Finger | None = None
    traversed_text: str | None = None

    @property
    def screen(self) -> Rect:
        """The whole display."""
        return Rect(0, 0, self.phone.width, self.phone.height)

    def view(self) -> View:
        """Return what can be seen in the active window now."""
        return hierarchy.view(next(window.root for window in self.phone.windows() if window.active), self.screen)

    def chain(self, target: object) -> Chain:
        """Return the chain that a client means by a selector or by an object's name; a chain means itself.

        Raises:
            ObjectMissing: no object has this name.
            ParametersInvalid: it is neither.

        """
        if isinstance(target, Chain):
            return target
        if isinstance(target, str):
            if target not in self.objects:
                raise ObjectMissing(target)
            return self.objects[target]
        if not isinstance(target, dict):
            message = f"not a selector: {target!r}"
            raise ParametersInvalid(message)
        return selector.parse(cast("Json", target))

    def keep(self, chain: Chain) -> str:
        """Remember a chain and return the name under which the client can use it."""
        self.objects_made += 1
        name = f"object-{self.objects_made}"
        self.objects[name] = chain
        return name

    def find_all(self, target: object) -> Iterator[View]:
        """Yield all views that the target means."""
        return self.chain(target).find_all(self.view())

    def exists(self, chain: Chain) -> bool:
        """Tell whether a view that is meant shows now."""
        return chain.find(self.view()) is not None

    def require(self, target: object) -> View:
        """Return the view that the target means.

        Raises:
            ObjectMissing: it is not on the screen.

        """
        chain = self.chain(target)
        found = chain.find(self.view())
        if found is None:
            raise ObjectMissing(str(chain))
        return found

    def notice_toast(self) -> None:
        """Remember the toast that shows now, unless it has been noticed before."""
        toast = self.phone.toast()
        if toast != self.seen_toast:
            self.seen_toast = toast
            self.last_toast = toast or self.last_toast
