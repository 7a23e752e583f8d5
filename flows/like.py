"""The script `like`: like posts from one phone, and whatever else is enabled."""

from prefect import flow

from phonefleet.scripts.like import LikeConfig
from tasks.lifecycle import script
from tasks.posts import chosen_posts, favorite_post, follow_author, like_post, repost_post, share_post, watch_post
from tasks.progress import each


@flow(name="like", persist_result=False)
@script
def like(config: LikeConfig) -> None:
    """Like posts from one phone, and whatever else is enabled."""
    for chosen in each(chosen_posts(config.target_post_urls, config.target_users, config.max_posts_count)):
        post = watch_post(chosen, config.view_duration)
        if post is None:
            continue
        if config.enable_like:
            like_post(post)
        if config.enable_favorite:
            favorite_post(post)
        if config.enable_repost:
            repost_post(post)
        if config.enable_share:
            share_post(post)
        if config.enable_follow:
            follow_author(post)
