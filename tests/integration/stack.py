"""Starts and watches one `phonefleet up`, and waits for conditions, never for time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import psutil
from adbutils import adb_path

from deployments.launcher.ports import BLOCK, default_base
from tests.integration import made

PATIENCE = float(os.environ.get("PHONEFLEET_TEST_PATIENCE", "120"))
"""Seconds after which a condition counts as never coming true; on an idle machine all come within a few."""

KINDS = ("follow", "unfollow", "like", "favorite", "repost", "share", "comment", "message", "post", "profile")
AMPLE = {"budgets": dict.fromkeys(KINDS, 100_000)}
"""Limits that no test meets unless it sets its own: all tests share the accounts of a few phones, in one day."""

T = TypeVar("T")


def until(what: str, look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """Look again and again until something is there, and return it.

    It looks ever more rarely: looks are calls to what works meanwhile on the same processors.
    """
    deadline = time.monotonic() + patience
    pause = 0.05
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {patience:g} s in vain: {what}"
        time.sleep(pause)
        pause = min(1.5 * pause, 0.3)


@contextmanager
def stack_home(prefix: str) -> Generator[Path]:
    """A folder for a stack that starts together with those of the other processes of a run.

    Its phones' ports are chosen by its path, and no other process of the run gets a folder with the same ones.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    with ExitStack() as folders:
        home = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix=prefix, dir="/tmp")))
        while default_base(home) // BLOCK % processes != number:
            home = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix=prefix, dir="/tmp")))
        home.chmod(0o755)
        yield home


