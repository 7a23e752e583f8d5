"""The sounds that posts can have: always the same ones, some of which are called nearly alike."""

from __future__ import annotations

from dataclasses import dataclass

_NAMES = (
    "Morning Coffee", "Rain on Tin", "City Lights", "Slow River", "Kitchen Dance", "Paper Planes at Dusk", "Old Radio",
    "Green Room", "Sunday Market", "Night Train",
)  # fmt: skip
_VARIANTS = ("{} (slowed)", "{} 2", "{}", "{} - remix")
_ARTISTS = ("The Lanterns", "Mira Holt", "DJ Pomelo")


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of music or noise."""

    name: str
    artist: str


SOUNDS: tuple[Sound, ...] = tuple(
    Sound(variant.format(name), _ARTISTS[(place + number) % len(_ARTISTS)])
    for place, name in enumerate(_NAMES)
    for number, variant in enumerate(_VARIANTS)
)
"""All sounds, in the order in which the app recommends them; of those alike the plain one comes third."""


def find(query: str) -> list[Sound]:
    """Return the sounds whose name or artist contains the query; all of them for none."""
    wanted = query.strip().casefold()
    return [sound for sound in SOUNDS if wanted in sound.name.casefold() or wanted in sound.artist.casefold()]
