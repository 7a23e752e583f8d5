"""The routes of the report: shown, and sent at once, so that a person can try where it goes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta, tzinfo

from fastapi import APIRouter

from api.answers.envelope import CONFLICT, UNREACHABLE, Envelope, Problem
from api.loops.threads import in_thread
from api.reports.schemas import Hours, ReportOut, SentReportOut
from api.reports.senders import sender_of
from api.resources import Resources, TheResources
from phonefleet.errors import Permanent, Transient
from phonefleet.reports.day import Report
from phonefleet.reports.words import text_of, title_of
from phonefleet.words import said, say

router = APIRouter(tags=["about"])


@router.get("/report")
async def show_report(resources: TheResources, hours: Hours = 24) -> Envelope[ReportOut]:
    """Tell what was done in the last hours, what failed and why, which accounts are held and which phones are ill."""
    return Envelope(data=_shown(await _report(resources, hours), resources.zone))


@router.post("/report/send")
async def send_report(resources: TheResources, hours: Hours = 24) -> Envelope[SentReportOut]:
    """Send the report now to where the daily one goes; the next daily one comes all the same."""
    sender = sender_of(resources.settings)
    if sender is None:
        raise Problem(
            CONFLICT,
            say(
                "reports.nobody_said_where_reports_go",
                "Nobody has said where reports go: set PHONEFLEET_REPORT_TO or PHONEFLEET_NOTIFY_URL",
            ),
        )
    report = await _report(resources, hours)
    sent = SentReportOut(title=title_of(report), text=text_of(report, resources.zone))
    try:
        await sender.send(said(sent.title), said(sent.text))
    except (Transient, Permanent) as error:
        raise Problem(
            UNREACHABLE, say("reports.report_not_sent", "The report was not sent: {error}", error=error)
        ) from error
    return Envelope(data=sent)


async def _report(resources: Resources, hours: int) -> Report:
    now = resources.clock.now()
    return await in_thread(resources.ledger.reports.of, now - timedelta(hours=hours), now, now)


def _shown(report: Report, zone: tzinfo) -> ReportOut:
    told = {"title": title_of(report), "text": text_of(report, zone)}
    return ReportOut.model_validate(asdict(report) | told)
