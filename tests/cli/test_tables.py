from __future__ import annotations

import io

import pytest
from rich.console import Console

from deployments.cli.shared.tables import Column, print_record, print_table, when

COLUMNS = (Column("id", right=True), Column("serial", rank=1), Column("remark", rank=2, folds=True))
LONG = "the phone was lost and did not come back in time, look at its cable"
ROWS = [(1, "127.0.0.1:21001", LONG), (22, "127.0.0.1:21002", None)]


def _printed(width: int, rows: list[tuple[int, str, str | None]] | None = None) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_table(console, "Tasks", COLUMNS, ROWS if rows is None else rows, empty="There are none.")
    return console.file.getvalue()  # type: ignore[attr-defined] - it is a StringIO


@pytest.mark.parametrize("width", [25, 30, 40, 60, 80, 200])
def test_a_table_fits_its_terminal_and_never_breaks_what_names_a_thing(width: int) -> None:
    printed = _printed(width)
    assert all(len(line) <= width for line in printed.splitlines())
    assert "127.0.0.1:21001" in printed


def test_what_does_not_fit_is_named() -> None:
    assert "Not shown for lack of width: remark" in _printed(40)
    assert "Not shown" not in _printed(120)


def test_nothing_to_show_is_said_in_words() -> None:
    assert _printed(80, []) == "There are none.\n"


def test_markup_in_what_phones_and_people_say_is_text() -> None:
    assert "[red]x[/]" in _printed(80, [(1, "a", "[red]x[/]")])


def test_a_record_leaves_out_what_is_not_known() -> None:
    console = Console(file=io.StringIO(), width=60)
    print_record(console, [("serial", "a"), ("alias", None), ("battery", 0)])
    told = console.file.getvalue()  # type: ignore[attr-defined] - it is a StringIO
    assert "alias" not in told
    assert "battery  0" in told


def test_a_column_without_anything_is_left_out() -> None:
    assert "remark" not in _printed(120, [(1, "a", None), (2, "b", None)])


def test_instants_are_told_to_the_second() -> None:
    assert when("2026-11-24T08:54:21.182802+00:00") is not None
    assert len(when("2026-11-24T08:54:21.182802+00:00") or "") == len("2026-11-24 08:54:21")
    assert when(None) is None
