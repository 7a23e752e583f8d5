"""Which tests the processes of a run take first, and which must not be torn apart because servers start for them."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

import pytest
from xdist.scheduler import LoadFileScheduling

T = TypeVar("T")

_API = [
    f"tests/api/test_{name}.py"
    for name in ("announcing", "campaign_downtime", "campaigns_in_prefect", "control", "with_prefect")
]
_DEPLOYMENTS = [f"tests/deployments/test_{name}.py" for name in ("notifying", "prefect_yaml", "registration")]

_SECURITY = [
    f"tests/security/test_{name}.py"
    for name in ("audit", "forwarded", "hostile_requests", "persons_at_work", "tokens_and_limits")
]

_MANUAL = [f"tests/fundamentals/test_{number:02}_" for number in range(1, 9)]

ENDING = ("tests/deployments/test_launcher.py",)
"""Files that end the server of their group: they come last in it, since another test would have to start it again."""

GROUPS: dict[str, tuple[str, ...]] = {
    "the stack that is broken": ("tests/faults/", "tests/fundamentals/test_09_"),
    "the stack of two": (
        "tests/integration/test_phones_by_many_names.py", "tests/proxy/", "tests/security/test_exposed_prefect.py",
        *ENDING,
    ),
    "the stack of all": (
        "tests/integration/", *_MANUAL, "tests/client/test_documented_clients.py",
        "tests/docs/test_examples.py", "tests/page/test_in_browser.py", "tests/page/test_workshop.py",
        "tests/security/test_browsers.py",
    ),
    "the Prefect server": (
        "tests/agreement/", "tests/benchmarks/test_task_creation.py", "tests/fuzz/", "tests/tasks/test_stops.py",
        "tests/worker/", *_API, *_DEPLOYMENTS,
    ),
    "the API that is attacked": (*_SECURITY,),
}  # fmt: skip
"""Files that share a server which takes long to start, and which ends with them."""

SERVERS = {
    "fragile": "the stack that is broken", "shared_stack": "the stack of all", "stack_of_two": "the stack of two",
    "prefect_api_url": "the Prefect server", "attacked": "the API that is attacked",
}  # fmt: skip
"""The group of each fixture that is such a server."""

LONG = (
    "tests/docs/test_guide.py", "tests/hosts/", "tests/chaos/test_plans.py", "tests/deployments/", "tests/tasks/",
    "tests/security/",
)  # fmt: skip
"""Folders whose files take long: at the end of a run they would keep one process busy and the others idle."""


def group_of(path: str) -> str:
    """Return what the tests of a file share: a server, or nothing but the file."""
    return next((group for group, beginnings in GROUPS.items() if path.startswith(beginnings)), path)


def begin_with_the_long(items: list[pytest.Item]) -> None:
    """Put groups first, then long files; what is equal stays in its random order."""
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> tuple[int, bool]:
    path = nodeid.split("::", 1)[0]
    group = group_of(path)
    if group in GROUPS:
        return list(GROUPS).index(group), path.startswith(ENDING)
    return len(GROUPS) + (not group.startswith(LONG)), False


def check_groups(items: Iterable[pytest.Item]) -> None:
    """See that no test asks for a server that has ended with its group.

    Raises:
        pytest.UsageError: one would; the message says where its file belongs.

    """
    for item in items:
        for name in set(SERVERS) & set(getattr(item, "fixturenames", ())):
            if group_of(_path(item)) != SERVERS[name]:
                message = f"{_path(item)} asks for {name}: name it in GROUPS of tests/scheduling.py as {SERVERS[name]}"
                raise pytest.UsageError(message)


def ends_its_group(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Tell whether a process of a run is through with a group; one that runs alone takes the files in any order."""
    alone = not hasattr(item.config, "workerinput")
    return following is None or not (alone or group_of(_path(item)) == group_of(_path(following)))


def _path(item: pytest.Item) -> str:
    return item.nodeid.split("::", 1)[0]


class GroupServers:
    """What runs for a group of tests: an idle server would take some of a processor for the rest of a run."""

    def __init__(self) -> None:
        self._running = ExitStack()

    @contextmanager
    def started(self, server: AbstractContextManager[T]) -> Generator[T]:
        """Keep a server until the end of its group."""
        yield self._running.enter_context(server)

    def end(self) -> None:
        """Stop all that runs."""
        self._running.pop_all().close()


class GroupScheduling(LoadFileScheduling):
    """Hands out groups and files in the order of the tests."""

    def schedule(self) -> None:
        """Keep the order of the tests: xdist would begin with the files of the most tests."""
        self.config.option.loadscopereorder = False
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        return group_of(super()._split_scope(nodeid))
