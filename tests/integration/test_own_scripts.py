"""A file in the folder of own scripts, on the whole product: run, changed, broken and removed, without a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Run, run_here, without_settings
from tests.integration.stack import Stack, until
from tests.own_scripts import SCRIPT, put

PEOPLE = ("person_0976", "person_0977", "person_0978")


def gated(gate: Path) -> str:
    """Return a script that waits in its run until a file is there."""
    wait = "context = current()\n        while not Path(GATE).exists():\n            "
    wait += "context.clock.sleep(timedelta(seconds=0.1), context.stop)\n        "
    text = SCRIPT.format(name="greet", word="long", function="greet").replace(
        "current().report", wait + "current().report"
    )
    imports = f"from datetime import timedelta\nfrom pathlib import Path\n\nGATE = {str(gate)!r}\n"
    return text.replace("from typing import ClassVar\n", imports)


@pytest.fixture
def folder(stack: Stack) -> Iterator[Path]:
    """The folder of own scripts, empty before and after."""
    folder = stack.home / "scripts"
    yield folder
    for file in folder.glob("*.py"):
        file.unlink()


@pytest.fixture
def phonefleet(stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line against the stack."""
    without_settings(monkeypatch, stack.home)
    return lambda *arguments, **settings: run_here(monkeypatch, capsys, arguments, settings)


def run(phonefleet: Run, stack: Stack, file: Path, *people: str) -> tuple[int, list[dict[str, Any]]]:
    """Run a file on the first phone; return the exit code and the tasks."""
    targets = [word for person in people for word in ("-t", person)]
    done = phonefleet("script", "run", str(file), "-d", stack.serials[0], *targets, "--json")
    assert done.stdout, done.stderr + stack.said()
    return done.returncode, json.loads(done.stdout)


def words(task: dict[str, Any]) -> list[str]:
    return [each["outcome"] for each in task["result"]["outcomes"]]


def deployed(stack: Stack) -> list[dict[str, Any]]:
    return stack.prefect("POST", "/deployments/filter", {"flows": {"name": {"any_": ["greet"]}}})


def test_a_file_from_elsewhere_is_run_to_its_end_and_then_as_it_is_after_a_change(
    stack: Stack, folder: Path, phonefleet: Run, tmp_path: Path
) -> None:
    file = put(tmp_path, "greet", word="hello")
    code, tasks = run(phonefleet, stack, file, *PEOPLE[:2])
    assert (code, [words(task) for task in tasks]) == (0, [["hello"], ["hello"]]), [task["remark"] for task in tasks]
    assert (folder / "greet.py").read_text() == file.read_text()
    runs = stack.prefect("POST", "/flow_runs/filter", {"flow_runs": {"id": {"any_": [tasks[0]["flow_run_id"]]}}})
    assert runs[0]["name"].startswith(f"greet @{PEOPLE[0]} on ")
    put(tmp_path, "greet", word="good day")
    code, [task] = run(phonefleet, stack, file, PEOPLE[0])
    assert (code, words(task)) == (0, ["good day"])


def test_a_file_put_into_the_folder_is_a_script_of_the_api_and_of_prefect(stack: Stack, folder: Path) -> None:
    put(folder, "greet")
    [task] = stack.finished(stack.post("greet", [PEOPLE[0]], [stack.serials[0]]))
    assert (task["status_text"], words(task)) == ("completed", ["hello"]), task["remark"]
    [deployment] = until("the deployment", lambda: deployed(stack))
    assert (deployment["name"], deployment["entrypoint"]) == ("greet", f"{folder / 'greet.py'}:greet")
    assert "target_users" in json.dumps(deployment["parameter_openapi_schema"])
    by_hand = {"serial": stack.serials[0], "config": {"target_users": [PEOPLE[1]]}}
    stack.prefect("POST", f"/deployments/{deployment['id']}/create_flow_run", {"parameters": by_hand})

    def adopted() -> list[dict[str, Any]]:
        return stack.call("GET", "/task?script_name=greet&source=ui&status=2")["tasks"]

    [adopted_task] = until("the task of the run by hand", adopted)
    assert words(adopted_task) == ["hello"]


def test_a_file_that_breaks_fails_what_waits_with_its_reason_and_nothing_else(
    stack: Stack, folder: Path, phonefleet: Run, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    put(folder, "greet", gated(gate))
    first, second = stack.post("greet", PEOPLE[:2], [stack.serials[0]])
    until("the first to run", lambda: stack.task(first)["status"] == 1)
    put(folder, "greet", "from prefect import flow\n\n1 / 0\n")
    gate.touch()
    [other] = stack.post("follow", [PEOPLE[2]], [stack.serials[1]])
    running, waiting, other_task = stack.finished([first, second, other])
    assert (running["status_text"], words(running)) == ("completed", ["long"]), running["remark"]
    assert waiting["status_text"] == "failed"
    assert "cannot be loaded: ZeroDivisionError: division by zero (greet.py, line 3)" in waiting["remark"]
    assert other_task["status_text"] == "completed"
    listed = phonefleet("script", "list")
    assert "greet.py, line 3: ZeroDivisionError" in listed.stdout
    failed = phonefleet("script", "run", str(folder / "greet.py"), "-d", stack.serials[0], "-t", PEOPLE[0])
    assert (failed.returncode, "greet.py, line 3: ZeroDivisionError" in failed.stderr) == (1, True)


def test_a_removed_script_ends_as_it_began_and_tells_what_waits_that_it_is_gone(
    stack: Stack, folder: Path, phonefleet: Run, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    put(folder, "greet", gated(gate))
    first, second = stack.post("greet", PEOPLE[:2], [stack.serials[0]])
    until("the first to run", lambda: stack.task(first)["status"] == 1)
    assert phonefleet("script", "remove", "greet").returncode == 0
    gate.touch()
    running, waiting = stack.finished([first, second])
    assert (running["status_text"], words(running)) == ("completed", ["long"]), running["remark"]
    assert (waiting["status_text"], "greet is gone: its file" in waiting["remark"]) == ("failed", True)
    body = {"script_name": "greet", "serials": [stack.serials[0]], "script_config": {"target_users": [PEOPLE[0]]}}
    with pytest.raises(AssertionError, match="greet was removed"):
        stack.call("POST", "/task", body)
    until("the deployment to go", lambda: not deployed(stack))
    put(folder, "greet", word="back again")
    stack.call("POST", f"/task/{second}/retry")
    [again] = stack.finished([second])
    assert (again["status_text"], words(again)) == ("completed", ["back again"]), again["remark"]
