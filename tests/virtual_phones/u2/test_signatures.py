"""Every method of the real server, and no other, with the parameters and the results that it has there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from virtual_phones.u2.methods.table import METHODS

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import Client

TABLE = Path(__file__).parent / "data" / "signatures.txt"
_LINE = re.compile(r"(\w+)\((.*)\) (\S+)")


@dataclass(frozen=True)
class Declared:
    """A line of the table: a method's name, the types of its parameters, the type of its result."""

    name: str
    types: tuple[str, ...]
    result: str


def declared() -> list[Declared]:
    lines = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    matches = [match for line in lines if (match := _LINE.fullmatch(line))]
    assert len(matches) == len(lines)
    return [
        Declared(match[1], tuple(part.strip() for part in match[2].split(",") if part.strip()), match[3])
        for match in matches
    ]


DECLARED = declared()


def test_the_table_is_whole() -> None:
    assert (len(DECLARED), len({line.name for line in DECLARED})) == (103, 72)


def test_the_virtual_server_has_the_signatures_of_the_real_one_and_no_others() -> None:
    ours = {(name, signature.types) for name, signatures in METHODS.items() for signature in signatures}
    assert ours == {(line.name, line.types) for line in DECLARED}


COUNTS = {
    name: {len(line.types) for line in DECLARED if line.name == name} for name in {line.name for line in DECLARED}
}
SELECTOR = {"mask": 0x200000, "resourceId": "com.example.trial:id/list"}
VALUES: dict[str, object] = {
    "int": 10,
    "long": 10,
    "float": 0.5,
    "boolean": True,
    "Selector": SELECTOR,
    "Selector[]": [SELECTOR],
    "int[]": [10, 10, 20, 20],
    "String[]": ["back"],
    "Point": {"x": 10, "y": 10},
    "ConfiguratorInfo": {"waitForIdleTimeout": 0},
}
RESULTS: dict[str, type | tuple[type, ...]] = {
    "void": type(None),
    "boolean": bool,
    "int": int,
    "String": (str, type(None)),
    "String[]": list,
    "ObjInfo": dict,
    "ObjInfo[]": list,
    "DeviceInfo": dict,
    "ConfiguratorInfo": dict,
    "ShellCommandResult": dict,
}
SAID = {"childByText": "Row 3", "childByDescription": "Description 3"}
"""What is said below the children that are looked for."""
ALWAYS_FAILS = "registerPressKeyskWatcher"


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_another_number_of_parameters_is_refused(client: Client, name: str) -> None:
    for count in set(range(8)) - COUNTS[name]:
        assert client.error(name, *[None] * count) == (-32602, "method parameters invalid")


@pytest.mark.parametrize("line", [line for line in DECLARED if line.name != ALWAYS_FAILS], ids=str)
def test_every_signature_can_be_called_and_answers_its_type(client: Client, line: Declared) -> None:
    values = [SAID.get(line.name, "home") if name == "String" else VALUES[name] for name in line.types]
    if line.types[:1] == ("String",) and _takes_a_name(line.name):
        values[0] = client.call("getUiObject", SELECTOR)
    assert isinstance(client.call(line.name, *values), RESULTS[line.result])


def _takes_a_name(method: str) -> bool:
    return any(line.name == method and line.types[:1] == ("Selector",) for line in DECLARED)


@pytest.mark.parametrize("name", ["makeToast", "childBySelector", "fly"])
def test_what_the_real_server_lacks_is_not_found(client: Client, name: str) -> None:
    assert client.error(name, 1) == (-32601, "method not found")
