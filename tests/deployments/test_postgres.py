import os
import stat

import psycopg
import pytest

from deployments.postgres import EmbeddedPostgres


def test_each_test_has_an_empty_database_of_its_own(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_nobody_else_can_read_the_password(postgres_server: EmbeddedPostgres) -> None:
    mode = (postgres_server.cluster.folder / "password").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
