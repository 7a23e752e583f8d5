"""The errand `match_accounts`: read which accounts are signed in on one phone, and bind them to it."""

from prefect import flow

from phonefleet.scripts.match_accounts import MatchAccountsConfig
from tasks.accounts import match_signed_in
from tasks.lifecycle import errand


@flow(name="match_accounts", persist_result=False)
@errand
def match_accounts(config: MatchAccountsConfig) -> None:  # noqa: ARG001 - every flow takes one; this one says nothing
    """Read which accounts are signed in on one phone, and bind them to it."""
    match_signed_in()
