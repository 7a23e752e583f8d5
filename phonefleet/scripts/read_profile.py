"""The errand `read_profile`: read the numbers of an account's own profile, such as how many people follow it.

It is no script that a request for tasks may name: the API sends it once a day for each account where
`PHONEFLEET_ACCOUNT_DAYS_AT` is set, and at `POST /accounts/{account_id}/days`.
"""

from __future__ import annotations

from datetime import timedelta

from phonefleet.scripts.script import Script, ScriptConfig
from phonefleet.words import say


class ReadProfileConfig(ScriptConfig):
    """There is nothing to configure: the account is that of the task."""

    def usual_duration(self) -> timedelta:
        """Return how long it takes where none has run yet."""
        return timedelta(seconds=30)

    def summary(self) -> str:
        """Return what people read."""
        return say("scripts.does_read_profile", "read own profile")


SCRIPT = Script(name="read_profile", title="Read own profile", config=ReadProfileConfig, irreversible=False)
