"""Every script that this version offers has a flow that loads: by module as the worker does, and by file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema

from phonefleet.scripts import FLOWS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("form", ["{0}:{1}", str(ROOT / "{2}.py:{1}")], ids=["module", "file"])
def test_the_flow_of_each_script_loads(name: str, form: str) -> None:
    module = FLOWS[name].flow_module
    entrypoint = form.format(module, name, module.replace(".", "/"))
    assert load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False).name == name


@pytest.mark.parametrize("name", FLOWS)
def test_the_form_in_prefect_asks_for_what_the_script_takes(name: str) -> None:
    flow: Any = load_flow_from_entrypoint(f"{FLOWS[name].flow_module}:{name}", use_placeholder_flow=False)
    schema = parameter_schema(flow)
    assert set(schema.properties) == {"serial", "config", "username", "wait_seconds", "app"}
    assert schema.required == ["serial", "config"]
    assert all(described.get("description") for described in schema.properties.values())
