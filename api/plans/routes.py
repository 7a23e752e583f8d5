"""The route of plans."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Response

from api.answers.envelope import Envelope
from api.plans.of_days import forecast_days
from api.plans.of_request import forecast
from api.plans.schemas import DaysRequest, PlanOut, PlanRequest
from api.resources import TheResources

router = APIRouter(tags=["tasks"])


@router.post("/plan", response_model=Envelope[PlanOut])
def plan_tasks(request: Annotated[PlanRequest, Body()], resources: TheResources) -> Response:
    """Tell what `POST /task` with the same body would do, or, given `days`, what all campaigns will do.

    Nothing is done: it tells when, how long, and which conflicts there are.
    """
    found = forecast_days(resources, request) if isinstance(request, DaysRequest) else forecast(resources, request)
    answer = Envelope(data=found).model_dump_json()  # here, in the thread: a plan may be long
    return Response(answer, media_type="application/json")
