"""`--set` and `--config` of the command line: fields of a configuration, and a file that holds one."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from deployments.cli.tasks.options import config_of
from phonefleet.errors import Permanent


def test_fields_are_json_where_they_can_be_and_texts_elsewhere() -> None:
    fields = ["often=3", "really=true", "word=hello, you", 'list=["a"]', "chatgpt_settings.model=x", "empty="]
    assert config_of("{}", None, fields) == {
        "often": 3,
        "really": True,
        "word": "hello, you",
        "list": ["a"],
        "chatgpt_settings": {"model": "x"},
        "empty": "",
    }


def test_a_field_goes_over_the_configuration_and_targets_go_over_both() -> None:
    assert config_of('{"a": 1, "target_users": ["x"]}', ["anna"], ["a=2"]) == {"a": 2, "target_users": ["anna"]}


def test_a_configuration_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "visit.json").write_text('{"often": 3}', encoding="utf-8")
    assert config_of(str(tmp_path / "visit.json"), None) == {"often": 3}
    monkeypatch.chdir(tmp_path)
    assert config_of("visit.json", None) == {"often": 3}
    with pytest.raises(Permanent, match="--config is not JSON"):
        config_of("missing.json", None)


@pytest.mark.parametrize("field", ["often", "=3", ".a=1", "a..b=1", ""])
def test_a_field_without_a_name_or_a_value_is_told(field: str) -> None:
    with pytest.raises(typer.BadParameter, match="FIELD=VALUE"):
        config_of("{}", None, [field])


def test_a_value_has_no_fields_of_its_own() -> None:
    with pytest.raises(typer.BadParameter, match="a has no fields"):
        config_of('{"a": 1}', None, ["a.b=2"])
