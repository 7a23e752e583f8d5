"""Names, numbers and pictures of people are masked: each by the same throughout, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from phonefleet.apps import VersionProfile, load_profile
from phonefleet.apps.screens.screen import Screen
from phonefleet.geometry import Rect
from phonefleet.recording.course import Course
from phonefleet.recording.folder import FolderTaken, RecordedApp, mask_of, require_free, write
from phonefleet.recording.hierarchies import Area
from phonefleet.recording.likeness import rough
from phonefleet.recording.mask import Mask
from phonefleet.recording.pictures import painted
from tests.replaying import hierarchy, view

PACKAGE = "com.phonefleet.sample"
DISPLAY = Rect(0, 0, 1080, 2400)


@pytest.fixture
def mask() -> Mask:
    """A mask that knows two people by handle and one by display name."""
    mask = Mask(words=frozenset({"follow", "home", "message"}))
    mask.learn("@anna.meyer", "handle")
    mask.learn("tom_k", "handle")
    mask.learn("Anna Meyer", "display_name")
    mask.learn_parts("Anna Meyer")
    return mask


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anna.meyer", "masked_user_1"),
        ("@anna.meyer", "@masked_user_1"),
        ("@Anna.Meyer likes it", "@masked_user_1 likes it"),
        ("Photo by anna.meyer.", "Photo by masked_user_1."),
        ("anna.meyer2 is somebody else", "anna.meyer2 is somebody else"),
        ("Anna\xa0Meyer", "Masked Name 1"),
        ("Hello Anna, how are you?", "Hello MaskedName1, how are you?"),
        ("savannah", "savannah"),
        ("Follow", "Follow"),
        ("12,345 likes", "12,345 likes"),
        ("1 234 567 просмотров", "1 234 567 просмотров"),
        ("12:30", "12:30"),
        ("2026-11-29 12:30", "2026-11-29 12:30"),
        ("Call +49 170 1234567", "Call +00 000 0000001"),
        ("(030) 1234-5678", "(000) 0000-0001"),
        ("write to anna@shop.example", "write to mail_1@masked.example"),
        ("https://app.example/@anna.meyer/post/7", "https://app.example/@masked_user_1/post/7"),
    ],
)
def test_in_running_text_known_names_and_numbers_are_masked_and_counts_stay(
    mask: Mask, text: str, expected: str
) -> None:
    assert mask.text(text) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("\xa0\xa0anna.meyer\xa0", "\xa0\xa0masked_user_1\xa0"),
        ("anna.meyer and tom_k", "masked_user_1 and masked_user_2"),
        ("anna.meyer, tom_k and 3 others", "masked_user_1, masked_user_2 and 3 others"),
        ("anna.meyer и tom_k", "masked_user_1 и masked_user_2"),
    ],
)
def test_a_label_keeps_its_form(mask: Mask, label: str, expected: str) -> None:
    assert mask.label(label) == expected


def test_whoever_is_called_like_a_button_is_masked_only_where_a_name_stands(mask: Mask) -> None:
    for name in ("home", "al"):
        mask.learn(name, "handle")
    mask.learn("Follow", "display_name")
    assert mask.label("al") == "masked_user_3"
    assert [mask.text(text) for text in ("Home", "Follow", "al dente")] == ["Home", "Follow", "al dente"]


def test_the_same_number_is_masked_by_the_same_one(mask: Mask) -> None:
    first, second = mask.text("0170 1234567"), mask.text("0171 7654321")
    assert first != second
    assert mask.text("call 0170 1234567 now") == f"call {first} now"


def test_what_is_masked_already_stays(mask: Mask) -> None:
    for text in ("@masked_user_1", "Masked Name 1", "+00 000 0000001", "mail_1@masked.example"):
        again = Mask()
        again.learn_from(text)
        assert again.text(text) == text
    assert mask.text(mask.text("anna.meyer, 0170 1234567")) == mask.text("anna.meyer, 0170 1234567")


def test_with_names_kept_nothing_changes() -> None:
    kept = Mask(keep=True)
    kept.learn("anna.meyer", "handle")
    assert kept.label("anna.meyer") + kept.text("0170 1234567") == "anna.meyer0170 1234567"


@given(st.lists(st.from_regex(r"[a-z][a-z0-9_]{4,12}", fullmatch=True), min_size=1, max_size=8, unique=True), st.data())
def test_no_name_that_was_learned_is_left_in_any_text(names: list[str], data: st.DataObject) -> None:
    mask = Mask()
    for name in names:
        mask.learn(name, "handle")
    said = data.draw(st.lists(st.sampled_from([*names, "and", "says", "hello"]), max_size=12))
    masked = mask.text(" ".join(said)).split()
    assert not set(masked) & set(names)
    assert len(set(mask.names.values())) == len(names)


# --- screens ----------------------------------------------------------------------------------------------


def profile_screen(*more: str) -> str:
    """Return somebody's profile in the sample app, below a status bar with a message of somebody."""
    bar = view(
        "[0,0][1080,80]", view("[0,0][400,80]", text="Berta: call me", package="com.android.systemui"),
        package="com.android.systemui",
    )  # fmt: skip
    app = view(
        "[0,0][1080,2400]",
        view("[40,100][800,200]", id="header_handle", text=" @anna.meyer ", package=PACKAGE),
        view("[300,220][700,620]", id="header_avatar", kind="ImageView", desc="Profile photo", package=PACKAGE),
        view("[40,640][800,700]", id="header_title", text="Anna Meyer", package=PACKAGE),
        view("[40,720][800,800]", id="header_about", text="Bread. Orders: +49 170 1234567", package=PACKAGE),
        view("[40,820][500,900]", id="cta_primary", text="Follow", desc="Follow @anna.meyer", package=PACKAGE),
        view("[40,1000][1040,1100]", text="anna.meyer and friends bake", package=PACKAGE),
        *more,
        package=PACKAGE,
    )
    return hierarchy(bar, app)


