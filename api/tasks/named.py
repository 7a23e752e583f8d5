"""Resolves the names of a request: `group:NAME` among serials to phones, `tag:NAME` among usernames to accounts."""

from __future__ import annotations

from collections.abc import Sequence

from api.answers.envelope import invalid
from phonefleet.ledger import Ledger

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
        return f"{name} has no enabled phone"
    if name.startswith(GROUP):
        return f"{name} is no group of phones; {_existing(ledger.groups.group_names())}"
    return f"{name} was never seen by any host"


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
    return f"{TAG}{tag} is a tag of no account of {app}; {existing}"


def _existing(names: Sequence[str]) -> str:
    if not names:
        return "there are none"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"there are {', '.join(names[:_SHOWN])}{more}"
