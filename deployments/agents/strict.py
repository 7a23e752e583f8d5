"""A tool that refuses arguments that it does not have, and says in plain words what is wrong with the others.

It answers in the language of whoever calls. Names, codes and what the model is told of the tools stay English.

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

from deployments.agents.access import wanted_language
from phonefleet import wording
from phonefleet.words import joined, said, say, speaking


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
        with speaking(wanted_language(context.headers)):
            if unknown := [name for name in arguments if name not in known]:
                raise ToolError(_nothing_done(_unknown(unknown, known)))
            try:
                return await super().run(arguments, context, convert_result)
            except ToolError as error:
                raise ToolError(_sentence(error, self.name)) from error


def _unknown(names: Iterable[str], known: Sequence[str]) -> list[str]:
    """Return what is told of each unknown argument, with the one that is most like it."""
    found = {name: difflib.get_close_matches(name, known, n=1) for name in names}
    every = say("agents.there_are", "there is {names}", names=", ".join(known))
    if not known:
        every = say("agents.there_are_none", "there are none")
    return [
        say("agents.not_known", "{name} is not known; {hint}", name=name, hint=_meant(near[0]) if near else every)
        for name, near in found.items()
    ]


def _meant(name: str) -> str:
    return say("agents.did_you_mean", "did you mean {name}?", name=name)


def _sentence(error: ToolError, name: str) -> str:
    if isinstance(error.__cause__, ValidationError):
        wrong = error.__cause__.errors()
        return _nothing_done(wording.wrong_field(".".join(map(str, one["loc"])), wording.reason(one)) for one in wrong)
    return str(error).removeprefix(f"Error executing tool {name}: ")


def _nothing_done(reasons: Iterable[str]) -> str:
    return said(say("agents.nothing_done", "Nothing was done: {reasons}", reasons=joined("; ", reasons)))
