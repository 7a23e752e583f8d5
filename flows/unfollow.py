"""The script `unfollow`: stop following people from one phone."""

from prefect import flow

from phonefleet.scripts.unfollow import UnfollowConfig
from tasks.lifecycle import script
from tasks.people import unfollow_user
from tasks.progress import each


@flow(name="unfollow", persist_result=False)
@script
def unfollow(config: UnfollowConfig) -> None:
    """Stop following people from one phone."""
    for target in each(config.target_users):
        unfollow_user(target, config.access_method)
