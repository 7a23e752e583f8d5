"""Compiles the catalogues with Babel, when the package is installed; the program itself needs no Babel.

A message is found by its id alone, because that is all that is stored of one: it is compiled under its context, which
is its id, and not under its English text. Texts without an id, those of the command line, are found by their English.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_all(catalogues: Path) -> None:
    """Write `phonefleet.mo` beside each `phonefleet.po` below a folder."""
    for source in sorted(catalogues.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            found = read_po(file, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, by_id(found))


def by_id(catalogue: Catalog) -> Catalog:
    """Return a catalogue in which each message with a context has that as its key."""
    keyed = Catalog(locale=catalogue.locale, domain=catalogue.domain, fuzzy=False)
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        plural = isinstance(message.id, tuple)
        key = (
            message.id if message.context is None else (message.context, message.context) if plural else message.context
        )
        keyed.add(key, message.string)
    return keyed
