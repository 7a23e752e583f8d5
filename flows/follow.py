"""The script `follow`: follow people from one phone."""

from prefect import flow

from phonefleet.scripts.follow import FollowConfig
from tasks.accounts import act_as
from tasks.lifecycle import script
from tasks.pauses import pause_between
from tasks.people import follow_user
from tasks.progress import each


@flow(name="follow", persist_result=False)
@script
def follow(
    serial: str,  # noqa: ARG001 - names the phone in Prefect's forms; the lane has opened it
    config: FollowConfig,
    username: str | None = None,
    wait_seconds: float = 0,
    app: str | None = None,  # noqa: ARG001 - as above: the lane has chosen it
) -> None:
    """Follow people from one phone.

    Args:
        serial: The phone, by its serial as `adb devices` shows it.
        config: Whom to follow, and how to reach their profiles.
        username: The account to act as; none keeps the active one.
        wait_seconds: A wait before the work starts, in seconds.
        app: The app profile to drive; none takes the configured one.

    """
    if wait_seconds:
        pause_between(wait_seconds)
    act_as(username)
    for target in each(config.target_users):
        follow_user(target, config.access_method, username)
