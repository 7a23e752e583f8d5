"""Chooses the text of an action: once, stored in the ledger before it is used, so that every retry uses the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import timedelta

from prefect import get_run_logger

from phonefleet.errors import Permanent, TextNotWritten
from phonefleet.ledger.values import ChosenText
from phonefleet.scripts.chat import ChatSettings
from phonefleet.scripts.fields import Order
from phonefleet.texts import compose, with_emoji
from phonefleet.texts.generation import Model, write
from phonefleet.vault import REFERENCE, Vault, key_for
from phonefleet.words import say
from tasks.context import RunContext, current

LONGEST = 1000
"""The longest text in characters, where the app profile sets no other limit."""

_LOOK_EVERY = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class Wording:
    """Where the text of an action comes from: a language model (`chat`) if configured, otherwise `lines`.

    `lines` are also the fallback when the model fails; without any the failure is the caller's. `subject` tells the
    model what to write about, `longest` is in characters.
    """

    lines: Sequence[str]
    order: Order = "random"
    insert_emoji: bool = False
    chat: ChatSettings | None = None
    subject: str = ""
    longest: int = LONGEST


def text_for(kind: str, target: str, wording: Wording, turn: int | None = None) -> str:
    """Return the text of an action of this kind on this target, chosen now or by an earlier try.

    `turn` selects the line in sequential order (modulo their number); by default it is the task's ordinal.

        text_for("comment", post.target, Wording(["Nice!", "{Good|Great} post"]))
    """
    context = current()
    turn = context.ordinal if turn is None else turn
    chosen = context.ledger.texts.choose(
        context.task_id, kind, target, lambda: _written(context, kind, target, wording, turn)
    )
    if chosen.note:
        context.report.note(say("runs.note", "{kind} {target}: {note}", kind=kind, target=target, note=chosen.note))
    return chosen.content


def _written(context: RunContext, kind: str, target: str, wording: Wording, turn: int) -> ChosenText:
    note = None
    if wording.chat is not None:
        model = _model(context, wording.chat)
        subject = wording.subject or f"Write one {kind} for {target}."
        try:
            text = _while_not_stopped(context, lambda: write(model, subject, wording.longest))
        except TextNotWritten as error:
            if not wording.lines:
                raise
            note = say("runs.one_given_texts_used", "{error}: one of the given texts was used", error=error.message)
            get_run_logger().warning("%s %s: %s", kind, target, note)
        else:
            return ChosenText(with_emoji(text, context.rng, wording.longest) if wording.insert_emoji else text)
    composed = compose(
        wording.lines, wording.order, turn, context.rng, insert_emoji=wording.insert_emoji, longest=wording.longest
    )
    return ChosenText(composed, note)


def _model(context: RunContext, chat: ChatSettings) -> Model:
    own_endpoint = not chat.base_url or chat.base_url == context.settings.ai_base_url
    configured = context.settings.ai_api_key if own_endpoint else None
    return Model(
        name=chat.model,
        api_key=_key(context, chat) or (configured.get_secret_value() if configured else ""),
        base_url=chat.base_url or context.settings.ai_base_url or "",
        prompt=chat.prompt,
        max_tokens=chat.max_tokens,
        temperature=chat.temperature,
    )


def _key(context: RunContext, chat: ChatSettings) -> str:
    """Return the API key of the language model that the reference in the configuration stands for.

    Raises:
        Permanent: it is no reference, it cannot be decrypted or found, or the key belongs to another endpoint.

    """
    given = chat.api_key
    if not given:
        return ""
    if not given.startswith(REFERENCE):
        message = say(
            "runs.runs_parameters_hold_key_language",
            "the run's parameters hold the key of a language model, for everybody to read in "
            "Prefect: withdraw that key, set PHONEFLEET_AI_API_KEY, and leave api_key empty in "
            "Prefect's form",
        )
        raise Permanent(message)
    bound = context.ledger.secrets.opened(
        context.task_id, given, lambda sealed: Vault.of(context.settings).open(sealed)
    )
    if bound is None:
        message = say(
            "runs.key_language_model_no_longer",
            "the key of the language model is no longer stored: send the task again",
        )
        raise Permanent(message)
    return key_for(chat.base_url, bound)


def _while_not_stopped(context: RunContext, work: Callable[[], str]) -> str:
    """Do the work in a thread and return its result; a stop ends the wait, and the thread is left to itself."""
    future = Future[str]()
    threading.Thread(target=_fulfil, args=(future, work), name="language model", daemon=True).start()
    while not wait([future], _LOOK_EVERY.total_seconds()).done:
        context.stop.check()
    return future.result()


def _fulfil(future: Future[str], work: Callable[[], str]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - the edge of a thread: handed to the waiting caller
        future.set_exception(error)
