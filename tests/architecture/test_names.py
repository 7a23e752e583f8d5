"""Our top-level packages have plain names: nobody else may claim them, and no flow may shadow the standard library."""

from __future__ import annotations

import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("phonefleet", "virtual_phones", "tasks", "flows", "api", "deployments")


@pytest.mark.parametrize("package", OURS)
def test_no_other_distribution_claims_our_top_level_name(package: str) -> None:
    assert set(packages_distributions().get(package, [])) <= {"phonefleet"}


def test_no_flow_bears_the_name_of_a_standard_module() -> None:
    flows = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert flows
    assert not flows & sys.stdlib_module_names
