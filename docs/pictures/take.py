"""Takes the pictures of this folder anew: `just pictures`, or those named after it. Needs a Chromium, and some minutes.

Everything that is shown runs meanwhile: virtual phones, the worker, the API and Prefect, in a folder that is
removed afterwards.
"""

from __future__ import annotations

import base64
import io
import re
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import httpx
from browser import Page, browser
from PIL import Image
from rich.console import Console
from scene import NAMES, NEXT_PEOPLE, PEOPLE, Scene, hold, keep_busy, play

from deployments.cli.plans.picture import svg_of
from deployments.cli.running.launching import launch_options
from deployments.cli.shared.console import line_printer, out
from deployments.cli.shared.signals import stop_signals
from deployments.cli.top.fleet_view import FleetView
from deployments.cli.top.shown import render
from deployments.launcher import Launcher
from phonefleet.client import Client
from phonefleet.client.answers import Role
from phonefleet.clock import StopSignal, SystemClock
from phonefleet.hosts.connection import MainHost
from phonefleet.hosts.joining import join
from phonefleet.hosts.remote import RemoteLedger

HERE = Path(__file__).parent
COLORS = 256
SHOWN = 3
"""Phones in the terminal that is drawn."""
SCHEMES = {"light": "", "dark": "-dark"}
"""The color schemes of the page, and how the names of their pictures end."""
LANGUAGES = {"en": "", "ru": "-ru"}
"""The languages of the page, and what the names of their pictures have before that."""
PLACES = {
    "wall": ("#/", ".grave"),
    "phone": ("#/phone/{serial}", "canvas"),
    "tasks": ("#/tasks", "tbody tr"),
    "task": ("#/task/{task}", ".views li"),
    "task-form": ("#/new/follow?phone={serial}", "form textarea"),
    "failures": ("#/failures", "canvas.painted"),
    "accounts": ("#/accounts", "tr.held"),
    "account": ("#/account/{account}", ".banner"),
    "campaigns": ("#/campaigns", ".days .entry"),
    "campaign-page": ("#/campaign/{campaign}", "dl"),
    "campaign-form": ("#/campaign-form/{campaign}", "ol li"),
    "device-actions": ("#/actions", "form"),
    "workshop": ("#/workshop", "form"),
    "workshop-screen": ("#/workshop/screen?app=sample&phone={serial}", ".selectors li"),
    "report": ("#/report", "canvas.painted"),
    "limits": ("#/limits", "form input"),
    "media": ("#/media", "form, .empty"),
    "hosts": ("#/hosts", "li:nth-child(2) dl"),
    "persons": ("#/persons", "tbody tr"),
}
"""Where each picture of the page is taken, and what is there once it shows."""
PAGES = {f"{name}{said}{end}" for name in PLACES for said in LANGUAGES.values() for end in SCHEMES.values()}
PERSONS: Mapping[str, Role] = {"Anna": "administer", "Boris": "operate", "Clara": "watch"}
HOSTS = ("shelf-2", "shelf-3")
COLUMNS = 118
"""Of the terminal that is drawn."""

MOMENT = timedelta(milliseconds=300)
EXTRA = {
    "PHONEFLEET_RETRY_WAIT": '["PT0.05S", "PT0.2S"]',
    "PHONEFLEET_NOTIFY_URL": "http://127.0.0.1:9/a-webhook",  # so that the automations are on
}


