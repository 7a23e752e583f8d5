"""The route of failures by kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.envelope import Envelope
from api.resources import TheResources
from api.results.failure_schemas import FailureKindOut, FailureKinds, FailureQuery

router = APIRouter(tags=["tasks"])


@router.get("/failures")
def list_failures(wanted: Annotated[FailureQuery, Query()], resources: TheResources) -> Envelope[FailureKinds]:
    """Tell what has failed and was not retried since, by kind; tasks that a person has stopped are no failures."""
    end = resources.clock.now()
    begin = end - timedelta(hours=wanted.hours)
    found = resources.ledger.failures.by_kind(begin, end, wanted.script_name)
    kinds = [FailureKindOut.model_validate(kind) for kind in found]
    return Envelope(data=FailureKinds(kinds=kinds, tasks=sum(kind.tasks for kind in kinds), begin=begin, end=end))
