"""The kinds of fields that several scripts have: names, addresses, texts, spans, in the forms that clients send."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from phonefleet.text import bare_name, split_list, whole_number
from phonefleet.texts import spintax
from phonefleet.texts.captions import without_marks
from phonefleet.words import say

LONGEST_TEXT = 4000
"""In characters. No app takes more; what an app takes less than this, its profile knows."""

MOST_ITEMS = 10_000
_MOST_TEXTS = 1000
_LONGEST_URL = 2000
_LONGEST_PATH = 1000
_LONGEST_NAME = 200
_MOST_DAYS = 3650
_DAYS = re.compile(r"([0-9]{1,6})\s*(?:d|days?)?")
_USERNAME = re.compile(r"[^\s,@/?#]{1,100}")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30})://[^\s\x00-\x1f\x7f]+")
_BETWEEN_URLS = re.compile(r"\s+|,(?=\s*[A-Za-z][A-Za-z0-9+.-]*://)")
_NO_APP_OPENS = frozenset({"file", "content", "intent", "android-app", "javascript", "data"})

AccessMethod = Literal["direct", "search"]
"""How to get to a profile: by deep link, or through the app's search."""

Order = Literal["random", "sequential"]
"""Which text comes next: any, or the one whose turn it is by the task's place in its request."""


def _items(value: object, split: Callable[[str], list[str]]) -> list[object]:
    """Return a list that was given as an array or as one string."""
    if isinstance(value, str):
        return list[object](split(value))
    if isinstance(value, list | tuple):
        return list(cast("Iterable[object]", value))
    message = say("scripts.must_array_one_string", "must be an array, or one string")
    raise ValueError(message)


def username(value: object) -> str:
    """Return a username without its `@`. Raises `ValueError`."""
    if isinstance(value, str) and _USERNAME.fullmatch(name := bare_name(value)):
        return name
    message = say("scripts.not_list_usernames", "is not a list of usernames")
    raise ValueError(message)


def usernames(value: object) -> tuple[str, ...]:
    """Return usernames without `@`, each one once, in the order given; apps do not tell `Ann` from `ann`."""
    named = [username(item) for item in _items(value, split_list)]
    first = {name.casefold(): name for name in reversed(named)}
    return tuple(first[folded] for folded in dict.fromkeys(map(str.casefold, named)))


def post_url(value: object) -> str:
    """Return the address of a post: a web address, or one of an app's own scheme. Raises `ValueError`."""
    return _address(
        value,
        say(
            "scripts.not_list_addresses_posts_such",
            "is not a list of addresses of posts, such as https://… or an app's own scheme",
        ),
    )


def _address(value: object, complaint: str) -> str:
    text = value.strip() if isinstance(value, str) else ""
    found = _URL.fullmatch(text)
    if found is None or found[1].lower() in _NO_APP_OPENS or len(text) > _LONGEST_URL:
        raise ValueError(complaint)
    return text


def sound(value: str) -> str:
    """Return the name of a sound, or its address. Raises `ValueError`."""
    text = value.strip()
    if is_address(text):
        return _address(
            text,
            say(
                "scripts.not_address_sound_such_https",
                "is not an address of a sound, such as https://… or an app's own scheme",
            ),
        )
    if len(text) > _LONGEST_NAME:
        message = say(
            "scripts.characters_most_name",
            "has {number} characters; {longest_name} are the most of a name",
            number=len(text),
            longest_name=_LONGEST_NAME,
        )
        raise ValueError(message)
    return text


def is_address(text: str) -> bool:
    """Tell whether a text is an address and no name: it has a scheme, and no white space."""
    return _URL.fullmatch(text) is not None


def post_urls(value: object) -> tuple[str, ...]:
    """Return addresses of posts, each one once, in the order given; a comma inside an address belongs to it."""
    return tuple(dict.fromkeys(post_url(item) for item in _items(value, split_urls)))


def split_urls(text: str) -> list[str]:
    """Return the addresses of a string, separated by spaces, line breaks, or commas before the next one."""
    return [part.strip().rstrip(",") for part in _BETWEEN_URLS.split(text) if part.strip().strip(",")]


def _lines(value: object) -> tuple[str, ...]:
    """Return texts, one a line; commas belong to the text."""
    texts = [item.strip() if isinstance(item, str) else item for item in _items(value, str.splitlines)]
    if any(not isinstance(text, str) for text in texts):
        message = say("scripts.not_list_texts", "is not a list of texts")
        raise ValueError(message)
    return tuple(text for text in cast("list[str]", texts) if text)


def _with_breaks(value: object) -> tuple[str, ...]:
    """Return texts, one a line, with a line break wherever one is spelled as backslash and n."""
    return tuple(text.replace("\\n", "\n") for text in _lines(value))


def _captions(value: object, info: ValidationInfo) -> tuple[str, ...]:
    """Return captions by the field `caption_format`; backslash and n are a line break in either format."""
    whole = info.data.get("caption_format") == "spintax" and isinstance(value, str)
    return _with_breaks([value] if whole else value)


