"""Where npm's registry cannot be reached, the package is installed without the page, and says why."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

from tests.integration.stack import PATIENCE

ROOT = Path(__file__).parents[2]
NEEDED = ("README.md", "LICENSE", "pyproject.toml", ".gitignore")
PACKAGES = ("api", "deployments", "flows", "phonefleet", "tasks", "virtual_phones")
MADE = shutil.ignore_patterns("__pycache__", "built", "node_modules")


def test_the_package_is_built_without_the_page_and_holds_the_reason(tmp_path: Path) -> None:
    source, made = tmp_path / "source", tmp_path / "made"
    source.mkdir()
    for name in NEEDED:
        shutil.copy(ROOT / name, source / name)
    for name in (*PACKAGES, "web"):
        shutil.copytree(ROOT / name, source / name, ignore=MADE)
    nowhere = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_cache": str(tmp_path / "npm")}
    build = ["uv", "build", "--wheel", "--offline", "--quiet", "--out-dir", str(made), str(source)]
    subprocess.run(build, env=os.environ | nowhere, check=True, timeout=2 * PATIENCE)
    with zipfile.ZipFile(next(made.glob("*.whl"))) as wheel:
        built = [name for name in wheel.namelist() if name.startswith("api/answers/page/built/")]
        assert built == ["api/answers/page/built/missing.txt"]
        assert wheel.read(built[0]).decode().startswith("npm ended with 1:")
        assert "phonefleet/settings.py" in wheel.namelist()
