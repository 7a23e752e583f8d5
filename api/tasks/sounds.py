"""Looks at the sounds that a request names by address before it becomes tasks: the app must open such addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.answers.envelope import invalid
from api.resources import Resources
from phonefleet.apps import load_profile
from phonefleet.scripts.fields import is_address
from phonefleet.scripts.post import PostConfig
from phonefleet.scripts.script import ScriptConfig
from phonefleet.words import say


def refuse_sounds(resources: Resources, app: str, configs: Sequence[ScriptConfig]) -> None:
    """See that the app opens the addresses of sounds. Raises `Problem` that names the field and the reason."""
    named = [each for config in configs if isinstance(config, PostConfig) for each in config.named_sound.items()]
    addresses = dict.fromkeys((field, text) for field, text in named if is_address(text))
    if errors := list(_errors(resources, app, [*addresses])):
        raise invalid(*errors)


def sound_problem(resources: Resources, app: str, address: str) -> str | None:
    """Return why the app does not open the address of a sound; None where it may."""
    profile = load_profile(app, resources.settings.home / "profiles")
    if "sound" not in profile.rules.links:
        return say(
            "tasks.address_profile_knows_no_links",
            "is an address, and the profile {app} knows no links of sounds: name it",
            app=app,
        )
    return (
        None
        if profile.opens(address)
        else say("tasks.no_address", "is no address of {app}: {address}", app=app, address=address)
    )


def _errors(resources: Resources, app: str, addresses: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for field, address in addresses:
        if (problem := sound_problem(resources, app, address)) is not None:
            yield f"script_config.{field}", problem