def _named(value: object) -> tuple[str, ...]:
    """Return words, each one once: tags, topics, files."""
    words = [item.strip() if isinstance(item, str) else "" for item in _items(value, split_list)]
    if all(words) and all(len(word) <= _LONGEST_PATH for word in words):
        return tuple(dict.fromkeys(words))
    message = say("scripts.not_list_words", "is not a list of words")
    raise ValueError(message)


def _spun(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse spintax that does not parse, or whose texts are too long or empty."""
    for number, text in enumerate(texts, start=1):
        try:
            _check(spintax.parse(text))
        except ValueError as error:
            message = say("scripts.text", "text {number}: {error}", number=number, error=error)
            raise ValueError(message) from None
    return texts


def _said(captions: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """Refuse captions that `_spun` refuses, and those that are nothing but marks of the format `multiline`."""
    _spun(captions)
    if info.data.get("caption_format") != "spintax":
        _spun(tuple(map(without_marks, captions)))
    return captions


def _check(template: spintax.Spintax) -> None:
    if template.longest() > LONGEST_TEXT:
        message = say(
            "scripts.may_become_characters_long_most",
            "may become {longest} characters long; {longest_text} are the most",
            longest=template.longest(),
            longest_text=LONGEST_TEXT,
        )
        raise ValueError(message)
    if template.shortest() == 0:
        message = say("scripts.may_become_empty", "may become empty")
        raise ValueError(message)


def _days(value: object) -> object:
    """Take "7d", "7", 7 and 7.0 for seven days; the words for never and always stay."""
    text = value.strip().lower() if isinstance(value, str) else value
    if isinstance(text, str):
        return int(found[1]) if (found := _DAYS.fullmatch(text)) else text
    return int(text) if isinstance(text, float) and text.is_integer() else text


def _reuse(value: object) -> object:
    """Refuse what is neither a word nor a number of days."""
    days = _days(value)
    if days in ("never", "always") or (type(days) is int and 1 <= days <= _MOST_DAYS):
        return days
    message = say(
        "scripts.neither_never_nor_always_nor",
        "is neither never nor always nor a number of days from 1 to {most_days}, such as 7 or 7d",
        most_days=_MOST_DAYS,
    )
    raise ValueError(message)


def _span(value: object) -> object:
    """Take an array of two numbers, or one number for both."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (value, value)
    return tuple(cast("Iterable[Any]", value)) if isinstance(value, list) else value


def _ordered(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        message = say("scripts.first_number_more_than_second", "the first number is more than the second")
        raise ValueError(message)
    return span


Usernames = Annotated[
    tuple[str, ...],
    BeforeValidator(usernames, json_schema_input_type=list[str] | str),
    Field(max_length=MOST_ITEMS),
]
Targets = Annotated[Usernames, Field(min_length=1, description="Usernames to work on; `@` is optional.")]
PostUrls = Annotated[
    tuple[str, ...],
    BeforeValidator(post_urls, json_schema_input_type=list[str] | str),
    Field(max_length=MOST_ITEMS),
]
Lines = Annotated[
    tuple[Annotated[str, Field(max_length=LONGEST_TEXT)], ...],
    BeforeValidator(_lines, json_schema_input_type=list[str] | str),
    Field(max_length=_MOST_TEXTS),
]
Texts = Annotated[Lines, AfterValidator(_spun)]
"""Spintax templates, one a line."""

TextsWithBreaks = Annotated[
    tuple[str, ...],
    BeforeValidator(_with_breaks, json_schema_input_type=list[str] | str),
    Field(max_length=_MOST_TEXTS),
    AfterValidator(_spun),
]
"""Spintax templates, one a line, in which backslash and n are a line break."""

Captions = Annotated[
    tuple[str, ...],
    BeforeValidator(_captions, json_schema_input_type=list[str] | str),
    Field(max_length=_MOST_TEXTS),
    AfterValidator(_said),
]
"""Spintax templates: one string is one caption or has one a line, by the model's field `caption_format`."""

Words = Annotated[
    tuple[str, ...],
    BeforeValidator(_named, json_schema_input_type=list[str] | str),
    Field(max_length=_MOST_TEXTS),
]
Sound = Annotated[str, AfterValidator(sound), Field(max_length=_LONGEST_URL)]
"""A sound by its name, or by its address."""

AS_WHOLE = BeforeValidator(whole_number)
"""Stands after the bounds of a whole number, to take 5.0 for 5."""

Probability = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
"""In percent."""

Reuse = Annotated[
    Literal["never", "always"] | int,
    BeforeValidator(_reuse, json_schema_input_type=int | str),
]
"""When a file may be published again: after this many days, or one of the words."""

Percent = Annotated[int, Field(ge=0, le=100), AS_WHOLE]
Path = Annotated[str, Field(max_length=_LONGEST_PATH)]


_ViewSecond = Annotated[float, Field(ge=0, le=300, allow_inf_nan=False)]
_Minute = Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)]
ViewSpan = Annotated[
    tuple[_ViewSecond, _ViewSecond],
    BeforeValidator(_span, json_schema_input_type=list[float]),
    AfterValidator(_ordered),
]
"""For how long something is watched, in seconds: at least, at most."""

MinuteSpan = Annotated[
    tuple[_Minute, _Minute],
    BeforeValidator(_span, json_schema_input_type=list[float]),
    AfterValidator(_ordered),
]
"""How long to wait, in minutes: at least, at most."""
