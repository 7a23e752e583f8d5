"""The script `message`: send people a message from one phone."""

from prefect import flow

from phonefleet.scripts.message import MessageConfig
from tasks.lifecycle import script
from tasks.messages import send_message
from tasks.progress import each


@flow(name="message", persist_result=False)
@script
def message(config: MessageConfig) -> None:
    """Send people a message from one phone."""
    for place, target in enumerate(each(config.target_users)):
        send_message(target, config, config.access_method, place)
