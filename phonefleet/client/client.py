"""The client: every call of the task API, each as a method."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from phonefleet.client.accounts import AccountCalls
from phonefleet.client.campaigns import CampaignCalls
from phonefleet.client.connection import DEFAULT_URL, Connection
from phonefleet.client.device_actions import DeviceActionCalls
from phonefleet.client.devices import DeviceCalls
from phonefleet.client.hosts import HostCalls
from phonefleet.client.limits import LimitCalls
from phonefleet.client.media import MediaCalls
from phonefleet.client.persons import PersonCalls
from phonefleet.client.recordings import RecordingCalls
from phonefleet.client.scraped import ScrapedCalls
from phonefleet.client.screens import ScreenCalls
from phonefleet.client.server import ServerCalls
from phonefleet.client.tasks import TaskCalls
from phonefleet.client.verifications import VerificationCalls
from phonefleet.client.workshop import WorkshopCalls
from phonefleet.clock import Clock, SystemClock


class Client(
    TaskCalls,
    DeviceCalls,
    DeviceActionCalls,
    ScreenCalls,
    AccountCalls,
    LimitCalls,
    MediaCalls,
    PersonCalls,
    HostCalls,
    ServerCalls,
    VerificationCalls,
    WorkshopCalls,
    RecordingCalls,
    ScrapedCalls,
    CampaignCalls,
):
    """Calls the task API at `url`; every method raises `ApiError` for a refusal and `ApiUnreachable` for silence.

    With a `language`, such as "ru", the API's texts for people are in it, and next to each stand its id and parameters.
    One client serves one thread at a time. Use it as a context manager, or close it.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        token: str | None = None,
        *,
        timeout: timedelta = timedelta(seconds=30),
        clock: Clock | None = None,
        language: str | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._of = (url, token, timeout)
        self._language = language
        self._connection = Connection(url, token, timeout, self._clock, language)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Where the API is, without the base path."""
        return self._connection.url

    @property
    def token(self) -> str | None:
        """The token that it sends, if any."""
        return self._of[1]

    def another(self) -> Self:
        """Return another client of the same server, for another thread."""
        url, token, timeout = self._of
        return type(self)(url, token, timeout=timeout, clock=self._clock, language=self._language)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
