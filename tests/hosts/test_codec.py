"""What the arguments and results of ledger calls are on their way to another host."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from phonefleet.errors import AccountBarred, LedgerUnreachable, NameUnclear, Permanent, PhonefleetError, Postponed
from phonefleet.hosts import problems
from phonefleet.hosts.codec import codec_of
from phonefleet.ledger.actions.limits import StoredRules
from phonefleet.ledger.actions.warm_ups import WarmUp
from phonefleet.ledger.names import Names
from phonefleet.ledger.targets.pools import Claim, Step
from phonefleet.ledger.values import Action, Page, Progress, Refusal, Task
from phonefleet.runs.states import Status
from phonefleet.words import Message, say

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
WHY = say("tests.why", "because of {what}", what=say("tests.what", "this"))
TASK = Task(
    1, "follow", {"target_users": ["anna", WHY]}, "phone-1", None, "sample", "api", Status.RUNNING, "RUNNING", "Run",
    NOW, WHY, NOW, NOW, NOW, None, 0, Progress(1, 3), {"notes": [WHY], "count": 2}, uuid4(), 1.5, None,
)  # fmt: skip
VALUES: list[tuple[Any, object]] = [
    (Task | None, TASK),
    (Task | None, None),
    (Action | Refusal, Action(1, 2, "follow", "anna", "boris", "done", NOW, NOW, None, WHY)),
    (Action | Refusal, Refusal(NOW, WHY, "hours", "wait")),
    (Page[Claim], Page([Claim(uuid4(), 1, "anna", ("p",), 7, None, "done", [Step("like", "done", WHY)], NOW)], 1)),
    (StoredRules, StoredRules(3)),
    (WarmUp, WarmUp(timedelta(minutes=3), 1, 2, 3)),
    (dict[UUID, str], {uuid4(): WHY}),
    (frozenset[str], frozenset({"a", "b"})),
    (Collection[UUID], [uuid4()]),
    (tzinfo, ZoneInfo("Europe/Berlin")),
    (type(None), None),
]


@pytest.mark.parametrize(
    ("hint", "value"), VALUES, ids=[f"{number}-{hint}"[:40] for number, (hint, _) in enumerate(VALUES)]
)
def test_a_value_arrives_as_it_was_sent(hint: Any, value: object) -> None:
    codec = codec_of(hint)
    assert codec.read(codec.written(value)) == value


def test_messages_arrive_as_messages_wherever_they_stand() -> None:
    codec = codec_of(Task)
    found = codec.read(codec.written(TASK))
    for text in (found.remark, found.result["notes"][0], found.script_config["target_users"][1]):
        assert isinstance(text, Message) or text == WHY.plain
    assert isinstance(found.remark, Message)
    assert isinstance(found.result["notes"][0], Message)
    assert isinstance(found.remark.params["what"], Message)


def test_names_arrive_with_those_that_are_unclear() -> None:
    sent = Names({"front": "phone-1"}, {"10.0.0.1:5555": ("phone-1", "phone-2")}, {"phone-1": "front"})
    codec = codec_of(Names)
    found = codec.read(codec.written(sent))
    assert found == sent
    with pytest.raises(NameUnclear) as raised:
        found.serial_of("10.0.0.1:5555")
    assert "front" in raised.value.message


@pytest.mark.parametrize("wrong", [b"", b"{", b"[]", b'{"id": "x"}', b"\xff", b"7"])
def test_what_is_no_such_value_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match=r"(?s)."):
        codec_of(Task).read(wrong)


def test_an_error_is_raised_again_as_what_it_was() -> None:
    found = problems.read(problems.written(AccountBarred(WHY)))
    assert type(found) is AccountBarred
    assert isinstance(found.message, Message)
    assert found.message == WHY


@pytest.mark.parametrize("sent", [Postponed("later", NOW), PhonefleetError("odd"), LedgerUnreachable()])
def test_an_error_that_is_made_of_more_arrives_as_one_that_is_permanent(sent: PhonefleetError) -> None:
    expected = Permanent if isinstance(sent, Postponed) else type(sent)
    found = problems.read(problems.written(sent))
    assert (type(found), found.message) == (expected, sent.message)


@pytest.mark.parametrize("wrong", [b"", b"[]", b"{}", b'{"kind": "Permanent"}', b"<html>"])
def test_what_is_no_error_is_told_from_one(wrong: bytes) -> None:
    with pytest.raises(ValueError, match=r"(?s).*"):
        problems.read(wrong)
