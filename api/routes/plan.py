"""Plans over HTTP: what a request for tasks would do."""

from __future__ import annotations

from fastapi import APIRouter

from api.envelope import Envelope
from api.facade import TheFacade
from api.forecast import forecast
from api.plan_schemas import PlanOut
from api.schemas import TaskRequest

router = APIRouter(tags=["tasks"])


@router.post("/plan")
def plan_tasks(request: TaskRequest, facade: TheFacade) -> Envelope[PlanOut]:
    """Tell what `POST /task` with the same body would do, without doing it: when, how long, and what stands against."""
    return Envelope(data=forecast(facade, request))
