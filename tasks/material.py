"""Chooses the files that a task publishes: once, stored in the ledger, so that every retry uses the same.

Where files are not to be published again, a task claims those that it chooses. A retry that has lost its claim, and has
certainly published nothing, chooses again.
"""

from __future__ import annotations

import json

from phonefleet.ledger.targets.materials import MaterialFilter
from phonefleet.ledger.targets.uses import ChosenFile
from phonefleet.ledger.values import ChosenText
from phonefleet.media import MediaFolders
from phonefleet.media.digests import digest_of
from phonefleet.media.material import MaterialWanted, allowed, material_wanted, turn, unused, used_since
from phonefleet.scripts.post import PostConfig
from tasks.context import RunContext, current


def material_for(config: PostConfig) -> list[str]:
    """Return the paths of the task's files, in the form that requests use.

    Raises:
        MediaRefused: there are too few files, or one is outside of the allowed folders.

    """
    context, wanted = current(), material_wanted(config)
    return _again(context, wanted) if wanted.reuse == "always" else _claimed(context, wanted)


def _again(context: RunContext, wanted: MaterialWanted) -> list[str]:
    chosen = context.ledger.texts.choose(
        context.task_id, "material", "", lambda: ChosenText(json.dumps(_turn(context, wanted)))
    )
    names: list[str] = json.loads(chosen.content)
    folders = MediaFolders.of(context.settings)
    files = [ChosenFile(name, digest_of(folders.find(name))) for name in names]
    context.ledger.material_uses.note(context.task_id, files, context.clock.now())
    return names


def _turn(context: RunContext, wanted: MaterialWanted) -> list[str]:
    return turn(_allowed(context, wanted), context.ordinal, wanted.count)


def _claimed(context: RunContext, wanted: MaterialWanted) -> list[str]:
    uses, now = context.ledger.material_uses, context.clock.now()
    since = used_since(wanted, now)
    chosen = uses.of_task(context.task_id)
    if not chosen or not (_may_be_published(context) or uses.claim(context.task_id, chosen, since, now)):
        chosen = _free(context, wanted)
        while not uses.claim(context.task_id, chosen, since, now):  # another task was faster
            chosen = _free(context, wanted)
    return [file.path for file in chosen]


def _free(context: RunContext, wanted: MaterialWanted) -> list[ChosenFile]:
    uses, since = context.ledger.material_uses, used_since(wanted, context.clock.now())
    return unused(
        wanted,
        _allowed(context, wanted),
        MediaFolders.of(context.settings),
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
        MediaFolders.of(context.settings),
        lambda kind, tags: [material.path for material in library.all(MaterialFilter(kind, tags))],
    )
