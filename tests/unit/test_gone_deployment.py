"""A run can go again only while its deployment is in Prefect, which aborts every beginning of one without."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx
import pytest

from api.prefect.client import PrefectApi, PrefectNotFound

RUN, DEPLOYMENT = uuid4(), uuid4()


def told(*there: str) -> bool:
    """Return what is told of a run by a Prefect server that has the things at these paths, and no others."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = request.url.path in there
        return httpx.Response(200 if found else 404, json={"deployment_id": str(DEPLOYMENT)} if found else {})

    async def ask() -> bool:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://prefect") as client:
            return await PrefectApi(client).has_deployment(RUN)

    return asyncio.run(ask())


def test_a_run_whose_deployment_is_there_can_go_again() -> None:
    assert told(f"/flow_runs/{RUN}", f"/deployments/{DEPLOYMENT}")


def test_a_run_whose_deployment_is_gone_cannot() -> None:
    assert not told(f"/flow_runs/{RUN}")


def test_a_run_that_is_gone_itself_is_told_as_such() -> None:
    with pytest.raises(PrefectNotFound):
        told()
