"""All scripts that a request may name: the ten, and those of the owner.

    scripts = Scripts(catalogue)
    scripts.named("visit").parse({"target_users": ["anna"]})

Without a catalogue there are only the ten.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phonefleet.errors import Permanent
from phonefleet.limits.kinds import Kind
from phonefleet.own_scripts.catalogue import Catalogue, Look, ScriptBroken, alike
from phonefleet.own_scripts.configured import OwnScript
from phonefleet.scripts import FLOWS, SCRIPTS, read_config
from phonefleet.scripts.script import Script, ScriptConfig
from phonefleet.words import say


class ScriptUnknown(Permanent):
    """There is no such script."""


class Scripts:
    """The ten scripts, the errands, and the own scripts of a catalogue as they are now. Thread-safe."""

    def __init__(self, own: Catalogue | None = None) -> None:
        self.own = own

    def named(self, name: str) -> Script:
        """Return the script that a request names; the folder of own scripts is looked at for one that is not ours.

        Raises:
            ScriptUnknown: there is none; the message continues the field's name.
            ScriptBroken: its file cannot be used as it stands; so does the message.

        """
        if name in SCRIPTS:
            return SCRIPTS[name]
        look = self.look()
        if (script := _found(look, name)) is not None:
            return script
        if flaw := look.flaw_of(name):
            message = say("own_scripts.cannot_used", "{name} cannot be used: {flaw}", name=name, flaw=flaw)
            raise ScriptBroken(message)
        if self.own is not None and (file := self.own.was_removed(name)):
            message = say(
                "own_scripts.removed_file_gone", "{name} was removed: its file {file} is gone", name=name, file=file
            )
            raise ScriptUnknown(message)
        message = say("own_scripts.none", "is none of {value}", value=", ".join([*SCRIPTS, *look.scripts]))
        raise ScriptUnknown(message)

    def look(self) -> Look:
        """Return the own scripts as they are now; files that have changed are read, which may take seconds."""
        return self.own.look() if self.own is not None else Look()

    def get(self, name: str) -> Script | None:
        """Return a script or errand by the name that a task has, as it was last seen; this waits for nothing."""
        return FLOWS.get(name) or (_found(self.own.seen, name) if self.own is not None else None)

    def acts(self, name: str) -> bool:
        """Tell whether a script acts as an account, and does not only read."""
        script = self.get(name)
        return script is not None and script.irreversible

    def cost_is_known(self, name: str) -> bool:
        """Tell whether all that a task costs is known before it runs."""
        script = self.get(name)
        return script is None or script.config.cost_is_known

    def only_action(self, name: str) -> Kind | None:
        """Return the one kind of action that a script does, if it does one kind."""
        script = self.get(name)
        return script.config.only_action if script else None

    def read_config(self, name: str, stored: Mapping[str, Any]) -> ScriptConfig:
        """Return the configuration that the ledger holds of a task; see `phonefleet.scripts.read_config`."""
        script = self.get(name)
        return script.read(stored) if isinstance(script, OwnScript) else read_config(name, stored)


def _found(look: Look, name: str) -> OwnScript | None:
    alikes = (script for each, script in look.scripts.items() if alike(each) == alike(name))
    return look.scripts.get(name) or next(alikes, None)
