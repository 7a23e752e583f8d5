"""Reads counts as apps show them: "1,234", "1.2K", "12,3 тыс.", "1 234 followers". It knows neither screens nor phones.

Apps round large numbers. What was shown is kept with its precision, so that nobody takes 1.2K for exactly 1200:

    number_in("12,3 тыс. подписчиков")  # ShownNumber(value=12300, step=100, text="12,3 тыс. подписчиков")

Which sign divides thousands and which decimals differs between languages and is not always said. Counts are whole, so
that a sign before exactly three last digits divides thousands; before a word such as "K" it is ambiguous there, and the
language decides. The words are those of CLDR's compact decimal formats for the language, short and long, which Babel
brings, and those that apps write instead. Without a language, a word that stands for different powers of ten in
different languages, as "mil" does, is not understood.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, cast

from babel import Locale, UnknownLocaleError

from phonefleet.apps.shown_text import look
from phonefleet.shown_number import ShownNumber

_K, _M, _B = 3, 6, 9

_POWERS: Mapping[str, int] = {
    **dict.fromkeys(("k", "тыс", "тис", "tsd", "mil", "rb", "nghìn", "bin", "tys", "tis", "천", "千", "พัน", "ألف"), _K),
    **dict.fromkeys(("m", "млн", "mio", "mln", "mn", "mi", "jt", "tr", "triệu", "mill", "ล้าน", "مليون"), _M),
    **dict.fromkeys(("b", "bn", "млрд", "mrd", "mld", "md", "mlrd", "bi", "tỷ", "milyar", "مليار"), _B),
    **dict.fromkeys(("万", "萬", "만", "หมื่น"), 4),
    **dict.fromkeys(("แสน", "lakh"), 5),
    **dict.fromkeys(("crore", "cr"), 7),
    **dict.fromkeys(("亿", "億", "억"), 8),
}
"""By how many powers of ten a word multiplies, without its full stop and in lower case."""

_ELSEWHERE: Mapping[str, Mapping[str, int]] = {"tr": {"b": _K}, "es": {"mm": _M}, "hi": {"l": 5}, "id": {"m": _B}}
"""Words that mean something else in some languages: "B" is a thousand in Turkish, "M" a milliard in Indonesian."""

_WITH_DECIMAL_POINT = frozenset({"en", "zh", "ja", "ko", "th", "hi", "he"})
"""Languages that write 1.5; the others write 1,5."""

_LANGUAGES = (
    "en", "ru", "uk", "fr", "de", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "ro", "hu", "bg",
    "sr", "hr", "el", "tr", "id", "ms", "vi", "th", "ar", "fa", "he", "hi", "bn", "ja", "ko", "zh", "zh-Hant",
)  # fmt: skip
"""Whose words are known where nobody says in which language a count is written."""

_UNCLEAR = -1
"""The power of a word that stands for several."""

_LABELLED = re.compile(r"([KMB])(?=(?:followers?|following|posts?|likes?)\b)", re.IGNORECASE)
"""A word that stands at its label without a blank, as in some descriptions for screen readers: "1.2Kfollowers"."""

_NUMBER = re.compile(r"(?<![\w.,\u2212-])(\d+(?:[.,'\u2019\u066b\u066c ]\d+)*)(?!\d)")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0900-\u0dff])*")
_ABOUT_BEFORE = re.compile(r".*[<>~\u2248\u2264\u2265]\s?", re.DOTALL)
_ABOUT_BEHIND = re.compile(
    r"\.?\s?[+%\u2030\u2070-\u2079\u00b2\u00b3\u00b9]|[\d_]|[-\u2012-\u2015\u2212/^]\s?\d", re.DOTALL
)
"""What makes another thing of a number: "<1K", "99+", "12K+", "50%", "1-2K" are no counts."""

_SIGNS = re.compile(r"[.,'\u2019\u066b\u066c ]")
_POINTS = ".,\u066b"
"""Signs that may begin decimals; the others only divide thousands."""

_GROUP = 3


def number_in(text: str, language: str | None = None) -> ShownNumber | None:
    """Return the one number in a text; None where there is none, several, or one that nobody can be sure of.

    `language` is the one in which the app is shown, as a BCP 47 tag.
    """
    seen = look(text)
    found = list(_NUMBER.finditer(seen))
    if len(found) != 1 or _ABOUT_BEFORE.fullmatch(seen, 0, found[0].start()):
        return None
    told = (language or "").lower()
    power, end = _power(seen, found[0].end(), told)
    if power == _UNCLEAR or _ABOUT_BEHIND.match(seen, end):
        return None
    number = _read(found[0][1], power, told.partition("-")[0])
    return None if number is None else ShownNumber(*number, seen)


def _power(seen: str, start: int, language: str) -> tuple[int, int]:
    """Return the power of ten for which the word behind a number stands, and where it ends; 0 for a label."""
    if (label := _LABELLED.match(seen, start)) is not None:
        return _POWERS[label[1].lower()], label.end()
    place = start + 1 if seen[start : start + 1] == " " else start
    words = [place + found.end() for found in _words_from(seen, place)]
    powers = _powers_of(language)
    known = (end for end in reversed(words) if _unit(seen[place:end]) in powers)
    end = next(known, None)
    if end is not None:
        return powers[_unit(seen[place:end])], end
    return 0, words[0] if words else start


def _words_from(seen: str, place: int) -> Iterator[re.Match[str]]:
    """Yield the next word, and it together with the one behind it: "mil", "mil millones"."""
    rest = seen[place:]
    if (first := _WORD.match(rest)) is not None:
        yield first
        if (both := re.compile(rf"{_WORD.pattern}\.? {_WORD.pattern}").match(rest)) is not None:
            yield both


def _unit(written: str) -> str:
    return written.lower().rstrip(".")


@lru_cache(maxsize=64)
def _powers_of(language: str) -> Mapping[str, int]:
    """Return by how many powers of ten each word multiplies in a language; "" for an unknown one.

    Single Latin letters are as in English, unless they are listed otherwise: apps write K, M and B in many languages.
    """
    main = language.partition("-")[0]
    if not main:
        return _powers_anywhere()
    cldr = _cldr_powers(language) or _cldr_powers(main)
    letters = {word: power for word, power in _POWERS.items() if len(word) == 1}
    return {**_POWERS, **cldr, **letters, **_ELSEWHERE.get(main, {})}


@cache
def _powers_anywhere() -> Mapping[str, int]:
    """Return the words of all languages; one that stands for several powers of ten is unclear."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for language in _LANGUAGES:
        for word, power in _cldr_powers(language).items():
            found[word].add(power)
    for word, power in _POWERS.items():
        found[word].add(power)
    letters = {word: power for word, power in _POWERS.items() if len(word) == 1}
    return {word: max(powers) if len(powers) == 1 else _UNCLEAR for word, powers in found.items()} | letters


