"""Collects usernames from lists of people. The tasks of a request share the lists; nobody is collected twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from phonefleet.apps.pages.people_list import PeopleList, open_relations, open_results
from phonefleet.errors import Permanent, PrivateAccount, TargetMissing
from phonefleet.ledger.targets.scraping import ScrapeSource, scope_of
from phonefleet.scripts.scrape_user import ScrapeUserConfig
from phonefleet.words import joined, say
from tasks.context import RunContext, current
from tasks.progress import report_progress
from tasks.readiness import driver
from tasks.retries import device_task
from tasks.showing import show_people

_SHOWN = 200
"""How many lists the task's result shows; the ledger has all of them."""

_READ = frozenset({"collected", "incomplete"})
_NOTHING_TO_READ = {
    "private": say("runs.private", "is private"),
    "missing": say("runs.does_not_exist", "does not exist"),
}


def sources(config: ScrapeUserConfig) -> Iterator[str]:
    """Claim and yield lists for this run: first those that it has begun, then those that no other run has claimed.

    Raises:
        Permanent: the run has claimed lists, and none of them could be read.

    """
    context = current()
    scope = scope_of(context.task_id, context.request_id)
    wanted = config.search_keyword if config.scrape_mode == "keyword" else config.target_username
    _report(context, config.max_scrape_count)
    while source := context.ledger.scraping.claim(scope, context.task_id, wanted, context.clock.now()):
        wanted = ()
        context.stop.check()
        yield source
        _report(context, config.max_scrape_count)
    _conclude(context)


@device_task(run_name="collect people from {source}")
def collect_people(source: str, config: ScrapeUserConfig) -> str:
    """Store the people of a list, up to `config.max_scrape_count`, and return how that ended.

    That is "collected", "empty", "private", "missing", or "incomplete": people were stored, and no end was seen.
    A retry reads the list from its top again; people that an earlier try has stored are not stored twice.
    """
    context = current()
    reading = _Reading(context, source, config.max_scrape_count)
    try:
        whole = reading.through(_opened(source, config))
    except (PrivateAccount, TargetMissing) as error:
        return reading.end("private" if isinstance(error, PrivateAccount) else "missing")
    if reading.places and not whole:
        context.report.note(
            say(
                "runs.app_showed_no_end_list",
                "{source}: the app showed no end of this list, so there may be more people in it",
                source=source,
            )
        )
        return reading.end("incomplete")
    return reading.end("collected" if reading.places else "empty")


@dataclass(slots=True)
class _Reading:
    """The reading of one list into the ledger; `places` has the position of each person seen in it, from 1."""

    context: RunContext
    source: str
    most: int
    places: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def scope(self) -> str:
        """The key under which the runs of the request share lists and people."""
        return scope_of(self.context.task_id, self.context.request_id)

    def through(self, people: PeopleList) -> bool:
        """Store the people screen by screen, and tell whether there are enough or the end of the list was seen."""
        for names in people.screens():
            self._keep(names)
            _report(self.context, self.most)
            self.context.stop.check()
            if len(self.places) == self.most:
                return True
        return people.complete

    def end(self, outcome: str) -> str:
        """Record the list's outcome, and return it."""
        self.context.ledger.scraping.end(self.scope, self.source, outcome, self.context.clock.now())
        return outcome

    def _keep(self, names: list[str]) -> None:
        fresh: dict[str, int] = {}
        for name in names:
            if name not in self.places and len(self.places) < self.most:
                self.places[name] = fresh[name] = len(self.places) + 1
        at = self.context.clock.now()
        self.context.ledger.scraping.add(self.scope, self.context.task_id, self.source, fresh, at)


def _opened(source: str, config: ScrapeUserConfig) -> PeopleList:
    if config.scrape_mode == "keyword":
        return open_results(driver(), source)
    return open_relations(driver(), source, config.scrape_mode)


def _report(context: RunContext, most: int) -> None:
    """Report progress (people seen, of those expected from the claimed lists) and the outcome of each list."""
    lists = context.ledger.scraping.sources_of(context.task_id)
    done = sum(each.seen for each in lists)
    total = sum(each.seen if each.outcome else most for each in lists)
    report_progress(done, max(total, 1))
    context.report.outcomes = [_shown(each) for each in lists if each.outcome][-_SHOWN:]


def _shown(source: ScrapeSource) -> dict[str, str]:
    count = {"seen": str(source.seen), "kept": str(source.kept)} if source.outcome in _READ else {}
    return {"target": source.source, "outcome": source.outcome or ""} | count


def _conclude(context: RunContext) -> None:
    """Show the collected people in Prefect; fail if none of the run's lists could be read."""
    lists = context.ledger.scraping.sources_of(context.task_id)
    if not lists:
        context.report.note(say("runs.other_phones_request_read_all", "other phones of the request read all lists"))
        report_progress(1, 1)
        return
    problems = [
        say("runs.account_refused", "@{account} {why}", account=each.source, why=why)
        for each in lists
        if (why := _NOTHING_TO_READ.get(each.outcome or ""))
    ]
    if len(problems) == len(lists):
        raise Permanent(joined("; ", problems))
    done = sum(each.seen for each in lists)
    report_progress(max(done, 1), max(done, 1))
    show_people(context)
