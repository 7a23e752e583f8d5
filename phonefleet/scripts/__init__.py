"""The ten scripts, and the errands that the API itself sends.

Each is a module here, with one frozen model of its `script_config`.
"""

from __future__ import annotations

from phonefleet.scripts import (
    account_warmup,
    change_profile,
    comment,
    follow,
    like,
    match_accounts,
    message,
    post,
    scrape_user,
    super_marketing,
    unfollow,
)
from phonefleet.scripts.script import Script

SCRIPTS: dict[str, Script] = {
    script.name: script
    for script in (
        follow.SCRIPT,
        unfollow.SCRIPT,
        like.SCRIPT,
        comment.SCRIPT,
        message.SCRIPT,
        post.SCRIPT,
        account_warmup.SCRIPT,
        super_marketing.SCRIPT,
        change_profile.SCRIPT,
        scrape_user.SCRIPT,
    )
}
"""What a request for tasks may name."""

MATCH_ACCOUNTS = match_accounts.SCRIPT

FLOWS: dict[str, Script] = {**SCRIPTS, MATCH_ACCOUNTS.name: MATCH_ACCOUNTS}
"""All that a task may be of: the scripts, and what is asked for at addresses of its own."""
