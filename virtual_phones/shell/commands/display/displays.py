"""The displays of the phone, by Android's numbers (`dumpsys display`) and by SurfaceFlinger's (`--display-id`).

The forms are those of Android 14 (`DisplayViewport.toString`, SurfaceFlinger's `dumpDisplayIdentificationData`);
SurfaceFlinger's number is the one that `screencap -d` takes.
"""

from __future__ import annotations

from virtual_phones.phone import VirtualPhone
from virtual_phones.windows.cover import COVER_DISPLAY
from virtual_phones.windows.equipment import COVER

FIRST, SECOND = 4619827259835644672, 4619827551948147201
"""SurfaceFlinger's numbers of the display that all phones have, and of the cover that some have."""


def several(phone: VirtualPhone) -> bool:
    """Tell whether the phone has a second display."""
    return phone.equipment.second_display


def viewports(phone: VirtualPhone) -> str:
    """Return the viewports of `dumpsys display`, one a display."""
    found = [_viewport(0, FIRST, phone.rotation, (phone.width, phone.height), active=True)]
    if several(phone):
        found.append(_viewport(COVER_DISPLAY, SECOND, 0, COVER, active=False))
    return ", ".join(found)


def _viewport(display: int, number: int, rotation: int, size: tuple[int, int], *, active: bool) -> str:
    return (
        f"DisplayViewport{{type=INTERNAL, valid=true, isActive={str(active).lower()}, displayId={display}, "
        f"uniqueId='local:{number}', orientation={rotation}, deviceWidth={size[0]}, deviceHeight={size[1]}}}"
    )


def listed(phone: VirtualPhone) -> str:
    """Return `cmd display get-displays`, as Android 13 and later have it."""
    state = "ON" if phone.display_on else "OFF"
    found = [(0, FIRST, "Built-in Screen", (phone.width, phone.height), state)]
    if several(phone):
        found.append((COVER_DISPLAY, SECOND, "Cover Screen", COVER, "OFF"))
    return "Displays:\n" + "".join(
        f'Display id {display}: DisplayInfo{{"{name}", displayId {display}, state {shown}, FLAG_SECURE, '
        f'real {size[0]} x {size[1]}, rotation 0, uniqueId "local:{number}", density 420}}\n'
        for display, number, name, size, shown in found
    )


def physical(phone: VirtualPhone) -> str:
    """Return `dumpsys SurfaceFlinger --display-id`."""
    numbers = [FIRST, SECOND] if several(phone) else [FIRST]
    return "".join(
        f'Display {number} (HWC display {port}): port={port} pnpId=PFL displayName="Virtual display"\n'
        for port, number in enumerate(numbers)
    )
