"""Pictures and hierarchies are found inside of what a shell answers."""

from __future__ import annotations

import pytest

from phonefleet.device.shell.payloads import Unreadable, png_in, xml_in

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(range(64)) + b"\0\0\0\0IEND\xaeB`\x82"
AROUND = [b"", b"[Warning] Multiple displays were found\n", b"WARNING: linker: x\n" * 3, b"\r\n", b"\xff\xfe\x89PNG"]


@pytest.mark.parametrize("before", AROUND)
@pytest.mark.parametrize("after", [b"", b"\ncmd: Failure calling service\n", b"\x89PNG\r\n\x1a\n"])
def test_a_picture_is_found_among_what_else_a_shell_says(before: bytes, after: bytes) -> None:
    assert png_in(before + PNG + after) == PNG


@pytest.mark.parametrize("line_end", [b"\r\n", b"\r\r\n"])
def test_a_picture_is_put_right_after_a_terminal_has_changed_its_line_ends(line_end: bytes) -> None:
    assert png_in((b"warning\n" + PNG).replace(b"\n", line_end)) == PNG


@pytest.mark.parametrize("answer", [b"", b"screencap: not found", PNG[:-1], PNG[1:]])
def test_half_a_picture_is_none(answer: bytes) -> None:
    with pytest.raises(Unreadable):
        png_in(answer)


XML = "<hierarchy rotation='0'><node text='&lt;/hierarchy&gt;' /></hierarchy>"
DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"


@pytest.mark.parametrize("whole", [XML, DECLARATION + XML, f"{DECLARATION}\n{XML}", "<hierarchy rotation='0'/>"])
@pytest.mark.parametrize("before", ["", "WARNING: linker: <x>\n", "\ufeff", "Welcome\r\n", "<?php ?>"])
@pytest.mark.parametrize("after", ["", "UI hierchary dumped to: /dev/tty\n", "\nKilled", "<hierarchy></hierarchy>"])
def test_a_hierarchy_is_found_among_what_else_a_shell_says(whole: str, before: str, after: str) -> None:
    assert xml_in(before + whole + after) == whole


@pytest.mark.parametrize("answer", ["", "ERROR: null root node returned by UiTestAutomationBridge.", XML[:-5]])
def test_half_a_hierarchy_is_none(answer: str) -> None:
    with pytest.raises(Unreadable):
        xml_in(answer)
