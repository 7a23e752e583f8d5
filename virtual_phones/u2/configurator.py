"""How long the server waits for what: `Configurator` of androidx.test.uiautomator, as u2.jar sets it at its start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Configurator:
    """The values, in milliseconds; only the wait for a selector matters on a phone that is always idle."""

    action_acknowledgment: int = 500
    key_injection_delay: int = 0
    scroll_acknowledgment: int = 200
    ui_automation_flags: int = 0
    wait_for_idle: int = 0
    wait_for_selector: int = 0

    def as_json(self) -> dict[str, int]:
        """Return `ConfiguratorInfo`."""
        return {
            "actionAcknowledgmentTimeout": self.action_acknowledgment,
            "keyInjectionDelay": self.key_injection_delay,
            "scrollAcknowledgmentTimeout": self.scroll_acknowledgment,
            "uiAutomationFlags": self.ui_automation_flags,
            "waitForIdleTimeout": self.wait_for_idle,
            "waitForSelectorTimeout": self.wait_for_selector,
        }

    def changed(self, values: Mapping[str, int]) -> Configurator:
        """Return the configurator with values from `ConfiguratorInfo`; those that are missing stay."""
        now = {**self.as_json(), **values}
        return replace(
            self,
            action_acknowledgment=now["actionAcknowledgmentTimeout"],
            key_injection_delay=now["keyInjectionDelay"],
            scroll_acknowledgment=now["scrollAcknowledgmentTimeout"],
            ui_automation_flags=now["uiAutomationFlags"],
            wait_for_idle=now["waitForIdleTimeout"],
            wait_for_selector=now["waitForSelectorTimeout"],
        )
