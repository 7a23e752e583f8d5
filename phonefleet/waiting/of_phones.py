"""What stands in the way of all tasks of a phone: it is away, disabled or in quarantine, or nobody serves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from phonefleet.runs.queues import queue_name
from phonefleet.waiting.facts import Lost, PhoneFacts, PrefectFacts
from phonefleet.words import say

_READY = ("device", "online")
_STATES = {
    "unauthorized": (
        "phone_unauthorized",
        say("waiting.unauthorized", "has not allowed debugging from its host"),
        say("waiting.authorized", "it does"),
    ),
    "no_permissions": (
        "phone_no_permissions",
        say("waiting.no_permissions", "may not be opened by its host's user"),
        say("waiting.permissions", "udev rules allow that"),
    ),
    "recovery": (
        "phone_recovery",
        say("waiting.recovery", "has started into something else than Android"),
        say("waiting.restarted", "it is restarted"),
    ),
    "unread": (
        "phone_unread",
        say("waiting.unread", "has not said yet which phone it is"),
        say("waiting.read", "it has"),
    ),
}
_OFFLINE = (
    "phone_offline",
    say("waiting.offline", "is offline"),
    say("waiting.connected", "it is connected"),
)
_AMBIGUOUS = say("waiting.ambiguous", "has the same serial as another one on USB, and adb can address neither")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of a phone's tasks.

    `what` continues its subject, which is `about`, or the phone where that is "". It ends at the instant `ends`, or
    when what `until` says has happened; `since` is when it began. None and "" where that is not known.
    """

    code: str
    what: str
    until: str = ""
    since: datetime | None = None
    ends: datetime | None = None
    about: str = ""
    why: str = ""

    def conflict(self, now: datetime) -> str:
        """Return a sentence that continues the phone's name, for plans."""
        if self.ends is not None:
            minutes = max(1, round((self.ends - now) / timedelta(minutes=1)))
            return say(
                "waiting.for_minutes", "{what} for {minutes} min{why}",
                what=self.what, minutes=minutes, why=self._reason(),
            )  # fmt: skip
        if self.about:
            return say(
                "waiting.has_to_wait", "has to wait until {until}: {about} {what}{why}",
                until=self.until, about=self.about, what=self.what, why=self._reason(),
            )  # fmt: skip
        return say(
            "waiting.its_tasks_wait", "{what}{why}: its tasks wait{end}",
            what=self.what, why=self._reason(), end=self._end(),
        )  # fmt: skip

    def sentence(self, phone: str, now: datetime, zone: tzinfo) -> str:
        """Return a sentence about a task of a phone, which is given by its name; "" means tasks in general."""
        since = "" if self.since is None else say("waiting.since", " since {at}", at=moment(self.since, now, zone))
        end = self._end() if self.ends is None else say("waiting.until", " until {at}", at=moment(self.ends, now, zone))
        whose = say("waiting.task_waits", "the task waits") if phone else say("waiting.tasks_wait", "tasks wait")
        return say(
            "waiting.obstacle", "{about} {what}{since}{why}: {whose}{end}",
            about=self.about or phone, what=self.what, since=since, why=self._reason(), whose=whose, end=end,
        )  # fmt: skip

    def _reason(self) -> str:
        return say("waiting.why", " ({why})", why=self.why) if self.why else ""

    def _end(self) -> str:
        return say("waiting.until_then", " until {until}", until=self.until) if self.until else ""


def obstacles_of(phone: PhoneFacts, prefect: PrefectFacts, now: datetime) -> Iterator[Obstacle]:
    """Yield what stands in the way of a phone's tasks, what a person has decided first."""
    yield from at_the_phone(phone, prefect, now)
    yield from kept_by_prefect(phone, prefect)


