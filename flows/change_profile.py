"""The script `profile`: change what the account of one phone says about itself."""

from prefect import flow

from phonefleet.scripts.change_profile import ProfileConfig
from tasks.lifecycle import script
from tasks.profile_editing import set_avatar, set_bio, set_link, set_nickname, set_username


@flow(name="profile", persist_result=False)
@script
def profile(config: ProfileConfig) -> None:
    """Change what an account says about itself."""
    if config.nicknames:
        set_nickname(config.nicknames, config.profile_order)
    if config.bios:
        set_bio(config.bios, config.profile_order)
    if config.link_url:
        set_link(config.link_url)
    if config.avatars_path:
        set_avatar(config.avatars_path, config.profile_order)
    if config.usernames:
        set_username(config.usernames, config.profile_order)
