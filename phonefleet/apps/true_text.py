"""Asks the phone what an element truly says, where the dump of its screen cannot tell two texts apart."""

from __future__ import annotations

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import Reading, is_veiled, reading, reads, titled, true_reading, truly_titled


def reading_of(driver: AppDriver, element: Element, meant: str) -> Reading:
    """Tell whether an element of the present screen says what was meant.

    `Reading.PERHAPS` where neither the dump nor the phone can tell: the element bears no id, is not in sight any more,
    or shows only the beginning.
    """
    found = reading(element.label, meant)
    if found is not Reading.PERHAPS:
        return found
    told = _true_label(driver, element)
    return found if told is None else true_reading(told, meant)


def is_titled(driver: AppDriver, element: Element, name: str) -> bool:
    """Tell whether an element of the present screen bears a name; one that only looks like it does not.

    Where nobody can tell, it does: nothing is done to a person by a name.
    """
    if not titled(element.label, name):
        return False
    told = _true_label(driver, element) if is_veiled(name) else None
    return told is None or truly_titled(told, name)


def _true_label(driver: AppDriver, element: Element) -> str | None:
    """Return what stands behind the dots; None when what the phone tells is not what the dump has shown."""
    labels = driver.phone.labels_at(element.bounds.center, element.id)
    told = labels and (labels[0] if element.text else labels[1])
    return told if told is not None and reads(element.label, told) else None
