"""What a joined host remembers of its main host."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from deployments.worker.joined.kept import MainHostKept, keep, kept_in, new_installation
from phonefleet.errors import Permanent


def test_what_is_kept_is_found_again_and_is_the_owners_alone(tmp_path: Path) -> None:
    assert kept_in(tmp_path) is None
    kept = MainHostKept("http://10.0.0.1:50809", "ph_host_x", new_installation())
    keep(tmp_path, kept)
    assert kept_in(tmp_path) == kept
    [file] = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"url": "x"}', '{"other": 1}'])
def test_a_file_that_is_damaged_is_told_in_one_sentence(tmp_path: Path, content: str) -> None:
    keep(tmp_path, MainHostKept("http://10.0.0.1:50809", "ph_host_x", new_installation()))
    [file] = tmp_path.iterdir()
    file.write_text(content)
    with pytest.raises(Permanent, match="cannot be read"):
        kept_in(tmp_path)
