"""What the pictures show: phones with names, tasks of several kinds that have ended, and two campaigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from phonefleet.client import Client
from phonefleet.client.answers import Task
from phonefleet.clock import StopSignal

NAMES = ("Pixel-07", "Pixel-08", "Galaxy-02", "Galaxy-03", "Galaxy-04", "Moto-01", "Moto-02", "Xperia-01")
GROUPS = ("atelier", "shop")
_PLAYERS = 3
"""Phones that play before Prefect's pictures are taken; the others join them for the page's."""
CHALLENGE = "the app asks to confirm that it is you"
PEOPLE = [f"person_{number:04}" for number in range(11, 19)]
NEXT_PEOPLE = [f"person_{number:04}" for number in range(71, 79)]
"""Nobody follows them yet."""

_MARKETING: Mapping[str, Any] = {
    "targets": "\n".join(PEOPLE),
    "features": {"followUsers": True, "boostPosts": True},
    "postSettings": {"max_posts_count": 1, "view_durations": [1, 2]},
    "task_interval": [0, 0],
}
_MORNINGS = {"cron": "0 9 * * mon-fri", "timezone": "Europe/Berlin"}
_EVENINGS = {"rrule": "FREQ=WEEKLY;BYDAY=TU,TH;BYHOUR=19;BYMINUTE=30;BYSECOND=0", "timezone": "Europe/Berlin"}

_BY_HAND = "Morning follows, this once in the afternoon"
_MOMENT = timedelta(milliseconds=300)


@dataclass(frozen=True, slots=True)
class Scene:
    """The tasks to look at, and where Prefect shows the campaign."""

    marketing: Task
    failed: Task
    scraped: Task
    campaign_url: str


def play(client: Client, serials: Sequence[str], prefect: httpx.Client, stop: StopSignal) -> Scene:
    """Name the phones, send tasks, and return when all of them have ended; `prefect` calls Prefect's API."""
    for place, (serial, name) in enumerate(zip(serials, NAMES, strict=True)):
        client.change_device(serial, alias=name, group=GROUPS[place >= len(NAMES) // 2])
    serials = serials[:_PLAYERS]
    campaign = _campaigns(client, serials)
    marketing = _send(client, serials[:2], "super_marketing", _MARKETING)
    scraped = _send(client, serials[2:], "scrape_user", {"target_username": "example_user", "max_scrape_count": 24})
    failed = _send(client, serials[2:], "follow", {"target_users": ["someone_who_left"]})
    others = [
        *_send(client, serials[:1], "follow", {"target_users": ["person_0020", "person_0021"]}),
        *_send(client, serials[1:2], "message", {"target_users": ["person_0022"], "message_content": "Good morning!"}),
        *_send(client, serials[:2], "like", {"target_users": ["person_0023"], "view_duration": [1, 2]}),
        *_send(client, serials[2:], "account_warmup", {"task_duration": 8, "min_duration": 1, "max_duration": 2}),
    ]
    ended = {task["id"]: task for task in client.wait([*marketing, *scraped, *failed, *others])}
    shown = _run_in_prefect(client, campaign, stop, prefect)
    return Scene(ended[marketing[0]], ended[failed[0]], ended[scraped[0]], shown)


def keep_busy(client: Client, serials: Sequence[str]) -> Sequence[int]:
    """Give every phone something longer to do, and others some of it more; return the tasks' ids."""
    people = "\n".join(f"person_{number:04}" for number in range(31, 61))
    longer = _send(client, serials, "super_marketing", {**_MARKETING, "targets": people})
    waiting = [
        task_id
        for number, serial in enumerate(serials, start=1)
        for task_id in _send(client, [serial], "unfollow", {"target_users": PEOPLE[: 2 * number]})
    ]
    return [*longer, *waiting]


def hold(client: Client, serial: str) -> None:
    """Hold the account of a phone, as a challenge of its app does."""
    account = next(client.iter_accounts(serial=serial))
    client.hold_account(account["id"], CHALLENGE)


def _send(client: Client, serials: Sequence[str], script: str, config: Mapping[str, Any]) -> Sequence[int]:
    """Create tasks with short waits between them; return their ids."""
    created = client.create_tasks(
        script, serials=serials, script_config=config, min_interval=0, max_interval=2, interval_unit="seconds"
    )
    return created["task_ids"]


def _run_in_prefect(client: Client, campaign_id: int, stop: StopSignal, prefect: httpx.Client) -> str:
    """Run a campaign as a person does in the Prefect UI, and return where it is shown there."""
    while (url := client.get_campaign(campaign_id)["deployment_url"]) is None:
        stop.wait(_MOMENT)
    deployment_id = url.rpartition("/")[2]
    prefect.post(f"/deployments/{deployment_id}/create_flow_run", json={"name": _BY_HAND}).raise_for_status()
    while not client.get_campaign(campaign_id)["firings"]:
        stop.wait(_MOMENT)
    client.wait([task["id"] for task in client.iter_tasks(campaign_id=campaign_id)])
    return url


def _campaigns(client: Client, serials: Sequence[str]) -> int:
    """Make two campaigns that are not due while we look; return the id of the one to look at."""
    follows = {"serials": list(serials), "script_name": "follow", "script_config": {"target_users": ["example_user"]}}
    warm_up = {"serials": list(serials), "script_name": "account_warmup", "script_config": {"like_probable": 30}}
    client.create_campaign("Warm up in the evening", warm_up, _EVENINGS)
    return client.create_campaign("Morning follows", follows, _MORNINGS, jitter=600)["id"]
