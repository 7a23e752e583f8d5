"""Texts that a language model writes, through the official client of OpenAI-compatible endpoints.

The client is an optional extra, imported when it is first needed. Whatever goes wrong is one `TextNotWritten` with a
reason; what an endpoint says in its errors is not repeated, for some repeat the key in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from phonefleet.errors import TextNotWritten
from phonefleet.texts.bounded_http import bounded_client
from phonefleet.words import say

PATIENCE = timedelta(seconds=20)
"""How long an endpoint may take for an answer, a second try included."""

_NO_CLIENT = say("texts.no_client", "has no client here: install the extra `ai`, as in `uv sync --extra ai`")
_NO_COMPLETION = say("texts.no_completion", "answered something that is no completion")
_NOTHING = say("texts.wrote_nothing", "wrote nothing")
_REFUSAL = say("texts.refused", "refused to write it")
_TOO_LONG = say("texts.too_long", "wrote too long a text")

_FURTHER_TRIES = 1
_REFUSED = re.compile(
    r"(i['\u2019]?m|i am) (very )?(sorry|unable|not able)\b"
    r"|sorry,|i (can['\u2019]?t|cannot|won['\u2019]?t|can not)\b|as an ai\b",
    re.IGNORECASE,
)
_QUOTES = {'"': '"', "“": "”", "«": "»", "'": "'"}


@dataclass(frozen=True, slots=True)
class Model:
    """Which model writes, where it is, and how it is told to; an empty `base_url` is the client's own."""

    name: str
    api_key: str
    base_url: str = ""
    prompt: str = ""
    max_tokens: int = 100
    temperature: float = 0.7

    def __repr__(self) -> str:
        """Show no key."""
        return f"Model({self.name!r})"


def write(model: Model, task: str, longest: int, patience: timedelta = PATIENCE) -> str:
    """Return what the model writes for a task, on one line, at most `longest` characters.

    Raises:
        TextNotWritten: there is no client, no answer, a refusal, or nothing that can be used.

    """
    answer = _ask(model, f"{task} Answer with the text alone, in at most {longest} characters.", patience)
    try:
        choice = answer.choices[0]
        text, finish, refusal = choice.message.content, choice.finish_reason, getattr(choice.message, "refusal", None)
    except (AttributeError, IndexError, TypeError) as error:
        raise TextNotWritten(_NO_COMPLETION) from error
    if refusal or finish == "content_filter":
        raise TextNotWritten(_REFUSAL)
    return _usable(text, longest, cut_off=finish == "length")


def _ask(model: Model, task: str, patience: timedelta) -> Any:
    try:
        client_library: Any = import_module("openai")
    except ImportError as error:
        raise TextNotWritten(_NO_CLIENT) from error
    messages = [{"role": "user", "content": task}]
    if model.prompt:
        messages.insert(0, {"role": "system", "content": model.prompt})
    try:
        with client_library.OpenAI(
            api_key=model.api_key or "none",
            base_url=model.base_url or None,
            timeout=patience.total_seconds(),
            max_retries=_FURTHER_TRIES,
            http_client=bounded_client(patience),
        ) as client:
            return client.chat.completions.create(
                model=model.name, messages=messages, max_tokens=model.max_tokens, temperature=model.temperature
            )
    except (client_library.OpenAIError, ValueError) as error:
        raise TextNotWritten(_reason(error, client_library)) from None


def _reason(error: Exception, client_library: Any) -> str:
    """Return what went wrong in our own words."""
    if isinstance(error, client_library.APITimeoutError):
        return say("texts.timeout", "did not answer in time")
    if isinstance(error, client_library.APIConnectionError):
        return say("texts.unreachable", "cannot be reached")
    if isinstance(error, client_library.RateLimitError):
        return say("texts.too_many_requests", "has had too many requests (429)")
    if isinstance(error, client_library.APIStatusError):
        status: Any = error
        return say("texts.error_status", "answered with the error {status}", status=status.status_code)
    return _NO_COMPLETION


def _usable(text: object, longest: int, *, cut_off: bool) -> str:
    """Return the text on one line without quotes around it. Raises `TextNotWritten`."""
    line = " ".join(text.split()) if isinstance(text, str) else ""
    if line and _QUOTES.get(line[0]) == line[-1] and len(line) > 1:
        line = line[1:-1].strip()
    if not line:
        raise TextNotWritten(_NOTHING)
    if _REFUSED.match(line):
        raise TextNotWritten(_REFUSAL)
    if cut_off or len(line) > longest:
        raise TextNotWritten(_TOO_LONG)
    return line
