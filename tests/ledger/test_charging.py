"""Budgets in the ledger: what counts, what does not, and that nobody overspends, however many try at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from deployments.postgres import EmbeddedPostgres
from phonefleet.errors import AccountBarred, DoNotContact, LedgerUnreachable, LimitsChanged, OutcomeUnknown
from phonefleet.ledger import Action, Intent, Ledger, NewTask, Refusal
from phonefleet.ledger.actions.charging import lock_account
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from phonefleet.limits import Kind, Override, Rules

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 2, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


class Hand:
    """Intends and acts in one task, as @shop."""

    def __init__(self, ledger: Ledger, task_id: int) -> None:
        self.ledger = ledger
        self.task_id = task_id
        self.now = NOW

    def intent(self, target: str, kind: Kind = "follow", account: str = "shop", app: str = "sample") -> Intent:
        return Intent(self.task_id, kind, app, account, target)

    def try_to(
        self, target: str, kind: Kind = "follow", account: str = "shop", app: str = "sample"
    ) -> Action | Refusal:
        return self.ledger.actions.intend(self.intent(target, kind, account, app), self.now, UTC)

    def intend(self, target: str, kind: Kind = "follow") -> Action:
        found = self.try_to(target, kind)
        assert isinstance(found, Action), found
        return found

    def act(self, target: str, kind: Kind = "follow") -> Action:
        action = self.intend(target, kind)
        assert self.ledger.actions.acting(action.id, self.intent(target, kind), self.now, UTC) is None
        return action

    def is_refused(self, target: str, kind: Kind = "follow") -> bool:
        return isinstance(self.try_to(target, kind), Refusal)


@pytest.fixture(scope="module")
def database_url(migrated_server: EmbeddedPostgres) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    migrated_server.ensure_database(name, "migrated")
    yield migrated_server.url(name)
    migrated_server.drop_database(name)


@pytest.fixture
def postgres_url(database_url: str) -> str:
    """The database of this file's tests, empty."""
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("TRUNCATE tasks, actions, accounts, devices, limits, do_not_contact CASCADE")
    return database_url


@pytest.fixture
def hand(ledger: Ledger, new_task: Callable[..., NewTask]) -> Hand:
    ledger.limits.replace(Rules(budgets={"follow": 2, "like": 1}), NOW)
    ledger.accounts.sync("phone-1", "sample", ["shop"])
    return Hand(ledger, ledger.tasks.create([new_task()])[0])


@pytest.fixture
def other(ledger: Ledger, hand: Hand, new_task: Callable[..., NewTask]) -> Hand:
    """Another task of the same account."""
    assert hand.now == NOW
    return Hand(ledger, ledger.tasks.create([new_task()])[0])


# --- what counts -------------------------------------------------------------------------------------------


def test_what_is_intended_has_its_place_and_one_more_is_refused_until_tomorrow(hand: Hand) -> None:
    hand.intend("anna")
    hand.intend("bob")
    assert hand.try_to("carl") == Refusal(TOMORROW, "has used its 2 follows of today", "budget", "wait")
    assert [action.target for action in hand.ledger.actions.of_task(hand.task_id)] == ["anna", "bob"]


def test_budgets_of_other_kinds_accounts_and_apps_are_others(hand: Hand) -> None:
    hand.intend("anna")
    hand.intend("bob")
    hand.intend("carl", "like")
    assert isinstance(hand.try_to("dora", account="studio"), Action)
    assert isinstance(hand.try_to("emil", app="other"), Action)
    assert isinstance(hand.try_to("fred", account="SHOP"), Refusal)


def test_after_the_clock_was_set_back_gaps_hold_between_what_comes_then(hand: Hand) -> None:
    hand.ledger.limits.replace(Rules(gap=20), NOW)
    hand.now = NOW + timedelta(minutes=5)
    hand.act("anna")
    hand.now = NOW
    hand.act("bob")
    hand.now = NOW + timedelta(seconds=5)
    assert hand.is_refused("carl")
    hand.now = NOW + timedelta(seconds=20)
    assert not hand.is_refused("carl")


@pytest.mark.parametrize(
    ("touched", "state", "counts"),
    [(False, "already", False), (False, "failed", False), (True, "done", True), (True, "unknown", True),
     (True, "failed", True)],
)  # fmt: skip
def test_what_ended_counts_if_it_was_touched(
    hand: Hand, other: Hand, *, touched: bool, state: str, counts: bool
) -> None:
    for target in ("anna", "bob"):
        action = hand.act(target) if touched else hand.intend(target)
        hand.ledger.actions.end(action.id, state, NOW)  # pyright: ignore[reportArgumentType] - one of them
    assert other.is_refused("carl") == counts


