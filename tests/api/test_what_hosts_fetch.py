"""What the workers of joined hosts fetch and hand over: with a token of a host alone, and each for its own phones."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from phonefleet.hardware import Hardware
from phonefleet.hosts.connection import INSTALLATION
from phonefleet.ledger import Ledger, NewTask
from phonefleet.ledger.fleet.addresses import AddressSeen
from phonefleet.scripts import read_config
from phonefleet.settings import Settings
from tests.api.conftest import Call
from tests.media_files import picture, written

NAME = "berlin"
HERE = "the-folder-of-berlin"


@pytest.fixture
def host(call: Call, ledger: Ledger) -> dict[str, str]:
    """The headers of a host's worker, which has one phone."""
    token = call("POST", "/hosts", json={"name": NAME}).json()["data"]["token"]
    headers = {"Authorization": f"Bearer {token}", INSTALLATION: HERE}
    seen = AddressSeen("far-phone", "device", NAME, Hardware("far-phone", "far-android"))
    ledger.devices.record_address(seen)
    return headers


def task_on(ledger: Ledger, serial: str) -> int:
    now = datetime.now(UTC)
    config = read_config("follow", {"target_users": ["anna"]})
    new = NewTask(
        script_name="follow", script_config=config, serial=serial, app="sample", created_at=now, scheduled_for=now
    )
    return ledger.tasks.create([new])[0]


@pytest.fixture
def far_task(ledger: Ledger, host: dict[str, str]) -> int:
    """A task on the host's phone."""
    assert host
    return task_on(ledger, "far-phone")


def test_evidence_of_its_own_tasks_is_taken(
    call: Call, host: dict[str, str], far_task: int, settings: Settings
) -> None:
    name = f"task-{far_task}-1.png"
    for content in (b"first", b"second"):  # an answer that was lost makes it come again
        answer = call("PUT", f"/host/evidence/{far_task}/{name}", content=content, headers=host)
        assert answer.status_code == 200, answer.text
    assert (settings.evidence_folder / name).read_bytes() == b"second"
    assert [path.name for path in settings.evidence_folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["task-{0}-1.exe", "task-1{0}-1.png", "..%2ftask-{0}-1.png", "secret.key"])
def test_evidence_is_nothing_but_evidence_of_the_task_that_it_names(
    call: Call, host: dict[str, str], far_task: int, name: str
) -> None:
    path = f"/host/evidence/{far_task}/{name.format(far_task)}"
    assert call("PUT", path, content=b"x", headers=host).status_code in {403, 404}


def test_evidence_of_another_hosts_task_is_refused(call: Call, host: dict[str, str], ledger: Ledger) -> None:
    task_id = task_on(ledger, "phone-1")
    answer = call("PUT", f"/host/evidence/{task_id}/task-{task_id}-1.png", content=b"x", headers=host)
    assert answer.status_code == 404
    assert "No phone of this host" in answer.json()["message"]


def test_too_much_is_no_evidence(call: Call, host: dict[str, str], far_task: int) -> None:
    path = f"/host/evidence/{far_task}/task-{far_task}-1.png"
    assert call("PUT", path, content=b"x" * 30_000_001, headers=host).status_code == 413


def test_media_are_given_by_their_content(call: Call, host: dict[str, str], settings: Settings) -> None:
    content = written(settings.media / "bread-0123456789ab.jpg", picture()).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    found = call("GET", "/host/media", params={"name": "bread.jpg"}, headers=host).json()["data"]
    assert (found["kind"], found["sha256"], found["size"]) == ("file", sha256, len(content))
    given = call("GET", f"/host/media/{sha256}", params={"name": "bread.jpg"}, headers=host)
    assert given.content == content
    for wrong in ("0" * 64, sha256[:-1]):
        assert call("GET", f"/host/media/{wrong}", params={"name": "bread.jpg"}, headers=host).status_code == 404
    assert call("GET", "/host/media", params={"name": "/etc/hostname"}, headers=host).status_code == 404


def test_profiles_are_given_and_no_other_file(call: Call, host: dict[str, str], settings: Settings) -> None:
    profile = written(settings.home / "profiles" / "shop.yaml", b"app: shop\n")
    written(settings.home / "private.txt", b"private")
    files = call("GET", "/host/files", headers=host).json()["data"]["files"]
    assert list(files) == ["profiles/shop.yaml"]
    given = call(
        "GET", f"/host/files/{files['profiles/shop.yaml']}", params={"name": "profiles/shop.yaml"}, headers=host
    )
    assert given.content == profile.read_bytes()
    private = hashlib.sha256(b"private").hexdigest()
    for name in ("private.txt", "profiles/../private.txt"):
        assert call("GET", f"/host/files/{private}", params={"name": name}, headers=host).status_code == 404
    profile.unlink()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/host/media?name=bread.jpg"),
        ("GET", "/host/apks?name=shop"),
        ("GET", "/host/files"),
        ("PUT", "/host/evidence/1/task-1-1.png"),
    ],
)
def test_nobody_but_a_host_may_do_that(call: Call, host: dict[str, str], method: str, path: str) -> None:
    assert host
    assert call(method, path).status_code in {401, 403}
    options: dict[str, Any] = {"headers": {"Authorization": "Bearer ph_host_wrong"}}
    assert call(method, path, **options).status_code == 401