def at_the_phone(phone: PhoneFacts, prefect: PrefectFacts, now: datetime) -> Iterator[Obstacle]:
    """Yield why a phone gets no work."""
    if not phone.enabled:
        yield Obstacle(
            "phone_disabled", say("waiting.disabled", "is disabled"), say("waiting.enabled", "it is enabled")
        )
    if is_quarantined(phone, now):
        yield _quarantine(phone)
    if phone.taken_by is not None and (phone.taken_until is None or phone.taken_until > now):
        what = say("waiting.taken_over", "is taken over by {person}", person=phone.taken_by)
        yield Obstacle("phone_taken_over", what, say("waiting.given_back", "it is given back"), ends=phone.taken_until)
    if (lost := prefect.lost_worker(phone.host, now)) is not None:
        yield _no_worker(lost)
    if not is_quarantined(phone, now):
        yield from _away(phone)


def of_all_phones(prefect: PrefectFacts, now: datetime) -> Iterator[Obstacle]:
    """Yield what keeps the tasks of some computer's phones, or of all, from starting."""
    if prefect.away_since is not None:
        yield _away_prefect(prefect.away_since)
    for host in prefect.workers or {}:
        if (lost := prefect.lost_worker(host, now)) is not None:
            yield _no_worker(lost)
    if prefect.workers == {}:
        yield _no_worker(Lost(None, None))
    if prefect.pool_paused:
        yield _paused("pool_paused", say("waiting.pool", "the work pool of all phones"))


def is_quarantined(phone: PhoneFacts, now: datetime) -> bool:
    """Tell whether a phone is in quarantine."""
    until = phone.quarantined_until
    return phone.quarantine_reason is not None and (until is None or until > now)


def moment(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """Return an instant as a clock in `zone` shows it, with its date unless it is today."""
    local = instant.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local:%Y-%m-%d %H:%M}"


def _no_worker(lost: Lost) -> Obstacle:
    """Return that a worker is missing."""
    until = say("waiting.worker_runs", "a worker runs")
    if lost.host is None:
        what, where = say("waiting.has_shown_life", "has given a sign of life"), say("waiting.no_worker", "no worker")
    else:
        what = say("waiting.no_sign_of_life", "has given no sign of life")
        where = say("waiting.worker_on", "the worker on {host}", host=lost.host)
    return Obstacle("no_worker", what, until, lost.since, about=where)


def _away_prefect(since: datetime) -> Obstacle:
    what, until = say("waiting.unreachable", "cannot be reached"), say("waiting.answers", "it answers")
    return Obstacle("prefect_unreachable", what, until, since, about="Prefect")


def _quarantine(phone: PhoneFacts) -> Obstacle:
    by_worker = phone.quarantined_by == "worker"
    end = say("waiting.well_again", "it is well again") if by_worker else say("waiting.released", "it is released")
    why = phone.quarantine_reason or ""
    return Obstacle(
        "phone_quarantined", say("waiting.quarantine", "is in quarantine"), end, ends=phone.quarantined_until, why=why
    )


def _away(phone: PhoneFacts) -> Iterator[Obstacle]:
    if phone.state in _READY:
        return
    if phone.state == "ambiguous":
        yield Obstacle("phone_ambiguous", _AMBIGUOUS, since=phone.seen_at)
        return
    code, what, until = _STATES.get(phone.state, _OFFLINE)
    yield Obstacle(code, what, until, phone.seen_at)


def kept_by_prefect(phone: PhoneFacts, prefect: PrefectFacts) -> Iterator[Obstacle]:
    """Yield why Prefect offers no runs of a phone: it is away, or something was paused there."""
    if prefect.away_since is not None:
        yield _away_prefect(prefect.away_since)
    elif prefect.pool_paused:
        yield _paused("pool_paused", say("waiting.pool", "the work pool of all phones"))
    elif queue_name(phone.serial) in prefect.paused_queues:
        yield _paused("queue_paused", say("waiting.queue", "the queue of {phone}", phone=phone.name))


def _paused(code: str, what: str) -> Obstacle:
    return Obstacle(
        code, say("waiting.paused", "is paused in Prefect"), say("waiting.resumed", "it is resumed there"), about=what
    )
