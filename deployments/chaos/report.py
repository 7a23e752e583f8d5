"""Tells what came of a run: rows for tables, Markdown for people, JSON for programs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from deployments.chaos.plan import plan_text
from deployments.chaos.resources import Trend, trends
from deployments.chaos.running import Outcome
from deployments.chaos.verdict import COMPLETED, FAILED, losses_of

HEAD: Final = ("fault", "at", "seen after", "recovered after", "failed", "lost", "doubled")
Row = dict[str, Any]


def rows(outcome: Outcome) -> list[Row]:
    """Return a row for each fault that has struck, in order; times are seconds, None for never."""
    found, verdict = outcome.found, outcome.verdict
    told: list[Row] = []
    for course in sorted(found.courses, key=lambda course: course.strike.at):
        losses = losses_of(course, found, verdict)
        told.append({
            "fault": course.strike.fault.told,
            "at": round(course.strike.at, 1),
            "seen after": _rounded(course.seen),
            "recovered after": _rounded(course.recovered),
            "failed": losses.failed,
            "lost": losses.lost,
            "doubled": losses.doubled,
        })  # fmt: skip
    return told


def counts(outcome: Outcome) -> dict[str, int]:
    """Count tasks by what became of them, and problems by kind."""
    told = outcome.found.told
    kinds = Counter(problem.kind for problem in outcome.verdict.problems)
    return {
        "tasks": len(told),
        "completed": sum(one.status == COMPLETED for one in told),
        "failed": sum(one.status == FAILED for one in told),
        "unfinished": kinds["unfinished"],
        "retries": sum(one.retries for one in told),
        "actions unknown": outcome.verdict.unknown,
        "lost": kinds["lost"],
        "doubled": kinds["doubled"] + kinds["stranger"] + kinds["created"],
        "over budget": kinds["over_budget"],
        "stuck lanes": kinds["stuck"],
        "calls without a reason": kinds["called"],
        "failed without a reason": kinds["failed"],
    }


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return the whole report for programs."""
    return {
        "ok": outcome.verdict.ok,
        "seconds": round(outcome.seconds, 1),
        "counts": counts(outcome),
        "problems": [
            {"kind": problem.kind, "told": problem.told, "task": problem.task, "phone": problem.phone}
            for problem in outcome.verdict.problems
        ],
        "faults": rows(outcome),
        "resources": [_of(trend) for trend in trends(outcome.usages)],
        "plan": outcome.plan.model_dump(mode="json"),
    }


def as_markdown(outcome: Outcome) -> str:
    """Return the report for people, with the plan at its end."""
    plan = outcome.plan
    verdict = "nothing lost, nothing done twice" if outcome.verdict.ok else f"{len(outcome.verdict.problems)} problems"
    phones = f"{plan.fleet.phones} phones" + (f" on {plan.fleet.hosts} hosts" if plan.fleet.hosts > 1 else "")
    told = f"{plan.work.tasks} tasks, {phones}, {len(plan.faults)} faults, seed {plan.seed}"
    parts = [
        f"# {told}: {verdict}",
        f"{outcome.seconds:.0f} s. " + ", ".join(f"{name} {number}" for name, number in counts(outcome).items()) + ".",
    ]
    if outcome.verdict.problems:
        parts.append("\n".join(f"- {problem.kind}: {problem.told}" for problem in outcome.verdict.problems))
    parts.append(_table(HEAD, [[row[name] for name in HEAD] for row in rows(outcome)]))
    resources = [_of(trend) for trend in trends(outcome.usages)]
    if resources:
        parts.append(_table(tuple(resources[0]), [list(one.values()) for one in resources]))
    parts.append(f"```yaml\n{plan_text(plan)}```")
    return "\n\n".join(parts) + "\n"


def _of(trend: Trend) -> Row:
    return {
        "process": trend.process,
        "measure": trend.measure.replace("_", " "),
        "first": round(trend.first, 1),
        "last": round(trend.last, 1),
        "most": round(trend.most, 1),
        "an hour": None if trend.an_hour is None else round(trend.an_hour, 1),
    }


def _table(head: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    told = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join("-" if cell is None else str(cell) for cell in line) + " |" for line in told)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
