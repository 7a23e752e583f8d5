"""Everything with Prefect's server open to the network: a password protects it, and nobody but its parts reads it."""

from __future__ import annotations

import os
import stat

import httpx
import psutil
import pytest

from tests.integration.stack import PATIENCE, Stack


@pytest.mark.skipif(os.name == "nt", reason="files have no such modes on Windows")
def test_prefects_server_is_never_open_without_its_password(pair: Stack) -> None:
    user, password = pair.prefect_auth
    assert stat.S_IMODE((pair.home / "prefect-auth").stat().st_mode) == 0o600
    assert len(password) >= 32

    def answer(auth: tuple[str, str] | None, **headers: str) -> httpx.Response:
        flows = f"{pair.endpoints['prefect']}/api/flows/filter"
        return httpx.post(flows, json={}, auth=auth, headers=headers, timeout=PATIENCE, trust_env=False)

    assert answer(None).status_code == 401
    assert answer((user, "wrong")).status_code == 401
    assert answer((user, password)).status_code == 200
    foreign = answer((user, password), Origin="http://evil.example")
    assert "access-control-allow-origin" not in foreign.headers

    [task] = pair.finished(pair.post("follow", ["example_user"], pair.serials[:1]))
    assert task["status"] == 2, task["remark"]
    logs = [*pair.home.glob("logs/*"), pair.home / "up.log", pair.home / "endpoints.json"]
    assert not [log for log in logs if password in log.read_text(errors="replace")]
    commands: list[list[str]] = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not [command for command in commands if any(password in part for part in command)]
