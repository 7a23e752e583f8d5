"""No file of the project names the host that a package was downloaded from."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOSTS = ("pypi" + ".org", "python" + "hosted", "npm" + "js", "deb." + "debian")


def test_no_tracked_file_names_a_registry_host() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {name: (ROOT / name).read_bytes() for name in tracked.splitlines() if (ROOT / name).is_file()}
    assert texts
    assert not [name for name, text in texts.items() for host in HOSTS if host.encode() in text]