@lru_cache(maxsize=128)
def _cldr_powers(language: str) -> Mapping[str, int]:
    """Return the words of CLDR's compact decimal formats, without full stops and in lower case; none if unknown.

    A pattern such as "00 тыс" for 10000 says by its noughts how much of the number stands before the word.
    """
    try:
        formats: Any = Locale.parse(language, sep="-").compact_decimal_formats  # Babel leaves its values untyped
    except (UnknownLocaleError, ValueError):
        return {}
    by_form = cast("Mapping[str, Mapping[str, Mapping[str, object]]]", formats)
    patterns = [
        (len(magnitude) - 1, str(getattr(pattern, "pattern", "")))
        for forms in by_form.values()
        for by_magnitude in forms.values()
        for magnitude, pattern in by_magnitude.items()
    ]
    said = ((_unit(look(pattern.replace("'", "").replace("0", ""))), size, pattern) for size, pattern in patterns)
    return {word: size + 1 - pattern.count("0") for word, size, pattern in said if word and "0" in pattern}


def _read(digits: str, power: int, language: str) -> tuple[int, int] | None:
    """Return a number's value and step."""
    parts, signs = _SIGNS.split(digits), _SIGNS.findall(digits)
    if _is_unclear(parts, signs, power, language):
        return None
    if _has_decimals(parts, signs, power, language):
        whole, decimals = parts[:-1], parts[-1]
    else:
        whole, decimals = parts, ""
    if not _are_groups(whole, signs[: len(whole) - 1]) or len(decimals) > power:
        return None
    step = 10 ** (power - len(decimals))
    return int(Decimal(f"{''.join(whole)}.{decimals or 0}").scaleb(power)), step


def _is_unclear(parts: list[str], signs: list[str], power: int, language: str) -> bool:
    """Tell whether "1.234 K" may be 1,234 as well as 1,234,000: nobody says in which language it is written."""
    return bool(power) and len(signs) == 1 and signs[0] in _POINTS and len(parts[-1]) == _GROUP and not language


def _has_decimals(parts: list[str], signs: list[str], power: int, language: str) -> bool:
    """Tell whether the last sign begins decimals; a count that nothing multiplies has none."""
    if not power or not signs or signs[-1] not in _POINTS or signs[-1] in signs[:-1]:
        return False
    if len(parts[-1]) != _GROUP or len(set(signs)) > 1:
        return True
    return signs[-1] == ("." if language in _WITH_DECIMAL_POINT else ",")


def _are_groups(parts: list[str], signs: list[str]) -> bool:
    """Tell whether digits are divided into thousands by one sign, or as in India, where only the last are three."""
    if len(parts) == 1:
        return True
    middle = {len(part) for part in parts[1:-1]}
    first = len(parts[0])
    return len(set(signs)) == 1 and 1 <= first <= _GROUP and len(parts[-1]) == _GROUP and middle <= {2} | {_GROUP}
