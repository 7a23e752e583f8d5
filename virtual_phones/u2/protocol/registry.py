"""JSON-RPC methods by name and signature: how they are registered, and which one a call means.

As jsonrpc4j does it: a call must have exactly as many parameters as one of the method's signatures; of several the one
that more of the values suit is taken. Parameters have no names, so an object in place of their list must be empty.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from virtual_phones.u2.automator import Automator
from virtual_phones.u2.failures import Crashed, MethodUnknown, ParametersInvalid
from virtual_phones.u2.protocol.jackson import java_type

Function = Callable[..., Any]
"""A method: it gets the Automator and the call's parameters, and returns what JSON can say, or awaits it."""

FunctionT = TypeVar("FunctionT", bound=Function)


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a method; `types` are the simple names of Java's types."""

    types: tuple[str, ...]
    function: Function

    def suits(self, values: Sequence[object]) -> int:
        """Return how many of the values have the type that is wanted."""
        return sum(java_type(name).accepts(value) for name, value in zip(self.types, values, strict=True))

    def call(self, automator: Automator, values: Sequence[object]) -> Awaitable[object] | object:
        """Read the values as the types, and call."""
        parameters = [java_type(name).read(value) for name, value in zip(self.types, values, strict=True)]
        return self.function(automator, *parameters)


Methods = Mapping[str, Sequence[Signature]]


class Family:
    """Methods that belong together, registered by decorator."""

    def __init__(self) -> None:
        self.methods: dict[str, list[Signature]] = {}

    def method(self, name: str, *signatures: str) -> Callable[[FunctionT], FunctionT]:
        """Register a function under a name; each signature is a list of types, such as `Selector, int`."""

        def register(function: FunctionT) -> FunctionT:
            for signature in signatures:
                types = tuple(part.strip() for part in signature.split(",") if part.strip())
                self.methods.setdefault(name, []).append(Signature(types, function))
            return function

        return register


def call(methods: Methods, automator: Automator, name: str, parameters: object) -> Awaitable[object] | object:
    """Call a method; what takes time is returned as an awaitable.

    Raises:
        CallFailed: there is no such method, it takes other parameters, or it fails.
        Crashed: the parameters are neither a list nor an object.

    """
    if name not in methods:
        raise MethodUnknown
    values = _positional(parameters)
    fitting = [signature for signature in methods[name] if len(signature.types) == len(values)]
    if not fitting:
        raise ParametersInvalid
    best = fitting[0] if len(fitting) == 1 else max(fitting, key=lambda signature: signature.suits(values))
    return best.call(automator, values)


def _positional(parameters: object) -> list[object]:
    if parameters is None:
        return []
    if isinstance(parameters, dict):
        if parameters:
            raise ParametersInvalid
        return []
    if not isinstance(parameters, list):
        raise Crashed
    return cast("list[object]", parameters)
