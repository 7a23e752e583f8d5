"""What people are told, in their language: messages with an id and parameters, and the catalogues that translate them.

A message is a text in English that also knows its id and its parameters, so that it can be said in another language
wherever it arrives: behind a queue, a database, a process, or in the browser.

    raise Problem(NOT_FOUND, say("tasks.unknown", "There is no task {task}", task=task_id))

The room knows nothing of what the messages are about, and imports no other.
"""

from phonefleet.words.message import (
    AND,
    BESIDE,
    OR,
    Message,
    Said,
    changed,
    joined,
    pack,
    pack_within,
    packed_params,
    say,
    say_many,
    unpack,
    unpack_within,
)
from phonefleet.words.speaking import (
    DEFAULT,
    LANGUAGES,
    in_language,
    language_now,
    language_of_environment,
    language_wanted,
    mark,
    said,
    said_within,
    speak,
    speaking,
    tr,
    tr_known,
    tr_many,
)

__all__ = [
    "AND",
    "BESIDE",
    "DEFAULT",
    "LANGUAGES",
    "OR",
    "Message",
    "Said",
    "changed",
    "in_language",
    "joined",
    "language_now",
    "language_of_environment",
    "language_wanted",
    "mark",
    "pack",
    "pack_within",
    "packed_params",
    "said",
    "said_within",
    "say",
    "say_many",
    "speak",
    "speaking",
    "tr",
    "tr_known",
    "tr_many",
    "unpack",
    "unpack_within",
]
