"""Draws what a check found onto pictures of the screens, and writes them where the user wants them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from deployments.cli.profiles.checking import PhoneCheck
from phonefleet.apps.annotation import annotated
from phonefleet.apps.saved_screens import SavedCheck
from phonefleet.apps.sightings import sightings
from phonefleet.errors import Permanent
from phonefleet.words import tr

_PICTURE = ".png"


def require_place(draw: Path | None, *, several: bool) -> None:
    """See that what is drawn can be written there: several pictures into a folder, one also into a PNG file.

    Raises:
        Permanent: it is another kind of file, or one file for several pictures.

    """
    if draw is None or not draw.suffix or draw.is_dir():
        return
    if draw.suffix.lower() != _PICTURE:
        message = tr(
            "--draw writes PNG: name a folder or a file that ends in {picture}, not {draw}", picture=_PICTURE, draw=draw
        )
        raise Permanent(message)
    if several:
        message = tr("--draw has several screens to draw here: name a folder, not the file {draw}", draw=draw)
        raise Permanent(message)


def draw_phone(check: PhoneCheck, draw: Path) -> list[Path]:
    """Draw each screen of a phone; return the files."""
    checked = check.checked
    drawn = {
        name: annotated(screen, sightings(check.profile, screen).values(), checked.pictures.get(name))
        for name, screen in checked.screens.items()
    }
    return _write(draw, {re.sub(r"\W+", "-", name): picture for name, picture in drawn.items()})


def draw_saved(check: SavedCheck, draw: Path, pictures: Mapping[Path, Path]) -> list[Path]:
    """Draw each saved screen, upon its picture if there is one; return the files."""
    drawn: dict[str, bytes] = {}
    for each in check.screens:
        if each.screen is None:
            continue
        name = f"{each.file.stem}-checked"  # beside a screenshot of the same name, which must not be lost
        while name in drawn:
            name += "-2"
        picture = _read(pictures[each.file]) if each.file in pictures else None
        drawn[name] = annotated(each.screen, each.sightings.values(), picture)
    return _write(draw, drawn)


def _read(picture: Path) -> bytes:
    try:
        return picture.read_bytes()
    except OSError as error:
        message = tr("{picture} cannot be read: {strerror}", picture=picture, strerror=error.strerror or error)
        raise Permanent(message) from error


def _write(draw: Path, drawn: Mapping[str, bytes]) -> list[Path]:
    one_file = draw.suffix.lower() == _PICTURE and not draw.is_dir()
    files = {draw if one_file else draw / f"{name}{_PICTURE}": picture for name, picture in drawn.items()}
    try:
        for file, picture in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(picture)
    except OSError as error:
        message = tr("{draw} cannot be written: {strerror}", draw=draw, strerror=error.strerror or error)
        raise Permanent(message) from error
    return list(files)
