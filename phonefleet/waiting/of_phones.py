"""What stands in the way of all tasks of a phone: it is away, disabled or in quarantine, or nobody serves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from phonefleet.runs.queues import queue_name
from phonefleet.waiting.facts import Lost, PhoneFacts, PrefectFacts

_READY = ("device", "online")
_STATES = {
    "unauthorized": ("phone_unauthorized", "has not allowed debugging from its host", "it does"),
    "no_permissions": ("phone_no_permissions", "may not be opened by its host's user", "udev rules allow that"),
    "recovery": ("phone_recovery", "has started into something else than Android", "it is restarted"),
    "unread": ("phone_unread", "has not said yet which phone it is", "it has"),
}
_OFFLINE = ("phone_offline", "is offline", "it is connected")
_AMBIGUOUS = "has the same serial as another one on USB, and adb can address neither"


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
        why = f" ({self.why})" if self.why else ""
        if self.ends is not None:
            return f"{self.what} for {max(1, round((self.ends - now) / timedelta(minutes=1)))} min{why}"
        if self.about:
            return f"has to wait until {self.until}: {self.about} {self.what}{why}"
        return f"{self.what}{why}: its tasks wait{self._end()}"

    def sentence(self, phone: str, now: datetime, zone: tzinfo) -> str:
        """Return a sentence about a task of a phone, which is given by its name; "" means tasks in general."""
        since = "" if self.since is None else f" since {moment(self.since, now, zone)}"
        why = f" ({self.why})" if self.why else ""
        end = self._end() if self.ends is None else f" until {moment(self.ends, now, zone)}"
        whose = "the task waits" if phone else "tasks wait"
        return f"{self.about or phone} {self.what}{since}{why}: {whose}{end}"

    def _end(self) -> str:
        return f" until {self.until}" if self.until else ""


def obstacles_of(phone: PhoneFacts, prefect: PrefectFacts, now: datetime) -> Iterator[Obstacle]:
    """Yield what stands in the way of a phone's tasks, what a person has decided first."""
    yield from at_the_phone(phone, prefect, now)
    yield from kept_by_prefect(phone, prefect)


def at_the_phone(phone: PhoneFacts, prefect: PrefectFacts, now: datetime) -> Iterator[Obstacle]:
    """Yield why a phone gets no work."""
    if not phone.enabled:
        yield Obstacle("phone_disabled", "is disabled", "it is enabled")
    if is_quarantined(phone, now):
        yield _quarantine(phone)
    if phone.taken_by is not None and (phone.taken_until is None or phone.taken_until > now):
        what = f"is taken over by {phone.taken_by}"
        yield Obstacle("phone_taken_over", what, "it is given back", ends=phone.taken_until)
    if (lost := prefect.lost_worker(phone.host, now)) is not None:
        yield _no_worker(lost)
    if not is_quarantined(phone, now):
        yield from _away(phone)


def of_all_phones(prefect: PrefectFacts, now: datetime) -> Iterator[Obstacle]:
    """Yield what keeps the tasks of some computer's phones, or of all, from starting."""
    if prefect.away_since is not None:
        yield Obstacle("prefect_unreachable", "cannot be reached", "it answers", prefect.away_since, about="Prefect")
    for host in prefect.workers or {}:
        if (lost := prefect.lost_worker(host, now)) is not None:
            yield _no_worker(lost)
    if prefect.workers == {}:
        yield _no_worker(Lost(None, None))
    if prefect.pool_paused:
        yield _paused("pool_paused", "the work pool of all phones")


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
    where = "no worker" if lost.host is None else f"the worker on {lost.host}"
    what = "has given a sign of life" if lost.host is None else "has given no sign of life"
    return Obstacle("no_worker", what, "a worker runs", lost.since, about=where)


def _quarantine(phone: PhoneFacts) -> Obstacle:
    end = "it is well again" if phone.quarantined_by == "worker" else "it is released"
    why = phone.quarantine_reason or ""
    return Obstacle("phone_quarantined", "is in quarantine", end, ends=phone.quarantined_until, why=why)


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
        yield Obstacle("prefect_unreachable", "cannot be reached", "it answers", prefect.away_since, about="Prefect")
    elif prefect.pool_paused:
        yield _paused("pool_paused", "the work pool of all phones")
    elif queue_name(phone.serial) in prefect.paused_queues:
        yield _paused("queue_paused", f"the queue of {phone.name}")


def _paused(code: str, what: str) -> Obstacle:
    return Obstacle(code, "is paused in Prefect", "it is resumed there", about=what)
