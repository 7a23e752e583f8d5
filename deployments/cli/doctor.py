"""`phonefleet doctor`: find out why it does not work."""

from __future__ import annotations

import typer

from deployments.cli import options as o


def doctor(home: o.HomeOption = None, api: o.ApiUrlOption = None) -> None:
    """Look at everything that phonefleet needs, and say what to do about what is missing."""
    from deployments.cli.console import fill, out, table  # noqa: PLC0415 - heavy
    from deployments.cli.examination import examine  # noqa: PLC0415 - heavy

    findings = examine(home, api)
    made = table("Examination", "what", "", "finding")
    marks = {True: "[green]ok[/green]", False: "[red]bad[/red]", None: "[yellow]note[/yellow]"}
    out().print(fill(made, ([finding.what, marks[finding.good], finding.text] for finding in findings)))
    if any(finding.good is False for finding in findings):
        raise typer.Exit(1)
