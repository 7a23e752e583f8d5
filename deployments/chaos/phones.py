"""The virtual phones of a fleet and their world, over the HTTP API that they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from deployments.chaos.keeping import NotThere
from deployments.chaos.plan import Plan
from deployments.launcher.home import Home
from deployments.launcher.phones import FleetPhone, phones_of
from deployments.launcher.programs import PHONEFLEET
from deployments.supervision.service import Program
from phonefleet.words import tr


class Phones:
    """The phones whose world listens on a port."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"
        self._http = httpx.Client(base_url=self._url, timeout=10, trust_env=False)

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def all(self) -> Sequence[FleetPhone]:
        """Return the phones, in order."""
        return phones_of(self._url)

    def world(self) -> dict[str, list[dict[str, Any]]]:
        """Return all that stands in their world."""
        return self._http.get("/world", timeout=60).raise_for_status().json()

    def answers(self) -> bool:
        """Tell whether their world answers."""
        try:
            return self._http.get("/world", timeout=5).is_success
        except httpx.HTTPError:
            return False

    def waiting(self) -> list[list[str]]:
        """Return the faults that were ordered and have not struck, of each phone; raises `httpx.HTTPError`."""
        return [phone["faults"] for phone in self._http.get("/phones", timeout=5).raise_for_status().json()]

    def order(self, phone: int, fault: str, seconds: float | None) -> None:
        """Let a fault happen.

        Raises:
            NotThere: they do not answer.

        """
        self._call("POST", phone, {"fault": fault} | ({} if seconds is None else {"seconds": seconds}))

    def make_well(self, phone: int) -> None:
        """End whatever ails a phone.

        Raises:
            NotThere: they do not answer.

        """
        self._call("DELETE", phone, None)

    def _call(self, method: str, phone: int, body: Mapping[str, object] | None) -> None:
        try:
            serial = self._http.get("/phones").raise_for_status().json()[phone - 1]["serial"]
            self._http.request(method, f"/phones/{serial}/faults", json=body).raise_for_status()
        except httpx.HTTPError as error:
            raise NotThere(tr("The virtual phones do not answer: {error}", error=error)) from error


def phones_program(plan: Plan, home: Home, port: int, environment: Mapping[str, str], phones: Phones) -> Program:
    """Return the program of virtual phones that belong to no host; their ports are free ones."""
    command = [
        *PHONEFLEET, "virtual", "--count", str(plan.fleet.phones), "--base-port", "0", "--world-port", str(port),
        "--seed", str(plan.seed), "--fault-rate", str(plan.fleet.fault_rate),
        "--app-version", ",".join(plan.fleet.app_versions),
    ]  # fmt: skip
    return Program("virtual", command, environment, home.log("virtual"), phones.answers, folder=home.root)
