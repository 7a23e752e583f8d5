"""The smallest flow: for measuring what a run costs before anything is done in it."""

from prefect import flow, task


@task
def nothing() -> None:
    """Do nothing."""


@flow(name="trivial", persist_result=False)
def trivial(serial: str) -> None:  # noqa: ARG001 - our worker needs it to choose the lane
    """Do nothing, as one task."""
    nothing()
