"""The worker is killed with -9 in the middle of actions on phones: what can be seen goes on, what cannot is not redone.

Killed is the worker's process alone, once a saved command has begun on one phone and another phone is restarting. Still
there are the ledger, Prefect, adb's server and the phones; the launcher starts another worker.
"""

from __future__ import annotations

from tests.apk_files import apk
from tests.integration.stack import Stack, until
from tests.integration.test_device_actions import outcomes, shell

COMMANDS = """
commands:
  note: {run: [sh, -c, "echo begun >> /sdcard/notes; sleep 60"], timeout: 120}
"""


def boots(stack: Stack, place: int) -> int:
    said = shell(stack, place, "settings", "get", "global", "boot_count")
    return int(said) if said.isdecimal() else 0


def test_a_killed_worker_restarts_no_phone_twice_and_runs_no_command_twice(breakable: Stack) -> None:
    file = breakable.home / "device-commands.yaml"
    file.write_text(COMMANDS)
    file.chmod(0o600)
    first, second, third = breakable.serials
    before = boots(breakable, 1)
    added = breakable.upload("/apks?name=shop.apk", apk())
    command = breakable.call("POST", "/devices/actions", {"serials": [first], "action": "command", "command": "note"})
    until("the command's beginning", lambda: "begun" in shell(breakable, 0, "cat /sdcard/notes || true"))
    restart = breakable.call("POST", "/devices/actions", {"serials": [second], "action": "reboot"})
    until("the restart", lambda: _is_restarting(breakable))
    install = {"serials": [first, second, third], "action": "install", "apk": added["sha256"]}
    installation = breakable.call("POST", "/devices/actions", install)
    breakable.kill("worker")
    ids = [*command["task_ids"], *restart["task_ids"], *installation["task_ids"]]
    breakable.finished(ids)

    [(name, reason)] = outcomes(breakable, command).values()
    assert (name, "not done a second time" in reason) == ("unknown", True), reason
    assert shell(breakable, 0, "cat", "/sdcard/notes").split() == ["begun"]
    assert outcomes(breakable, restart) == {second: ("done", "it has restarted and is back")}
    assert boots(breakable, 1) == before + 1
    assert {name for name, _ in outcomes(breakable, installation).values()} == {"done"}
    for place in range(3):
        assert "versionCode=1 " in shell(breakable, place, "dumpsys", "package", "org.example.shop")


def _is_restarting(stack: Stack) -> bool:
    """Tell whether the second phone has been told to restart, which drops its connections for a moment."""
    return stack.addresses[1] not in [
        line.split("\t")[0] for line in stack.adb("devices").splitlines() if line.endswith("\tdevice")
    ]
