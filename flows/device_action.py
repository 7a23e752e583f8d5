"""The errand `device_action`: do one thing to a phone as such, such as a restart."""

from prefect import flow

from phonefleet.scripts.device_action import DeviceActionConfig
from tasks.device_actions import act_on_phone
from tasks.lifecycle import errand


@flow(name="device_action", persist_result=False)
@errand
def device_action(config: DeviceActionConfig) -> None:
    """Do one thing to a phone as such: install, restart, wake, change a setting, or run a saved command."""
    act_on_phone(config, config.summary())