class Stack:
    """One `phonefleet up --virtual N` on free ports, with its data in `home`; `program` is that of another checkout."""

    word = "up"
    """The command that starts it."""

    def __init__(
        self, home: Path, phones: int, *options: str, program: Path | str | None = None, **environment: str
    ) -> None:
        self.home = home
        ports = [f"--{name}-port=0" for name in ("api", "prefect", "adb", "world")]
        command = program or Path(sys.executable).with_name("phonefleet")
        self._command = [str(command), self.word, "--home", str(home), "--virtual", str(phones), *ports, *options]
        self._environment = {
            **os.environ,
            "PHONEFLEET_RETRY_WAIT": '["PT0.05S", "PT0.2S"]',
            "PHONEFLEET_CALL_TIMEOUT": "PT10S",
            "PHONEFLEET_INTERVAL_UNIT": "minutes",  # 0 where a request says nothing: tests that wait say for how long
            "PHONEFLEET_WAIT_IN_PLACE": "PT2S",
            **environment,
        }
        self.process: subprocess.Popen[bytes]
        # One client, because making one costs more than a call; no kept connections, because the servers are killed.
        token = environment.get("PHONEFLEET_API_TOKEN")
        self._http = httpx.Client(
            timeout=30,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )

    def setting(self, name: str) -> str:
        """Return what was set for it as PHONEFLEET_ and a name."""
        return self._environment[f"PHONEFLEET_{name}"]

    def __enter__(self) -> Self:
        try:
            self.start()
            self.call("PUT", "/limits", AMPLE)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._http.close()

    def start(self) -> None:
        """Start everything, and return when the launcher says where it is; one that was killed has left that word."""
        (self.home / "endpoints.json").unlink(missing_ok=True)
        with (self.home / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        until("the endpoints", self._endpoints_or_death, 2 * PATIENCE)

    @property
    def runs(self) -> bool:
        """Whether the launcher has not ended."""
        return self.process.poll() is None

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def _endpoints_or_death(self) -> bool:
        assert self.process.poll() is None, self.said()
        return (self.home / "endpoints.json").exists()

    def said(self) -> str:
        """Return what the launcher and its parts have said, for a failure's message."""
        logs = [self.home / "up.log", *sorted((self.home / "logs").glob("*.log"))]
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs if log.exists())

    @property
    def endpoints(self) -> dict[str, Any]:
        return json.loads((self.home / "endpoints.json").read_text())

    @property
    def serials(self) -> list[str]:
        """What the phones are called, whatever their addresses are."""
        return self.endpoints["serials"]

    @property
    def addresses(self) -> list[str]:
        """Where adb found the phones at the start, in the same order."""
        return self.endpoints["addresses"]

    def adb(self, *args: str) -> str:
        """Run adb against the stack's own server, and return what it says."""
        command = [adb_path(), "-P", str(self.endpoints["adb_port"]), *args]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout

    def device(self, name: str) -> dict[str, Any]:
        """Return a phone, by any of its names."""
        return self.call("GET", f"/devices/{name}")

    # --- the API -------------------------------------------------------------------------------------------

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Return the `data` of an answer of code 0."""
        answer = self._http.request(method, self.endpoints["api"] + "/api/v1" + path, json=body).json()
        assert answer["code"] == 0, answer
        return answer["data"]

    def upload(self, path: str, content: bytes) -> dict[str, Any]:
        """Send a file and return the `data` of the answer."""
        answer = self._http.post(self.endpoints["api"] + "/api/v1" + path, content=content).json()
        assert answer["code"] == 0, answer
        return answer["data"]

    def post(
        self,
        script: str,
        targets: Iterable[str],
        serials: Iterable[str],
        config: dict[str, object] | None = None,
        **more: object,
    ) -> list[int]:
        """Create tasks and return their ids."""
        config = {"target_users": list(targets), **(config or {})}
        body: dict[str, object] = {"serials": list(serials), "script_name": script, "script_config": config, **more}
        return self.call("POST", "/task", body)["task_ids"]

    def task(self, task_id: int) -> dict[str, Any]:
        return self.call("GET", f"/task/{task_id}")

    def finished(self, task_ids: Iterable[int], patience: float = PATIENCE) -> list[dict[str, Any]]:
        """Wait until all tasks have ended, and return them."""
        waiting = list(task_ids)
        done: dict[int, dict[str, Any]] = {}

        def look() -> bool:
            for task_id in [each for each in waiting if each not in done]:
                task = self.task(task_id)
                if task["status"] < 2:
                    return False
                done[task_id] = task
            return True

        try:
            until(f"the end of {len(waiting)} tasks", look, patience)
        except AssertionError as error:
            left = "\n".join(str(self.task(task_id)) for task_id in waiting if task_id not in done)
            message = f"{error}\n{left}\n{self.said()}"
            raise AssertionError(message) from error
        return [done[task_id] for task_id in waiting]

    def tidy(self) -> None:
        """Undo what a test has left on phones, accounts and queues, and delete every task that could go on or again.

        A task that was stopped while it paused for minutes would pause again after anybody's retry of all failed ones.
        """
        for serial in self.serials:
            self.clear_faults(serial)
        while left := [task["id"] for status in (0, 1, 3) for task in self._tasks(status)]:
            self.call("DELETE", "/task/batch", {"task_ids": left})
        until("the end of all runs", self._rests, 2 * PATIENCE)  # the worker takes two minutes to miss a lost one
        for phone in self.call("GET", "/devices")["devices"]:
            self._let_work(phone)
        for account in self.call("GET", "/accounts?held=true")["accounts"]:
            self.call("POST", f"/accounts/{account['id']}/release")
        for queue in self.prefect("POST", "/work_pools/phones/queues/filter", {}):
            if queue["is_paused"]:
                self.prefect("PATCH", f"/work_pools/phones/queues/{queue['name']}", {"is_paused": False})

    def _tasks(self, status: int) -> list[dict[str, Any]]:
        return self.call("GET", f"/task?status={status}&page_size=100")["tasks"]

    def _rests(self) -> bool:
        """Tell whether no phone works any more: a run goes on to its next safe point after its task was deleted."""
        states = {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}
        wanted = {"work_pools": {"name": {"any_": ["phones"]}}, "flow_runs": {"state": states}}
        return self.prefect("POST", "/flow_runs/count", wanted) == 0

    def _let_work(self, phone: dict[str, Any]) -> None:
        path = f"/devices/{phone['serial']}"
        if phone["quarantined_by"] == "person":
            self.call("POST", f"{path}/release")
        elif phone["quarantined_by"]:
            until(f"the recovery of {phone['serial']}", lambda: not self.call("GET", path)["quarantined_by"])
        if not phone["enabled"]:
            self.call("PATCH", path, {"enabled": True})
        if phone["group"]:
            self.call("PATCH", path, {"group": None})

    # --- the world and the processes -----------------------------------------------------------------------

    def world(self) -> dict[str, list[dict[str, Any]]]:
        return self._http.get(self.endpoints["world"] + "/world").json()

    def follows(self, target: str) -> list[str]:
        """Return who followed the target, in order, repeats included."""
        return [follow["follower"] for follow in self.world()["follows"] if follow["followee"] == target]

    def order_fault(self, serial: str, fault: str, **more: object) -> None:
        answer = self._http.post(f"{self.endpoints['world']}/phones/{serial}/faults", json={"fault": fault, **more})
        assert answer.is_success, answer.text

    def clear_faults(self, serial: str) -> None:
        assert self._http.delete(f"{self.endpoints['world']}/phones/{serial}/faults").is_success

    def pid(self, name: str) -> int | None:
        """Return the number of a process, PostgreSQL's among them; None while it is away."""
        if name == "postgres":
            record = self.home / "postgres" / "data" / "postmaster.pid"
            first = record.read_text().partition("\n")[0] if record.exists() else ""
            pid = int(first) if first.isdecimal() else None
        else:
            pid = self.endpoints["pids"].get(name)
        return pid if pid is not None and psutil.pid_exists(pid) else None

    def strike(self, names: Iterable[str], apart: float = 0) -> None:
        """Kill processes with -9 one after the other, `apart` seconds each; then wait until all work again."""
        killed: dict[str, int] = {}
        for name in names:
            time.sleep(apart)
            killed[name] = until(f"a {name} to kill", lambda name=name: self.pid(name))
            os.kill(killed[name], signal.SIGKILL)
        for name, pid in killed.items():
            until(f"another {name}", lambda name=name, pid=pid: self.pid(name) not in {pid, None})
        until("answers", self.answers)

    def kill(self, name: str) -> int:
        """Kill one of the processes with -9, and return its pid once another has taken its place and all answer."""
        pid: int = self.endpoints["pids"][name]
        os.kill(pid, signal.SIGKILL)
        until(f"another {name}", lambda: self.endpoints["pids"].get(name) not in {pid, None})
        until("answers", self.answers)
        return pid

    def answers(self) -> bool:
        """Tell whether the API, Prefect and the world answer now."""
        urls = [self.endpoints["api"] + "/readyz", self.endpoints["world"] + "/phones"]
        try:
            return all(self._http.get(url, timeout=5).is_success for url in urls)
        except httpx.TransportError:
            return False

    @property
    def prefect_auth(self) -> tuple[str, str]:
        """User and password of Prefect's server."""
        user, _, password = (self.home / "prefect-auth").read_text().strip().partition(":")
        return user, password

    def prefect(self, method: str, path: str, body: object = None) -> Any:
        """Call Prefect's own API."""
        base = self.endpoints["prefect"].removesuffix("/api")
        answer = self._http.request(method, f"{base}/api{path}", json=body, auth=self.prefect_auth)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


@contextmanager
def running_stack(prefix: str, phones: int, *options: str, **environment: str) -> Generator[Stack]:
    """Run the whole product on virtual phones, in a folder of its own."""
    with stack_home(prefix) as home:
        made.copy_to(home)
        with Stack(home, phones, *options, **environment) as running:
            yield running
