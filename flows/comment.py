"""The script `comment`: comment on posts from one phone."""

from prefect import flow

from phonefleet.scripts.comment import CommentConfig
from tasks.comments import comment_on_post
from tasks.lifecycle import script
from tasks.posts import chosen_posts
from tasks.progress import each


@flow(name="comment", persist_result=False)
@script
def comment(config: CommentConfig) -> None:
    """Comment on posts from one phone."""
    posts = chosen_posts(config.target_post_urls, usernames=(), count=0)
    for place, post in enumerate(each(posts)):
        comment_on_post(post, config, place)
