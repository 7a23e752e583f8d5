"""The script `account_warmup`: use an account for a while as a person does, watching and now and then doing."""

from prefect import flow

from phonefleet.scripts.account_warmup import AccountWarmupConfig
from tasks.lifecycle import script
from tasks.posts import favorite_post, follow_author, like_post
from tasks.warming import WarmUpRun


@flow(name="account_warmup", persist_result=False)
@script
def account_warmup(config: AccountWarmupConfig) -> None:
    """Use an account for a while as a person does, watching and now and then doing."""
    run = WarmUpRun(config)
    for post in run.posts():
        run.perhaps("like", config.like_probable, like_post, post)
        run.perhaps("favorite", config.collect_probable, favorite_post, post)
        run.perhaps("comment", config.comment_probable, run.comment, post)
        run.perhaps("follow", config.floow_probable, follow_author, post)