def main(names: Collection[str] = ()) -> None:
    """Run everything, take all pictures or those of these names, stop everything."""
    tell = line_printer(out())
    with tempfile.TemporaryDirectory(prefix="phonefleet-pictures-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o755)  # for root the database's user must enter it
        wanted = launch_options({
            "home": home, "host": None, "api_port": 0, "prefect_port": 0, "adb_port": 0, "world_port": 0,
            "virtual": len(NAMES), "database_url": None, "seed": 7, "fault_rate": 0, "log_level": None,
        }, extra=EXTRA, isolated=True)  # fmt: skip
        with stop_signals() as (stop, hurry), Launcher(wanted, stop, hurry, tell, (home,)) as launcher:
            tell("Sending tasks")
            programs = launcher.programs
            auth = programs.options.prefect_auth or ":"
            user, _, password = auth.partition(":")
            with (
                Client(programs.api_url) as client,
                httpx.Client(base_url=programs.prefect_api_url, auth=(user, password), trust_env=False) as prefect,
            ):
                scene = play(client, launcher.serials, prefect, stop)
                tell("Taking pictures")
                with browser() as page:
                    # What Prefect's own form of the password leaves in the browser.
                    login = base64.b64encode(auth.encode()).decode()
                    page.keep(programs.prefect_url, **{"prefect-password": login})
                    Album(page, prefect, programs.api_url, scene, names).take_all()
                    if not names:
                        draw_terminal(client, launcher.serials[:SHOWN], stop)
                    if not names or PAGES & set(names):
                        draw_page(FleetPage(page, programs.api_url, names), client, launcher.serials, scene, stop)


def draw_page(views: FleetPage, client: Client, serials: Sequence[str], scene: Scene, stop: StopSignal) -> None:
    """Take the pictures of the fleet page while all phones but one work, whose account waits for a person."""
    *busy, held = serials
    hold(client, held)
    for person, role in PERSONS.items():
        client.add_person(person, role)
    for host in HOSTS:
        main = MainHost(views.api, client.add_host(host)["token"], f"installation of {host}")
        views.hosts.append(RemoteLedger(main, join(main, version("phonefleet"), SystemClock()).ledger_id))
    client.add_host("basement")  # which nobody has joined yet
    keep_busy(client, busy)
    while not _all_have_begun(client, busy):
        stop.wait(MOMENT)
    [account] = [one["id"] for one in client.iter_accounts(held=True)]
    campaign = next(iter(client.iter_campaigns()))["id"]
    shown = {"serial": serials[0], "task": scene.failed["id"], "account": account, "campaign": campaign}
    for scheme in SCHEMES:
        for language in LANGUAGES:
            # On a busy machine Prefect may be late, and then every task that waits says so.
            while any(task["waits_code"] == "prefect_unreachable" for task in client.iter_tasks(status=0)):
                stop.wait(MOMENT)
            views.take_all(scheme, language, shown)


def draw_terminal(client: Client, serials: Sequence[str], stop: StopSignal) -> None:
    """Draw the fleet while it works, and what would become of more work."""
    tasks = keep_busy(client, serials)
    while not _all_have_begun(client, serials):
        stop.wait(MOMENT)
    wanted = {"target_users": NEXT_PEOPLE}
    plan = client.plan_tasks("follow", serials=serials, script_config=wanted, max_interval=0.1, min_interval=0)
    (HERE / "plan.svg").write_text(svg_of(plan, f"follow: {plan['tasks']} tasks"), encoding="utf-8")
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), color_system="truecolor", force_terminal=True)
    console.print(render(FleetView(client, SystemClock()).frame(), COLUMNS))
    svg = console.export_svg(title="phonefleet top")
    # Who shows a picture fetches no fonts from the network; the fonts that every machine has do as well.
    (HERE / "top.svg").write_text(re.sub(r"\s*@font-face \{[^}]*\}", "", svg), encoding="utf-8")
    client.wait(tasks)


def _all_have_begun(client: Client, serials: Sequence[str]) -> bool:
    """Tell whether every phone is past its first target."""
    running = [task for task in client.iter_tasks(status=1) if (task["progress"] or {"done": 0})["done"]]
    return len(running) == len(serials)


