"""Texts that a language model writes: which endpoint, which model, and what it is told."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AliasChoices, Field, ValidationInfo, field_validator, model_validator

from phonefleet.masking import MASK, holds_key
from phonefleet.scripts.fields import AS_WHOLE
from phonefleet.scripts.script import STORED, ScriptConfig
from phonefleet.wording import Form
from phonefleet.words import say

_ENDPOINT = Form(
    r"^(https?://[^\s@]+)?$",
    say(
        "scripts.must_address_begins_http_https_2",
        "must be an address that begins with http:// or https://, without a user",
    ),
)


class ChatSettings(ScriptConfig):
    """An OpenAI-compatible endpoint, and what it is asked for."""

    api_key: str = Field(
        default="",
        max_length=1000,
        repr=False,
        description="The endpoint's key; empty takes the configured one. It is stored encrypted and never shown. "
        "In the form of Prefect leave it empty: what is typed there can be read by everybody who sees the run.",
    )
    model: str = Field(default="gpt-4o-mini", min_length=1, max_length=200, description="The model's name.")
    prompt: str = Field(
        default="",
        max_length=8000,
        validation_alias=AliasChoices("prompt", "system_prompt"),
        description="What the model is told to write, and how.",
    )
    max_tokens: Annotated[int, Field(ge=1, le=4096), AS_WHOLE] = Field(
        default=100, description="How long the text may be, in tokens."
    )
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] = Field(
        default=0.7, description="How much the texts differ, from 0 to 2."
    )
    base_url: Annotated[str, Field(max_length=2000), _ENDPOINT] = Field(
        default="",
        validation_alias=AliasChoices("base_url", "url"),
        description="The endpoint, such as http://127.0.0.1:11434/v1; empty takes the client's own.",
    )

    @field_validator("api_key")
    @classmethod
    def _no_mask(cls, key: str, info: ValidationInfo) -> str:
        if key == MASK and info.context != STORED:
            message = say("scripts.answers_show_place_key_not", "is what answers show in place of a key, not the key")
            raise ValueError(message)
        return key

    @field_validator("base_url")
    @classmethod
    def _no_key(cls, url: str) -> str:
        if holds_key(url):
            message = say(
                "scripts.holds_key_everybody_would_see",
                "holds a key, which everybody would see in Prefect: put it into api_key",
            )
            raise ValueError(message)
        return url


class Generated(ScriptConfig):
    """Whether a language model writes the texts; what it cannot write comes from the templates."""

    generate_by_chatgpt: bool = Field(
        default=False, description="Let a language model write the texts; the given ones step in where it fails."
    )
    chatgpt_settings: ChatSettings | None = Field(default=None, description="The language model.")

    @property
    def chat(self) -> ChatSettings | None:
        """The language model, if it is to write the texts."""
        return self.chatgpt_settings if self.generate_by_chatgpt else None


class GeneratedAlone(Generated):
    """The same, where the settings must be given when they are needed."""

    @model_validator(mode="after")
    def _settings_when_generated(self) -> Self:
        if self.generate_by_chatgpt and self.chatgpt_settings is None:
            message = say(
                "scripts.generate_chatgpt_needs_chatgpt_settings", "generate_by_chatgpt needs chatgpt_settings"
            )
            raise ValueError(message)
        return self
