"""Resolves the names of a request: `group:NAME` among serials to phones, `tag:NAME` among usernames to accounts."""

from __future__ import annotations

from collections.abc import Sequence

from api.answers.envelope import invalid
from phonefleet.ledger import Ledger
from phonefleet.words import say

GROUP, TAG = "group:", "tag:"
_SHOWN = 20


def serials_of(ledger: Ledger, names: Sequence[str]) -> list[str]:
    """Return the serials of the named phones and of the enabled phones of named groups, each once, in the given order.

    An existing phone's name wins over a group's.

    Raises:
        Problem: a name is unknown or may mean several phones; a group does not exist, or has no enabled phone.

    """
    known = ledger.devices.resolve(names)
    if known.unclear:
        why = {name: known.why_unclear(name) for name in known.unclear}
        raise invalid(*((f"serials.{names.index(name)}", sentence) for name, sentence in why.items()))
    wanted = {name.removeprefix(GROUP) for name in names if name not in known and name.startswith(GROUP)}
    phones = ledger.groups.phones(wanted) if wanted else {}
    groups = {GROUP + group: serials for group, serials in phones.items()}
    found = {name: groups.get(name) or [known[name]] for name in names if name in known or groups.get(name)}
    errors = [(f"serials.{names.index(name)}", _missing(ledger, name, groups)) for name in names if name not in found]
    if errors:
        raise invalid(*dict.fromkeys(errors))
    return list(dict.fromkeys(serial for name in names for serial in found[name]))


def _missing(ledger: Ledger, name: str, groups: dict[str, list[str]]) -> str:
    if name in groups:
        return say("tasks.no_enabled_phone", "{name} has no enabled phone", name=name)
    if name.startswith(GROUP):
        return say(
            "tasks.no_group_phones",
            "{name} is no group of phones; {existing}",
            name=name,
            existing=_existing(ledger.groups.group_names()),
        )
    return say("tasks.never_seen_any_host", "{name} was never seen by any host", name=name)


def usernames_of(ledger: Ledger, names: Sequence[str], app: str) -> list[str]:
    """Return the usernames, with those of all accounts that have a tag in its place; some may be held or disabled.

    Raises:
        Problem: no account of the app has such a tag.

    """
    tags = [name.removeprefix(TAG) for name in names if name.startswith(TAG)]
    tagged = ledger.groups.accounts(tags, app) if tags else {}
    unknown = [tag for tag in dict.fromkeys(tags) if tag not in tagged]
    if unknown:
        existing = _existing(ledger.groups.tag_names(app))
        raise invalid(*((f"usernames.{names.index(TAG + tag)}", _no_tag(tag, app, existing)) for tag in unknown))
    return [
        username
        for name in names
        for username in ([one.username for one in tagged[name.removeprefix(TAG)]] if name.startswith(TAG) else [name])
    ]


def _no_tag(tag: str, app: str, existing: str) -> str:
    return say(
        "tasks.tag_no_account",
        "{tag}{tag2} is a tag of no account of {app}; {existing}",
        tag=TAG,
        tag2=tag,
        app=app,
        existing=existing,
    )


def _existing(names: Sequence[str]) -> str:
    if not names:
        return say("tasks.none", "there are none")
    more = say("tasks.more", " and {number} more", number=len(names) - _SHOWN) if len(names) > _SHOWN else ""
    return say("tasks.text", "there are {names}{more}", names=", ".join(names[:_SHOWN]), more=more)
