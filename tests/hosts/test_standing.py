"""What a worker hears of its standing with the main host, in whatever order it comes."""

from __future__ import annotations

from deployments.worker.standing import Standing


def test_a_loss_is_told_once_each_time_the_number_changes() -> None:
    standing, told = Standing(losses=2), list[str]()
    standing.attach(lambda: told.append("lost"), lambda: told.append("refused"))
    for losses in ("2", "2", "3", "3", "4"):
        standing.hear(losses)
    assert told == ["lost", "lost"]


def test_a_refusal_is_told_once_and_the_first_reason_stays() -> None:
    standing, told = Standing(losses=0), list[str]()
    standing.attach(lambda: None, lambda: told.append("refused"))
    assert standing.refusal is None
    standing.refuse("removed")
    standing.refuse("something else")
    assert (told, standing.refusal) == (["refused"], "removed")


def test_a_refusal_before_the_worker_listens_is_not_missed() -> None:
    standing, told = Standing(losses=0), list[str]()
    standing.refuse("removed")
    standing.attach(lambda: None, lambda: told.append("refused"))
    assert told == ["refused"]
