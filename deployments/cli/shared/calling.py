"""The decorator `@command` for commands that call the API: it adds a client, the options of the server, and `--json`.

For example:

    @command(app, "show", "phonefleet devices show device_serial_1")
    def show(call: Call, *, phone: PhoneArgument) -> None:
        found = call.client.get_device(phone)
        call.show(found, lambda: print_device(found))
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, get_type_hints

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command
from deployments.cli.shared.printing import echo
from phonefleet.words import language_now

if TYPE_CHECKING:
    from phonefleet.client import Client

P = ParamSpec("P")
T = TypeVar("T")
_SHARED: dict[str, tuple[Any, object]] = {
    "as_json": (o.JsonOption, False),
    "api": (o.ApiUrlOption, None),
    "token": (o.TokenOption, None),
    "home": (o.ApiHomeOption, None),
}


@dataclass(frozen=True, slots=True)
class Call:
    """What a command gets: the client of the API, and whether to print JSON."""

    client: Client
    as_json: bool

    def show(self, answer: object, draw: Callable[[], None]) -> None:
        """Print the answer as JSON with --json, else by calling `draw`."""
        if self.as_json:
            echo(json.dumps(answer, indent=2, ensure_ascii=False))
        else:
            draw()

    def tell(self, answer: object, text: str) -> None:
        """Print the answer as JSON with --json, else the text."""
        self.show(answer, lambda: echo(text))

    def each(self, things: Iterable[T], act: Callable[[T], object], draw: Callable[[list[Any]], None]) -> None:
        """Call `act` with each thing and show the answers; errors of the API are printed and do not stop the others.

        Raises:
            Exit: the API refused at least one.

        """
        from deployments.cli.shared.console import print_error  # noqa: PLC0415 - heavy
        from phonefleet.client import ApiError  # noqa: PLC0415 - heavy

        answers: list[object] = []
        refusals: list[ApiError] = []
        for thing in things:
            try:
                answers.append(act(thing))
            except ApiError as error:
                refusals.append(error)
                print_error(str(error))
        if answers or self.as_json:
            self.show(answers, lambda: draw(answers))
        if refusals:
            raise typer.Exit(o.exit_code(refusals[0]))


def command(
    app: typer.Typer, name: str, *examples: str
) -> Callable[[Callable[Concatenate[Call, P], None]], Callable[Concatenate[Call, P], None]]:
    """Register a function as a command that calls the API; its docstring becomes the help, followed by the examples."""

    def register(function: Callable[Concatenate[Call, P], None]) -> Callable[Concatenate[Call, P], None]:
        title = "Example: " if len(examples) == 1 else "Examples:\n\n"
        add_command(app, name, with_api(function), epilog=title + "\n\n".join(examples), explained_by=function)
        return function

    return register


def with_api(function: Callable[Concatenate[Call, P], None]) -> Callable[..., None]:
    """Wrap a function for Typer: adds the shared options to its own, makes the client, and calls it."""

    def run(*, as_json: bool, api: str | None, token: str | None, home: Path | None, **arguments: Any) -> None:
        from deployments.cli.shared.api_access import api_client  # noqa: PLC0415 - heavy

        # What programs read is the same in every language.
        with api_client(api, token, home, None if as_json else language_now()) as client:
            function(Call(client, as_json), **arguments)  # pyright: ignore[reportCallIssue] - Typer passes its options

    hints = get_type_hints(function, include_extras=True)
    own = list(inspect.signature(function).parameters.values())[1:]
    parameters = [parameter.replace(annotation=hints[parameter.name], kind=parameter.KEYWORD_ONLY) for parameter in own]
    for name, (annotation, default) in _SHARED.items():
        shared = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        parameters.append(shared)
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] - read by inspect
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run
