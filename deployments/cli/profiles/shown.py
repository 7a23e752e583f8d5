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
from phonefleet.apps.saved_screens import SavedCheck, SavedScreen, SavedScreenBroken
from phonefleet.client.answers import Verification


def show_phone(check: PhoneCheck, recorded: int | None, *, as_json: bool) -> None:
    """Print what was found on a phone."""
    if as_json:
        answer = {
            "app": check.profile.name, "app_version": check.profile.version, "serial": check.serial,
            "selectors": [_resolution(each, check.profile) for each in check.resolutions], "recorded": recorded,
        }  # fmt: skip
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
        return
    _print_resolutions(check.resolutions)
    if recorded is not None:
        version, serial = check.profile.version, check.serial
        typer.echo(f"On record for version {version} of the app on {serial}: {recorded} selectors")


def show_saved(
    profile: AppProfile, check: SavedCheck | None, broken: Sequence[SavedScreenBroken], *, as_json: bool
) -> None:
    """Print what was found in files; errors of broken files go to stderr."""
    for error in broken:
        print_error(error.message)
    if as_json:
        answer = {
            "app": profile.name, "app_version": check.version if check else None,
            "files": [_file(each) for each in check.screens] if check else [],
            "broken": [error.message for error in broken],
        }  # fmt: skip
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    elif check:
        _print_saved(check)


def print_verifications(found: Sequence[Verification]) -> None:
    """Print a table of recorded verifications."""
    columns = (
        Column("phone"), Column("version", folds=True), Column("selector"), Column("seen to work", rank=1),
    )  # fmt: skip
    rows = ((each["serial"], each["app_version"], each["selector"], when(each["verified_at"])) for each in found)
    print_table(out(), "Seen to work", columns, rows, empty="Nothing is on record: see `phonefleet profile check`")


def _print_saved(check: SavedCheck) -> None:
    columns = (Column("file", folds=True), Column("page"), Column("selectors found", folds=True))
    rows = (
        (each.file, each.page or Text("unknown", style="red"), ", ".join(sorted(_names(each))))
        for each in check.screens
    )
    print_table(out(), f"Saved screens, by the rules for {check.version}", columns, rows)
    _print_resolutions(check.resolutions, missing="in none of the files")


def _print_resolutions(found: Sequence[Resolution], missing: str | None = None) -> None:
    columns = (
        Column("selector"), Column("found on", rank=2, folds=True), Column("alternative", rank=1, folds=True),
        Column("", folds=True),
    )  # fmt: skip
    rows = ((r.selector, r.screen, r.alternative, _remark(r, missing)) for r in found)
    print_table(out(), "Selectors", columns, rows)


def _remark(resolution: Resolution, missing: str | None) -> Text:
    if resolution.resolved:
        return Text("found", style="green")
    if missing:
        return Text(missing, style="dim")
    return Text("missing", style="red") if resolution.expected else Text("not met", style="dim")


def _names(screen: SavedScreen) -> list[str]:
    return [each.selector for each in screen.resolutions if each.resolved]


def _file(screen: SavedScreen) -> dict[str, Any]:
    found = {each.selector: each.alternative for each in screen.resolutions if each.resolved}
    return {
        "file": str(screen.file),
        "page": screen.page,
        "found": found,
        "missing": [each.selector for each in screen.resolutions if not each.resolved],
    }


def _resolution(resolution: Resolution, profile: VersionProfile) -> dict[str, Any]:
    return {
        "selector": resolution.selector,
        "found_on": resolution.screen,
        "alternative": resolution.alternative,
        "expected": resolution.expected,
        "read_for": profile.unverified.get(resolution.selector),
    }
