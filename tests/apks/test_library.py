"""The library of APKs, and what it reads from them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.apks.library import Apk, ApkLibrary
from phonefleet.apks.manifest import ApkRefused, read_manifest
from tests.apk_files import apk, manifest
from tests.media_files import written


@pytest.fixture
def library(tmp_path: Path) -> ApkLibrary:
    return ApkLibrary(tmp_path / "apks", largest=100_000)


def add(library: ApkLibrary, content: bytes, name: str = "shop.apk") -> tuple[Apk, bool]:
    with library.incoming() as path:
        path.write_bytes(content)
        return library.take(path, name)


def test_an_apk_says_which_app_and_version_it_is(tmp_path: Path) -> None:
    found = read_manifest(written(tmp_path / "a.apk", apk("org.example.shop", 12, "1.2 béta")))
    assert (found.package, found.version_code, found.version_name, found.least_sdk) == (
        "org.example.shop", 12, "1.2 béta", 26,
    )  # fmt: skip
    assert found.label == "org.example.shop 1.2 béta (12)"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.apk", b"", "is no APK"),
        ("a.apk", b"PK\x03\x04 not quite", "is no APK"),
        ("a.xapk", apk(), "bundle of several APKs"),
        ("a.apk", apk(split="config.de"), "one part of an app"),
        ("a.apk", apk("shop"), "names no package"),
        ("a.apk", apk("../../etc.passwd"), "names no package"),
    ],
)
def test_what_cannot_be_installed_by_itself_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(ApkRefused, match=why):
        read_manifest(written(tmp_path / name, content))


@given(st.binary(max_size=200), st.integers(0, 300))
def test_a_damaged_manifest_is_refused_and_nothing_else_happens(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    content = manifest({"manifest": {"package": "org.example.shop", "versionCode": 1}})
    damaged = content[:at] + noise + content[at + len(noise) :]
    path = written(tmp_path_factory.mktemp("apk") / "a.apk", apk().replace(content, damaged))
    with suppress(ApkRefused):
        assert read_manifest(path).package


def test_the_same_content_is_in_the_library_once_under_whatever_name(library: ApkLibrary) -> None:
    first, created = add(library, apk())
    again, created_again = add(library, apk(), "other.apk")
    assert (created, created_again, again) == (True, False, first)
    assert [one.sha256 for one in library.all()] == [first.sha256]


def test_versions_are_listed_by_app_the_newest_first(library: ApkLibrary) -> None:
    for package, code in (("org.b", 1), ("org.a", 2), ("org.a", 10)):
        add(library, apk(package, code))
    assert [(one.manifest.package, one.manifest.version_code) for one in library.all()] == [
        ("org.a", 10), ("org.a", 2), ("org.b", 1),
    ]  # fmt: skip


def test_an_apk_is_found_by_its_digest_its_file_or_its_package_if_that_means_one(library: ApkLibrary) -> None:
    first, _ = add(library, apk(version_code=1))
    for name in (first.sha256, first.sha256[:8].upper(), first.path.name, "org.example.shop"):
        assert library.find(name) == first
    second, _ = add(library, apk(version_code=2))
    assert library.find(second.sha256[:12]) == second
    with pytest.raises(ApkRefused, match=f"2 APKs.*{first.sha256[:12]}"):
        library.find("org.example.shop")


@pytest.mark.parametrize("name", ["", "..", "../apks", "/etc/passwd", "abc", "*", "org.other", "0" * 64, "\x00"])
def test_no_other_name_finds_anything(library: ApkLibrary, name: str) -> None:
    add(library, apk())
    with pytest.raises(ApkRefused, match="no APK"):
        library.find(name)


def test_an_apk_that_was_changed_in_the_folder_is_not_given_to_phones(library: ApkLibrary) -> None:
    added, _ = add(library, apk())
    assert library.whole(added) == added.path
    added.path.write_bytes(apk(content=b"other code"))
    with pytest.raises(ApkRefused, match="was changed"):
        library.whole(library.find(added.sha256))


def test_what_is_too_large_or_empty_leaves_nothing_behind(library: ApkLibrary, tmp_path: Path) -> None:
    for content in (b"", apk(content=bytes(100_001))):
        with pytest.raises(ApkRefused):
            add(library, content)
    assert list((tmp_path / "apks").iterdir()) == []


def test_what_was_removed_is_gone(library: ApkLibrary) -> None:
    added, _ = add(library, apk())
    assert (library.remove(added.sha256), library.remove(added.sha256), library.all()) == (True, False, [])
