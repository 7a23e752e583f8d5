"""The ten scripts, and the errands that the API itself sends.

Each is a module here, with one frozen model of its `script_config`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phonefleet.scripts import (
    account_warmup,
    change_profile,
    comment,
    device_action,
    follow,
    like,
    match_accounts,
    message,
    post,
    read_profile,
    scrape_user,
    super_marketing,
    unfollow,
)
from phonefleet.scripts.script import Script, ScriptConfig, UnknownConfig

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
READ_PROFILE = read_profile.SCRIPT
DEVICE_ACTION = device_action.SCRIPT

ERRANDS = (MATCH_ACCOUNTS, READ_PROFILE, DEVICE_ACTION)
FLOWS: dict[str, Script] = {**SCRIPTS, **{errand.name: errand for errand in ERRANDS}}
"""All that a task may be of: the scripts, and what is asked for at addresses of its own."""

OWN_ENTRYPOINTS = frozenset(script.entrypoint for script in FLOWS.values())
"""The flows of all of these, as Prefect names them."""


def read_config(script_name: str, stored: Mapping[str, Any]) -> ScriptConfig:
    """Return the configuration that the ledger or an answer holds of a task, whatever script it is of.

    Keys in it may be masked. What this code does not know or cannot read becomes an `UnknownConfig`.
    """
    script = FLOWS.get(script_name)
    return script.read(stored) if script else UnknownConfig.model_validate(stored)


def summary_of(script_name: str, config: ScriptConfig) -> str:
    """Return what a task does, without where and as whom: "like post 1234"; else the script's name in words.

    It is a message, unless the script is a person's own. Prefect shows it in English.
    """
    return config.summary() or script_name.replace("_", " ")
