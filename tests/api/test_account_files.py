"""Accounts as CSV: out, and in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.answers.csv_table import read_table, write_table
from phonefleet.ledger import Ledger

Call = Callable[..., httpx.Response]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CSV = {"Content-Type": "text/csv"}


def send(call: Call, text: str | bytes, query: str = "") -> httpx.Response:
    content = text if isinstance(text, bytes) else text.encode()
    return call("POST", f"/accounts/import{query}", content=content, headers=CSV)


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


def errors(response: httpx.Response) -> list[tuple[int, str]]:
    body = response.json()
    assert (response.status_code, body["code"]) == (400, 40001), body
    assert all(error["reason"] for error in body["data"]["errors"])
    return [(error["line"], error["field"]) for error in body["data"]["errors"]]


def total(call: Call) -> int:
    return call("GET", "/accounts").json()["data"]["total"]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_file_enters_new_accounts_and_changes_known_ones(call: Call, ledger: Ledger, mark: str, end: str) -> None:
    lines = ["Username,serial,tags,enabled", "@new_1,device_serial_2,a;b,no", 'SHOP_1,phone-1,"vip",', ""]
    told = data(send(call, mark + end.join(lines)))
    assert told == {"created_count": 1, "updated_count": 1, "errors": []}
    new, old = ledger.accounts.get("new_1", "sample"), ledger.accounts.get("shop_1", "sample")
    assert new is not None
    assert old is not None
    assert (new.serial, new.tags, new.enabled, new.signed_in) == ("phone-2", ["a", "b"], False, False)
    assert (old.username, old.tags, old.enabled, old.signed_in) == ("SHOP_1", ["vip"], True, True)


def test_every_wrong_row_is_told_with_its_line_and_nothing_is_written(call: Call) -> None:
    file = (
        "username,serial,platform,enabled,tags\r\n"
        'fine,phone-1,,,"one\r\ntwo"\r\n'  # a tag over two lines is wrong too
        "a b,phone-1,,,\r\n"
        "ghostly,ghost,nowhere,,\r\n"
        "unsure,phone-1,,perhaps,\r\n"
        "short,phone-1\r\n"
        "twice,phone-1,,,\r\n"
        "TWICE,phone-2,,,\r\n"
        ",phone-1,,,\r\n"
    )
    assert errors(send(call, file)) == [
        (2, "tags.0"), (4, "username"), (5, "serial"), (5, "platform"), (6, "enabled"), (7, "row"), (9, "username"),
        (10, "username"),
    ]  # fmt: skip
    assert total(call) == 4


def test_a_partial_import_takes_the_rows_that_are_right(call: Call) -> None:
    told = data(send(call, "username,serial\nfine,phone-1\nwrong,ghost\nfine_2,phone-2\n", "?partial=true"))
    assert (told["created_count"], told["updated_count"]) == (2, 0)
    assert [(error["line"], error["field"]) for error in told["errors"]] == [(3, "serial")]
    assert total(call) == 6


@pytest.mark.parametrize(
    ("file", "where"),
    [
        ("", (1, "serial")),
        ("username\nx\n", (1, "serial")),
        ("username,serial,password\nx,phone-1,y\n", (1, "password")),
        ("username,serial,serial\nx,phone-1,y\n", (1, "serial")),
        ('username,serial\nx,phone-1\n"broken,phone-1\n', (3, "row")),
        ('username,serial\n"x"y,phone-1\n', (2, "row")),
        (b"username,serial\nx,phone-1\n\xff,phone-1\n", (3, "file")),
    ],
)
def test_a_file_that_is_no_table_of_accounts_is_refused_even_in_part(
    call: Call, file: str | bytes, where: tuple[int, str]
) -> None:
    assert errors(send(call, file, "?partial=true")) == [where]
    assert total(call) == 4


def test_ten_thousand_rows_are_one_import_and_one_more_is_too_many(call: Call) -> None:
    rows = "".join(f"u{number},phone-1\n" for number in range(10_000))
    assert errors(send(call, f"username,serial\n{rows}more,phone-1\n")) == [(10_002, "file")]
    assert total(call) == 4
    assert data(send(call, f"username,serial\n{rows}"))["created_count"] == 10_000
    assert total(call) == 10_004


def test_other_kinds_of_bodies_are_refused(call: Call) -> None:
    refused = call("POST", "/accounts/import", json={"username": "x"})
    assert refused.json()["code"] == 40001
    assert "text/csv" in refused.json()["message"]


def test_an_export_is_a_file_that_can_be_imported_again(call: Call, ledger: Ledger) -> None:
    shop = ledger.accounts.get("shop_1", "sample")
    assert shop is not None
    ledger.accounts.change(shop.id, tags=["-vip", "b c"], enabled=False)
    response = call("GET", "/accounts/export")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.text.splitlines()[0] == "username,platform,serial,enabled,tags,logined,hold_reason,held_since"
    before = call("GET", "/accounts").json()["data"]
    assert data(send(call, response.content))["updated_count"] == 4
    assert call("GET", "/accounts").json()["data"] == before


def test_an_export_holds_what_the_filters_name(call: Call) -> None:
    rows = list(csv.DictReader(io.StringIO(call("GET", "/accounts/export?serial=device_serial_1").text)))
    assert [row["username"] for row in rows] == ["shop_1", "studio_1"]
    assert call("GET", "/accounts/export?page=1").json()["code"] == 40001


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_an_export_is_a_formula(call: Call, ledger: Ledger, start: str) -> None:
    shop = ledger.accounts.get("shop_1", "sample")
    assert shop is not None
    ledger.accounts.hold_id(shop.id, f"{start}HYPERLINK(1)", NOW)
    [row] = csv.DictReader(io.StringIO(call("GET", "/accounts/export?held=true").text, newline=""))
    assert row["hold_reason"] == f"'{start}HYPERLINK(1)"


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.text("=+-@\t\r\n'\",a")), min_size=1))
def test_any_table_is_read_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    text = write_table(("one", "two"), rows)
    assert [record.cells for record in read_table(text, ("one",), ("two",))] == [
        {"one": one, "two": two} for one, two in rows
    ]


@pytest.mark.parametrize(
    "text",
    [
        "username;serial;tags\r\nanna;phone-1;a,b\r\n",
        "username\tserial\ttags\nanna\tphone-1\ta;b\n",
        'sep=;\nusername;serial;tags\nanna;phone-1;"a;b"\n',
        "\ufeff Username ; SERIAL ;tags\nanna;phone-1;a,b\n",
        "username,serial,tags\nanna,phone-1,a;b\n",
    ],
)
def test_a_table_is_read_with_whatever_a_spreadsheet_puts_between_the_cells(text: str) -> None:
    [record] = read_table(text, ("username", "serial"), ("tags",))
    cells = record.cells or {}
    assert (cells["username"], cells["serial"], cells["tags"].replace(",", ";")) == ("anna", "phone-1", "a;b")


def test_a_table_of_one_column_needs_no_delimiter() -> None:
    assert [record.cells for record in read_table("one\na;b\n", ("one",), ())] == [{"one": "a;b"}]