def test_a_retry_is_not_charged_twice(hand: Hand, other: Hand) -> None:
    first = hand.act("anna")
    hand.intend("bob")
    assert [hand.intend("anna").id for _ in range(3)] == [first.id] * 3
    assert isinstance(hand.try_to("bob"), Action)
    assert other.is_refused("carl")


def test_what_was_given_up_or_stopped_before_the_touch_gives_its_place_back(hand: Hand, other: Hand) -> None:
    hand.ledger.actions.release(hand.intend("anna").id)
    hand.ledger.actions.end(hand.intend("bob").id, "failed", NOW)
    other.intend("carl")
    other.intend("dora")
    assert hand.is_refused("anna")
    assert hand.is_refused("bob")
    hand.now = TOMORROW
    assert [hand.intend(target).state for target in ("anna", "bob")] == ["intended", "intended"]


def test_a_touch_is_not_given_back_by_a_stop(hand: Hand, other: Hand) -> None:
    for target in ("anna", "bob"):
        hand.ledger.actions.release(hand.act(target).id)
    assert other.is_refused("carl")


def test_whatever_a_task_changes_about_a_profile_is_one_change(hand: Hand, other: Hand) -> None:
    for field in ("nickname", "bio", "avatar"):
        hand.act(field, "profile")
    assert other.is_refused("bio", "profile")
    hand.now = TOMORROW
    hand.act("link", "profile")


def test_what_is_done_is_neither_charged_nor_refused(hand: Hand, other: Hand) -> None:
    action = hand.act("anna")
    hand.ledger.actions.end(action.id, "done", NOW)
    other.intend("bob")
    hand.ledger.limits.replace(Rules(budgets={"follow": 0}), NOW)
    assert hand.intend("anna").state == "done"


# --- days --------------------------------------------------------------------------------------------------


def test_a_touch_counts_on_the_day_on_which_it_happens(hand: Hand, other: Hand) -> None:
    hand.now = TOMORROW - timedelta(seconds=1)
    late = hand.intend("anna")
    hand.now = other.now = TOMORROW
    other.intend("bob")
    other.intend("carl")
    refused = hand.ledger.actions.acting(late.id, hand.intent("anna"), hand.now, UTC)
    assert refused == Refusal(TOMORROW + timedelta(days=1), "has used its 2 follows of today", "budget", "wait")


def test_what_may_have_happened_yesterday_can_be_looked_at_but_not_repeated_without_a_place(
    hand: Hand, other: Hand
) -> None:
    hand.act("anna")
    hand.now = other.now = TOMORROW
    other.intend("bob")
    other.intend("carl")
    action = hand.intend("anna")
    assert hand.ledger.actions.acting(action.id, hand.intent("anna"), hand.now, UTC) is not None


@pytest.mark.parametrize("named", [True, False])
def test_a_day_begins_in_the_zone_of_the_limits_or_else_of_the_host(hand: Hand, *, named: bool) -> None:
    hand.ledger.limits.replace(Rules(budgets={"follow": 1}, timezone="Asia/Tokyo" if named else None), NOW)
    hand.intend("anna")
    refused = hand.ledger.actions.intend(hand.intent("bob"), NOW, BERLIN)
    assert isinstance(refused, Refusal)
    assert refused.until is not None
    assert refused.until.isoformat() == ("2026-03-02T00:00:00+09:00" if named else "2026-03-02T00:00:00+01:00")


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_that_changes_the_clock_has_one_budget(hand: Hand, day: str, length: int) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=BERLIN).astimezone(UTC)
    hand.ledger.limits.replace(Rules(budgets={"follow": 1}, timezone="Europe/Berlin"), NOW)
    hand.now = midnight
    hand.act("anna")
    hand.now = midnight + timedelta(hours=length, microseconds=-1)
    assert hand.is_refused("bob")
    hand.now = midnight + timedelta(hours=length)
    hand.act("bob")


# --- at once -----------------------------------------------------------------------------------------------


def test_of_many_who_race_for_the_last_place_one_gets_it(
    postgres_url: str, hand: Hand, new_task: Callable[..., NewTask]
) -> None:
    hand.intend("anna")
    task_ids = hand.ledger.tasks.create([new_task() for _ in range(12)])

    def race(task_id: int) -> bool:
        with Ledger(postgres_url, pool_size=1) as host:
            return not Hand(host, task_id).is_refused("bob")

    with ThreadPoolExecutor(6) as hosts:
        assert sum(hosts.map(race, task_ids)) == 1


