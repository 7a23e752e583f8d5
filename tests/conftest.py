"""What every test may ask for: one real PostgreSQL and one real Prefect server, a fresh database for each use.

The whole suite runs in several processes at once, because its tests mostly wait for phones and servers; each process
has servers of its own, and the tests of a file stay together, as do those that share a server.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import certifi
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from xdist.remote import Producer

from deployments.launcher.ports import claim
from deployments.postgres import EmbeddedPostgres
from phonefleet.ledger.ledger import Ledger
from phonefleet.public_url import PublicUrl
from tests.databases import Databases
from tests.integration import made
from tests.integration.stack import Stack, running_stack
from tests.prefect_servers import running_prefect
from tests.scheduling import GroupScheduling, GroupServers, begin_with_the_long, check_groups, ends_its_group
from tests.sweeper import Sweeper

MIGRATED = "migrated"
"""The database that the others are copied from."""

PROCESSES = 4
"""Two for each processor of a small machine: tests wait for phones and servers half of the time."""

SERVERS = pytest.StashKey[GroupServers]()
SWEEPER = pytest.StashKey[Sweeper]()


def pytest_configure(config: pytest.Config) -> None:
    """Set up what the tests' programs compile, and how Hypothesis draws.

    Programs may keep what they compile, elsewhere where the environment forbids it beside the sources: the tests start
    some hundred of them, and compiling what they import takes as long as all the rest of their start. Examples may take
    as long as a busy machine needs; other ones are drawn each time, but not in CI, which judges a commit and not luck.
    """
    os.environ["LANGUAGE"] = "en"  # what tests expect, whatever language the terminal has
    settings.register_profile(
        "phonefleet",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize="CI" in os.environ,
    )
    settings.load_profile("phonefleet")
    # Whoever forgets to say where Prefect is would otherwise start a server of its own, unseen, for each test.
    os.environ["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] = "false"
    config.stash[SERVERS] = GroupServers()
    if not hasattr(config, "workerinput") and config.getoption("numprocesses"):  # one stack alone starts sooner without
        made.begin()
    if hasattr(config, "workerinput") or not config.getoption("numprocesses"):  # the others run no tests
        config.stash[SWEEPER] = Sweeper()
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(config.rootpath / ".pytest_cache" / "bytecode")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run the whole suite in several processes, and what somebody picks out of it in this one."""
    return PROCESSES if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling:
    """Begin with what takes long, and start each server in one process only."""
    return GroupScheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Import the tests without looking for garbage, and never look at what they are made of again.

    That is a million objects that last until the end. To go through them again and again took a fifth of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each process of a run in several know the order in which the tests are handed out."""
    check_groups(items)
    if hasattr(config, "workerinput"):
        begin_with_the_long(items)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what tests have left."""
    if SWEEPER in config.stash:
        config.stash[SWEEPER].dismiss()
    if not hasattr(config, "workerinput") and config.getoption("numprocesses"):
        made.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """End the servers that the following tests do not use."""
    try:
        yield
    finally:
        if ends_its_group(item, nextitem):
            item.config.stash[SERVERS].end()


@pytest.fixture(scope="session", autouse=True)
def one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let HTTP clients trust one authority only: nothing here calls the world, and to read all takes each 17 ms."""
    end = "-----END CERTIFICATE-----\n"
    bundle = tmp_path_factory.mktemp("tls") / "one.pem"
    bundle.write_text(certifi.contents().partition(end)[0] + end, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(bundle))
        patch.setenv("SSL_CERT_FILE", str(bundle))  # for those in processes of their own
        yield


@pytest.fixture(autouse=True)
def same_umask() -> Iterator[None]:
    """Leave the umask as it was: commands that run in this process narrow it for all that they write."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A temporary folder that other users can enter: for root the database runs as somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="phonefleet-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(open_folder: Path) -> Iterator[EmbeddedPostgres]:
    """The PostgreSQL server of this run."""
    server = EmbeddedPostgres(open_folder / "postgres")
    server.start()
    with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ALTER ROLE phonefleet SET synchronous_commit = off")  # it never outlives the machine
        # Tests connect some thousand times, and half of that time went into hashing the password 4,096 times.
        connection.execute("SET scram_iterations = 1")
        password = sql.Literal(server.cluster.password)
        connection.execute(sql.SQL("ALTER ROLE phonefleet PASSWORD {}").format(password))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_server(postgres_server: EmbeddedPostgres) -> EmbeddedPostgres:
    """The same server, with a migrated ledger to copy databases from."""
    postgres_server.ensure_database(MIGRATED)
    with Ledger(postgres_server.url(MIGRATED), pool_size=1) as ledger:
        ledger.migrate()
    return postgres_server


