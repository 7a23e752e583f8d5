"""Flows by script name, loaded once a process."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from prefect import Flow


@cache
def script_flow(name: str) -> Flow[..., Any]:
    """Return the flow of a script.

    Raises:
        ModuleNotFoundError: no flow of ours has this name.

    """
    flow = getattr(import_module(f"flows.{name}"), name)
    if not isinstance(flow, Flow):
        message = f"flows.{name}.{name} is not a flow"
        raise TypeError(message)
    return flow  # pyright: ignore[reportUnknownVariableType] - a flow's parameters are its own
