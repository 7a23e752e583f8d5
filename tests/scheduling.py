"""Which tests the processes of a run take first, and which must not be torn apart because servers start for them."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadFileScheduling

_API = [
    f"tests/api/test_{name}.py" for name in ("campaign_downtime", "campaigns_in_prefect", "control", "with_prefect")
]
_DEPLOYMENTS = [f"tests/deployments/test_{name}.py" for name in ("notifying", "prefect_yaml", "registration")]

GROUPS: dict[str, tuple[str, ...]] = {
    "the stack that is broken": ("tests/faults/",),
    "the stack of all": (
        "tests/integration/", "tests/cli/test_with_phones.py", "tests/client/test_documented_clients.py",
        "tests/docs/test_examples.py",
    ),
    "the Prefect server": (
        "tests/agreement/", "tests/fuzz/", "tests/tasks/test_stops.py", "tests/worker/", *_API, *_DEPLOYMENTS,
    ),
}  # fmt: skip
"""Files that share a server which takes long to start; a file that is missing here costs a second start, no more."""

LONG = ("tests/deployments/", "tests/tasks/", "tests/security/")
"""Folders whose files take long: at the end of a run they would keep one process busy and the others idle."""


def group_of(path: str) -> str:
    """Return what the tests of a file share: a server, or nothing but the file."""
    return next((group for group, beginnings in GROUPS.items() if path.startswith(beginnings)), path)


def begin_with_the_long(items: list[pytest.Item]) -> None:
    """Put groups first, then long files; what is equal stays in its random order."""
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    group = group_of(nodeid.split("::", 1)[0])
    if group in GROUPS:
        return list(GROUPS).index(group)
    return len(GROUPS) if group.startswith(LONG) else len(GROUPS) + 1


class GroupScheduling(LoadFileScheduling):
    """Hands out groups and files in the order of the tests."""

    def schedule(self) -> None:
        """Keep the order of the tests: xdist would begin with the files of the most tests."""
        self.config.option.loadscopereorder = False
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        return group_of(super()._split_scope(nodeid))
