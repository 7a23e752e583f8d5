"""The errand `read_profile`: read the numbers of an account's own profile, and keep them with the day."""

from prefect import flow

from phonefleet.scripts.read_profile import ReadProfileConfig
from tasks.account_days import read_own_numbers
from tasks.lifecycle import script


@flow(name="read_profile", persist_result=False)
@script  # it acts as nobody, and yet as an account: not while that is held, and only in its working hours
def read_profile(config: ReadProfileConfig) -> None:  # noqa: ARG001 - every flow takes one; this one says nothing
    """Read the numbers of an account's own profile, and keep them with the day."""
    read_own_numbers()
