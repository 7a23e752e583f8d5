"""Rich consoles for stdout and stderr, which print no control characters of other people's texts."""

from __future__ import annotations

import os
from collections.abc import Callable

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment
from rich.text import Text

from deployments.cli.shared.printing import without_controls
from phonefleet.words import said, tr

WIDTH = 140
"""The width in characters where the output is no terminal, so that tables stay whole."""


class _WithoutControls:
    """A renderable without control characters in its texts; the styles that Rich adds stay."""

    def __init__(self, content: ConsoleRenderable) -> None:
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, style, control in console.render(self._content, options):
            yield Segment(text if control else without_controls(text), style, control)


class _ControlsRemoved(RenderHook):
    """Removes control characters from everything that a console prints, because names and texts are user input."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Wrap what is to be printed."""
        return [_WithoutControls(each) for each in renderables]


def out() -> Console:
    """Return a console on stdout, for results."""
    console = _console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDTH
    return console


def err() -> Console:
    """Return a console on stderr, for remarks and errors."""
    return _console(stderr=True)


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    console.push_render_hook(_ControlsRemoved())
    return console


def print_error(message: str) -> None:
    """Print an error in red on stderr."""
    err().print(Text(tr("Error: {message}", message=message), style="red"), soft_wrap=True)


def line_printer(console: Console) -> Callable[[str], None]:
    """Return a function that prints a message on one line, without wrapping."""

    def tell(message: str) -> None:
        console.print(Text(said(message)), soft_wrap=True)

    return tell
