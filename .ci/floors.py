"""Counts the files and the floors of imports of each folder: `uv run python .ci/floors.py [FOLDER…]`.

A folder's floors are the longest chain of imports among the things in it, each folder in it counted as one thing. Over
all files of a folder and its folders they are counted too ("deep"). Imports for types only count as well.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
PACKAGES = tuple(sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"))


def main(folders: list[str]) -> None:
    """Print a line for each folder, the largest first."""
    sys.path.insert(0, str(ROOT))
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=False, cache_dir=None)
    print("files  floors  deep  folder")  # noqa: T201 - a program that prints a table
    for files, folder in sorted(map(_counted, _folders(folders)), reverse=True):
        package = folder.replace("/", ".")
        print(f"{files:5}  {_floors(graph, package):6}  {_deep(graph, package):4}  {folder}")  # noqa: T201


def _folders(wanted: list[str]) -> list[str]:
    if wanted:
        return wanted
    found = [path.parent for package in PACKAGES for path in (ROOT / package).rglob("__init__.py")]
    return [str(folder.relative_to(ROOT)) for folder in found]


def _counted(folder: str) -> tuple[int, str]:
    return len(list((ROOT / folder).glob("*.py"))), folder


def _floors(graph: grimp.ImportGraph, package: str) -> int:
    """Return the longest chain among what stands in a package, with each package in it as one."""
    things = {child: {child} | graph.find_descendants(child) for child in graph.find_children(package)}
    owner = {module: thing for thing, modules in things.items() for module in modules}
    below = {
        thing: {
            owner[other]
            for module in modules
            for other in graph.find_modules_directly_imported_by(module)
            if owner.get(other, thing) != thing
        }
        for thing, modules in things.items()
    }
    return _longest(below)


def _deep(graph: grimp.ImportGraph, package: str) -> int:
    """Return the longest chain among all modules of a package."""
    modules = graph.find_descendants(package)
    return _longest({module: graph.find_modules_directly_imported_by(module) & modules for module in modules})


def _longest(below: dict[str, set[str]]) -> int:
    """Return the length of the longest chain; -1 where there is a circle."""
    on_the_way: set[str] = set()

    @cache
    def height(thing: str) -> int:
        if thing in on_the_way:
            raise RecursionError
        on_the_way.add(thing)
        found = 1 + max(map(height, below[thing]), default=0)
        on_the_way.discard(thing)
        return found

    try:
        return max(map(height, below), default=0)
    except RecursionError:
        return -1


if __name__ == "__main__":
    main(sys.argv[1:])