def picture() -> bytes:
    """Return a screenshot that is bright everywhere, and says in its metadata whose it is."""
    said = PngInfo()
    said.add_text("Comment", "phone of anna.meyer")
    data = io.BytesIO()
    Image.new("RGB", (540, 1200), "#ff0000").save(data, "PNG", pnginfo=said)
    return data.getvalue()


@pytest.fixture
def profile() -> VersionProfile:
    return load_profile("sample").for_version("2.0.1")


@pytest.fixture
def course() -> Course:
    course = Course(rough)
    course.see(Screen.parse(profile_screen(), PACKAGE), picture)
    return course


APP = RecordedApp(PACKAGE, "2.0.1", ".MainActivity", "en-US")
ORIGINALS = (b"anna.meyer", b"Anna", b"Meyer", b"Berta", b"1234567")


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def test_no_original_is_left_in_any_file(course: Course, profile: VersionProfile, tmp_path: Path) -> None:
    written = write(tmp_path / "out", APP, course, profile)
    assert [original for original in ORIGINALS if original.lower() in everything(tmp_path / "out").lower()] == []
    assert (written.screens, written.pictures, written.names, written.numbers) == (1, 1, 2, 1)
    assert written.covered >= 2


def test_words_of_the_app_and_the_form_of_its_labels_stay(
    course: Course, profile: VersionProfile, tmp_path: Path
) -> None:
    write(tmp_path / "out", APP, course, profile)
    xml = (tmp_path / "out" / "profile.xml").read_text(encoding="utf-8")
    for said in ('text=" @masked_user_1 "', 'text="Follow"', 'content-desc="Follow @masked_user_1"', '"Masked Name 1"'):
        assert said in xml


def test_pictures_of_people_and_names_are_painted_over_and_the_rest_stays(
    course: Course, profile: VersionProfile, tmp_path: Path
) -> None:
    write(tmp_path / "out", APP, course, profile)
    with Image.open(tmp_path / "out" / "profile.png") as found:
        assert found.info == {}
        red = (255, 0, 0)
        spots = {"bar": (100, 20), "handle": (350, 60), "avatar": (250, 210), "name": (380, 335), "free": (500, 800)}
        assert {name for name, spot in spots.items() if found.getpixel(spot) == red} == {"free"}


def test_kept_names_are_kept_in_every_file(course: Course, profile: VersionProfile, tmp_path: Path) -> None:
    written = write(tmp_path / "out", APP, course, profile, keep_names=True)
    assert (written.names, written.numbers, written.covered) == (0, 0, 0)
    assert b"anna.meyer" in everything(tmp_path / "out")
    with Image.open(tmp_path / "out" / "profile.png") as found:
        assert found.getpixel((250, 210)) == (255, 0, 0)


def test_without_a_profile_names_are_told_by_ids_and_at_signs(tmp_path: Path) -> None:
    from phonefleet.recording.recorder import unknown_app  # noqa: PLC0415 - heavy

    [known_nothing] = unknown_app(PACKAGE).variants()
    more = view("[0,1200][900,1300]", id="row_author", text="tom_k", package=PACKAGE)
    course = Course(rough)
    course.see(Screen.parse(profile_screen(more), PACKAGE), lambda: None)
    write(tmp_path / "out", APP, course, known_nothing)
    assert [each for each in (*ORIGINALS, b"tom_k") if each in everything(tmp_path / "out")] == []
    assert sorted(mask_of(course, known_nothing).names) == ["anna meyer", "anna.meyer", "tom_k"]


def test_what_lies_on_a_painted_picture_is_written_again() -> None:
    areas = (Area(DISPLAY, is_picture=True), Area(Rect(0, 0, 1080, 400), "Follow"))
    with Image.open(io.BytesIO(painted(picture(), DISPLAY, areas))) as found:
        colours = found.convert("RGB").crop((0, 0, 540, 200)).getcolors()
    assert colours is not None
    assert len(colours) > 2


def test_a_folder_that_cannot_be_written_is_told_before_anybody_records(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderTaken, match=r"out cannot be written: .*; name another folder"):
        require_free(tmp_path / "file" / "out")
    require_free(tmp_path / "new" / "out")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file"]
