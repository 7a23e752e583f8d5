"""Own scripts are taken up as their files are now, each by itself; what is wrong with one is told with its line."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from deployments.loading import CAN_FORK
from deployments.own_scripts.files import ScriptFlawed, add, checked, remove
from deployments.own_scripts.loading import CannotLoad, load_flow
from deployments.own_scripts.opening import own_scripts, reader_of
from phonefleet.errors import Permanent
from phonefleet.own_scripts.catalogue import Catalogue, ScriptBroken
from phonefleet.own_scripts.reader import Reader
from phonefleet.own_scripts.scripts import Scripts, ScriptUnknown
from phonefleet.scripts import SCRIPTS
from phonefleet.scripts.script import ConfigRefused
from tests.own_scripts import SCRIPT, catalogue_of, put, script_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return script_folder(tmp_path)


@pytest.fixture
def catalogue(folder: Path) -> Catalogue:
    return catalogue_of(folder)


def told(catalogue: Catalogue) -> list[str]:
    """Return what a look says is wrong."""
    return [str(flaw) for flaw in catalogue.look().flaws]


def test_a_file_put_into_the_folder_is_a_script_at_the_next_look(catalogue: Catalogue, folder: Path) -> None:
    scripts = Scripts(catalogue)
    with pytest.raises(ScriptUnknown, match="is none of follow"):
        scripts.named("greet")
    put(folder, "greet")
    script = scripts.named("greet")
    assert (script.irreversible, script.title, script.target_fields) == (
        False,
        "Note a word for each person.",
        ("target_users",),
    )


def test_its_configuration_is_parsed_and_answers_as_its_own_model_says(catalogue: Catalogue, folder: Path) -> None:
    put(folder, "greet")
    script = Scripts(catalogue).named("greet")
    config = script.parse({"target_users": "@anna, bob", "often": "3"})
    assert config.stored() == {"target_users": ["anna", "bob"], "often": 3}
    assert [(one.summary(), one.all_targets) for one in script.fan_out(config)] == [
        ("greet @anna", ("anna",)),
        ("greet @bob", ("bob",)),
    ]
    with pytest.raises(ConfigRefused) as refused:
        script.parse({"target_user": "anna", "often": "x"})
    assert dict(refused.value.reasons) == {
        ("target_users",): "is required",
        ("often",): "must be a whole number",
        ("target_user",): "is not known; did you mean target_users?",
    }
    assert script.unknown({"target_user": "anna"}) == [("target_user",)]


def test_a_changed_file_counts_as_it_is_now_even_within_one_tick_of_the_clock_and_of_one_size(
    catalogue: Catalogue, folder: Path
) -> None:
    file = put(folder, "greet", SCRIPT.format(name="greet", word="a", function="greet"))
    scripts = Scripts(catalogue)
    assert scripts.named("greet").title == "Note a word for each person."
    before = file.stat()
    changed = SCRIPT.format(name="greet", word="a", function="greet").replace("Note a word", "Note a deed")
    file.write_text(changed)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert scripts.named("greet").title == "Note a deed for each person."


def test_a_changed_module_that_a_script_imports_counts_too(catalogue: Catalogue, folder: Path) -> None:
    own = SCRIPT.format(name="greet", word="", function="greet").replace("WORD =", "import own_words\n\nWORD =")
    put(folder, "greet", own.replace('f"greet {people(self.target_users)}"', "own_words.WORD"))
    helper = put(folder, "own_words", "WORD = 'one'\n")
    script = Scripts(catalogue).named("greet")
    assert script.parse({"target_users": ["anna"]}).summary() == "one"
    helper.write_text("WORD = 'two'\n")
    assert Scripts(catalogue).named("greet").parse({"target_users": ["anna"]}).summary() == "two"
    assert [*catalogue.look().scripts] == ["greet"]


BROKEN = {
    "from prefect import flow\n\n1 / 0\n": "broken.py, line 3: ZeroDivisionError: division by zero",
    "import prefect\ndef x(:\n": "broken.py, line 2: invalid syntax (SyntaxError)",
    "import prefect\nimport nowhere\n": "broken.py, line 2: ModuleNotFoundError: No module named 'nowhere'",
    "import prefect\nraise SystemExit('bye')\n": "broken.py, line 2: SystemExit: bye",
    "from prefect import flow\n@flow\ndef broken(): ...\n": (
        "broken.py, line 3: it takes no configuration: put @errand or @script of tasks.lifecycle right below @flow"
    ),
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_script_is_told_with_line_and_reason_and_the_others_go_on(
    catalogue: Catalogue, folder: Path, text: str
) -> None:
    put(folder, "greet")
    put(folder, "broken")
    scripts = Scripts(catalogue)
    assert scripts.named("broken").name == "broken"
    put(folder, "broken", text)
    with pytest.raises(ScriptBroken, match=r"broken cannot be used: broken\.py"):
        scripts.named("broken")
    assert told(catalogue) == [BROKEN[text]]
    assert scripts.named("greet").parse({"target_users": ["anna"]}).summary() == "greet @anna"


def test_an_async_script_is_refused_with_what_to_write(catalogue: Catalogue, folder: Path) -> None:
    put(
        folder,
        "greet",
        SCRIPT.format(name="greet", word="", function="greet").replace("\ndef greet", "\nasync def greet"),
    )
    [flaw] = told(catalogue)
    assert "greet is made with `async def`: write `def`" in flaw


@pytest.mark.parametrize("name", [*SCRIPTS, "match_accounts", "campaign", "Follow", "super-marketing"])
def test_no_own_script_has_the_name_of_one_of_ours(catalogue: Catalogue, folder: Path, name: str) -> None:
    put(folder, name, SCRIPT.format(name=name, word="", function="mine"), stem="mine")
    [flaw] = told(catalogue)
    assert f"{name} is the name of a script of Phonefleet; give yours another one" in flaw
    assert Scripts(catalogue).get("mine") is None


def test_of_two_files_with_one_name_the_one_that_is_called_so_has_it(catalogue: Catalogue, folder: Path) -> None:
    put(folder, "greet", SCRIPT.format(name="greet", word="", function="greet"), stem="a_copy")
    put(folder, "greet")
    assert catalogue.look().scripts["greet"].described.file.name == "greet.py"
    [flaw] = told(catalogue)
    assert flaw.startswith(
        "a_copy.py, line 29: greet is the name of the script in greet.py already; give yours another"
    )


@pytest.mark.parametrize("name", ["say hello", "ü", "a/b", "../x", "x" * 65])
def test_a_name_that_no_address_could_hold_is_refused(catalogue: Catalogue, folder: Path, name: str) -> None:
    put(folder, "greet", SCRIPT.format(name=name, word="", function="greet"))
    [flaw] = told(catalogue)
    assert flaw.startswith("greet.py, line ")
    assert "a script's name is made of letters, digits, - and _" in flaw or "contains an invalid character" in flaw


def test_a_removed_script_is_told_as_removed(catalogue: Catalogue, folder: Path) -> None:
    file = put(folder, "greet")
    scripts = Scripts(catalogue)
    assert scripts.named("greet")
    file.unlink()
    with pytest.raises(ScriptUnknown, match=r"greet was removed: its file .*greet\.py is gone"):
        scripts.named("greet")
    assert scripts.get("greet") is None


@pytest.mark.skipif(os.name == "nt", reason="modes say nothing of others on Windows")
@pytest.mark.parametrize("open_part", ["", "greet.py"])
def test_what_others_may_write_to_is_no_script(catalogue: Catalogue, folder: Path, open_part: str) -> None:
    put(folder, "greet")
    path = folder / open_part
    path.chmod(path.stat().st_mode | 0o002)
    assert "is not run because others may write to" in told(catalogue)[0]
    assert not catalogue.look().scripts
    path.chmod(path.stat().st_mode & ~0o002)
    assert [*catalogue.look().scripts] == ["greet"]


@pytest.mark.skipif(os.name == "nt", reason="modes say nothing of others on Windows")
def test_a_module_that_others_may_write_to_is_not_imported(catalogue: Catalogue, folder: Path) -> None:
    put(folder, "greet", "import prefect\nimport open_module\n")
    put(folder, "open_module", "").chmod(0o602)
    of_script, of_module = told(catalogue)
    assert of_script.startswith("greet.py, line 2: ImportError: others may write to")
    assert of_module.startswith("open_module.py: is not run because others may write to it")


def test_a_link_that_leads_out_of_the_folder_is_no_script(catalogue: Catalogue, folder: Path, tmp_path: Path) -> None:
    (folder / "greet.py").symlink_to(put(tmp_path, "greet"))
    assert told(catalogue) == [f"greet.py: leads out of {folder}: put the file itself there"]


def test_no_module_of_the_folder_hides_one_of_python(folder: Path) -> None:
    put(folder, "json", "WRONG = True\n")
    put(
        folder,
        "greet",
        SCRIPT.format(name="greet", word="", function="greet").replace("\nWORD", "\nimport json\njson.WRONG\nWORD"),
    )
    with pytest.raises(CannotLoad, match="AttributeError: module 'json' has no attribute 'WRONG'"):
        load_flow(folder / "greet.py", "greet")


def test_check_tells_what_is_wrong_and_changes_nothing(catalogue: Catalogue, folder: Path, tmp_path: Path) -> None:
    good, wrong = put(tmp_path, "greet"), put(tmp_path, "wrong", "from prefect import flow\n\nboom\n")
    assert [script.name for script in checked(catalogue, good).scripts] == ["greet"]
    [flaw] = checked(catalogue, wrong).flaws
    assert str(flaw) == "wrong.py, line 3: NameError: name 'boom' is not defined"
    [nothing] = checked(catalogue, put(tmp_path, "empty", "x = 1\n")).flaws
    assert nothing.reason.startswith("has no script")
    with pytest.raises(Permanent, match="there is no file"):
        checked(catalogue, tmp_path / "missing.py")
    assert list(folder.iterdir()) == []


def test_add_puts_a_file_there_again_after_it_changed_and_never_over_another(
    catalogue: Catalogue, folder: Path, tmp_path: Path
) -> None:
    source = put(tmp_path, "greet")
    assert [add(catalogue, source).changed for _ in range(2)] == [True, False]
    source.write_text(source.read_text() + "# more\n")
    assert add(catalogue, source).changed
    (folder / "greet.py").write_text(source.read_text() + "# of somebody else\n")
    with pytest.raises(Permanent, match="is there already and differs"):
        add(catalogue, source)
    assert add(catalogue, source, replace_other=True).names == ["greet"]
    source.write_text("import prefect\n1 / 0\n")
    with pytest.raises(ScriptFlawed, match=r"greet\.py, line 2: ZeroDivisionError"):
        add(catalogue, source)
    assert [*catalogue.look().scripts] == ["greet"]
    assert sorted(path.name for path in folder.iterdir()) == [".origins.json", "greet.py"]
    if os.name != "nt":
        assert (folder / "greet.py").stat().st_mode & 0o777 == 0o600


def test_remove_takes_a_script_away_by_its_name_or_that_of_its_file_and_nothing_else(
    catalogue: Catalogue, folder: Path, tmp_path: Path
) -> None:
    outside = put(tmp_path, "outside")
    put(folder, "say-hello", stem="hello")
    put(folder, "greet")
    assert remove(catalogue, "say-hello").name == "hello.py"
    assert remove(catalogue, "greet.py").name == "greet.py"
    for name in ("../outside", str(outside), "greet", "", ".origins.json"):
        with pytest.raises(FileNotFoundError):
            remove(catalogue, name)
    assert outside.exists()


NOISE = 'import os\nprint("noise")\nassert "PHONEFLEET_API_TOKEN" not in os.environ\nWORD = '


def test_the_process_that_reads_scripts_sees_no_settings_and_survives_what_they_do(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHONEFLEET_API_TOKEN", "not-for-scripts")
    put(folder, "leave", "import os, prefect\nos._exit(3)\n")
    put(folder, "greet", SCRIPT.format(name="greet", word="", function="greet").replace("WORD = ", NOISE))
    with own_scripts(tmp_path) as catalogue:
        look = catalogue.look()
        assert [str(flaw) for flaw in look.flaws] == ["leave.py: ends the process that reads it"]
        assert look.scripts["greet"].parse({"target_users": ["anna"]}).summary() == "greet @anna"


def test_a_script_may_be_made_without_decorators_and_a_file_may_hold_several(
    catalogue: Catalogue, folder: Path
) -> None:
    text = SCRIPT.format(name="greet", word="", function="greet")
    more = text.replace('@flow(name="greet", persist_result=False)\n@errand\n', "").replace("def greet", "def body")
    tail = "\n\nfirst = flow(name='first')(errand(body))\nagain = first\nsecond = flow(name='second')(errand(body))\n"
    put(folder, "two", more + tail)
    assert [*catalogue.look().scripts] == ["first", "second"]
    entrypoints = [script.entrypoint.rpartition(":")[2] for script in catalogue.look().scripts.values()]
    assert entrypoints == ["first", "second"]
    assert [load_flow(folder / "two.py", name).name for name in entrypoints] == ["first", "second"]
    assert catalogue.look().scripts["second"].parse({"target_users": ["anna"]}).stored() == {
        "target_users": ["anna"],
        "often": 1,
    }


FORKING = "import os, prefect, signal\nif os.fork() == 0:\n    signal.pause()\n"
COPYING = "import os, prefect\nos.fork()\n"
ASKING = "import prefect\ninput('who? ')\n"


def test_what_a_script_starts_or_asks_for_neither_keeps_the_reader_nor_answers_in_its_place(
    tmp_path: Path, folder: Path
) -> None:
    put(folder, "asking", ASKING)
    put(folder, "copying", COPYING)
    put(folder, "forking", FORKING)
    put(folder, "greet", SCRIPT.format(name="greet", word="", function="greet"))
    with own_scripts(tmp_path) as catalogue:
        look = catalogue.look()
        assert [*look.scripts] == ["greet"]
        no_fork = "ForkedWhileImported: os.fork and multiprocessing's fork are not possible here"
        assert [str(flaw).partition(":")[0] for flaw in look.flaws] == ["asking.py, line 2", "copying.py", "forking.py"]
        assert [no_fork in str(flaw) for flaw in look.flaws] == [False, True, True]
        assert look.scripts["greet"].parse({"target_users": ["anna"]}).summary() == "greet @anna"
    # it ends, although what it read would have held its pipes


def test_a_flow_whose_import_forks_is_not_loaded_twice_over(folder: Path) -> None:
    file = put(folder, "copying", COPYING + SCRIPT.format(name="copying", word="", function="copying"))
    with pytest.raises(CannotLoad, match="fork"):
        load_flow(file, "copying")


STARTING = """import os, prefect, subprocess
program = subprocess.Popen(["sleep", "1000"])
with open({!r}, "w") as file:
    file.write(f"{{program.pid}} {{os.getpid()}}")
