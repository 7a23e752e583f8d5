"""A message: an English text that knows its id and its parameters.

It is a `str`, so whatever takes texts takes messages, and who knows nothing of languages shows English. What is cut out
of a message, or put together with others by `+` or an f-string, is a plain text again; `joined` and parameters that are
messages keep what can be translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self, TypeAlias, cast

Said: TypeAlias = "str | int | float | bool | Message | list[Said] | None"
"""What a parameter may be."""

JOINED = "joined"
"""The id of several messages in a row. Its parameters are `parts` and the `separator` between them."""

PLURAL = "count"
"""The parameter by whose number the plural form of a text is chosen."""


class Message(str):  # noqa: SLOT000 - an error's text is pickled and copied, with what stands beside it
    """An English text with its id, which never changes, and the parameters that stand in it."""

    id: str
    params: Mapping[str, Said]

    def __new__(cls, text: str, id: str, params: Mapping[str, Said] | None = None) -> Self:  # noqa: A002 - its name
        """Make a message of its English text."""
        message = super().__new__(cls, text)
        message.id = id
        message.params = params or {}
        return message

    def __str__(self) -> Message:
        """Return the message itself: `str(error)` of an error that was raised with a message is that message."""
        return self

    def __add__(self, more: str) -> Message:
        return joined("", (self, more))

    def __radd__(self, before: str) -> Message:
        return joined("", (before, self))

    def __reduce__(self) -> tuple[type[Message], tuple[str, str, Mapping[str, Said]]]:
        return type(self), (self.plain, self.id, self.params)

    @property
    def plain(self) -> str:
        """The English text without anything else."""
        return self[:]

    def mapped(self, change: Callable[[str], str]) -> Message:
        """Return the message with every text in it changed, such as by hiding secrets."""
        return Message(change(self.plain), self.id, {name: _mapped(one, change) for name, one in self.params.items()})


def say(id: str, template: str, /, **params: object) -> Message:  # noqa: A002 - as above
    """Return a message in English; the template names its parameters as `str.format` does.

    say("tasks.unknown", "There is no task {task}", task=7)
    """
    return Message(template.format(**params) if params else template, id, {k: _kept(v) for k, v in params.items()})


def say_many(id: str, one: str, many: str, /, *, count: int, **params: object) -> Message:  # noqa: A002 - as above
    """Return a message of which there is one text for a count of one, and another for all others.

    say_many("tasks.before", "{count} task comes before", "{count} tasks come before", count=before)
    """
    return say(id, one if count == 1 else many, count=count, **params)


def joined(separator: str, parts: Iterable[str]) -> Message:
    """Return several texts in a row; each is said in its language, the separator too if it is a message.

    joined("; ", [say(...), say(...)])
    """
    texts = list(parts)
    if len(texts) == 1 and isinstance(texts[0], Message):
        return texts[0]
    return Message(separator.join(texts), JOINED, {"parts": [_kept(one) for one in texts], "separator": separator})


def changed(text: str, change: Callable[[str], str]) -> str:
    """Return a text with a change to every text in it; a message stays one."""
    return text.mapped(change) if isinstance(text, Message) else change(text)


def pack(text: str | None) -> dict[str, Any] | None:
    """Return a message as JSON, for a column beside its text; None for a plain text."""
    return cast("dict[str, Any]", _packed(text)) if isinstance(text, Message) else None


def packed_params(message: Message) -> dict[str, Any]:
    """Return the parameters of a message as JSON; messages among them with their ids and texts."""
    return {name: _packed(value) for name, value in message.params.items()}


def unpack(text: str | None, packed: Mapping[str, Any] | None) -> str | None:
    """Return the message that was stored as its text and beside it.

    What stands beside may be older: where it is not of this text, the text is plain.
    """
    if text is None or not packed or packed.get("text") != text:
        return text
    params = cast("Mapping[str, Any]", packed.get("params") or {})
    return Message(text, str(packed["id"]), {name: _unpacked(value) for name, value in params.items()})


BESIDE = "_message"
"""Behind the name of a field of JSON: what the messages in this field are made of."""


def pack_within(value: Any) -> Any:
    """Return JSON in which each field that holds messages has another beside, from which `unpack_within` knows them.

    >>> pack_within({"detail": say("a.b", "it is away")})
    {'detail': 'it is away', 'detail_message': {'id': 'a.b', 'params': {}, 'text': 'it is away'}}
    """
    if isinstance(value, list):
        return [pack_within(one) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value.plain if isinstance(value, Message) else value
    fields = cast("dict[str, Any]", value)
    told = {name + BESIDE: packed for name, one in fields.items() if (packed := _packed_field(one))}
    return {name: pack_within(one) for name, one in fields.items()} | told


def unpack_within(value: Any) -> Any:
    """Return JSON with its messages, as they were before `pack_within`."""
    if isinstance(value, list):
        return [unpack_within(one) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    fields = cast("dict[str, Any]", value)
    names = [name for name in fields if not (name.endswith(BESIDE) and name.removesuffix(BESIDE) in fields)]
    return {name: _unpacked_field(fields[name], fields.get(name + BESIDE)) for name in names}


def _packed_field(value: Any) -> Any:
    if isinstance(value, list):
        packed = [pack(one) if isinstance(one, str) else None for one in cast("list[Any]", value)]
        return packed if any(packed) else None
    return pack(value) if isinstance(value, str) else None


def _unpacked_field(value: Any, beside: Any) -> Any:
    if isinstance(value, str):
        return unpack(value, cast("dict[str, Any]", beside) if isinstance(beside, dict) else None)
    if isinstance(value, list) and isinstance(beside, list):
        items, told = cast("list[Any]", value), cast("list[Any]", beside)
        if len(items) == len(told):
            return [_unpacked_field(one, packed) for one, packed in zip(items, told, strict=True)]
    return unpack_within(value)


def _kept(value: object) -> Said:
    if value is None or isinstance(value, Message | bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_kept(one) for one in cast("list[object]", value)]
    return str(value)


def _mapped(value: Said, change: Callable[[str], str]) -> Said:
    if isinstance(value, Message):
        return value.mapped(change)
    if isinstance(value, list):
        return [_mapped(one, change) for one in value]
    return change(value) if isinstance(value, str) else value


def _packed(value: Said) -> Any:
    if isinstance(value, Message):
        return {"id": value.id, "params": packed_params(value), "text": value.plain}
    return [_packed(one) for one in value] if isinstance(value, list) else value


def _unpacked(value: Any) -> Said:
    if isinstance(value, dict):
        packed = cast("dict[str, Any]", value)
        return unpack(str(packed["text"]), packed)
    return [_unpacked(one) for one in cast("list[Any]", value)] if isinstance(value, list) else value


AND = say("words.and", " and ")
OR = say("words.or", " or ")
"""What stands between the parts of a row, for `joined`."""
