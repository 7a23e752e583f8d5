"""How the daily report reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from phonefleet.reports.day import Failure, Held, Ill, Report
from phonefleet.reports.words import text_of, title_of

END = datetime(2026, 3, 2, 7, tzinfo=UTC)
QUIET = Report(END - timedelta(days=1), END, 0, 0, 0, 0, 0, {}, (), (), ())
BUSY = Report(
    begin=END - timedelta(days=1),
    end=END,
    completed=120,
    failed=3,
    stopped=2,
    running=1,
    pending=40,
    actions={"message": 1, "follow": 90},
    failures=(Failure("follow", "the user @anna\ndoes not exist", 3, 17),),
    held=(Held("shop", "tiktok", "R58M12", "front_desk", "the app asks for a code", END - timedelta(hours=2)),),
    ill=(Ill("R58M34", None, "offline", None, END - timedelta(hours=5)),),
)


def test_a_report_tells_what_was_done_what_failed_and_who_is_needed() -> None:
    assert title_of(BUSY) == "Phonefleet: 120 tasks completed, 3 failed, 1 account is held, 1 phone is ill"
    assert text_of(BUSY, ZoneInfo("Europe/Berlin")).splitlines() == [
        "2026-03-01 08:00 to 2026-03-02 08:00 (Europe/Berlin)",
        "",
        "Tasks: 120 completed, 3 failed, 2 stopped",
        "Now: 1 running, 40 waiting",
        "Done: 90 follows, 1 message",
        "",
        "Why tasks failed:",
        "- 3 x follow: the user @anna does not exist (latest: task 17)",
        "",
        "Accounts on hold, each waits for a person:",
        "- @shop (tiktok, on front_desk) since 2026-03-02 06:00: the app asks for a code",
        "",
        "Phones that can do nothing:",
        "- R58M34: offline, last seen 2026-03-02 03:00",
    ]


def test_a_quiet_day_says_so() -> None:
    assert title_of(QUIET) == "Phonefleet: 0 tasks completed, 0 failed"
    assert text_of(QUIET, UTC).splitlines()[-3:] == [
        "Done: nothing that others notice",
        "",
        "Nothing waits for a person.",
    ]


def test_a_long_report_counts_what_it_leaves_out() -> None:
    many = tuple(Ill(f"R{number}", None, "offline", None, END) for number in range(14))
    lines = text_of(replace(QUIET, ill=many), UTC).splitlines()
    shown = [line for line in lines if line.startswith("- R")]
    assert shown == [f"- R{number}: offline, last seen 2026-03-02 07:00" for number in range(10)]
    assert lines[-1] == "- and 4 more"


def test_a_report_shows_no_secret_and_no_endless_reason() -> None:
    remark = "https://shop:hunter2@example.org/ said " + "no " * 200
    told = text_of(replace(BUSY, failures=(Failure("post", remark, 1, 5),)), UTC)
    [line] = [line for line in told.splitlines() if "post" in line]
    assert "hunter2" not in line
    assert len(line) < 220
