"""Files are remembered by whom and when they were published, and never claimed by two tasks at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.actions.actions import EndState
from phonefleet.ledger.targets.materials import MaterialFilter, NewMaterial
from phonefleet.ledger.targets.uses import ChosenFile
from phonefleet.ledger.values import Action, Intent
from tests.ledger.conftest import NOW

BREAD, CAKE = ChosenFile("bread.jpg", "b" * 64), ChosenFile("cake.jpg", "c" * 64)

CLAIM_AND_WAIT = """
import sys
from datetime import UTC, datetime
from phonefleet.ledger import Ledger
from phonefleet.ledger.targets.uses import ChosenFile

ledger = Ledger(sys.argv[1], pool_size=1)
print(ledger.material_uses.claim(int(sys.argv[2]), [ChosenFile("bread.jpg", "b" * 64)], None, datetime.now(UTC)))
sys.stdout.flush()
sys.stdin.read()
"""


@pytest.fixture
def tasks(ledger: Ledger, new_task: Callable[..., NewTask]) -> list[int]:
    """Two tasks that publish."""
    return ledger.tasks.create([new_task(script_name="post", serial=f"phone-{n}") for n in range(2)])


def end(ledger: Ledger, task_id: int, state: str = "FAILED") -> None:
    ledger.tasks.project(task_id, StateChange(state, state.capitalize(), NOW))


def published(ledger: Ledger, task_id: int, state: EndState | None, account: str = "anna", kind: str = "post") -> None:
    """Let a task touch the button, and record how that ended; None where nobody knows yet."""
    intent = Intent(task_id, "post" if kind == "post" else "like", "sample", account, "reel")
    action = ledger.actions.intend(intent, NOW, UTC)
    assert isinstance(action, Action)
    assert ledger.actions.acting(action.id, intent, NOW, UTC) is None
    if state is not None:
        ledger.actions.end(action.id, state, NOW)


def test_a_file_is_used_at_the_moment_at_which_the_post_is_done_and_by_whoever_did_it(
    ledger: Ledger, tasks: list[int]
) -> None:
    ledger.materials.add(NewMaterial("bread.jpg", "image", "image/jpeg", 1, BREAD.sha256), NOW)
    assert ledger.material_uses.claim(tasks[0], [BREAD], None, NOW)
    assert [each.used_by for each in ledger.materials.all(MaterialFilter())] == [None]
    published(ledger, tasks[0], "done")
    [bread] = ledger.materials.page(MaterialFilter()).items
    assert (bread.used_by, bread.used_at) == ("anna", NOW)
    assert ledger.material_uses.free([BREAD.sha256, CAKE.sha256], None) == {CAKE.sha256}


@pytest.mark.parametrize("kind", ["like", "post"])
def test_nothing_but_a_post_that_is_done_uses_a_file(ledger: Ledger, tasks: list[int], kind: str) -> None:
    ledger.material_uses.claim(tasks[0], [BREAD], None, NOW)
    published(ledger, tasks[0], "failed" if kind == "post" else "done", kind=kind)
    end(ledger, tasks[0])
    assert ledger.material_uses.free([BREAD.sha256], None) == {BREAD.sha256}


def test_the_use_and_the_end_of_the_action_are_one_transaction(
    breakable_postgres_url: str, new_task: Callable[..., NewTask]
) -> None:
    engine = create_engine(breakable_postgres_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE material_uses ADD CONSTRAINT nobody CHECK (used_at IS NULL)"))
    engine.dispose()
    with Ledger(breakable_postgres_url, pool_size=1) as ledger:
        [task_id] = ledger.tasks.create([new_task(script_name="post")])
        ledger.material_uses.claim(task_id, [BREAD], None, NOW)
        with pytest.raises(IntegrityError, match="nobody"):
            published(ledger, task_id, "done")
        assert [action.state for action in ledger.actions.of_task(task_id)] == ["acting"]


def test_a_file_is_free_again_after_so_many_days(ledger: Ledger, tasks: list[int]) -> None:
    ledger.material_uses.claim(tasks[0], [BREAD], None, NOW)
    published(ledger, tasks[0], "done")
    end(ledger, tasks[0], "COMPLETED")
    for days, free in ((6, set[str]()), (7, {BREAD.sha256}), (8, {BREAD.sha256})):
        since = NOW + timedelta(days=days) - timedelta(days=7)
        assert ledger.material_uses.free([BREAD.sha256], since, tasks[1]) == free
        assert ledger.material_uses.claim(tasks[1], [BREAD], since, NOW) == bool(free)
    assert not ledger.material_uses.claim(tasks[1], [BREAD], None, NOW)


def test_a_claim_is_all_or_nothing_and_replaces_what_the_task_has_claimed_before(
    ledger: Ledger, tasks: list[int]
) -> None:
    uses, (first, second) = ledger.material_uses, tasks
    assert uses.claim(first, [BREAD], None, NOW)
    assert not uses.claim(second, [CAKE, BREAD], None, NOW)
    assert uses.of_task(second) == []
    assert uses.claim(first, [CAKE], None, NOW)
    assert uses.of_task(first) == [CAKE]
    assert uses.claim(second, [BREAD], None, NOW)


def test_two_hosts_never_claim_the_same_file_at_once(
    ledger: Ledger, new_task: Callable[..., NewTask], postgres_url: str
) -> None:
    files = [ChosenFile(f"{n}.jpg", f"{n:064}") for n in range(12)]
    ids = ledger.tasks.create([new_task(script_name="post", serial=f"phone-{n}") for n in range(16)])

    def first_free(host: Ledger, task_id: int) -> str | None:
        claimed = (file.path for file in files if host.material_uses.claim(task_id, [file], None, NOW))
        return next(claimed, None)

    with Ledger(postgres_url, pool_size=4) as other, ThreadPoolExecutor(8) as pool:
        hosts = [(ledger, other)[place % 2] for place in range(len(ids))]
        taken = list(pool.map(first_free, hosts, ids))
    assert sorted(filter(None, taken)) == sorted(file.path for file in files)
    assert taken.count(None) == 4


@pytest.mark.parametrize("ending", ["FAILED", "CRASHED", "CANCELLED", "deleted"])
def test_a_claim_is_released_when_the_task_fails_for_good(ledger: Ledger, tasks: list[int], ending: str) -> None:
    ledger.material_uses.claim(tasks[0], [BREAD], None, NOW)
    assert ledger.material_uses.free([BREAD.sha256], None) == set()
    if ending == "deleted":
        ledger.tasks.delete([tasks[0]], NOW)
    else:
        end(ledger, tasks[0], ending)
    assert ledger.material_uses.claim(tasks[1], [BREAD], None, NOW)
    assert not ledger.material_uses.claim(tasks[0], [BREAD], None, NOW)


@pytest.mark.parametrize("state", [None, "unknown"])
def test_a_file_that_may_have_been_published_is_not_given_to_another_task(
    ledger: Ledger, tasks: list[int], state: EndState | None
) -> None:
    ledger.material_uses.claim(tasks[0], [BREAD], None, NOW)
    published(ledger, tasks[0], state)
    end(ledger, tasks[0])
    assert not ledger.material_uses.claim(tasks[1], [BREAD], None, NOW)
    published(ledger, tasks[0], "done")
    assert ledger.material_uses.free([BREAD.sha256], None) == set()


def test_a_claim_outlives_the_process_that_made_it_until_its_task_has_failed(
    ledger: Ledger, tasks: list[int], postgres_url: str
) -> None:
    """Killed with SIGKILL: the process that has claimed. Still there: the claim, for that task alone."""
    command = [sys.executable, "-c", CLAIM_AND_WAIT, postgres_url, str(tasks[0])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout is not None
        assert host.stdout.readline() == "True\n"
        host.kill()
    assert ledger.material_uses.of_task(tasks[0]) == [BREAD]
    assert not ledger.material_uses.claim(tasks[1], [BREAD], None, NOW)
    assert ledger.material_uses.claim(tasks[0], [BREAD], None, NOW)
    end(ledger, tasks[0], "CRASHED")
    assert ledger.material_uses.claim(tasks[1], [BREAD], None, NOW)
