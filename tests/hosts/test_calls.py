"""The allow-list of what the worker of a joined host may call: all that it needs, each confined or said to be open."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from phonefleet.hosts.calls import CALLS, COMPOSED, PARTS, Call, named_in
from phonefleet.ledger.fleet.addresses import AddressSeen
from phonefleet.ledger.values import Intent

ROOT = Path(__file__).parents[2]
WORKERS = [*ROOT.glob("deployments/worker/**/*.py"), *ROOT.glob("tasks/*.py"), *ROOT.glob("flows/*.py")]
NAMED = {"host", "serial", "serials", "task_id", "only_task_id", "pool", "scope", "action_id", "flow_run_ids"}


def calls_made() -> Iterator[tuple[str, str, str]]:
    """Yield part, method and place of each `….ledger.part.method` and `ledger.part.method` in what a worker runs."""
    for path in WORKERS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(
                    attr=method,
                    value=ast.Attribute(
                        attr=part, value=ast.Attribute(attr="ledger" | "_ledger") | ast.Name(id="ledger")
                    ),
                ):
                    yield part, method, f"{path.name}:{node.lineno}"
                case _:
                    pass


def test_every_call_of_the_ledger_that_a_worker_makes_is_allowed() -> None:
    made = list(calls_made())
    assert len(made) > 60
    assert [one for one in made if (one[0], one[1]) not in {*CALLS, *COMPOSED}] == []


@pytest.mark.parametrize("call", CALLS.values(), ids=lambda call: call.name)
def test_a_call_has_converters_and_is_confined_or_says_why_not(call: Call) -> None:
    assert call.arguments
    assert call.result
    fields = {
        name
        for hint in call.hints.values()
        for name in getattr(hint, "__dataclass_fields__", {})
        if name in NAMED or (hint.__name__ == "Task" and name == "id")
    }
    by_name = NAMED & set(call.signature.parameters)
    assert by_name or fields or call.own_only or call.open or (call.part, call.method) == ("tasks", "adopt")
    assert not (call.open and (call.own_only or {"serial", "task_id", "host"} & by_name))


def test_methods_that_take_functions_are_made_of_calls_that_are_allowed() -> None:
    for part, method in COMPOSED:
        assert (part, method) not in CALLS
        source = ast.parse(Path(ROOT / (PARTS[part].__module__.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
        [body] = [one for one in ast.walk(source) if isinstance(one, ast.FunctionDef) and one.name == method]
        used = {
            one.attr
            for one in ast.walk(body)
            if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == "self"
        }
        assert used
        assert {(part, each) for each in used} <= CALLS.keys()


def test_what_arguments_name_is_found_in_values_too() -> None:
    found = named_in({"intent": Intent(7, "follow", "sample", "anna", "boris"), "action_id": 3, "at": None})
    assert (found.tasks, found.actions) == ({7}, {3})
    assert named_in({"seen": AddressSeen("10.0.0.1:5555", "device", "second")}).hosts == {"second"}
    assert named_in({"serials": ["a", "b"], "app": "sample"}).serials == {"a", "b"}
    assert named_in({"only_task_id": None}).tasks == frozenset()
