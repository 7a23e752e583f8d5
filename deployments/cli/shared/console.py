"""What people see: consoles for stdout and stderr, and the one way to report an error."""

from __future__ import annotations

import os
from collections.abc import Callable

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment
from rich.text import Text

from deployments.cli.shared.printing import without_controls

WIDTH = 140
"""Of what is not printed on a terminal, so that tables stay whole."""


class _Harmless:
    """Something to print whose texts are without controls; the styles that the console adds stay."""

    def __init__(self, content: ConsoleRenderable) -> None:
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, style, control in console.render(self._content, options):
            yield Segment(text if control else without_controls(text), style, control)


class _Harmlessly(RenderHook):
    """Makes all that a console prints harmless: names, remarks and texts are other people's."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Return what is to be printed."""
        return [_Harmless(each) for each in renderables]


def out() -> Console:
    """Return the console of results."""
    console = _console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDTH
    return console


def err() -> Console:
    """Return the console of remarks and errors."""
    return _console(stderr=True)


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    console.push_render_hook(_Harmlessly())
    return console


def complain(message: str) -> None:
    """Print an error in red on stderr."""
    err().print(Text(f"Error: {message}", style="red"), soft_wrap=True)


def teller(console: Console) -> Callable[[str], None]:
    """Return a function that prints one remark a line, never broken in two."""

    def tell(message: str) -> None:
        console.print(Text(message), soft_wrap=True)

    return tell