class Album:
    """The pictures of one scene."""

    def __init__(
        self, page: Page, prefect_api: httpx.Client, api: str, scene: Scene, names: Collection[str] = ()
    ) -> None:
        self._page = page
        self._prefect_api = prefect_api
        self._prefect = str(prefect_api.base_url).removesuffix("/").removesuffix("/api")
        self._api = api
        self._scene = scene
        self._names = names

    def take_all(self) -> None:
        """Take each picture that is wanted."""
        scene, follow = self._scene, self._deployment("follow")
        self._take("dashboard", "/dashboard", "Active Work Pools", "phones")
        self._take("runs", "/runs", "Items per page", before=self._list_of_runs)
        self._take("run", self._run(scene.marketing["flow_run_id"]), "Beginning flow run")
        self._take("results", self._artifact(scene.marketing["flow_run_id"], "table"), "outcome")
        self._take("people", self._artifact(scene.scraped["flow_run_id"], "table"), "position")
        self._take("failed-run", self._run(scene.failed["flow_run_id"]), "Beginning flow run")
        self._take("failure", self._artifact(scene.failed["flow_run_id"], "image"), "someone_who_left")
        self._take("deployments", "/deployments", "Morning follows", "follow")
        self._take("custom-run", f"/deployments/deployment/{follow}/run", "Target users")
        self._take("queues", "/work-pools/work-pool/phones?tab=Work+Queues", "Concurrency Limit")
        self._take("campaign", scene.campaign_url.removeprefix(self._prefect), "Monday through Friday")
        self._take("automations", "/automations", "a phone is in quarantine")
        if not self._names or "api" in self._names:
            self._page.open(f"{self._api}/docs")
            self._page.until_shown("/api/v1/task/stats")
            keep(self._page, "api")

    def _take(self, name: str, path: str, *texts: str, before: Callable[[], None] = lambda: None) -> None:
        """Take a picture of a page of Prefect's once it shows all of these texts."""
        if self._names and name not in self._names:
            return
        self._page.open(self._prefect + path)
        self._page.until_shown(*texts)
        before()
        keep(self._page, name)

    def _list_of_runs(self) -> None:
        """Move the list of runs into sight; the chart above it is tall."""
        self._page.evaluate(
            r"[...document.querySelectorAll('*')].findLast(each => /^\d+ runs$/.test(each.innerText?.trim()))"
            ".scrollIntoView()"
        )
        self._page.until_shown()

    def _run(self, flow_run_id: str | None) -> str:
        return f"/runs/flow-run/{flow_run_id}"

    def _artifact(self, flow_run_id: str | None, kind: str) -> str:
        """Return the page of a run's artifact of a kind."""
        wanted = {"flow_run_id": {"any_": [flow_run_id]}, "type": {"any_": [kind]}}
        answer = self._prefect_api.post("/artifacts/filter", json={"artifacts": wanted})
        return f"/artifacts/artifact/{answer.raise_for_status().json()[0]['id']}"

    def _deployment(self, flow: str) -> str:
        """Return the id of a script's deployment."""
        answer = self._prefect_api.get(f"/deployments/name/{flow}/{flow}")
        return str(answer.raise_for_status().json()["id"])


class FleetPage:
    """The pictures of the fleet page: each place in each language and color scheme."""

    def __init__(self, page: Page, api: str, names: Collection[str]) -> None:
        self._page = page
        self.api = api
        self._names = names
        self.hosts: list[RemoteLedger] = []
        """The joined hosts, which must be heard again and again."""

    def take_all(self, scheme: str, language: str, shown: Mapping[str, object]) -> None:
        """Take all places of a color scheme and a language; `shown` says of which phone, task, account and campaign."""
        self._page.prefer(scheme)
        self._page.keep(self.api, **{"phonefleet.language": language})
        for name, (place, sign) in PLACES.items():
            self._take(f"{name}{LANGUAGES[language]}{SCHEMES[scheme]}", place.format(**shown), sign)

    def _take(self, name: str, place: str, sign: str) -> None:
        if self._names and name not in self._names:
            return
        for host in self.hosts:
            host.ping()
        # From an empty page: what differs behind # alone is no other page for the browser.
        self._page.open("about:blank")
        self._page.open(f"{self.api}/{place}")
        self._page.until(f"document.querySelector({sign!r})")
        if "/new/" in place:
            self._fill()
        self._all_painted()
        # The colors of states are few pixels, which a palette would drop.
        keep(self._page, name, colors=None)

    def _all_painted(self) -> None:
        """Wait until each phone in sight shows its screen."""
        self._page.until(
            "[...document.querySelectorAll('canvas')].every(each => each.width > 300 || /painted/.test(each.className))"
        )
        self._page.until_shown()

    def _fill(self) -> None:
        """Name people to follow, and wait for the plan beside the form."""
        people = repr("\n".join(PEOPLE[:3]))
        self._page.evaluate(
            f"(area => {{ area.value = {people}; area.dispatchEvent(new Event('input', {{bubbles: true}})); }})"
            "(document.querySelector('form textarea'))"
        )
        self._page.until("document.querySelector('form button.main:not([disabled])')")


def keep(page: Page, name: str, colors: int | None = COLORS) -> None:
    """Write what the page shows; with few colors the picture is several times smaller."""
    with Image.open(io.BytesIO(page.picture())) as image:
        shown = image.convert("RGB")
        kept = shown if colors is None else shown.quantize(colors, dither=Image.Dither.NONE)
        kept.save(HERE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
