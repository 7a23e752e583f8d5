"""Texts for people in answers: in the language that the client asks for, with what they are made of beside.

A client that sends `Accept-Language` gets each text in that language, and next to a text `remark` its id and parameters
in `remark_id` and `remark_params`. A client that sends none gets English, and nothing else.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    BaseModel,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_serializer,
)

from phonefleet.words import Message, language_now, packed_params, said, said_within


def _whole(text: object, check: ValidatorFunctionWrapHandler) -> Any:
    """Let a message stay one; Pydantic would make a plain text of it."""
    return text if isinstance(text, Message) else check(text)


Told = Annotated[str, WrapValidator(_whole), PlainSerializer(said, return_type=str)]
"""A text for people. Where it is a message, answers say it in the language of the client."""


ToldWithin = Annotated[dict[str, Any], PlainSerializer(said_within, return_type=dict[str, Any])]
"""JSON in which texts for people may stand."""

ListToldWithin = Annotated[list[Any], PlainSerializer(said_within, return_type=list[Any])]
"""The same for a list."""


class Telling(BaseModel):
    """A part of an answer with texts for people, which tells their ids too to whoever asks for a language."""

    @model_serializer(mode="wrap")
    def _with_ids(self, fields: SerializerFunctionWrapHandler):  # noqa: ANN202 - it would stand in the document
        shown = fields(self)
        if language_now() is None:
            return shown
        return {key: value for name, one in shown.items() for key, value in self._beside(name, one).items()}

    def _beside(self, name: str, shown: Any) -> dict[str, Any]:
        text = self.__dict__.get(name)
        if not isinstance(text, Message):
            return {name: shown}
        return {name: shown, f"{name}_id": text.id, f"{name}_params": packed_params(text)}
