"""The errand `match_accounts`: read which accounts are signed in on one phone, and bind them to it."""

from prefect import flow

from phonefleet.scripts.match_accounts import MatchAccountsConfig
from tasks.accounts import match_signed_in
from tasks.lifecycle import script
from tasks.pauses import pause_between


@flow(name="match_accounts", persist_result=False)
@script
def match_accounts(
    serial: str,  # noqa: ARG001 - names the phone in Prefect's forms; the lane has opened it
    config: MatchAccountsConfig,  # noqa: ARG001 - every flow takes one, and this one has nothing to say
    username: str | None = None,  # noqa: ARG001 - every flow takes one; all accounts are read
    wait_seconds: float = 0,
    app: str | None = None,  # noqa: ARG001 - as above: the lane has chosen it
) -> None:
    """Read which accounts are signed in on one phone, and bind them to it.

    Args:
        serial: The phone, by its serial as `adb devices` shows it.
        config: Nothing: leave it empty.
        username: Nothing: all accounts are read.
        wait_seconds: A wait before the work starts, in seconds.
        app: The app profile to drive; none takes the configured one.

    """
    if wait_seconds:
        pause_between(wait_seconds)
    match_signed_in()
