"""A tool that refuses arguments that it does not have, and says in plain English what is wrong with the others.

The SDK's own tools drop unknown arguments without a word, so that a misspelt `dry_run` would act for real: see
findings/mcp-drops-what-it-does-not-know.sh.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from pydantic import ValidationError

from phonefleet import wording


class StrictTool(Tool):
    """A tool of exactly the arguments that its function has; its schema says so, too.

    server = MCPServer("phonefleet", tools=[StrictTool.from_function(list_phones)])
    """

    def model_post_init(self, context: Any, /) -> None:
        """Publish that there are no other arguments."""
        super().model_post_init(context)
        self.parameters["additionalProperties"] = False

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:  # noqa: FBT001, FBT002 - as the SDK has it
        """Call the function.

        Raises:
            ToolError: an argument is not known or not valid, or the function refuses.

        """
        known = list(self.parameters.get("properties", {}))
        if unknown := [name for name in arguments if name not in known]:
            raise ToolError(_nothing_done(_unknown(unknown, known)))
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            raise ToolError(_sentence(error, self.name)) from error


def _unknown(names: Iterable[str], known: Sequence[str]) -> list[str]:
    """Return what is told of each unknown argument, with the one that is most like it."""
    found = {name: difflib.get_close_matches(name, known, n=1) for name in names}
    every = f"there is {', '.join(known)}" if known else "there are none"
    hints = {name: f"did you mean {near[0]}?" if near else every for name, near in found.items()}
    return [f"{name} is not known; {hint}" for name, hint in hints.items()]


def _sentence(error: ToolError, name: str) -> str:
    if isinstance(error.__cause__, ValidationError):
        wrong = error.__cause__.errors()
        return _nothing_done(f"{'.'.join(map(str, one['loc']))} {wording.reason(one)}" for one in wrong)
    return str(error).removeprefix(f"Error executing tool {name}: ")


def _nothing_done(reasons: Iterable[str]) -> str:
    return f"Nothing was done: {'; '.join(reasons)}"
