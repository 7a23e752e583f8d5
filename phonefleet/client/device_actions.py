"""The calls that do one thing to many phones, and those about the APKs and saved commands that they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

from phonefleet.client.answers import (
    ActionBatch,
    ActionBatchInDetail,
    ActionBatchPage,
    AddedApk,
    ApkList,
    CreatedActions,
    Deleted,
    SavedCommands,
)
from phonefleet.client.connection import Connection, given
from phonefleet.client.paging import items_of_pages

ActionName = Literal["install", "reboot", "wake", "keyboard", "language", "time_zone", "stay_awake", "command"]
ACTIONS: tuple[ActionName, ...] = get_args(ActionName)


class DeviceActionCalls:
    """Restarts, wakes, updates and sets up phones, one task a phone."""

    _connection: Connection

    def act_on_devices(  # noqa: PLR0913 - each is a field of the call
        self,
        action: ActionName,
        *,
        serials: Sequence[str] | None = None,
        group: str | None = None,
        apk: str | None = None,
        allow_downgrade: bool | None = None,
        within: int | None = None,
        keyboard: str | None = None,
        language: str | None = None,
        app_package: str | None = None,
        time_zone: str | None = None,
        stay_awake: bool | None = None,
        command: str | None = None,
        idempotency_key: str | None = None,
    ) -> CreatedActions:
        """Do one thing to phones, and return its tasks and the id under which `get_device_actions` tells of them.

        Each option belongs to the action of its name; `apk` and `allow_downgrade` to `install`, `within` (seconds) to
        `reboot`, `app_package` to `language`. With an `idempotency_key`, a repeated call answers what the first one
        answered.

            created = client.act_on_devices("time_zone", group="shop", time_zone="Europe/Berlin")
            client.wait(created["task_ids"])
            client.get_device_actions(created["id"])["devices"]
        """
        options = given(
            apk=apk, allow_downgrade=allow_downgrade, within=within, keyboard=keyboard, language=language,
            app_package=app_package, time_zone=time_zone, stay_awake=stay_awake, command=command, group=group,
        )  # fmt: skip
        body = {"action": action, "serials": list(serials or ()), **options}
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else None
        return self._connection.call("POST", "/devices/actions", body=body, headers=headers)

    def list_device_actions(self, *, page: int | None = None, page_size: int | None = None) -> ActionBatchPage:
        """Return one page of what was asked for, newest first, with how many phones have which outcome."""
        return self._connection.call("GET", "/devices/actions", query=given(page=page, page_size=page_size))

    def iter_device_actions(self) -> Iterator[ActionBatch]:
        """Yield everything that was asked for, newest first."""
        return items_of_pages(
            lambda page, size: self.list_device_actions(page=page, page_size=size),
            lambda found: found["batches"],
            lambda batch: batch["id"],
        )

    def get_device_actions(self, batch_id: str) -> ActionBatchInDetail:
        """Return what became of one request on each phone."""
        return self._connection.call("GET", f"/devices/actions/{batch_id}")

    def list_saved_commands(self) -> SavedCommands:
        """Return the commands of the administrator's list."""
        return self._connection.call("GET", "/devices/actions/commands")

    def list_apks(self) -> ApkList:
        """Return the APKs that phones may be given, by package, the newest version first."""
        return self._connection.call("GET", "/apks")

    def add_apk(self, content: bytes | Path, name: str) -> AddedApk:
        """Send an APK that holds the whole app. A path is read while it is sent, so that it takes no memory."""
        if isinstance(content, bytes):
            return self._connection.upload("/apks", content, "application/octet-stream", query={"name": name})
        return self._connection.upload_file("/apks", content, query={"name": name})

    def delete_apk(self, sha256: str) -> Deleted:
        """Delete an APK; phones keep what they have."""
        return self._connection.call("DELETE", f"/apks/{sha256}")
