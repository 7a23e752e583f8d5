"""Keeps the catalogues of texts in step with the source, and checks that each is complete.

    uv run python .ci/words.py extract   # add what is new to each catalogue, take out what is gone
    uv run python .ci/words.py check     # exit with 1 unless every text is there, translated, with the same parameters

What is extracted: `say` and `say_many` with their ids, the docstrings of errors, and what the command line says: `tr`
and `tr_many`, and the texts of options, arguments, commands, groups, tables and findings, which are translated where
they are shown.
"""

from __future__ import annotations

import ast
import re
import string
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from phonefleet.words.compiling import compile_all

ROOT = Path(__file__).parent.parent
PACKAGES = ("phonefleet", "api", "tasks", "flows", "deployments")
CATALOGUES = ROOT / "phonefleet" / "words" / "catalogues"
COMMANDS = "deployments/cli"
_WIDTH = 100
_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
"""Without dates and names, in which branches would differ."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the source: with an id, or without one where its English is its key; `many` is its plural."""

    one: str
    id: str | None = None
    many: str | None = None

    @property
    def key(self) -> str:
        """What it is compiled under."""
        return self.id or self.one


def texts_of_source() -> dict[str, Text]:
    """Return all texts by their keys.

    Raises:
        SystemExit: one id has two texts, or an id or text is no constant.

    """
    found: dict[str, Text] = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for text in _texts_of(file):
                if found.setdefault(text.key, text) != text:
                    sys.exit(f"{file}: {text.key} has two texts: {text.one!r} and {found[text.key].one!r}")
    return found


