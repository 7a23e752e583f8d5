"""`phonefleet limits …`: how much accounts may do a day, when, and what they have done."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.cli.fleet.accounts import DeviceOption, UsernameOption
from deployments.cli.shared import options as o
from deployments.cli.shared.calling import Call, command, with_api
from deployments.cli.shared.groups import group
from deployments.cli.shared.options import seconds_of
from phonefleet.words import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phonefleet.client.answers import Limits

app = group("What protects the accounts: budgets a day, working hours, pauses.")

STANDARD = Path("-")
SettingsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[KIND=NUMBER…]", help="Budgets a day, such as follow=30 like=80.")
]


@app.callback(invoke_without_command=True, epilog="Example: phonefleet limits")
def limits(
    context: typer.Context, api: o.ApiUrlOption = None, token: o.TokenOption = None, home: o.ApiHomeOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
) -> None:  # fmt: skip
    """Show the limits, or do something with them."""
    if context.invoked_subcommand is None:
        with_api(show)(as_json=as_json, api=api, token=token, home=home)


@command(app, "show", "phonefleet limits show")
def show(call: Call) -> None:
    """Show the limits that hold for all accounts, and which ones have others."""
    found = call.client.get_limits()
    call.show(found, lambda: _shown().print_limits(found))


@command(app, "usage", "phonefleet limits usage --device device_serial_1")
def usage(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    username: UsernameOption = None,
    device: DeviceOption = None,
    tag: Annotated[str | None, typer.Option("--tag")] = None,
    group: Annotated[str | None, typer.Option("--group", help="Group of its phone.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 1000,
) -> None:
    """Show what each account has done today that counts, of what it may do."""
    wanted = call.client.iter_usage(username=username, serial=device, tag=tag, group=group)
    found = list(islice(wanted, limit))
    call.show(found, lambda: _shown().print_usage(found))


@command(
    app,
    "set",
    "phonefleet limits set follow=30 like=80 --gap 20",
    "phonefleet limits set --hours 09:00-12:30 --hours 14:00-19:00 --when-met fail",
    "phonefleet limits set --no-hours",
)
def set_(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    budgets: SettingsArgument = None,
    gap: Annotated[
        float | None,
        typer.Option("--gap", metavar="DURATION", parser=seconds_of, help="Between any two actions, such as 20 or 1m."),
    ] = None,
    hours: Annotated[
        list[str] | None, typer.Option("--hours", metavar="FROM-TO", help="Local time of every day; repeatable.")
    ] = None,
    no_hours: Annotated[bool, typer.Option("--no-hours", help="Let accounts act at any time.")] = False,
    when_met: Annotated[str | None, typer.Option("--when-met", metavar="wait|fail", help="What tasks do then.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Zone of days and hours.")] = None,
) -> None:
    """Change some limits of all accounts; what is left out stays. Other accounts' limits go by file: see apply."""
    held = call.client.get_limits()
    changes: dict[str, Any] = {
        "budgets": {**held["budgets"], **_budgets(budgets or [])},
        "gap": gap,
        "hours": hours,
        "when_met": when_met,
        "timezone": timezone,
    }
    body = {**held, **{name: value for name, value in changes.items() if value is not None and value != []}}
    found = _replace(call, {**body, "hours": None} if no_hours else body)
    call.show(found, lambda: _shown().print_limits(found))


@command(app, "export", "phonefleet limits export limits.toml")
def export(
    call: Call,
    *,
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="What to write; the terminal if none.")] = STANDARD,
) -> None:
    """Write the limits as TOML, to be changed and applied again."""
    from deployments.cli.limits.file import written  # noqa: PLC0415 - heavy

    text = written(call.client.get_limits())
    if file == STANDARD:
        call.tell({"toml": text}, text.rstrip())
    else:
        file.write_text(text, encoding="utf-8")
        call.tell({"file": str(file)}, tr("Wrote {file}", file=file))


@command(app, "apply", "phonefleet limits apply limits.toml")
def apply(
    call: Call,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file; - reads what is piped in.")],
) -> None:
    """Let the limits of a file hold, from the next action on; what the file leaves out is as it is by default."""
    from deployments.cli.limits.file import read  # noqa: PLC0415 - heavy

    found = _replace(call, read(file))
    call.show(found, lambda: _shown().print_limits(found))


def _replace(call: Call, body: dict[str, Any]) -> Limits:
    """Replace the limits; the API refuses it (409) if they have changed since `body` was read."""
    return call.client.replace_limits(**{name: value for name, value in body.items() if name != "set_at"})


def _budgets(settings: Sequence[str]) -> dict[str, int]:
    pairs = [setting.partition("=") for setting in settings]
    wrong = [kind for kind, _, number in pairs if not number.isdecimal()]
    if wrong:
        message = tr("{wrong}: write budgets as KIND=NUMBER, such as follow=30", wrong=", ".join(wrong))
        raise typer.BadParameter(message)
    return {kind: int(number) for kind, _, number in pairs}


def _shown() -> ModuleType:
    from deployments.cli.limits import shown as limits_shown  # noqa: PLC0415 - heavy

    return limits_shown
