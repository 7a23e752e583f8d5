"""The language of the phone's shell, compared with a real `sh` where that says the same."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.parser import parse
from virtual_phones.shell.syntax import ShellSyntaxError

Shell = Callable[..., tuple[str, int]]

LINES = [
    "echo a; echo b",
    "true && echo yes || echo no",
    "false && echo yes || echo no",
    "false; echo $?",
    "echo X4EXIT:$?",
    "! true; echo $?",
    "A=1 B='two words'; echo $A \"$B\" ${A}x",
    "A='a  b'; echo $A \"$A\"",
    "echo 'single $HOME' \"double \\$ \\\" \\\\\" back\\ slash \\'",
    "echo a\"b\"'c'd",
    "echo \"\" '' | wc -c",
    "echo $(echo inner $(echo innermost)) `echo ticks`",
    "echo a; # a remark ; echo b\necho c",
    "echo a#b",
    "echo err 1>&2 2>/dev/null; echo out",
    "nosuchcommand 2>/dev/null; echo $?",
    "nosuchcommand >/dev/null 2>&1 || echo missing",
    "printf '%s-%d\\n' a 1",
    "printf 'b\\na\\nb\\n' | sort | uniq",
    "printf 'one\\ntwo\\nthree\\n' | grep -v two | head -n 1",
    "printf 'one\\ntwo\\n' | grep -c o",
    "echo 'a1b22 [333]' | grep -o '[0-9]*'",
    "printf 'a.b\\naxb\\n' | grep 'a\\.b'",
    "printf 'ab\\n' | grep -E 'a(b|c)' && echo found",
    "printf 'x\\n' | grep -q y; echo $?",
    "printf '1\\n2\\n3\\n' | tail -n 2",
    "[ a = a ] && echo same; [ a != a ] || echo not",
    "test -z '' && test -n x && echo both",
    "exit 3; echo never",
    "sh -c 'echo $0; exit 4' >/dev/null; echo $?",
    "echo a &&\necho b",
    "echo long \\\nline",
    "for each in a 'b c' d; do echo \"<$each>\"; done; echo $each",
    "for each in 1 2 3 4; do [ $each = 2 ] && continue; [ $each = 4 ] && break; echo $each; done",
    'n=; while [ "$n" != xxx ]; do n=x$n; echo $n; done; echo $?',
    "until true; do echo never; done; echo $?",
    "if false; then echo a; elif true; then echo b; else echo c; fi",
    "if false; then echo a; fi; echo $?",
    "if [ -z x ]\nthen\necho a\nelse\necho b\nfi",
    "A=1; (A=2; echo $A; exit 3); echo $? $A; { A=4; echo $A; }; echo $A",
    "printf 'one 1 x\ntwo 2 y\n' | while read name number rest; do echo \"$number:$name:$rest\"; done",
    "for each in a b; do echo $each; done | sort -r",
    "{ echo out; echo err >&2; } 2>/dev/null",
    "(echo a; echo b) | grep -c .",
    "sleep 0.01 & wait; echo done",
    "{ echo background; } & wait",
    "echo done then fi do; echo { }",
    'while read line; do echo "got $line"; done < /dev/null; echo $?',
    "sh -c 'echo $0 $1 $#' name one two",
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_means_what_it_means_to_a_real_shell(shell: Shell, line: str) -> None:
    both = subprocess.STDOUT
    real = subprocess.run(["sh", "-c", line], stdout=subprocess.PIPE, stderr=both, text=True, check=False)

    assert shell(line) == (real.stdout, real.returncode)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_quoted_argument_is_passed_on_whole(shell: Shell, text: str) -> None:
    assert shell(f"printf %s {shlex.quote(text)}") == (text, 0)


@given(line=st.text(alphabet="ab '\"\\$;&|<>()`#\n=*", max_size=30))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        parse(line)
    except ShellSyntaxError as error:
        assert str(error)  # noqa: PT017 - being refused is one of two good outcomes


@pytest.mark.parametrize("line", ["echo 'open", 'echo "open', "echo $(open", "a | | b", "&& a", "a >", "if true; fi)"])
def test_a_line_that_is_not_well_formed_is_refused(shell: Shell, line: str) -> None:
    said, code = shell(line)

    assert said.startswith("/system/bin/sh: ")
    assert code != 0


def test_an_unknown_command_is_not_found(shell: Shell) -> None:
    assert shell("nosuch -x") == ("/system/bin/sh: nosuch: inaccessible or not found\n", 127)


def test_output_goes_to_files_and_comes_back(shell: Shell, phone: VirtualPhone) -> None:
    shell("echo one > /sdcard/f; echo two >> /sdcard/f")

    entry = phone.files.get("/sdcard/f")
    assert entry is not None
    assert entry.data == b"one\ntwo\n"
    assert shell("wc -l < /sdcard/f") == ("2\n", 0)


def test_both_outputs_can_go_to_one_file(shell: Shell) -> None:
    shell("nosuch > /sdcard/both 2>&1")

    assert "not found" in shell("cat /sdcard/both")[0]


def test_file_names_match_patterns_unless_quoted(shell: Shell) -> None:
    shell("touch /sdcard/Music/a.mp3 /sdcard/Music/b.mp3 /sdcard/Music/c.txt")

    assert shell("echo /sdcard/Music/*.mp3") == ("/sdcard/Music/a.mp3 /sdcard/Music/b.mp3\n", 0)
    assert shell("echo '/sdcard/Music/*.mp3' /sdcard/Music/x*") == ("/sdcard/Music/*.mp3 /sdcard/Music/x*\n", 0)


def test_standard_input_is_read_by_commands(shell: Shell) -> None:
    assert shell("cat", b"typed") == ("typed", 0)
    assert shell("sh", b"echo from a script") == ("from a script\n", 0)


def test_a_variable_can_be_set_for_one_command(shell: Shell) -> None:
    assert shell("NAME=value env | grep ^NAME; echo [$NAME]") == ("NAME=value\n[]\n", 0)


@pytest.mark.parametrize("line", ["done", "if true; then echo open", "for x in a; do", "( echo a", "echo a )", "while"])
def test_a_compound_command_that_is_not_whole_is_an_error(shell: Shell, line: str) -> None:
    said, code = shell(line)

    assert code == 1
    assert "syntax error: unexpected" in said


def test_a_job_can_be_interrupted_by_its_process_id(shell: Shell) -> None:
    assert shell("sleep 1000 & PID=$!; kill -INT $PID; wait; echo ended") == ("ended\n", 0)
