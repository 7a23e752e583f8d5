"""Asks a person about each selector before it is recorded as seen to work: a program cannot tell whose button it is."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from deployments.cli.profiles.shown import doubt
from deployments.cli.shared.printing import echo, without_controls
from phonefleet.apps.check import Resolution
from phonefleet.apps.sightings import Sighting
from phonefleet.apps.verification import NEEDED
from phonefleet.errors import Permanent
from phonefleet.words import tr


def require_somebody_to_ask(*, yes: bool) -> None:
    """See that questions can be answered, unless `yes` answers them.

    Raises:
        Permanent: standard input is no terminal.

    """
    if not yes and not sys.stdin.isatty():
        message = tr(
            "--record asks a person about each selector, and this is no terminal: run it in one, or "
            "add --yes to confirm what is unambiguous and looks like no row of a list"
        )
        raise Permanent(message)


def confirmed(resolutions: Sequence[Resolution], *, yes: bool) -> list[str]:
    """Return the selectors that are right, of those that actions need: as a person says, or with `yes` all clear ones.

    What is ambiguous is never among them, and nothing that is known by a word alone: neither is touched.
    """
    found = [each for each in resolutions if each.selector in NEEDED and each.sighting is not None]
    return [each.selector for each in found if _is_right(each, yes=yes)]


def _is_right(resolution: Resolution, *, yes: bool) -> bool:
    sighting = resolution.sighting
    if sighting is None or sighting.ambiguous or sighting.by_words_alone or yes:
        right = sighting is not None and sighting.proves
        if not right:
            echo(
                tr("{selector} is not recorded: {why_not}", selector=resolution.selector, why_not=_why_not(sighting)),
                err=True,
            )
        return right
    return typer.confirm(without_controls(_question(resolution, sighting)), default=False, err=True)


def _why_not(sighting: Sighting | None) -> str:
    return doubt(sighting) if sighting else tr("it finds nothing")


def _question(resolution: Resolution, sighting: Sighting) -> str:
    doubts = doubt(sighting)
    found = tr(
        "{selector} on {screen}: {label!r} at {bounds}",
        selector=resolution.selector,
        screen=resolution.screen,
        label=sighting.label,
        bounds=sighting.bounds,
    )
    many = tr(", {number} fit", number=sighting.count) if sighting.count > 1 else ""
    return tr(
        "{found}{many}{doubts}\nIs it the right one?", found=found, many=many, doubts=f"; {doubts}" if doubts else ""
    )
