"""`phonefleet chaos …`: plans of faults, struck at a fleet of virtual phones that is started for them alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group
from phonefleet.words import tr

if TYPE_CHECKING:
    from deployments.chaos.running import Outcome

app = group(
    "Break a fleet of virtual phones on purpose, by a plan of faults, and see what comes of its tasks.",
    no_args_is_help=True,
)

PlanArgument = Annotated[Path, typer.Argument(metavar="PLAN", help="The plan: a YAML file, see docs/guide/chaos.md.")]
HomeOption = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="Folder of the fleet's data, new or empty. [default: a temporary one]"),
]
PatienceOption = Annotated[
    str, typer.Option("--patience", metavar="DURATION", help="Give up when nothing has moved for so long.")
]


def plan(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", min=0, help="The same number, the same plan.")] = 0,
    phones: Annotated[int, typer.Option("--phones", min=1, max=1000, metavar="N", help="Virtual phones.")] = 3,
    hosts: Annotated[
        int, typer.Option("--hosts", min=1, max=10, metavar="N", help="Hosts that have the phones in equal shares.")
    ] = 1,
    tasks: Annotated[int, typer.Option("--tasks", min=1, max=100_000, metavar="N", help="Tasks of all scripts.")] = 24,
    faults: Annotated[int, typer.Option("--faults", min=0, max=10_000, metavar="N", help="Faults of phones.")] = 6,
    kills: Annotated[
        int, typer.Option("--kills", min=0, max=100, metavar="N", help="How often each process is killed.")
    ] = 1,
    stops: Annotated[
        int, typer.Option("--stops", min=0, max=100, metavar="N", help="How often each process is stopped for 6 s.")
    ] = 0,
    fault_rate: o.FaultRateOption = 0.0,
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="KIND", help="A kind of fault to strike once more; again for another."),
    ] = None,
    over: Annotated[str, typer.Option("--over", metavar="DURATION", help="Send the tasks evenly over so long.")] = "0s",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there. [default: print it]")
    ] = None,
) -> None:
    """Draw a plan of faults from a seed."""
    from datetime import timedelta  # noqa: PLC0415 - only needed here

    from deployments.chaos.drawing import Wanted, draw  # noqa: PLC0415 - heavy
    from deployments.chaos.plan import plan_text  # noqa: PLC0415 - heavy

    _check_kinds(also or [], hosts)
    _check_shares(hosts, phones)
    wanted = Wanted(
        seed=seed, phones=phones, tasks=tasks, faults=faults, kills=kills, stops=stops, fault_rate=fault_rate,
        also=tuple(also or ()), over=timedelta(seconds=o.seconds_of(over)), hosts=hosts,
    )  # fmt: skip
    text = plan_text(draw(wanted))
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        typer.echo(tr("Wrote {file}", file=output))


def run(
    *,
    file: PlanArgument,
    report: Annotated[
        list[Path] | None,
        typer.Option("--report", metavar="FILE", help="Write the report there: .md or .json; again for both."),
    ] = None,
    home: HomeOption = None,
    patience: PatienceOption = "3m",
    as_json: o.JsonOption = False,
) -> None:
    """Start a fleet of virtual phones, strike it by a plan, and tell what came of its tasks.

    Exits with 0 when every task has ended, nothing was lost and nothing was done twice, over a budget or to a stranger,
    and every phone works at the end. Nothing is left but the logs of a run that found problems.
    """
    from deployments.chaos.plan import load_plan  # noqa: PLC0415 - heavy
    from deployments.cli.chaos.shown import check_reports, run_told, show, write_reports  # noqa: PLC0415 - heavy

    check_reports(report or [])
    outcome: Outcome = run_told(load_plan(file), home, o.seconds_of(patience), quiet=as_json)
    write_reports(outcome, report or [])
    show(outcome, as_json=as_json)
    if not outcome.verdict.ok:
        raise typer.Exit(o.FAILED)


def shrink(
    *,
    file: PlanArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the smaller plan goes.")],
    repeat: Annotated[
        int, typer.Option("--repeat", min=1, max=100, metavar="N", help="Runs of a plan until it counts as passing.")
    ] = 1,
    patience: PatienceOption = "3m",
) -> None:
    """Look for a smaller plan that fails in the same way, by running ever smaller ones.

    Fewest faults first, then fewest tasks, then fewest phones. The result can be kept in tests/chaos/plans, where the
    tests run it.
    """
    from deployments.chaos.plan import load_plan  # noqa: PLC0415 - heavy
    from deployments.cli.chaos.shrinking import shrink_file  # noqa: PLC0415 - heavy

    shrink_file(load_plan(file), output, repeat, o.seconds_of(patience))


def _check_shares(hosts: int, phones: int) -> None:
    if hosts > phones:
        message = tr("{hosts} hosts need as many phones, and there are {phones}", hosts=hosts, phones=phones)
        raise typer.BadParameter(message, param_hint="--hosts")


def _check_kinds(also: list[str], hosts: int) -> None:
    from deployments.chaos.kinds import KINDS  # noqa: PLC0415 - only needed here

    for kind in also:
        if kind not in KINDS:
            message = tr("{kind} is no kind of fault: choose from {kinds}", kind=kind, kinds=", ".join(KINDS))
            raise typer.BadParameter(message, param_hint="--also")
        if KINDS[kind].of == "host" and hosts == 1:
            raise typer.BadParameter(tr("{kind} needs --hosts 2 or more", kind=kind), param_hint="--also")


add_command(
    app, "plan", plan,
    epilog="Examples:\n\nphonefleet chaos plan --seed 7 --phones 5 --tasks 60 -o plan.yaml\n\n"
    "phonefleet chaos plan --kills 2 --stops 1 --fault-rate 0.2 --also disk_full --also clock_jump\n\n"
    "phonefleet chaos plan --phones 8 --hosts 2 --tasks 80 --also host_lost",
)  # fmt: skip
add_command(
    app, "run", run,
    epilog="Examples:\n\nphonefleet chaos run plan.yaml\n\n"
    "phonefleet chaos run plan.yaml --report run.md --report run.json",
)  # fmt: skip
add_command(app, "shrink", shrink, epilog="Example: phonefleet chaos shrink plan.yaml -o smaller.yaml")
