"""`phonefleet doctor`: find out why it does not work."""

from __future__ import annotations

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group
from phonefleet.words import tr, tr_known


def doctor(home: o.HomeOption = None, api: o.ApiUrlOption = None) -> None:
    """Look at everything that phonefleet needs, and say what to do about what is missing."""
    from rich.text import Text  # noqa: PLC0415 - heavy

    from deployments.cli.doctor.examination import examine  # noqa: PLC0415 - heavy
    from deployments.cli.shared.console import out  # noqa: PLC0415 - heavy
    from deployments.cli.shared.tables import Column, print_table  # noqa: PLC0415 - heavy

    findings = examine(home, api)
    marks = {
        True: Text(tr("ok"), style="green"),
        False: Text(tr("bad"), style="red"),
        None: Text(tr("note"), style="yellow"),
    }
    rows = ((tr_known(finding.what), marks[finding.good], finding.text) for finding in findings)
    print_table(out(), "Examination", (Column("what"), Column(""), Column("finding", folds=True)), rows)
    if any(finding.good is False for finding in findings):
        raise typer.Exit(1)


app = group()
add_command(app, "doctor", doctor, epilog="Example: phonefleet doctor")
