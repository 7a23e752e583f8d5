"""Reads counts as apps show them: "1,234", "1.2K", "12,3 тыс.", "1 234 followers". It knows neither screens nor phones.

Apps round large numbers. What was shown is kept with its precision, so that nobody takes 1.2K for exactly 1200:

    number_in("12,3 тыс. подписчиков")  # ShownNumber(value=12300, step=100, text="12,3 тыс. подписчиков")

Which sign divides thousands and which decimals differs between languages and is not always said. Counts are whole, so
that a sign before exactly three last digits divides thousands; before a word such as "K" it is ambiguous there, and the
language decides. The words are those of CLDR's compact decimal formats (`decimalFormats-numberSystem-latn`, short), and
those that apps write instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

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

_GLUED = re.compile(r"([KMB])(?:followers?|following|posts?|likes?)", re.IGNORECASE)
"""A word that stands at its label without a blank, as in some descriptions for screen readers: "1.2Kfollowers"."""

_NUMBER = re.compile(r"(?<![\w.,\u2212-])(\d+(?:[.,'\u2019\u066b\u066c ]\d+)*)(\+?)(\s?)([^\W\d_]*)")
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
    if len(found) != 1 or found[0][2]:  # "99+" says how many there are at least
        return None
    digits, _, blank, word = found[0].groups()
    told = (language or "").partition("-")[0].lower()
    power = _power(word, told, glued=not blank)
    number = _read(digits, power, told)
    return None if number is None else ShownNumber(*number, seen)


def _power(word: str, language: str, *, glued: bool) -> int:
    """Return the power of ten that the word behind a number stands for; 0 for a label such as "followers"."""
    label = _GLUED.fullmatch(word) if glued else None
    unit = (label[1] if label else word).lower()
    special = _ELSEWHERE.get(language, {})
    return special.get(unit, _POWERS.get(unit, 0))


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