"""
BY_COPIES = pytest.mark.skipif(not CAN_FORK, reason="there the whole process is started again")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A process that reads scripts: one for all tests, since it takes a second or two to start."""
    with reader_of(tmp_path_factory.mktemp("home")) as reader:
        yield reader


@pytest.fixture
def read_apart(reader: Reader, folder: Path) -> Catalogue:
    """The catalogue that a process of its own reads."""
    return Catalogue(folder, reader, reserved=())


def number_of(process: str, catalogue: Catalogue) -> str:
    """Put a changed script into the folder, and return the number of a process that its reader tells."""
    text = SCRIPT.format(name="greet", word=uuid4().hex, function="greet")
    put(
        catalogue.folder,
        "greet",
        text.replace("\nWORD", "\nimport os\nWORD").replace('f"greet {', f'f"{{os.{process}()}} {{'),
    )
    return Scripts(catalogue).named("greet").parse({"target_users": ["anna"]}).summary().partition(" ")[0]


@BY_COPIES
def test_changed_files_are_read_by_another_copy_of_the_same_process(read_apart: Catalogue) -> None:
    assert len({number_of("getpid", read_apart) for _ in range(3)}) == 3
    assert len({number_of("getppid", read_apart) for _ in range(3)}) == 1


@BY_COPIES
def test_the_process_outlives_a_script_that_ends_its_reader(read_apart: Catalogue, folder: Path) -> None:
    before = number_of("getppid", read_apart)
    leaving = put(folder, "leave", "import os, prefect\nos._exit(3)\n")
    assert told(read_apart) == ["leave.py: ends the process that reads it"]
    leaving.unlink()
    assert number_of("getppid", read_apart) == before


@pytest.mark.skipif(os.name == "nt", reason="without process groups")
@pytest.mark.parametrize("end", [Catalogue.rest, Catalogue.look])
def test_a_reader_ends_with_all_that_its_scripts_have_started(
    read_apart: Catalogue, folder: Path, tmp_path: Path, end: Callable[[Catalogue], object]
) -> None:
    told = tmp_path / "told"
    file = put(folder, "starts", STARTING.format(str(told)))
    read_apart.look()
    file.unlink()
    end(read_apart)
    for number in told.read_text().split():
        assert_gone(int(number))


def assert_gone(number: int) -> None:
    """See that a process has ended, though nobody may have asked how."""
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.wait_procs([process := psutil.Process(number)], timeout=60)
        assert process.status() == psutil.STATUS_ZOMBIE
