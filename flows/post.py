"""The script `post`: publish a video or images from one phone."""

from prefect import flow

from phonefleet.scripts.post import PostConfig
from tasks.lifecycle import script
from tasks.publishing import publish_post


@flow(name="post", persist_result=False)
@script
def post(config: PostConfig) -> None:
    """Publish a video or images from one phone."""
    publish_post(config)
