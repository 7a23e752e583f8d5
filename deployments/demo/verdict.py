"""Verifies the demonstration: compares the tasks that the API shows with the state of the virtual phones' world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from phonefleet.client.answers import Task
from phonefleet.client.tasks import COMPLETED, FAILED
from phonefleet.scripts import read_config
from phonefleet.words import tr

Json = dict[str, Any]
KINDS = {"follow": "follows", "unfollow": "unfollows"}
"""The list of the world in which a script's actions appear."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The differences that were found, a sentence each; empty when all is as expected."""

    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether all is as expected."""
        return not self.problems


def verdict_of(tasks: Sequence[Task], world: Json, *, failures_allowed: bool) -> Verdict:
    """Return what is not as expected: failed or unfinished tasks, actions that are missing or were done twice.

    With `failures_allowed`, failed tasks are no problem; actions done twice still are.
    """
    problems = [] if failures_allowed else list(_failures(tasks))
    problems += _unfinished(tasks)
    for script, kind in KINDS.items():
        problems += _repeats(kind, world.get(kind, []))
        problems += _differences(script, tasks, world.get(kind, []))
    return Verdict(tuple(problems))


def targets(task: Task) -> list[str]:
    """Return whom a task is about."""
    return list(read_config(task["script_name"], task["script_config"]).all_targets)


def _failures(tasks: Sequence[Task]) -> Iterable[str]:
    for task in tasks:
        if task["status"] == FAILED:
            yield tr("task {number} failed: {remark}", number=task["id"], remark=task["remark"] or task["state"])


def _unfinished(tasks: Sequence[Task]) -> Iterable[str]:
    for task in tasks:
        if task["status"] not in {COMPLETED, FAILED}:
            yield tr("task {number} is still {status_text}", number=task["id"], status_text=task["status_text"])


def _repeats(kind: str, events: Sequence[dict[str, Any]]) -> Iterable[str]:
    pairs = Counter((event["follower"], event["followee"]) for event in events)
    for (follower, followee), times in pairs.items():
        if times > 1:
            yield tr(
                "the world holds {times} {kind} of {followee} by {follower}",
                times=times,
                kind=kind,
                followee=followee,
                follower=follower,
            )


def _differences(script: str, tasks: Sequence[Task], events: Sequence[dict[str, Any]]) -> Iterable[str]:
    """Compare the numbers of actions by target: those of completed tasks must be there, those of failed ones may be."""
    seen = Counter(event["followee"] for event in events)
    mine = [task for task in tasks if task["script_name"] == script]
    least = Counter(target for task in mine if task["status"] == COMPLETED for target in targets(task))
    most = Counter(target for task in mine for target in targets(task))
    for target in most | seen:
        if not least[target] <= seen[target] <= most[target]:
            yield tr(
                "{least} tasks to {script} {target} completed, but the world shows {seen}",
                least=least[target],
                script=script,
                target=target,
                seen=seen[target],
            )
