"""Shows rules and versions side by side: as tables, or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer

from deployments.cli.profiles.workshop import RankedHere
from deployments.cli.shared.printing import echo
from phonefleet.words import tr, tr_known
from phonefleet.workshop.comparison import Compared, Found
from phonefleet.workshop.ranking import Ranked
from phonefleet.workshop.rules import written


def show_rules(found: RankedHere, *, as_json: bool) -> None:
    """Print the rules for an element, the surest first."""
    if as_json:
        typer.echo(json.dumps([_rule(each) for each in found.rules], indent=2, ensure_ascii=False))
        return
    named = found.element.label or found.element.id or found.element.class_name
    echo(
        tr(
            "{named} at {bounds}, page {page}; tried on {compared} recorded screens",
            named=named,
            bounds=found.element.bounds,
            page=found.page or tr("unknown"),
            compared=found.compared,
        )
    )
    for each in found.rules:
        echo(f"  {written(each.rule)}")
        echo(f"      {_told(each)}")


def show_comparison(found: Sequence[Compared], *, as_json: bool) -> None:
    """Print what became of each selector, what was lost first."""
    if as_json:
        typer.echo(json.dumps([_compared(each) for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        there = tr("; expected on {screen}", screen=each.there.name) if each.outcome == "lost" and each.there else ""
        echo(f"{tr_known(each.outcome):10} {each.selector:26} {_place(each.old)} -> {_place(each.new)}{there}")


def _told(found: Ranked) -> str:
    here = tr("{count} here", count=found.count) + ("" if found.finds_it else tr(", not this one first"))
    counts = [hit.count for hit in found.same_page]
    page = tr("one on {one} of {others} others of the page", one=counts.count(1), others=len(counts)) if counts else ""
    elsewhere = (
        tr("something on {screens} screens of other pages", screens=len(found.elsewhere)) if found.elsewhere else ""
    )
    says = tr("says {labels}", labels=", ".join(map(repr, found.labels))) if len(found.labels) > 1 else ""
    takes = tr("gives what takes the touch") if found.takes else ""
    words = "" if found.anchored else tr("words and classes alone")
    return "; ".join(filter(None, (here, page, says, elsewhere, takes, words)))


def _rule(found: Ranked) -> dict[str, object]:
    return {
        "rule": written(found.rule),
        "count": found.count,
        "finds_it": found.finds_it,
        "takes": found.takes,
        "anchored": found.anchored,
        "unique": found.is_unique,
        "same_page": [[hit.recorded.recording, hit.recorded.name, hit.count] for hit in found.same_page],
        "elsewhere": [[hit.recorded.recording, hit.recorded.name, hit.count] for hit in found.elsewhere],
    }


def _compared(found: Compared) -> dict[str, object]:
    return {
        "selector": found.selector,
        "outcome": found.outcome,
        "old": found.old.recorded.name if found.old else None,
        "new": found.new.recorded.name if found.new else None,
        "there": found.there.name if found.there else None,
    }


def _place(found: Found | None) -> str:
    return (
        tr("nothing")
        if found is None
        else tr("{count} on {screen}", count=found.sighting.count, screen=found.recorded.name)
    )
