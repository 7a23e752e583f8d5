"""Which files a task publishes: chosen once, kept in the ledger, and the same in every try."""

from __future__ import annotations

import json

from phonefleet.ledger.targets.materials import MaterialFilter
from phonefleet.ledger.values import ChosenText
from phonefleet.media import MediaFolders
from phonefleet.media.material import allowed, material_wanted, turn
from phonefleet.scripts.post import PostConfig
from tasks.context import RunContext, current


def material_for(config: PostConfig) -> list[str]:
    """Return the files of the task, as a request would name them.

    Raises:
        MediaRefused: there are too few, or a file is not ours to read.

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
