"""What the deployments of scripts are called in Prefect: as their scripts, so that people can tell them apart."""

from __future__ import annotations

from typing import Final

FORMER_NAME: Final = "phone"
"""What every script's deployment was called before: `follow/phone`, `unfollow/phone`, …"""


def deployment_of(script: str) -> str:
    """Return how Prefect's API and command line name a script's deployment, by flow and deployment.

    Example:
        >>> deployment_of("follow")
        'follow/follow'

    """
    return f"{script}/{script}"
