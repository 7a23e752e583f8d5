"""JSON-RPC methods by name: how a family of them is put together, looked up and called."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from phonefleet.virtual.u2.automator import Automator
from phonefleet.virtual.u2.failures import MethodUnknown, ParametersInvalid

Function = Callable[..., Any]
"""A method: it gets the Automator and the call's parameters, and returns what JSON can say, or awaits it."""

FunctionT = TypeVar("FunctionT", bound=Function)


@dataclass(frozen=True, slots=True)
class Method:
    """A method, and how many parameters it takes."""

    function: Function
    least: int
    most: int


class Family:
    """Methods that belong together, registered by decorator."""

    def __init__(self) -> None:
        self.methods: dict[str, Method] = {}

    def method(self, *names: str) -> Callable[[FunctionT], FunctionT]:
        """Register a function under the names by which clients call it."""

        def register(function: FunctionT) -> FunctionT:
            least, most = _arity(function)
            self.methods.update(dict.fromkeys(names, Method(function, least, most)))
            return function

        return register


def call(
    methods: Mapping[str, Method], automator: Automator, name: str, parameters: Sequence[object]
) -> Awaitable[object] | object:
    """Call a method; what takes time is returned as an awaitable.

    Raises:
        CallFailed: there is no such method, it takes other parameters, or it fails.

    """
    method = methods.get(name)
    if method is None:
        raise MethodUnknown(name)
    if not method.least <= len(parameters) <= method.most:
        message = f"{name} takes {method.least} to {method.most}, not {len(parameters)}"
        raise ParametersInvalid(message)
    return method.function(automator, *parameters)


def _arity(function: Function) -> tuple[int, int]:
    parameters = list(inspect.signature(function).parameters.values())[1:]
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return len(parameters) - 1, 99
    return sum(parameter.default is parameter.empty for parameter in parameters), len(parameters)
