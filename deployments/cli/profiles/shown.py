"""Prints the results of checking an app profile, as tables or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import typer
from rich.text import Text

from deployments.cli.profiles.checking import PhoneCheck
from deployments.cli.shared.console import out, print_error
from deployments.cli.shared.tables import Column, print_table, when
from phonefleet.apps import AppProfile, VersionProfile
from phonefleet.apps.check import Resolution
from phonefleet.apps.recognition import Seen
from phonefleet.apps.saved_screens import (
    SavedCheck,
    SavedScreen,
    SavedScreenBroken,
    kind_told,
    page_told,
)
from phonefleet.apps.sightings import Sighting
from phonefleet.client.answers import Verification
from phonefleet.words import tr

_LABEL = 40
"""Characters of a label that a table shows."""


def show_phone(check: PhoneCheck, recorded: int | None, *, as_json: bool) -> None:
    """Print what was found on a phone."""
    if as_json:
        answer = {
            "app": check.profile.name, "app_version": check.profile.version, "language": check.profile.language,
            "serial": check.serial,
            "screens": [{"screen": name, **_told(seen)} for name, seen in check.checked.kinds.items()],
            "selectors": [_resolution(each, check.profile) for each in check.resolutions], "recorded": recorded,
        }  # fmt: skip
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
        return
    shown = check.profile.language or tr("a language that the phone does not tell")
    typer.echo(
        tr(
            "{serial} has version {version} of the app and shows it in {shown}",
            serial=check.serial,
            version=check.profile.version,
            shown=shown,
        )
    )
    print_table(out(), "Screens", (Column("screen"), Column("page", folds=True)), _screens(check))
    _print_resolutions(check.resolutions)
    if recorded is not None:
        version, serial = check.profile.version, check.serial
        typer.echo(
            tr(
                "On record for version {version} of the app on {serial}: {recorded} selectors",
                version=version,
                serial=serial,
                recorded=recorded,
            )
        )


def _screens(check: PhoneCheck) -> list[tuple[str, Text]]:
    return [(name, _what(seen)) for name, seen in check.checked.kinds.items()]


def show_saved(
    profile: AppProfile, check: SavedCheck | None, broken: Sequence[SavedScreenBroken], *, as_json: bool
) -> None:
    """Print what was found in files; errors of broken files go to stderr."""
    for error in broken:
        print_error(error.message)
    if as_json:
        answer = {
            "app": profile.name, "app_version": check.version if check else None,
            "language": check.language if check else None,
            "files": [_file(each) for each in check.screens] if check else [],
            "broken": [error.message for error in broken if not error.holds_a_hierarchy],
        }  # fmt: skip
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    elif check:
        _print_saved(check)


def print_verifications(found: Sequence[Verification]) -> None:
    """Print a table of recorded verifications."""
    columns = (
        Column("phone"), Column("version", folds=True), Column("selector"), Column("seen to work", rank=1),
    )  # fmt: skip
    rows = (
        (each.get("alias") or each["serial"], each["app_version"], each["selector"], when(each["verified_at"]))
        for each in found
    )
    print_table(
        out(), tr("Seen to work"), columns, rows, empty=tr("Nothing is on record: see `phonefleet profile check`")
    )


def doubt(sighting: Sighting) -> str:
    """Return why what was found proves nothing, for people; empty if it does."""
    told = {
        tr(
            "at once with {contradicted_by}", contradicted_by=", ".join(sighting.contradicted_by)
        ): sighting.contradicted_by,
        tr("ambiguous: {number} fit", number=sighting.count): sighting.ambiguous and sighting.count > 1,
        tr("looks like a row of a list or a card: is it really the owner's?"): sighting.looks_like_a_row,
        tr("found by a word alone, which is never touched"): sighting.by_words_alone,
    }
    return "; ".join(text for text, holds in told.items() if holds)


def _print_saved(check: SavedCheck) -> None:
    columns = (Column("file", folds=True), Column("page"), Column("selectors found", folds=True))
    rows = ((each.file, _what(each.seen), ", ".join(sorted(_found(each)))) for each in check.screens)
    print_table(out(), tr("Saved screens, by the rules for {version}", version=check.version), columns, rows)
    _print_resolutions(check.resolutions, missing=tr("in none of the files"))


def _what(seen: Seen) -> Text:
    """Return what a screen is, for people."""
    page, kind = page_told(seen), kind_told(seen)
    if page is not None:
        return Text(page)
    told = kind.replace("_", " ")
    return Text(f"{told}: {seen.name}" if seen.name else told, style="" if seen.name else "red")


def _print_resolutions(found: Sequence[Resolution], missing: str | None = None) -> None:
    columns = (
        Column("selector"), Column("label", folds=True), Column("place", rank=1), Column("fit", right=True),
        Column("found on", rank=2, folds=True), Column("alternative", rank=3), Column("", folds=True),
    )  # fmt: skip
    print_table(out(), "Selectors", columns, (_row(each, missing) for each in found))


def _row(resolution: Resolution, missing: str | None) -> tuple[object, ...]:
    seen = resolution.sighting
    if seen is None:
        return resolution.selector, None, None, None, None, None, _absence(resolution, missing)
    remark = Text("found", style="green") if seen.proves else Text(doubt(seen), style="red")
    label = seen.label if len(seen.label) <= _LABEL else f"{seen.label[:_LABEL]}…"
    return resolution.selector, label, seen.bounds, seen.count, resolution.screen, seen.alternative, remark


def _absence(resolution: Resolution, missing: str | None) -> Text:
    if missing:
        return Text(missing, style="dim")
    return Text("missing", style="red") if resolution.expected else Text(tr("not met"), style="dim")


def _found(screen: SavedScreen) -> dict[str, Sighting]:
    return {name: each for name, each in screen.sightings.items() if each.count}


def _file(screen: SavedScreen) -> dict[str, Any]:
    found = _found(screen)
    return {
        "file": str(screen.file),
        **_told(screen.seen),
        "found": {name: each.alternative for name, each in found.items()},
        "missing": [name for name in screen.sightings if name not in found],
        "counts": {name: each.count for name, each in screen.sightings.items()},
        "ambiguous": [name for name, each in found.items() if each.ambiguous],
        "rows": [name for name, each in found.items() if each.looks_like_a_row],
        "places": {name: str(each.bounds) for name, each in found.items()},
        "labels": {name: each.label for name, each in found.items()},
    }


def _told(seen: Seen) -> dict[str, str | None]:
    return {"kind": kind_told(seen), "page": page_told(seen), "name": seen.name}


def _resolution(resolution: Resolution, profile: VersionProfile) -> dict[str, Any]:
    seen = resolution.sighting or Sighting(resolution.selector)
    return {
        "selector": resolution.selector,
        "found_on": resolution.screen,
        "alternative": resolution.alternative,
        "expected": resolution.expected,
        "read_for": profile.unverified.get(resolution.selector),
        "label": seen.label,
        "bounds": None if seen.bounds is None else str(seen.bounds),
        "count": seen.count,
        "ambiguous": seen.ambiguous,
        "row": seen.looks_like_a_row,
        "proven": seen.proves,
    }
