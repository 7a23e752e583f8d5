"""Selectors as clients send them: fields with a bit mask of those that count, and a chain of children and siblings.

The server turns each into a BySelector, if it is plain, or a UiSelector; see `Selector` in u2.jar 0.4.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from virtual_phones.u2.failures import IllegalState, NullPointer
from virtual_phones.u2.matching.byselector import BySelector
from virtual_phones.u2.matching.fields import FIELDS, INDEX, INSTANCE, Field
from virtual_phones.u2.matching.uiselector import Link, Relation, UiSelector

_CHECKABLE, _CHECKED = "Checkable", "checked"


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector; `relations` says what each of the `others` is to the one before it."""

    mask: int
    values: Mapping[str, object]
    relations: tuple[str, ...] = ()
    others: tuple[Selector, ...] = ()

    @property
    def is_single(self) -> bool:
        """Whether it has no child and no sibling."""
        return not self.relations

    @property
    def has_index(self) -> bool:
        """Whether it asks for a place among siblings, which BySelector cannot say."""
        return bool(self.mask & INDEX)

    @property
    def has_instance(self) -> bool:
        """Whether it means one of several views, which BySelector cannot say."""
        return bool(self.mask & INSTANCE)

    @property
    def deep(self) -> Selector:
        """The last selector of the chain."""
        return self.others[-1] if self.others and self.relations else self

    def by(self) -> BySelector | None:
        """Return the BySelector of the first selector, its index and instance left out; None when nothing is left.

        Raises:
            IllegalState: it asks for the same thing twice.
            BadPattern: a regular expression in it is wrong.

        """
        asked: set[str] = set()
        tests = [field.by(value) for field, value in self._once_each(asked) if field.by is not None]
        return BySelector(tuple(tests)) if tests else None

    def plain(self) -> BySelector | None:
        """Return the BySelector by which the server finds a UiObject2; None when the selector is not plain.

        Raises:
            IllegalState: the first selector asks for the same thing twice, whether or not others follow.
            BadPattern: a regular expression in it is wrong.

        """
        if self.has_index or self.has_instance:
            return None
        by = self.by()
        return by if self.is_single else None

    def ui(self) -> UiSelector:
        """Return the UiSelector of the whole chain.

        Raises:
            BadPattern: a regular expression in it is wrong.

        """
        chain = UiSelector((self._link(),))
        for relation, other in zip(self.relations, self.others, strict=False):
            if (kind := _relation(relation)) is not None:
                chain = chain.then(other.ui(), kind)
        return chain

    def at(self, instance: int) -> Selector:
        """Return the selector with another instance of its first part."""
        return replace(self, mask=self.mask | INSTANCE, values={**self.values, "instance": instance})

    def _once_each(self, asked: set[str]) -> Iterator[tuple[Field, object]]:
        """Yield the fields that count; `checked` beside `checkable` is asked for as another `checkable`."""
        for name, field, value in self._wanted():
            again = name == _CHECKED and _CHECKABLE in asked
            asks_for = _CHECKABLE if again else field.asks_for
            if asks_for and asks_for in asked:
                message = f"{asks_for} selector is already defined"
                raise IllegalState(message)
            asked.add(asks_for)
            yield field, value

    def _wanted(self) -> Iterator[tuple[str, Field, object]]:
        for name, field in FIELDS.items():
            if self.mask & field.bit:
                value = self.values.get(name)
                if value is None:
                    message = f"{name} cannot be null"
                    raise NullPointer(message)
                yield name, field, value

    def _link(self) -> Link:
        wanted = list(self._wanted())
        instance = self.values.get("instance") if self.has_instance else None
        words = ", ".join(f"{field.words}={value}" for _, field, value in wanted)
        tests = tuple(field.ui(value) for _, field, value in wanted)
        return Link("child", tests, instance if isinstance(instance, int) else None, words)


def _relation(word: str) -> Relation | None:
    match word.lower():
        case "child":
            return "child"
        case "sibling":
            return "sibling"
        case _:
            return None
