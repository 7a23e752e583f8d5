"""The report of a run, for people and for programs."""

from __future__ import annotations

import json

from deployments.chaos.plan import Fault, Plan, read_plan
from deployments.chaos.report import as_json, as_markdown, rows
from deployments.chaos.resources import Usage
from deployments.chaos.running import Outcome
from deployments.chaos.verdict import judge
from tests.chaos.made import course, follow, followed, found, told

KILLED = Fault(kind="process_killed", process="worker")


def outcome(*people: str) -> Outcome:
    run = found([told(1, follow(1, "person_0001"))], followed(*(("shop_001", who) for who in people)), [course(KILLED)])
    return Outcome(Plan(faults=(KILLED,)), run, judge(run), [Usage(1.0, "worker", 7, 90.0, 12, 30)], 12.3)


def test_each_fault_has_a_row() -> None:
    row = {"fault": "worker killed", "at": 0.0, "seen after": 1.0, "recovered after": 5.0, "failed": 0, "lost": 0}
    assert rows(outcome("person_0001")) == [row | {"doubled": 0}]
    assert rows(outcome("person_0001", "person_0001")) == [row | {"doubled": 1}]


def test_the_report_for_people_has_the_verdict_the_table_and_the_plan() -> None:
    text = as_markdown(outcome("person_0001"))
    assert text.startswith("# 24 tasks, 3 phones, 1 faults, seed 0: nothing lost, nothing done twice\n")
    assert "| worker killed | 0.0 | 1.0 | 5.0 | 0 | 0 | 0 |" in text
    plan = text.split("```yaml\n")[1].removesuffix("```\n")
    assert read_plan(plan, "report").faults == (KILLED,)


def test_problems_come_first() -> None:
    text = as_markdown(outcome())
    assert "- lost: task 1 (follow) completed, but 1 of its deeds are not there" in text.split("| fault")[0]


def test_the_report_for_programs_is_json_and_says_whether_all_is_well() -> None:
    assert json.loads(json.dumps(as_json(outcome("person_0001"))))["ok"] is True
    found_wrong = as_json(outcome())
    assert (found_wrong["ok"], {one["kind"] for one in found_wrong["problems"]}) == (False, {"lost"})
    assert found_wrong["counts"]["lost"] > 0