def _texts_of(file: Path) -> Iterator[Text]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    is_command = file.is_relative_to(ROOT / COMMANDS)
    added = _added(tree) if is_command else frozenset[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _texts_of_call(node, file)
            if is_command:
                yield from _shown_by_call(node)
        elif isinstance(node, ast.ClassDef) and _is_error(node):
            yield Text((ast.get_docstring(node) or "").splitlines()[0], f"errors.{node.name}")
        elif isinstance(node, ast.Tuple) and is_command and file.name.endswith("shown.py"):
            yield from _name_in_record(node)
        elif isinstance(node, ast.Assign) and is_command and _is_examples(node):
            yield from _help(_constant(node.value) or "")
        elif isinstance(node, ast.FunctionDef) and is_command and _is_command(node, added):
            yield from _help(ast.get_docstring(node) or "")


def _texts_of_call(call: ast.Call, file: Path) -> Iterator[Text]:
    name = _name(call.func)
    wanted = {"say": 2, "say_many": 3, "tr": 1, "tr_many": 2, "mark": 1}.get(name)
    if wanted is None or (name == "say" and file.name == "message.py" and not call.args):
        return
    words = [_constant(one) for one in call.args[:wanted]]
    if len(words) < wanted or None in words:
        if file.parent.name == "words" or file.name == "errors.py":  # where they are made
            return
        sys.exit(f"{file}:{call.lineno}: {name} needs constants, so that its text can be found")
    told = [word for word in words if word is not None]
    if name.startswith("say"):
        yield Text(told[1], told[0], told[2] if name == "say_many" else None)
    else:
        yield Text(told[0], None, told[1] if name == "tr_many" else None)


_FIRST: dict[str, int] = {"Column": 0, "group": 0, "Later": 2, "Finding": 0, "print_table": 1}
"""Calls of which a positional argument is shown, translated where that is done."""

_NAMED: dict[str, tuple[str, ...]] = {
    "Option": ("help", "rich_help_panel"),
    "Argument": ("help", "rich_help_panel"),
    "Typer": ("help",),
    "Later": ("summary",),
    "add_command": ("epilog",),
    "group": ("epilog",),
}


def _shown_by_call(call: ast.Call) -> Iterator[Text]:
    name = _name(call.func)
    place = _FIRST.get(name)
    words = [_constant(call.args[place])] if place is not None and place < len(call.args) else []
    words += [_constant(one.value) for one in call.keywords if one.arg in _NAMED.get(name, ())]
    for word in words:
        if word and any(letter.isalpha() for letter in word):
            yield from _help(word) if name in {"add_command", "Later", "group", "Typer"} else [Text(word)]


def _help(text: str) -> Iterator[Text]:
    """Yield the paragraphs of a help text, each on one line, apart from lines of examples; headings of them too."""
    for paragraph in text.split("\n\n"):
        words = " ".join(paragraph.split())
        if comments := [found[1] for found in _COMMENT.finditer(paragraph)]:
            yield from map(Text, comments)
        elif words and not _EXAMPLE.match(words):
            yield Text(words)


_COMMENT = re.compile(r"(?m)^(?:\S.*?|) {3,}(\S.*)$")
_EXAMPLE = re.compile(r"Example: |phonefleet |PHONEFLEET")


def _name_in_record(node: ast.Tuple) -> Iterator[Text]:
    """Yield the name of a field of `print_record`."""
    word = _constant(node.elts[0]) if len(node.elts) == _PAIR else None
    if word and word.replace(" ", "").isalpha():
        yield Text(word)


_PAIR = 2


def _is_examples(node: ast.Assign) -> bool:
    return any(isinstance(one, ast.Name) and one.id.strip("_") == "EXAMPLES" for one in node.targets)


def _is_error(node: ast.ClassDef) -> bool:
    return bool(ast.get_docstring(node)) and any(_name(base) in _ERRORS for base in node.bases)


def _is_command(node: ast.FunctionDef, added: frozenset[str]) -> bool:
    names = {_name(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list}
    return bool(names & {"command", "callback"}) or node.name in added


def _added(tree: ast.Module) -> frozenset[str]:
    """Return the names of the functions that a module adds as commands by `add_command`."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "add_command"]
    return frozenset(_name(call.args[2]) for call in calls if len(call.args) > 2)  # noqa: PLR2004 - app, name, function


def _errors() -> frozenset[str]:
    """Return the names of the classes of errors whose docstring is what they say."""
    names = {"PhonefleetError"}
    classes = [
        node
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    grown = True
    while grown:
        more = {node.name for node in classes if any(_name(base) in names for base in node.bases)} - names
        names |= more
        grown = bool(more)
    return frozenset(names)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


_ERRORS = _errors()


def problems(catalogue: Catalog, source: dict[str, Text]) -> Iterator[str]:
    """Yield what is wrong with a catalogue."""
    there = {_key(message): message for message in catalogue if message.id}
    yield from (f"{key}: not there; run `.ci/words.py extract`" for key in source.keys() - there.keys())
    yield from (f"{key}: not in the source; run `.ci/words.py extract`" for key in there.keys() - source.keys())
    for key in sorted(source.keys() & there.keys()):
        yield from _wrong(key, source[key], there[key])


def _wrong(key: str, text: Text, message: Message) -> Iterator[str]:
    english = message.id if isinstance(message.id, tuple) else (message.id,)
    if english != ((text.one,) if text.many is None else (text.one, text.many)):
        yield f"{key}: its English has changed; run `.ci/words.py extract`"
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    if message.fuzzy or not all(strings):
        yield f"{key}: not translated"
        return
    wanted = _parameters(text.many or text.one)
    for one in strings:
        if _parameters(one) - wanted or (wanted - _parameters(one) and text.many is None):
            yield f"{key}: {one!r} has other parameters than {text.one!r}"


def _parameters(template: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name}
    except ValueError:  # a text without parameters, with braces that are meant as such
        return set()


def _key(message: Message) -> str:
    return message.context or (message.id[0] if isinstance(message.id, tuple) else message.id)


def updated(catalogue: Catalog, source: dict[str, Text]) -> Catalog:
    """Return a catalogue with the texts of the source; a translation of another English is marked as fuzzy."""
    before = {_key(message): message for message in catalogue if message.id}
    anew = Catalog(locale=catalogue.locale, domain="phonefleet", project="Phonefleet", fuzzy=False, header_comment="")
    for key in sorted(source):
        text, known = source[key], before.get(key)
        msgid = text.one if text.many is None else (text.one, text.many)
        same = known is not None and known.id == msgid
        fits = known is not None and isinstance(known.id, tuple) == (text.many is not None)
        flags = () if known is None or not fits or (same and not known.fuzzy) else ("fuzzy",)
        anew.add(msgid, known.string if known is not None and fits else None, context=text.id, flags=flags)
    return anew


def _each(change: Callable[[Path, Catalog], None]) -> None:
    for file in sorted(CATALOGUES.glob("*/LC_MESSAGES/phonefleet.po")):
        with file.open("rb") as source:
            change(file, read_po(source, locale=file.parts[-3], domain="phonefleet"))


def _extract(file: Path, catalogue: Catalog) -> None:
    kept = updated(catalogue, texts_of_source())
    with file.open("wb") as target:
        target.write(_HEADER.format(language=kept.locale, plurals=kept.plural_forms).encode())
        write_po(target, kept, width=_WIDTH, omit_header=True, no_location=True)


def main() -> None:
    """Run one of the commands."""
    if sys.argv[1:] == ["extract"]:
        _each(_extract)
        compile_all(CATALOGUES)
    elif sys.argv[1:] == ["check"]:
        found: list[str] = []
        source = texts_of_source()
        _each(lambda file, catalogue: found.extend(f"{file.parts[-3]}: {one}" for one in problems(catalogue, source)))
        sys.exit("\n".join(found) or 0)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
