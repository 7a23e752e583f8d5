"""Loads a file with own scripts as it is at that moment, and what it imports from its folder.

Python's own import would take compiled code for a file that changed within the same second, and a module that it has
imported before. Here nothing compiled is read or written, and modules of the folder are imported anew with each load;
runs that go on keep what they began with. Modules of the folder come last: none hides one of Python or of a library.
"""

from __future__ import annotations

import importlib
import sys
import threading
import traceback
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, cast

from prefect import Flow

from deployments.own_scripts.forks import no_forks
from phonefleet.errors import Permanent
from phonefleet.own_scripts.described import Flaw
from phonefleet.own_scripts.folder import unsafe_below
from phonefleet.words import say

_lock = threading.RLock()
_PREFIX = "phonefleet_own_"


class CannotLoad(Permanent):
    """A file with own scripts cannot be loaded; `flaw` tells where and why."""

    def __init__(self, flaw: Flaw, told: str) -> None:
        super().__init__(told)
        self.flaw = flaw


class FreshLoader(SourceFileLoader):
    """Compiles the source of a module each time, if nobody else may write to it."""

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the file as it is now. Raises `ImportError`."""
        path = self.get_filename(fullname)
        if unsafe_below(Path(path)):
            message = say(
                "own_scripts.others_may_write_folder_take",
                "others may write to {path} or its folder: take that right away (chmod go-w)",
                path=path,
            )
            raise ImportError(message, name=fullname, path=path)
        return compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)


class FolderFinder(MetaPathFinder):
    """Finds modules that scripts import from their own folder, where Python and the installed packages have none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is in the folder; None when it is no module of it."""
        if path is None:
            path = None if _is_elsewhere(fullname) else [str(self.folder)]
        elif not all(Path(each).is_relative_to(self.folder) for each in path):
            path = None
        spec = PathFinder.find_spec(fullname, path, target) if path is not None else None
        if spec is not None and spec.origin is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = FreshLoader(fullname, spec.origin)
        return spec


def load(file: Path) -> ModuleType:
    """Return the module of a file as it is now.

    Raises:
        CannotLoad: it raised an error, or ended with one.

    """
    with _lock:
        _forget_modules(file.parent)
        module = ModuleType(_PREFIX + file.stem)
        module.__file__ = str(file)
        sys.modules[module.__name__] = module
        try:
            with no_forks():
                code = compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
                exec(code, module.__dict__)  # noqa: S102 - the owner's
        except (Exception, SystemExit) as error:  # the owner's code: whatever it raises is told
            raise cannot_load(file, error) from error
        return module


def load_flow(file: Path, function: str) -> Flow[..., Any]:
    """Return a flow of a file as it is now; `function` is the name of its function, or of the flow.

    Raises:
        CannotLoad: the file cannot be loaded, or has no such flow.

    """
    module = load(file)
    flows = {name: cast("Flow[..., Any]", each) for name, each in vars(module).items() if isinstance(each, Flow)}
    named = flows.get(function) or next((each for each in flows.values() if each.name == function), None)
    if named is None:
        flaw = Flaw(file, 0, say("own_scripts.no_flow", "has no flow {function}", function=function))
        message = say(
            "own_scripts.script_cannot_loaded",
            "the script {file}:{function} cannot be loaded: {file2} {reason}",
            file=file,
            function=function,
            file2=flaw.file.name,
            reason=flaw.reason,
        )
        raise CannotLoad(flaw, message)
    return named


def cannot_load(file: Path, error: BaseException) -> CannotLoad:
    """Return the error for what a file has raised while it was loaded."""
    flaw = flaw_in(file, error)
    where = f" ({flaw.file.name}, line {flaw.line})" if flaw.line else ""
    return CannotLoad(
        flaw,
        say(
            "own_scripts.script_cannot_loaded_2",
            "the script {file} cannot be loaded: {reason}{where}",
            file=file,
            reason=flaw.reason,
            where=where,
        ),
    )


def flaw_in(file: Path, error: BaseException) -> Flaw:
    """Return what is wrong, at the last place in the script's folder that an error went through."""
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(file.parent):
        return Flaw(
            Path(error.filename),
            error.lineno or 0,
            say("own_scripts.syntaxerror", "{msg} (SyntaxError)", msg=error.msg),
        )
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(file.parent)
    ]
    first, _, _ = str(error).partition("\n")
    told = f"{type(error).__name__}: {first[:500]}" if first else type(error).__name__
    return Flaw(Path(frames[-1].filename), frames[-1].lineno or 0, told) if frames else Flaw(file, 0, told)


def _forget_modules(folder: Path) -> None:
    """Have modules of a folder imported anew, and let scripts find them."""
    finders = [each for each in sys.meta_path if isinstance(each, FolderFinder)]
    if all(each.folder != folder for each in finders):
        sys.meta_path.insert(0, FolderFinder(folder))
    importlib.invalidate_caches()
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if spec is not None and isinstance(spec.loader, FreshLoader) and Path(spec.loader.path).is_relative_to(folder):
            del sys.modules[name]


def _is_elsewhere(name: str) -> bool:
    """Tell whether Python or an installed package has a module of this name."""
    others = [each for each in sys.meta_path if not isinstance(each, FolderFinder)]
    return any(each.find_spec(name, None) is not None for each in others)
