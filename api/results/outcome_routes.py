"""The route of outcomes: what came of each target of a task."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.answers.envelope import NOT_FOUND, Envelope, Problem
from api.answers.fields import is_id
from api.resources import TheResources
from api.results.outcome_schemas import OutcomeOut, OutcomePage, OutcomeQuery
from phonefleet.ledger import Page, Task
from phonefleet.ledger.targets.pools import Claim, Pools
from phonefleet.words import say

router = APIRouter(tags=["tasks"])


@router.get("/task/{task_id}/outcomes")
def list_outcomes(
    task_id: Annotated[int, Path()], wanted: Annotated[OutcomeQuery, Query()], resources: TheResources
) -> Envelope[OutcomePage]:
    """List what came of each target of a task, in the targets' order."""
    task = resources.ledger.tasks.get(task_id) if is_id(task_id) else None
    if task is None:
        raise Problem(NOT_FOUND, say("results.no_task", "There is no task {task_id}", task_id=str(task_id)[:20]))
    found = _page(resources.ledger.pools, task, wanted)
    outcomes = [_of_claim(claim) for claim in found.items] if found.total else _told(task, wanted)
    total = found.total or len(_told_by(task))
    return Envelope(data=OutcomePage(outcomes=outcomes, total=total, page=wanted.page, page_size=wanted.page_size))


def _page(pools: Pools, task: Task, wanted: OutcomeQuery) -> Page[Claim]:
    if wanted.of == "task":
        return pools.taken(task.id, wanted.page, wanted.page_size)
    return pools.shared(task.id, task.request_id, wanted.page, wanted.page_size)


def _of_claim(claim: Claim) -> OutcomeOut:
    outcome = OutcomeOut.model_validate(claim)
    outcome.detail = next((step.detail for step in claim.steps if step.detail), None)
    return outcome


def _told(task: Task, wanted: OutcomeQuery) -> list[OutcomeOut]:
    """Return a page of the outcomes in the task's own result, for tasks whose targets are not shared."""
    first = (wanted.page - 1) * wanted.page_size
    told = list(enumerate(_told_by(task)))[first : first + wanted.page_size]
    return [_of_result(position, one, task) for position, one in told]


def _of_result(position: int, told: dict[str, Any], task: Task) -> OutcomeOut:
    outcome, detail = str(told.get("outcome", "")), told.get("detail")
    action: object = told.get("action")
    return OutcomeOut.model_validate(
        {
            "position": position,
            "target": str(told.get("target", "")),
            "outcome": outcome,
            "steps": [{"action": action, "outcome": outcome, "detail": detail}] if action else [],
            "detail": detail,
            "task_id": task.id,
            "account": task.username,
        }
    )


def _told_by(task: Task) -> list[dict[str, Any]]:
    return (task.result or {}).get("outcomes", [])
