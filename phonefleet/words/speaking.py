"""Says messages and texts in a language: which one is wanted, and the catalogue that has it.

English needs no catalogue: it is what the source says. A catalogue is a file phonefleet.po below `catalogues`, in the
form of GNU gettext; when the package is installed, Babel compiles it beside (`compiling.py`). It is read when somebody
wants its language for the first time, by the standard library alone: the command line must not wait for more.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from phonefleet.words.message import JOINED, PLURAL, Message, Said

if TYPE_CHECKING:
    import gettext

DOMAIN = "phonefleet"
DEFAULT = "en"
LANGUAGES = ("en", "ru")

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_now: ContextVar[str | None] = ContextVar("language", default=None)


def language_wanted(accept_language: str) -> str | None:
    """Return the language for an HTTP header Accept-Language (RFC 9110, 12.5.4); None where it names none.

    >>> language_wanted("de, ru;q=0.8, en;q=0.5"), language_wanted("de"), language_wanted("*")
    ('ru', 'en', None)
    """
    weighed = [_weighed(part) for part in accept_language.split(",")]
    named = [(weight, name) for weight, name in weighed if weight > 0 and name not in {"", "*"}]
    if not named:
        return None
    known = [(weight, name) for weight, name in named if name in LANGUAGES]
    return max(known, key=lambda one: one[0])[1] if known else DEFAULT


def language_of_environment(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language of a terminal, by the variables of gettext: the first that is set decides.

    >>> language_of_environment({"LANG": "ru_RU.UTF-8"}), language_of_environment({"LC_ALL": "C", "LANG": "ru_RU"})
    ('ru', 'en')
    """
    told = next((value for name in _VARIABLES if (value := environment.get(name))), "")
    names = [_short(name) for name in told.split(":")]
    return next((name for name in names if name in LANGUAGES), DEFAULT)


@contextmanager
def speaking(language: str | None) -> Generator[None]:
    """Let what is said in the block be in this language; None: nobody has asked for one."""
    token = _now.set(language)
    try:
        yield
    finally:
        _now.reset(token)


def language_now() -> str | None:
    """Return the language that was asked for; None where nobody has: then it is English."""
    return _now.get()


def said(text: str) -> str:
    """Return a text in the language that was asked for."""
    return in_language(text, _now.get() or DEFAULT)


def said_within(value: Any) -> Any:
    """Return JSON with every message in it in the language that was asked for."""
    if isinstance(value, dict):
        return {name: said_within(one) for name, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [said_within(one) for one in cast("list[Any]", value)]
    return said(value) if isinstance(value, Message) else value


def in_language(text: str, language: str) -> str:
    """Return a message in a language; a plain text, and a message that the catalogue does not know, as it is."""
    if not isinstance(text, Message):
        return text
    if language == DEFAULT:
        return text.plain
    if text.id == JOINED:
        return _row(text, language)
    try:
        template = _template(text, language)
        shown = {name: _shown(one, language) for name, one in text.params.items()}
        return template.format(**shown) if shown else template
    except (LookupError, ValueError):  # it was stored by another version, with other parameters
        return text.plain


def tr(text: str, /, **params: object) -> str:
    """Return a text without an id in the language that was asked for, as the command line says it.

    tr("Wrote {file}", file=path)
    """
    language = _now.get() or DEFAULT
    template = text if language == DEFAULT or not text else _catalogue(language).gettext(text)
    return template.format(**_all_shown(params, language)) if params else template


def mark(text: str) -> str:
    """Return the text: it is one that `tr_known` is called with somewhere, and belongs into the catalogues."""
    return text


def tr_known(text: str) -> str:
    """Return a text that the source has elsewhere, such as a heading or the help of an option, in the language."""
    language = _now.get() or DEFAULT
    return text if language == DEFAULT or not text else _catalogue(language).gettext(text)


def speak(language: str) -> None:
    """Let all that this process says from now on be in a language."""
    _now.set(None if language == DEFAULT else language)


def tr_many(one: str, many: str, /, *, count: int, **params: object) -> str:
    """Return a text that differs by a count, in the language that was asked for."""
    language = _now.get() or DEFAULT
    english = one if count == 1 else many
    template = english if language == DEFAULT else _catalogue(language).ngettext(one, many, count)
    return template.format(count=count, **_all_shown(params, language))


def _all_shown(params: Mapping[str, object], language: str) -> dict[str, object]:
    return {name: in_language(one, language) if isinstance(one, Message) else one for name, one in params.items()}


def _row(row: Message, language: str) -> str:
    parts, separator = row.params["parts"], row.params["separator"]
    shown = [str(_shown(one, language)) for one in parts] if isinstance(parts, list) else []
    return str(_shown(separator, language)).join(shown)


def _template(message: Message, language: str) -> str:
    """Return the text of a message with its parameters still in braces. Raises `LookupError`."""
    catalogue, number = _catalogue(language), message.params.get(PLURAL)
    told = catalogue.ngettext(message.id, message.id, number) if isinstance(number, int) else message.id
    if told == message.id:
        told = catalogue.gettext(message.id)
    if told == message.id:
        raise LookupError(told)
    return told


def _shown(value: Said, language: str) -> object:
    if isinstance(value, Message):
        return in_language(value, language)
    return ", ".join(str(_shown(one, language)) for one in value) if isinstance(value, list) else value


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Return a compiled catalogue; where the package was not installed, an empty one."""
    import gettext  # noqa: PLC0415 - English needs none
    from pathlib import Path  # noqa: PLC0415 - as above

    folder = Path(__file__).parent / "catalogues"
    return gettext.translation(DOMAIN, folder, [language], fallback=True)


def _weighed(part: str) -> tuple[float, str]:
    """Return weight and language of a part of Accept-Language, such as `ru-RU;q=0.9`."""
    name, *options = part.split(";")
    told = next((one.strip()[2:] for one in options if one.strip().lower().startswith("q=")), "1")
    try:
        return float(told), _short(name)
    except ValueError:
        return 0.0, ""


def _short(name: str) -> str:
    """Return the language of a locale, without its country: `ru` for `ru_RU.UTF-8` and `ru-RU`."""
    return name.strip().replace("_", "-").partition("-")[0].partition(".")[0].lower()