def test_a_host_that_starts_anew_knows_what_was_used(postgres_url: str, hand: Hand) -> None:
    hand.act("anna")
    hand.intend("bob")
    with Ledger(postgres_url, pool_size=1) as host:
        assert Hand(host, hand.task_id).is_refused("carl")


def test_accounts_do_not_wait_for_each_other(postgres_url: str, hand: Hand) -> None:
    engine = create_engine(postgres_url)
    with Session(engine) as session:
        lock_account(session, hand.intent("anna"))
        assert isinstance(hand.try_to("anna", account="studio"), Action)
    engine.dispose()


def test_without_the_ledger_there_is_no_decision() -> None:
    with Ledger("postgresql://nobody@127.0.0.1:1/nothing") as away, pytest.raises(LedgerUnreachable):
        Hand(away, 1).try_to("anna")


# --- whose limits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [{"tag": "vip"}, {"group": "front"}, {"username": "Shop"}])
def test_tags_and_groups_are_looked_up_with_each_intent(hand: Hand, who: dict[str, str]) -> None:
    account = hand.ledger.accounts.get("shop", "sample")
    assert account is not None
    hand.ledger.accounts.change(account.id, tags=["vip"])
    hand.ledger.devices.seen("phone-1", "online", "host")
    hand.ledger.devices.change("phone-1", group_name="front")
    strict = {"budgets": {"follow": 1}, "when_met": "fail"}
    hand.ledger.limits.replace(Rules(overrides=[Override.model_validate({**who, **strict})]), NOW)
    hand.intend("anna")
    refused = hand.try_to("bob")
    assert isinstance(refused, Refusal)
    assert refused.when_met == "fail"


def test_an_account_that_is_held_while_its_task_runs_goes_no_further(hand: Hand) -> None:
    action = hand.intend("anna")
    hand.ledger.accounts.hold("SHOP", "sample", "the app asks for a code", NOW)
    with pytest.raises(AccountBarred, match=r"@shop is held .*the app asks for a code"):
        hand.try_to("bob")
    with pytest.raises(AccountBarred):
        hand.ledger.actions.acting(action.id, hand.intent("anna"), NOW, UTC)


def test_what_another_account_may_have_done_is_not_repeated(hand: Hand) -> None:
    hand.act("anna")
    with pytest.raises(OutcomeUnknown, match="@shop may have done follow anna"):
        hand.try_to("anna", account="studio")


def test_limits_that_were_changed_meanwhile_are_not_overwritten(ledger: Ledger) -> None:
    assert ledger.limits.current().version == 0
    first = ledger.limits.replace(Rules(gap=1), NOW, instead_of=0)
    with pytest.raises(LimitsChanged):
        ledger.limits.replace(Rules(gap=2), NOW, instead_of=0)
    assert ledger.limits.current() == first


# --- do not contact ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["follow", "like", "favorite", "repost", "share", "comment", "message"])
def test_nobody_contacts_who_wants_none(hand: Hand, kind: Kind) -> None:
    hand.ledger.do_not_contact.put([DoNotContactEntry("Anna", None, "asked us", NOW)])
    with pytest.raises(DoNotContact, match="@Anna is on the do-not-contact list since 2026-03-01: asked us"):
        hand.try_to("ANNA", kind)
    with pytest.raises(DoNotContact):
        hand.ledger.actions.intend(Intent(hand.task_id, kind, "sample", "shop", "sample://post/1", "anna"), NOW, UTC)
    with pytest.raises(DoNotContact):
        hand.try_to("https://example.com/@anna/video/1", kind)


def test_who_wants_none_may_be_unfollowed_and_contacted_by_other_apps(hand: Hand) -> None:
    hand.ledger.do_not_contact.put([DoNotContactEntry("anna", "other", None, NOW)])
    hand.intend("anna")
    hand.ledger.do_not_contact.put([DoNotContactEntry("anna", None, None, NOW)])
    hand.intend("anna", "unfollow")
    hand.intend("anna", "profile")


def test_who_asks_for_it_between_intent_and_touch_is_left_alone(hand: Hand) -> None:
    action = hand.intend("anna")
    hand.ledger.do_not_contact.put([DoNotContactEntry("anna", "sample", None, NOW)])
    with pytest.raises(DoNotContact):
        hand.ledger.actions.acting(action.id, hand.intent("anna"), NOW, UTC)
