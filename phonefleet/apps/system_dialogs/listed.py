"""Reads the list of system dialogs, once, in the form in which screens are searched by it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate
from functools import cache, lru_cache
from pathlib import Path

from phonefleet import yaml_text
from phonefleet.apps.shown_text import look
from phonefleet.apps.system_dialogs.schema import Cure, DialogRule, DialogRules

_FILE = Path(__file__).with_name("known.yaml")


@dataclass(frozen=True, slots=True)
class Dialog:
    """One kind of dialog, compiled. Ids are matched by what follows the last `/`, words by how they read."""

    name: str
    cure: Cure
    packages: re.Pattern[str]
    ids: re.Pattern[str] | None
    without: re.Pattern[str] | None
    words: re.Pattern[str] | None
    tick: tuple[re.Pattern[str], ...]
    buttons: tuple[re.Pattern[str], ...]
    says: tuple[str, ...]
    insist: tuple[re.Pattern[str], ...]
    back: bool
    tell: str | None


@dataclass(frozen=True, slots=True)
class DialogList:
    """The whole list; windows of `packages` are dialogs, whatever they say."""

    packages: re.Pattern[str]
    dialogs: tuple[Dialog, ...]


@lru_cache(maxsize=256)
def dialogs_of(package: str) -> tuple[Dialog, ...]:
    """Return the kinds of dialogs that windows of a package may be; each look at a screen asks for a few packages."""
    return tuple(dialog for dialog in known_dialogs().dialogs if dialog.packages.fullmatch(package))


@lru_cache(maxsize=256)
def is_of_dialogs(package: str) -> bool:
    """Tell whether the windows of a package are dialogs over whatever app is in front.

    Example:
        >>> is_of_dialogs("com.google.android.permissioncontroller"), is_of_dialogs("com.android.settings")
        (True, False)

    """
    return known_dialogs().packages.fullmatch(package) is not None


@cache
def known_dialogs() -> DialogList:
    """Return the list.

    Raises:
        pydantic.ValidationError: the file beside this module is none.

    """
    rules = DialogRules.model_validate(yaml_text.read(_FILE.read_text(encoding="utf-8"))[1])
    return DialogList(_any_of(rules.packages), tuple(map(_compiled, rules.dialogs)))


def as_read(text: str) -> str:
    """Return a text as words are compared: of its looks, neither capitals nor the kind of apostrophe count."""
    return look(text).replace("\u2019", "'").casefold()


def _compiled(rule: DialogRule) -> Dialog:
    patterns = [pattern for group in rule.words.values() for pattern in group]
    return Dialog(
        name=rule.name,
        cure=rule.cure,
        packages=_any_of(rule.packages),
        ids=_any_of(rule.ids) if rule.ids else None,
        without=_any_of(rule.without) if rule.without else None,
        words=re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None,
        tick=_each(rule.tick),
        buttons=_each(rule.buttons),
        says=tuple(dict.fromkeys(as_read(word) for group in rule.says.values() for word in group)),
        insist=_each(rule.insist),
        back=rule.back,
        tell=rule.tell,
    )


def _each(globs: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(_any_of((glob,)) for glob in globs)


def _any_of(globs: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, globs)))
