"""Chooses what a task publishes: once, stored in the ledger, so that every retry uses the same.

Where files are not to be published again, a task claims those that it chooses. A retry that has lost its claim, and has
certainly published nothing, chooses again.
"""

from __future__ import annotations

import json
from datetime import datetime

from phonefleet.ledger.targets.materials import MaterialFilter
from phonefleet.ledger.targets.uses import ChosenFile
from phonefleet.ledger.values import ChosenText
from phonefleet.media.digests import digest_of
from phonefleet.media.material import MaterialWanted, allowed, material_wanted, turn, unused, used_since
from phonefleet.media.own_folders import material_of
from phonefleet.scripts.post import PostConfig
from tasks.context import RunContext, current


def own_config(config: PostConfig) -> tuple[PostConfig, int]:
    """Return what the request means for the task's account, and which of its texts comes next.

    From a folder by account they come in the order of its files, else by the task's place in its request.

    Raises:
        MediaRefused: there are folders by account, and none that can be used for this one.

    """
    context = current()
    own = material_of(config, context.account, context.media)
    place = _place(context, own.config) if own.is_own else context.ordinal
    if not own.sounds:
        return own.config, place
    chosen = context.ledger.texts.choose(
        context.task_id, "sound", "", lambda: ChosenText(own.sounds[place % len(own.sounds)])
    )
    return own.with_sound(chosen.content), place


def _place(context: RunContext, config: PostConfig) -> int:
    """Return the place of the task's files in the account's folder, in posts."""
    wanted = material_wanted(config)
    found, files = _allowed(context, wanted), material_for(config, ordinal=0)
    return found.index(files[0]) // wanted.count if files[0] in found else 0


def material_for(config: PostConfig, ordinal: int | None = None) -> list[str]:
    """Return the paths of the task's files, in the form that requests use.

    `ordinal` is the task's place among those that share the material; by default the one in its request.

    Raises:
        MediaRefused: there are too few files, or one is outside of the allowed folders.

    """
    context, wanted = current(), material_wanted(config)
    if wanted.reuse != "always":
        return _claimed(context, wanted)
    return _again(context, wanted, context.ordinal if ordinal is None else ordinal)


def _again(context: RunContext, wanted: MaterialWanted, ordinal: int) -> list[str]:
    def choose() -> ChosenText:
        return ChosenText(json.dumps(turn(_allowed(context, wanted), ordinal, wanted.count)))

    chosen = context.ledger.texts.choose(context.task_id, "material", "", choose)
    names: list[str] = json.loads(chosen.content)
    folders = context.media
    files = [ChosenFile(name, digest_of(folders.find(name))) for name in names]
    context.ledger.material_uses.note(context.task_id, files, context.clock.now())
    return names


def _claimed(context: RunContext, wanted: MaterialWanted) -> list[str]:
    uses, now = context.ledger.material_uses, context.clock.now()
    since = used_since(wanted, now)
    chosen = uses.of_task(context.task_id)
    if not chosen or not (_may_be_published(context) or uses.claim(context.task_id, chosen, since, now)):
        chosen = _free(context, wanted, since)
        while not uses.claim(context.task_id, chosen, since, now):  # another task was faster
            context.stop.check()
            chosen = _free(context, wanted, since)
    return [file.path for file in chosen]


def _free(context: RunContext, wanted: MaterialWanted, since: datetime | None) -> list[ChosenFile]:
    uses = context.ledger.material_uses
    return unused(
        wanted,
        _allowed(context, wanted),
        context.media,
        lambda digests: uses.free(digests, since, context.task_id),
        known=context.ledger.materials.digests(wanted.kind),
    )


def _may_be_published(context: RunContext) -> bool:
    states = {each.state for each in context.ledger.actions.of_task(context.task_id) if each.kind == "post"}
    return bool(states & {"acting", "unknown", "done"})


def _allowed(context: RunContext, wanted: MaterialWanted) -> list[str]:
    library = context.ledger.materials
    return allowed(
        wanted,
        context.media,
        lambda kind, tags: [material.path for material in library.all(MaterialFilter(kind, tags))],
    )
