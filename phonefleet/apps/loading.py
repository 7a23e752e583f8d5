"""Loads app profiles from YAML files: the built-in ones, and those in a folder of the user."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from phonefleet import wording, yaml_text
from phonefleet.apps.app_profile import AppProfile
from phonefleet.apps.schema import ProfileRules
from phonefleet.errors import Permanent
from phonefleet.words import joined, say

BUILT_IN = Path(__file__).parent / "profiles"

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class ProfileUnknown(Permanent):
    """There is no app profile of this name."""


class ProfileBroken(Permanent):
    """An app profile cannot be read."""


def load_profile(name: str, folder: Path | None = None) -> AppProfile:
    """Load a profile; one in `folder` takes precedence over a built-in one of the same name.

    Raises:
        ProfileUnknown: there is no such profile.
        ProfileBroken: it is not valid; the message has file, line and field.

    """
    for place in filter(None, (folder, BUILT_IN)):
        path = place / f"{name}.yaml"
        if _NAME.fullmatch(name) and path.is_file():
            return _read(path, path.stat().st_mtime_ns)
    message = say(
        "apps.no_app_profile",
        "there is no app profile {name!r}; there are: {profile_names}",
        name=name,
        profile_names=", ".join(profile_names(folder)),
    )
    raise ProfileUnknown(message)


def profile_names(folder: Path | None = None) -> list[str]:
    """Return the names of all profiles, sorted."""
    places = [BUILT_IN] if folder is None else [BUILT_IN, folder]
    return sorted({path.stem for place in places for path in place.glob("*.yaml") if _NAME.fullmatch(path.stem)})


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> AppProfile:
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = say("apps.cannot_read", "{path} cannot be read: {error}", path=path, error=error)
        raise ProfileBroken(message) from error
    rules = _parse(path, source)
    if rules.name != path.stem:
        message = say(
            "apps.name_inside_not_file",
            "{path}: the name inside, {rules!r}, is not that of the file",
            path=path,
            rules=rules.name,
        )
        raise ProfileBroken(message)
    return AppProfile(rules)


def _parse(path: Path, source: str) -> ProfileRules:
    data: object = None
    try:
        data = yaml_text.read(source)[1]
        return ProfileRules.model_validate(data)
    except yaml.YAMLError as error:
        message = say("apps.no_yaml", "{path} is no YAML: {error}", path=path, error=error)
        raise ProfileBroken(message) from error
    except ValidationError as error:
        told = [(wording.place(each, data), wording.reason(each)) for each in error.errors()]
        wrong = [(_line(source, place), ".".join(map(str, place)) or "profile", why) for place, why in told]
        message = joined(
            "; ",
            (
                say("apps.wrong_at", "{path}:{line}: {field}: {why}", path=path, line=line, field=field, why=why)
                for line, field, why in wrong
            ),
        )
        raise ProfileBroken(message) from error


def _line(source: str, place: Sequence[int | str]) -> int:
    """Return the line (from 1) of a field, or of its innermost parent that is in the file."""
    node: yaml.Node | None = yaml.compose(source, Loader=yaml.SafeLoader)
    line = 1
    for step in place:
        key, node = _below(node, step)
        if node is None:
            break
        line = (key or node).start_mark.line + 1
    return line


def _below(node: yaml.Node | None, step: int | str) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None, None
