"""The script `follow`: follow people from one phone."""

from prefect import flow

from phonefleet.scripts.follow import FollowConfig
from tasks.lifecycle import script
from tasks.people import follow_user
from tasks.progress import each


@flow(name="follow", persist_result=False)
@script
def follow(config: FollowConfig) -> None:
    """Follow people from one phone."""
    for target in each(config.target_users):
        follow_user(target, config.access_method)