@pytest.fixture(scope="session")
def databases(migrated_server: EmbeddedPostgres) -> Iterator[Databases]:
    """Copies of the migrated ledger."""
    copies = Databases(migrated_server, MIGRATED)
    yield copies
    copies.close()


@pytest.fixture
def postgres_url(databases: Databases) -> Iterator[str]:
    """The `postgresql+psycopg://` URL of a database of its own, with the ledger's tables, all empty.

    Others use it afterwards: whoever alters its tables takes `breakable_postgres_url`.
    """
    with databases.lend() as url:
        yield url


@pytest.fixture
def breakable_postgres_url(migrated_server: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a database like it that nobody uses afterwards."""
    with _database(migrated_server, MIGRATED) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a database of its own without any tables."""
    with _database(postgres_server, "template1") as url:
        yield url


@pytest.fixture(scope="session")
def group_servers(pytestconfig: pytest.Config) -> Iterator[GroupServers]:
    """Where the servers of a group of tests are started: they end with it, at the latest with the run."""
    servers = pytestconfig.stash[SERVERS]
    yield servers
    servers.end()


@pytest.fixture(scope="session")
def prefect_api_url(group_servers: GroupServers, postgres_server: EmbeddedPostgres, open_folder: Path) -> Iterator[str]:
    """The API of a Prefect server of this run, started as the launcher starts it."""
    with group_servers.started(running_prefect(postgres_server, open_folder)) as url:
        yield url


@pytest.fixture(scope="session")
def shared_stack(group_servers: GroupServers) -> Iterator[Stack]:
    """The whole product on three virtual phones without faults; ask for `stack`, which is tidied after each test."""
    with group_servers.started(running_stack("phonefleet-stack-", 3)) as running:
        yield running


@pytest.fixture
def stack(shared_stack: Stack) -> Iterator[Stack]:
    """The whole product on three virtual phones, shared by all tests that do not break it for others."""
    yield shared_stack
    shared_stack.tidy()


@pytest.fixture(scope="session")
def fragile(group_servers: GroupServers) -> Iterator[Stack]:
    """Three virtual phones whose processes and wires are cut; ask for `breakable`, which is tidied after each test."""
    with group_servers.started(running_stack("phonefleet-faults-", 3, PHONEFLEET_CALL_TIMEOUT="PT3S")) as running:
        yield running


@pytest.fixture
def breakable(fragile: Stack) -> Iterator[Stack]:
    """The same, tidied after the test."""
    yield fragile
    fragile.tidy()


@pytest.fixture(scope="session")
def stack_of_two(group_servers: GroupServers) -> Iterator[Stack]:
    """Two virtual phones whose addresses change, open to the network in every way; ask for `pair`.

    Prefect's server listens everywhere, and the API has a token and a public address with a path.
    """
    public = PublicUrl("https", "example.org", claim(0, ""), "/fleet")
    settings = {"PHONEFLEET_PUBLIC_URL": str(public), "PHONEFLEET_API_TOKEN": "the-token-of-the-stack-of-two-4471"}
    with group_servers.started(
        running_stack("phonefleet-names-", 2, "--prefect-host", "0.0.0.0", **settings)  # noqa: S104 - what is tested
    ) as running:
        yield running


@pytest.fixture
def pair(stack_of_two: Stack) -> Stack:
    """The same, started again if the test before has ended it."""
    if not stack_of_two.runs:
        stack_of_two.start()
    return stack_of_two


@contextmanager
def _database(server: EmbeddedPostgres, template: str) -> Generator[str]:
    name = f"test_{uuid4().hex}"
    server.ensure_database(name, template)
    try:
        yield server.url(name)
    finally:
        server.drop_database(name)
