"""Every example of the documentation is done as it stands there, or checked by what it is for.

A page runs from its top to its end, as a reader works through it; the guide does so in tests/docs/test_guide.py. People
0980 to 0989 belong to these pages.
"""

from __future__ import annotations

import configparser
import json
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.campaigns.schemas import CampaignsRequest
from deployments.chaos.plan import read_plan
from deployments.cli.campaigns.file import CampaignsFile
from phonefleet.apps.dumps import read_dump
from phonefleet.apps.schema import ProfileRules, VersionRules
from phonefleet.apps.screens.screen import Screen
from phonefleet.device_actions import saved_commands
from phonefleet.limits.rules import Rules
from tests.docs.markdown import FILE, NOT_RUN, PARSED, PART, ROOT, Block, blocks, guide, pages
from tests.docs.reader import Reader
from tests.docs.shell import Command, commands, parse
from virtual_phones.replay import yaml_lines
from virtual_phones.replay.manifest import ManifestRules

ON_PHONES = ["README.md"]
ELSEWHERE = ["docs/command-line.md"]
"""Run by tests/cli/test_documented_commands.py, which also sees to it that every operation of the API is reached."""
IN_ONE_HOME = guide()
"""Run one after the other by tests/docs/test_guide.py, in the order in which a reader comes by."""

ALL = [block for page in pages() for block in blocks(page)]


def data(language: str) -> list[Block]:
    return [block for block in ALL if block.language == language]


def test_every_page_with_something_to_do_is_done_somewhere() -> None:
    to_do = {block.page for block in ALL if block.language in {"sh", "python"} and block.mark not in {NOT_RUN, PARSED}}
    assert to_do - set(IN_ONE_HOME) == {*ON_PHONES, *ELSEWHERE}


def test_every_block_is_run_or_checked_or_says_why_not() -> None:
    checked = {"sh", "python", "yaml", "toml", "json", "ini", "xml"}
    silent = [str(block) for block in ALL if block.language not in checked and block.mark != NOT_RUN]
    assert not silent, "these examples are neither run nor checked, and do not say why"
    unexplained = [str(block) for block in ALL if block.mark in {NOT_RUN, PARSED} and len(block.more) < 8]
    assert not unexplained, "these examples do not say why they are not run"
    assert all(block.language == "sh" for block in ALL if block.mark == PARSED)


@pytest.mark.timeout(280)
@pytest.mark.parametrize("page", ON_PHONES)
def test_a_page_works_on_phones(reader_with_phones: Reader, page: str) -> None:
    reader_with_phones.work_through(page)


def test_the_python_example_of_the_command_line_runs(reader: Reader) -> None:
    for block in blocks("docs/command-line.md"):
        if block.language == "python":
            reader.do(block)


PARSED_ONLY = [
    pytest.param(command, id=f"{block} {command.text}")
    for block in ALL
    if block.mark == PARSED
    for command in commands(block)
]


@pytest.mark.parametrize("command", PARSED_ONLY)
def test_what_is_not_run_is_written_as_the_command_line_takes_it(command: Command) -> None:
    assert command.ours, "only phonefleet's own commands can be parsed"
    assert parse(command.ours).params


@pytest.mark.parametrize("block", data("yaml"), ids=str)
def test_yaml_is_what_it_is_for(block: Block, tmp_path: Path) -> None:
    content: dict[str, Any] = yaml.safe_load(block.text)
    if block.mark == PART:
        VersionRules.model_validate({"range": ">=0", **content})
    elif "screens" in content:
        ManifestRules.model_validate(yaml_lines.read(block.text).value)
    elif "faults" in content:
        assert read_plan(block.text, block.page).faults
    elif "campaigns" in content:
        CampaignsRequest.model_validate(content)
    elif "commands" in content:
        (tmp_path / saved_commands.FILE).write_text(block.text, encoding="utf-8")
        assert saved_commands.saved_commands(tmp_path).keys() == content["commands"].keys()
    else:
        rules = ProfileRules.model_validate(content)
        assert block.more == f"profiles/{rules.name}.yaml"


def test_the_campaigns_file_that_comes_along_is_what_it_is_for() -> None:
    CampaignsRequest.model_validate({"campaigns": CampaignsFile(ROOT / "deployments" / "campaigns.yaml").campaigns})


@pytest.mark.parametrize("block", data("toml"), ids=str)
def test_toml_is_a_file_of_limits(block: Block) -> None:
    Rules.model_validate(tomllib.loads(block.text))


def test_json_is_json() -> None:
    for block in data("json"):
        json.loads(block.text)


@pytest.mark.parametrize("block", data("xml"), ids=str)
def test_xml_is_a_saved_screen(block: Block) -> None:
    assert block.mark == FILE
    assert Screen.parse(read_dump(block.text.encode())).elements


@pytest.mark.parametrize("block", data("ini"), ids=str)
def test_the_unit_of_systemd_starts_something(block: Block) -> None:
    unit = configparser.ConfigParser()
    unit.read_string(block.text)
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    assert program.endswith("/.venv/bin/phonefleet")
    assert parse(tuple(words)).params["home"]
