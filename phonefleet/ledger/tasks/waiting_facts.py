"""Reads why tasks may have to wait: their phones with the order of their queues, and what their accounts may do.

What Prefect has to say is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, LiteralString, cast

from phonefleet.ledger.tasks.questions import Connection
from phonefleet.limits import KINDS, Actor, History, Kind, Rules, day_of
from phonefleet.limits.rules import LONGEST_GAP
from phonefleet.pacing import zone_named
from phonefleet.waiting.facts import PLACES_KNOWN, AccountFacts, PhoneFacts
from phonefleet.words import unpack

AccountKey = tuple[str, str]
"""An app, and a username in lower case."""

_PHONES: LiteralString = """
    SELECT serial, alias, host, state, last_seen, enabled, quarantine_reason, quarantined_until, quarantined_by,
        quarantine_message,
        (SELECT jsonb_build_array(advice, advice_message) FROM addresses WHERE addresses.serial = devices.serial
            AND present AND advice IS NOT NULL AND addresses.state = devices.state ORDER BY address LIMIT 1),
        (SELECT max(id) FROM tasks WHERE tasks.serial = devices.serial AND deleted_at IS NULL AND status = 1),
        (SELECT array_agg(id ORDER BY scheduled_for, id) FROM (
            SELECT id, scheduled_for FROM tasks WHERE tasks.serial = devices.serial AND deleted_at IS NULL
                AND status = 0 AND state_name IS DISTINCT FROM 'Waiting' ORDER BY id LIMIT %(places)s
        ) AS queue WHERE scheduled_for <= %(now)s), taken.holder, taken.until
    FROM devices LEFT JOIN LATERAL (
        SELECT holder, until FROM takeovers WHERE takeovers.serial = devices.serial AND ended_at IS NULL
            AND until > %(now)s ORDER BY id LIMIT 1
    ) AS taken ON true WHERE serial = ANY(%(serials)s)
"""
"""`Waiting` is the state of a run that waits for a limit (phonefleet.runs.states): it lets others go first."""

_ACCOUNTS: LiteralString = """
    SELECT accounts.app, accounts.username, accounts.enabled, hold_reason, hold_message, held_since, tags, group_name,
        (SELECT json_object_agg(kind, json_build_array(used, extract(epoch FROM last))) FROM (
            SELECT kind, max(charged_at) AS last,
                count(DISTINCT CASE WHEN kind = 'profile' THEN task_id ELSE -id END)
                    FILTER (WHERE charged_at >= %(start)s AND charged_at < %(end)s) AS used
            FROM actions WHERE actions.app = accounts.app AND lower(account) = lower(accounts.username)
                AND charged_at >= least(%(start)s, %(since)s) GROUP BY kind
        ) AS charged)
    FROM unnest(%(apps)s::text[], %(names)s::text[]) AS wanted(app, name)
    JOIN accounts ON accounts.app = wanted.app AND lower(accounts.username) = wanted.name
    LEFT JOIN devices ON devices.serial = accounts.serial
"""
"""Charges are counted as `number_of_actions` of phonefleet.ledger.actions.limits does."""

_RULES: LiteralString = "SELECT rules FROM limits ORDER BY version DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Standing:
    """How phones and accounts stand; `limits_zone` is the time zone of days and working hours."""

    phones: Mapping[str, PhoneFacts]
    accounts: Mapping[AccountKey, AccountFacts]
    limits_zone: tzinfo


async def read_standing(
    serials: Collection[str], accounts: Collection[AccountKey], now: datetime, zone: tzinfo, connection: Connection
) -> Standing:
    """Read how these phones and accounts stand; what does not exist is left out. `zone` is that without any limits."""
    phones = await _rows(connection, _PHONES, {"serials": list(serials), "now": now, "places": PLACES_KNOWN + 1})
    found = {row[0]: _phone(*row) for row in phones}
    rules = Rules()
    if accounts:
        rows = await _rows(connection, _RULES, {})
        rules = Rules.model_validate(rows[0][0]) if rows else rules
    here = zone_named(rules.timezone) if rules.timezone else zone
    if not accounts:
        return Standing(found, {}, here)
    today = day_of(now, here)
    span = {"start": today.start, "end": today.end, "since": now - timedelta(seconds=LONGEST_GAP)}
    wanted = {"apps": [app for app, _ in accounts], "names": [name for _, name in accounts]}
    acting = [_account(rules, *row) for row in await _rows(connection, _ACCOUNTS, {**wanted, **span})]
    return Standing(found, dict(acting), here)


async def _rows(connection: Connection, query: LiteralString, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return await (await connection.execute(query, values, binary=True, prepare=True)).fetchall()


def _phone(*row: Any) -> PhoneFacts:
    serial, alias, host, state, seen_at, enabled, reason, until, by, message, advice, running, *rest = row
    due, holder, taken_until = rest
    queue: list[int] = due or []
    return PhoneFacts(
        serial=serial,
        alias=alias,
        host=host,
        state=state,
        seen_at=seen_at,
        enabled=enabled,
        quarantine_reason=unpack(reason, message),
        quarantined_until=until,
        quarantined_by=by,
        advice=unpack(*advice) if advice else None,
        running=running,
        queue={task_id: place for place, task_id in enumerate(queue[:PLACES_KNOWN])},
        queue_is_longer=len(queue) > PLACES_KNOWN,
        taken_by=holder,
        taken_until=taken_until,
    )


def _account(rules: Rules, *row: Any) -> tuple[AccountKey, AccountFacts]:
    app, username, enabled, reason, message, held_since, tags, group, charged = row
    hold_reason = unpack(reason, message)
    policy = rules.policy_for(Actor(username, app, frozenset(tags), group))
    histories = _histories(cast("dict[Kind, tuple[int, float]]", charged or {}))
    return (app, username.lower()), AccountFacts(username, enabled, hold_reason, held_since, policy, histories)


def _histories(charged: Mapping[Kind, tuple[int, float]]) -> dict[Kind, History]:
    """Return the history of every kind that was charged; one that was not has the last action of the others."""
    last: dict[Kind, datetime] = {kind: datetime.fromtimestamp(seconds, UTC) for kind, (_, seconds) in charged.items()}
    return {
        kind: History(charged[kind][0] if kind in charged else 0, last.get(kind), _latest(last, but=kind))
        for kind in KINDS
    }


def _latest(last: Mapping[Kind, datetime], but: Kind) -> datetime | None:
    others: Iterable[datetime] = (at for kind, at in last.items() if kind != but)
    return max(others, default=None)
