"""Chooses the files that a task publishes: once, stored in the ledger, so that every retry uses the same."""

from __future__ import annotations

import json

from phonefleet.ledger.targets.materials import MaterialFilter
from phonefleet.ledger.values import ChosenText
from phonefleet.media import MediaFolders
from phonefleet.media.material import allowed, material_wanted, turn
from phonefleet.scripts.post import PostConfig
from tasks.context import RunContext, current


def material_for(config: PostConfig) -> list[str]:
    """Return the paths of the task's files, in the form that requests use.

    Raises:
        MediaRefused: there are too few files, or one is outside of the allowed folders.

    """
    context = current()
    chosen = context.ledger.texts.choose(context.task_id, "material", "", lambda: _chosen(context, config))
    return json.loads(chosen.content)


def _chosen(context: RunContext, config: PostConfig) -> ChosenText:
    what = material_wanted(config)
    library = context.ledger.materials
    found = allowed(
        what,
        MediaFolders.of(context.settings),
        lambda kind, tags: [material.path for material in library.all(MaterialFilter(kind, tags))],
    )
    return ChosenText(json.dumps(turn(found, context.ordinal, what.count)))
