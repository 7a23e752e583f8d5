"""A request names files of the configured folders, and can name no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonefleet.media import MediaFolders, MediaRefused
from phonefleet.media.names import mounted
from tests.media_files import picture, written


@pytest.fixture
def folders(tmp_path: Path) -> MediaFolders:
    for name in ("library/a.jpg", "library/spring/b.jpg", "shop/c.jpg", "secret/d.jpg", "library-2/e.jpg"):
        written(tmp_path / name, picture())
    return MediaFolders(tmp_path / "library", [tmp_path / "shop", tmp_path / "never made"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.jpg", "library/a.jpg"),
        ("spring/b.jpg", "library/spring/b.jpg"),
        ("./spring", "library/spring"),
        ("c.jpg", "shop/c.jpg"),
        ("{}/shop/c.jpg", "shop/c.jpg"),
        ("{}/shop", "shop"),
    ],
)
def test_files_and_folders_inside_are_found(folders: MediaFolders, tmp_path: Path, text: str, expected: str) -> None:
    assert folders.find(text.format(tmp_path)) == tmp_path / expected


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "none.jpg", "../secret/d.jpg", "spring/../../secret/d.jpg", "spring/../a.jpg", "{}/secret/d.jpg",
        "{}/shop/../secret/d.jpg", "{}/library-2/e.jpg", "/etc/passwd", "a.jpg\x00.png", "~/x.jpg", "a.jpg/x",
        "x" * 5000,
    ],
)  # fmt: skip
def test_everything_else_is_refused_in_the_same_words(folders: MediaFolders, tmp_path: Path, text: str) -> None:
    with pytest.raises(MediaRefused, match="does not exist in the media library or a folder of"):
        folders.find(text.format(tmp_path))


def test_a_link_that_leads_out_is_refused_and_one_that_stays_inside_is_followed(
    folders: MediaFolders, tmp_path: Path
) -> None:
    (tmp_path / "library" / "out.jpg").symlink_to(tmp_path / "secret" / "d.jpg")
    (tmp_path / "library" / "outside").symlink_to(tmp_path / "secret")
    (tmp_path / "library" / "loop").symlink_to(tmp_path / "library" / "loop")
    (tmp_path / "library" / "in.jpg").symlink_to(tmp_path / "library" / "a.jpg")
    for text in ("out.jpg", "outside/d.jpg", "outside", "loop"):
        with pytest.raises(MediaRefused):
            folders.find(text)
    assert folders.find("in.jpg") == tmp_path / "library" / "a.jpg"


def test_a_library_that_is_itself_a_link_is_the_folder_that_it_leads_to(folders: MediaFolders, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(folders.library)
    assert MediaFolders(tmp_path / "linked").find("a.jpg") == tmp_path / "library" / "a.jpg"


def test_a_file_of_the_library_may_be_named_as_it_was_added(folders: MediaFolders) -> None:
    stored = folders.library / "fresh-bread-0123456789ab.jpg"
    stored.write_bytes(b"picture")
    (folders.library / "fresh-bread-and-more-0123456789ab.jpg").write_bytes(b"other")
    assert [folders.find(name) for name in ("fresh bread.jpg", "fresh bread.JPEG", stored.name)] == [stored] * 3
    (folders.library / "fresh-bread-ffffffffffff.png").write_bytes(b"another picture")
    with pytest.raises(MediaRefused, match=r"several times: name one of fresh-bread-0123456789ab\.jpg, fresh-bread-f"):
        folders.find("fresh bread.jpg")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("C:\\Users\\anna\\bread.jpg", "/mnt/c/Users/anna/bread.jpg"),
        ("d:/pictures/bread.jpg", "/mnt/d/pictures/bread.jpg"),
        ("\\\\wsl.localhost\\Debian\\home\\anna\\bread.jpg", "/home/anna/bread.jpg"),
        ("\\\\wsl$\\Debian\\home\\anna", "/home/anna"),
        ("/mnt/c/Users", "/mnt/c/Users"),
        ("bread.jpg", "bread.jpg"),
    ],
)
def test_a_path_of_windows_is_where_linux_has_it(text: str, path: str) -> None:
    assert mounted(text) == path


@pytest.mark.parametrize("text", ["C:\\..\\..\\etc\\passwd", "C:\\Windows\\win.ini", "\\\\wsl$\\Debian\\etc\\passwd"])
def test_a_path_of_windows_leads_nowhere_else_either(folders: MediaFolders, text: str) -> None:
    with pytest.raises(MediaRefused, match="does not exist in the media library"):
        folders.find(text)
