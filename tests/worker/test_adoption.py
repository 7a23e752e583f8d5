"""Whose run is it? Only the idempotency key tells; tags can be copied by anybody. And what a stranger is called."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prefect import Flow, flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun

from deployments.worker.runs.adoption import find_or_adopt_task
from phonefleet.errors import Permanent
from phonefleet.ledger import Ledger
from phonefleet.ledger.tasks.adoption import adoption, serial_in
from phonefleet.runs.keys import run_key, task_id_in
from phonefleet.scripts.fields import Targets
from phonefleet.scripts.follow import FollowConfig
from phonefleet.scripts.script import ScriptConfig
from tasks.lifecycle import errand

LEDGER = "0a1b2c3d4e"


@given(st.integers(1, 10**18 - 1), st.integers(0, 1000))
def test_a_run_made_for_a_task_names_it_in_its_key(task_id: int, retry_count: int) -> None:
    assert task_id_in(run_key(LEDGER, task_id, retry_count), LEDGER) == task_id


def test_a_task_that_lost_its_run_has_another_key() -> None:
    assert len({run_key(LEDGER, 17), run_key(LEDGER, 17, 1), run_key(LEDGER, 17, 2), run_key(LEDGER, 171)}) == 4


def test_a_run_of_another_ledger_is_a_stranger() -> None:
    assert task_id_in(run_key("ffff", 17), LEDGER) is None


@pytest.mark.parametrize(
    "key", [None, "", "17", "task-17", f"task-{LEDGER}-", f"task-{LEDGER}-x", f"task-{LEDGER}-\u0661"]
)
def test_a_key_of_another_kind_names_no_task(key: str | None) -> None:
    assert task_id_in(key, LEDGER) is None


def test_a_run_without_a_serial_is_for_no_phone() -> None:
    assert serial_in({}) is None
    assert serial_in({"serial": 5}) is None


def test_what_a_person_left_out_of_a_run_is_left_out_of_its_task() -> None:
    adopted = adoption(uuid4(), "follow", {"serial": "a", "config": 5, "username": 7}, datetime.now(UTC))
    assert (adopted.serial, adopted.script_config, adopted.username, adopted.source) == ("a", {}, None, "ui")


# --- what a stranger is called -----------------------------------------------------------------------------


class GreetConfig(ScriptConfig):
    """Whom to greet."""

    target_users: Targets

    def summary(self) -> str:
        return f"greet @{self.target_users[0]}"


class SilentConfig(ScriptConfig):
    """A script that says nothing of itself."""

    target_users: Targets


class BrokenConfig(SilentConfig):
    """A script that cannot say what it is called."""

    def summary(self) -> str:
        return f"greet @{self.target_users[99]}"


class Renamed:
    """Prefect, as far as a run is given a name and tags."""

    def __init__(self) -> None:
        self.names: list[str | None] = []

    def update_flow_run(self, _: object, *, name: str | None, tags: list[str]) -> None:
        assert "source:ui" in tags
        self.names.append(name)


def flow_of(name: str, model: type[ScriptConfig]) -> Flow[..., Any]:
    def body(config: ScriptConfig) -> None:
        """Do nothing."""

    body.__annotations__["config"] = model
    return flow(name=name)(errand(body))


def name_given(url: str, of: Flow[..., Any], **given: object) -> str | None:
    """Let a stranger of a flow be adopted, and return the name that its run is given."""
    parameters = {"serial": "Pixel-07", "config": {"target_users": ["anna"]}, "username": "shop", **given}
    run, renamed = FlowRun(flow_id=uuid4(), parameters=parameters), Renamed()
    with Ledger(url) as ledger:
        task = find_or_adopt_task(run, of, ledger, cast("SyncPrefectClient", renamed))
    assert task is not None
    [name] = renamed.names
    return name


def test_a_run_of_a_users_own_script_is_named_as_the_script_says(postgres_url: str) -> None:
    assert name_given(postgres_url, flow_of("greet", GreetConfig)) == "greet @anna on Pixel-07 as @shop"


def test_a_run_of_ours_that_a_person_started_is_named_as_those_of_the_api(postgres_url: str) -> None:
    assert name_given(postgres_url, flow_of("follow", FollowConfig)) == "follow @anna on Pixel-07 as @shop"


def test_a_run_of_a_script_that_says_nothing_of_itself_keeps_its_name(postgres_url: str) -> None:
    assert name_given(postgres_url, flow_of("quiet", SilentConfig)) is None


def test_a_script_that_cannot_say_what_it_is_called_fails_and_says_so(postgres_url: str) -> None:
    with pytest.raises(Permanent, match="the summary of the script broken cannot be told: IndexError"):
        name_given(postgres_url, flow_of("broken", BrokenConfig))


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"target_users": ["a b"]}, "config.target_users is not a list of usernames"),
        ({"target_users": ["anna"], "access_method": "x"}, "config.access_method must be 'direct' or 'search'"),
        ({}, "config.target_users is required"),
        (None, "config is required"),
    ],
)
def test_a_run_that_a_person_started_with_wrong_parameters_fails_in_the_words_of_the_api(
    postgres_url: str, config: object, told: str
) -> None:
    with pytest.raises(Permanent) as refused:
        name_given(postgres_url, flow_of("follow", FollowConfig), config=config)
    assert refused.value.message == told
