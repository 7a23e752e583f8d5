"""Media, APKs, profiles and saved commands of the main host are there for the runs of a joined one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from api.hosts import supplying
from phonefleet.apks.library import ApkLibrary
from phonefleet.apks.manifest import ApkRefused
from phonefleet.clock import SystemClock
from phonefleet.device_actions.saved_commands import saved_commands
from phonefleet.errors import LinkLost
from phonefleet.hosts.files.shared_files import SharedFiles, content_of, shared_files
from phonefleet.hosts.files.supplies import Supplies
from phonefleet.media import MediaRefused
from phonefleet.media.material import MaterialWanted, allowed
from phonefleet.media.own_folders import material_of
from phonefleet.scripts.post import PostConfig
from phonefleet.settings import Settings
from tests.apk_files import apk
from tests.media_files import picture, written


class Main:
    """The main host's files as its API gives them, without a network."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.downloads, self.spoils = settings, list[str](), False

    def ask(self, path: str, query: Mapping[str, object]) -> dict[str, Any] | None:
        name = str(query.get("name", ""))
        if path == "/host/files":
            return {"files": shared_files(self.settings.home)}
        found = supplying.media_named(self.settings, name) if path == "/host/media" else supplying.apk_named(
            self.settings, name
        )  # fmt: skip
        return None if found is None else found.model_dump()

    def download(self, path: str, query: Mapping[str, object], into: BinaryIO) -> bool:
        sha256, name = path.rpartition("/")[2], str(query.get("name", ""))
        self.downloads.append(sha256)
        if path.startswith("/host/files/"):
            content = content_of(self.settings.home, name, sha256)
        elif path.startswith("/host/media/"):
            found = supplying.media_content(self.settings, name, sha256)
            content = None if found is None else found.read_bytes()
        else:
            apk = supplying.apk_content(self.settings, sha256)
            content = None if apk is None else apk.read_bytes()
        into.write(b"spoiled" if self.spoils else content or b"")
        return content is not None


def no_library(kind: str, tags: Sequence[str]) -> Sequence[str]:
    """Name no file of the library."""
    del kind, tags
    return []


@pytest.fixture
def main(tmp_path: Path) -> Main:
    return Main(Settings(home=tmp_path / "main", media_folders=[tmp_path / "pictures"]))


@pytest.fixture
def supplies(main: Main, tmp_path: Path) -> Supplies:
    return Supplies.of(main, Settings(home=tmp_path / "joined"), SystemClock())


@pytest.fixture
def bread(main: Main) -> bytes:
    """A picture of the main host's library."""
    return written(main.settings.media / "bread-0123456789ab.jpg", picture()).read_bytes()


def test_a_file_of_the_library_is_fetched_once_by_its_content(main: Main, supplies: Supplies, bread: bytes) -> None:
    found = supplies.media.find("bread-0123456789ab.jpg")
    assert (found.read_bytes(), found.suffix) == (bread, ".jpg")
    assert supplies.media.find("bread.jpg").read_bytes() == bread
    assert main.downloads == [hashlib.sha256(bread).hexdigest()]


def test_a_file_that_the_main_host_may_not_name_is_refused(main: Main, supplies: Supplies, tmp_path: Path) -> None:
    written(tmp_path / "secret.jpg", picture())
    for name in (str(tmp_path / "secret.jpg"), "../secret.jpg", "nothing.jpg"):
        with pytest.raises(MediaRefused):
            supplies.media.find(name)
    assert main.downloads == []


def test_a_folder_of_the_main_host_is_shown_and_its_files_fetched_when_they_are_opened(
    main: Main, supplies: Supplies, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures" / "week"
    for number, colour in enumerate(("#111111", "#222222")):
        written(folder / f"{number}.jpg", picture(colour=colour))
    wanted = MaterialWanted("image", source="localFolder", folder=str(folder))
    names = allowed(wanted, supplies.media, no_library)
    assert [Path(name).name for name in names] == ["0.jpg", "1.jpg"]
    assert main.downloads == []
    assert supplies.media.find(names[1]).read_bytes() == (folder / "1.jpg").read_bytes()
    assert len(main.downloads) == 1


def test_folders_by_account_work_with_their_texts(main: Main, supplies: Supplies, tmp_path: Path) -> None:
    del main
    folder = tmp_path / "pictures" / "all"
    written(folder / "@anna" / "1.jpg", picture())
    written(folder / "@anna" / "caption.txt", b"Bread again")
    config = PostConfig.model_validate(
        {"content_type": 1, "material_source": "localFolder", "material_path": str(folder)}
    )
    own = material_of(config, "anna", supplies.media)
    assert (own.is_own, own.config.captions) == (True, ("Bread again",))


def test_a_spoiled_content_is_never_used(main: Main, supplies: Supplies, bread: bytes) -> None:
    main.spoils = True
    with pytest.raises(LinkLost):
        supplies.media.find("bread.jpg")
    main.spoils = False
    assert supplies.media.find("bread.jpg").read_bytes() == bread


def test_an_apk_is_fetched_once_and_known_by_its_digest(main: Main, supplies: Supplies) -> None:
    library = ApkLibrary.of(main.settings)
    with library.incoming() as path:
        path.write_bytes(apk())
        added, _ = library.take(path, "shop.apk")
    for _ in range(2):
        found = supplies.apks.find(added.sha256)
        assert supplies.apks.whole(found).read_bytes() == added.path.read_bytes()
    assert main.downloads == [added.sha256]
    with pytest.raises(ApkRefused):
        supplies.apks.find("f" * 64)


def test_profiles_and_saved_commands_follow_those_of_the_main_host(main: Main, tmp_path: Path) -> None:
    home = tmp_path / "joined"
    files = SharedFiles(main, home, SystemClock())
    own = written(home / "profiles" / "mine.yaml", b"mine")
    profile = written(main.settings.home / "profiles" / "shop.yaml", b"first")
    commands = written(main.settings.home / "device-commands.yaml", b"commands:\n  room:\n    run: [df]\n")
    commands.chmod(0o600)
    files.refresh()
    assert (home / "profiles" / "shop.yaml").read_bytes() == b"first"
    assert list(saved_commands(home)) == ["room"]
    profile.write_bytes(b"second")
    commands.unlink()
    files.refresh()
    assert (home / "profiles" / "shop.yaml").read_bytes() == b"second"
    assert saved_commands(home) == {}
    assert own.read_bytes() == b"mine"


def test_unchanged_files_are_not_fetched_again(main: Main, tmp_path: Path) -> None:
    written(main.settings.home / "profiles" / "shop.yaml", b"first")
    files = SharedFiles(main, tmp_path / "joined", SystemClock())
    for _ in range(3):
        files.refresh()
    assert len(main.downloads) == 1


def test_no_other_file_of_the_data_folder_is_shared(main: Main) -> None:
    home = main.settings.home
    for name in ("secret.key", "prefect-auth", "scripts/visit.py", "profiles/.hidden.yaml"):
        written(home / name, b"secret")
    assert shared_files(home) == {}
    assert content_of(home, "secret.key", hashlib.sha256(b"secret").hexdigest()) is None
    assert content_of(home, "profiles/../secret.key", hashlib.sha256(b"secret").hexdigest()) is None
