"""What comes from outside is read within bounds: pictures, YAML, and what a terminal is to show."""

from __future__ import annotations

import io
import struct
import sys
import zlib

import pytest
import yaml
from PIL import Image
from rich.table import Table
from rich.text import Text

from deployments.cli.shared.console import out
from deployments.cli.shared.printing import echo, without_controls
from phonefleet import yaml_text
from phonefleet.apps.screens.screen import LARGEST, Screen
from phonefleet.errors import AutomationDown
from phonefleet.pictures import MOST_PIXELS, PictureTooLargeError, opened


def png(width: int, height: int) -> bytes:
    """Return the head of a PNG of a size; its pixels are missing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("height", [MOST_PIXELS // 1000 + 1, 100_000, 1_000_000])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(height: int) -> None:
    with pytest.raises(PictureTooLargeError, match="pixels"), opened(io.BytesIO(png(1000, height))) as image:
        image.load()


def test_a_picture_within_the_bounds_is_opened() -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 3)).save(out, "PNG")
    with opened(io.BytesIO(out.getvalue())) as image:
        assert image.size == (4, 3)


def test_aliases_that_stand_for_more_than_a_file_may_hold_are_refused() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 6)]
    with pytest.raises(yaml_text.YamlTooLarge, match="more than"):
        yaml_text.read("\n".join(levels))


def test_a_value_that_contains_itself_is_refused_with_its_line() -> None:
    with pytest.raises(yaml_text.YamlTooLarge, match="line 1"):
        yaml_text.read("&a [1, *a]")


def test_a_file_with_some_aliases_is_read() -> None:
    _, data = yaml_text.read("base: &base {x: 1}\none: *base\ntwo: *base\n")
    assert data == {"base": {"x": 1}, "one": {"x": 1}, "two": {"x": 1}}
    with pytest.raises(yaml.YAMLError):
        yaml_text.read("a: [")


@pytest.mark.parametrize("deep", ["[" * 200_000, "- " * 200_000 + "a", "a: " + "{a: " * 101 + "}" * 101])
def test_a_file_that_is_too_deep_is_refused_and_ends_no_process(deep: str) -> None:
    with pytest.raises(yaml_text.YamlTooLarge, match=r"line 1 .* deep"):
        yaml_text.read(deep)


HOSTILE = "anna\x1b]0;title\x07\x9b31m\u202ednoces\r\x00"


def test_no_control_character_of_a_text_reaches_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table()
    table.add_column(HOSTILE)
    table.add_row(Text(HOSTILE))
    for content in (Text(HOSTILE), table, HOSTILE):
        out().print(content)
    shown = capsys.readouterr().out
    assert "anna" in shown
    assert not set(shown) & set("\x1b\x07\x9b\u202e\r\x00")


def test_programs_get_a_text_as_it_is_and_terminals_without_controls(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    echo(HOSTILE)
    assert capsys.readouterr().out == HOSTILE + "\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    echo(HOSTILE)
    assert capsys.readouterr().out == without_controls(HOSTILE) + "\n"


def test_a_hierarchy_that_is_longer_than_any_screen_is_refused_before_it_is_read() -> None:
    with pytest.raises(AutomationDown, match="are the most"):
        Screen.parse("<hierarchy>" + " " * LARGEST + "</hierarchy>")
