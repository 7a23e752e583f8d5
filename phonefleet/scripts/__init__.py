"""The ten scripts, and the errands that the API itself sends.

Each available one is a module here, with one frozen model of its `script_config`.
"""

from __future__ import annotations

from phonefleet.scripts import follow, match_accounts, unfollow
from phonefleet.scripts.script import Script

SCRIPTS: dict[str, Script] = {
    script.name: script
    for script in (
        follow.SCRIPT,
        unfollow.SCRIPT,
        Script(name="like", title="Like posts"),
        Script(name="comment", title="Comment on posts"),
        Script(name="message", title="Send messages"),
        Script(name="post", title="Publish a post"),
        Script(name="account_warmup", title="Warm up an account"),
        Script(name="super_marketing", title="Run a marketing campaign"),
        Script(name="profile", title="Change a profile"),
        Script(name="scrape_user", title="Collect users", irreversible=False),
    )
}
"""What a request for tasks may name."""

MATCH_ACCOUNTS = match_accounts.SCRIPT

FLOWS: dict[str, Script] = {**SCRIPTS, MATCH_ACCOUNTS.name: MATCH_ACCOUNTS}
"""All that a task may be of: the scripts, and what is asked for at addresses of its own."""
