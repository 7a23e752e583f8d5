"""Where the examples of the documentation run: on the whole product with virtual phones, or on an API alone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.running import Done, run_here
from tests.client.served import fill, served
from tests.docs.reader import Reader
from tests.integration.stack import Stack


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home and the present folder of a reader, which the database's user can enter too."""
    made = Path(tempfile.mkdtemp(prefix="phonefleet-reader-"))
    made.chmod(0o755)
    monkeypatch.chdir(made)
    for name, value in {"HOME": made, "PWD": made, "PREFECT_HOME": made / "prefect"}.items():
        monkeypatch.setenv(name, str(value))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    return lambda *arguments, **settings: run_here(monkeypatch, capsys, arguments, settings)


@pytest.fixture
def reader_with_phones(stack: Stack, run: Callable[..., Done], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A reader in front of three virtual phones."""
    (folder / "fleet").symlink_to(stack.home)
    replaced = {
        "http://localhost:50809": stack.endpoints["api"],
        "http://127.0.0.1:4200": stack.endpoints["prefect"],
        "127.0.0.1:21001": stack.serials[0],
    }
    return Reader(run, folder, monkeypatch, replaced, {"api_url": stack.endpoints["api"], "home": str(stack.home)})


@pytest.fixture
def reader(
    postgres_url: str, run: Callable[..., Done], folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Reader]:
    """A reader in front of an API that knows two phones, neither of which is there."""
    fill(postgres_url)
    with served(postgres_url, tmp_path) as api:
        settings = {"api_url": api.url, "home": str(tmp_path)}
        yield Reader(run, folder, monkeypatch, {"http://localhost:50809": api.url}, settings)
