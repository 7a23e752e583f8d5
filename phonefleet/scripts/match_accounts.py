"""The errand `match_accounts`: read from the app which accounts are signed in on a phone.

It is no script that a request for tasks may name; `POST /devices/{serial}/match-accounts` creates its tasks.
"""

from __future__ import annotations

from phonefleet.scripts.script import Script, ScriptConfig


class MatchAccountsConfig(ScriptConfig):
    """There is nothing to configure."""


SCRIPT = Script(name="match_accounts", title="Match accounts", config=MatchAccountsConfig, irreversible=False)
