"""Why a pending task waits: one function for the API's answers, events and plans.

    reason = why_it_waits(task, facts)
    reason.code, reason.sentence  # "phone_offline", "front_desk is offline since 14:02: the task waits until …"

Pure: who reads the facts, from the ledger and from Prefect, is not known here.
"""

from __future__ import annotations

from phonefleet.waiting.facts import AccountFacts, Facts, PendingTask, PhoneFacts, PrefectFacts, Sign
from phonefleet.waiting.of_phones import Obstacle, obstacles_of, of_all_phones
from phonefleet.waiting.reasons import Reason, why_it_waits

__all__ = [
    "AccountFacts",
    "Facts",
    "Obstacle",
    "PendingTask",
    "PhoneFacts",
    "PrefectFacts",
    "Reason",
    "Sign",
    "obstacles_of",
    "of_all_phones",
    "why_it_waits",
]
