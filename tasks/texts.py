"""The words of an action: chosen once, kept in the ledger before anybody sees them, and the same in every try."""

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
from tasks.context import RunContext, current

LONGEST = 1000
"""How many characters a text may have where the app says nothing else."""

_LOOK_EVERY = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class Wording:
    """Where the texts of a task come from; `chat` writes them if given, and `lines` step in for it.

    `subject` tells the language model what the text is about.
    """

    lines: Sequence[str]
    order: Order = "random"
    insert_emoji: bool = False
    chat: ChatSettings | None = None
    subject: str = ""
    longest: int = LONGEST


def text_for(kind: str, target: str, wording: Wording, turn: int | None = None) -> str:
    """Return the text of an action of this kind on this target, chosen now or by an earlier try.

    `turn` is whose turn it is where texts come one after the other; by default the task's place in its request.
    """
    context = current()
    turn = context.ordinal if turn is None else turn
    chosen = context.ledger.texts.choose(
        context.task_id, kind, target, lambda: _written(context, kind, target, wording, turn)
    )
    if chosen.note:
        context.report.note(f"{kind} {target}: {chosen.note}")
    return chosen.content


def _written(context: RunContext, kind: str, target: str, wording: Wording, turn: int) -> ChosenText:
    note = None
    if wording.chat is not None:
        model = _model(context, wording.chat)
        subject = wording.subject or f"Write one {kind} for {target}."
        try:
            text = _while_not_stopped(context, lambda: write(model, subject, wording.longest))
        except TextNotWritten as error:
            note = f"{error.message}: one of the given texts was used"
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
    """Return the key that a reference stands for.

    Raises:
        Permanent: it is no reference, nobody can open what it stands for, or it belongs to another endpoint.

    """
    given = chat.api_key
    if not given:
        return ""
    if not given.startswith(REFERENCE):
        message = (
            "the run's parameters hold the key of a language model, for everybody to read in Prefect: withdraw that "
            "key, set PHONEFLEET_AI_API_KEY, and leave api_key empty in Prefect's form"
        )
        raise Permanent(message)
    ciphertext = context.ledger.secrets.find(given)
    if ciphertext is None:
        message = "the key of the language model is no longer stored: send the task again"
        raise Permanent(message)
    return key_for(chat.base_url, Vault.of(context.settings).open(ciphertext))


def _while_not_stopped(context: RunContext, work: Callable[[], str]) -> str:
    """Return what the work returns; a stop does not wait for it."""
    future = Future[str]()
    threading.Thread(target=_fulfil, args=(future, work), name="language model", daemon=True).start()
    while not wait([future], _LOOK_EVERY.total_seconds()).done:
        context.stop.check()
    return future.result()


def _fulfil(future: Future[str], work: Callable[[], str]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - the edge of a thread: whoever waits gets it
        future.set_exception(error)
