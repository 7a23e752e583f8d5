"""A person uses the page in a real browser, on virtual phones."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from phonefleet.clock import SystemClock
from phonefleet.hardware import Hardware
from phonefleet.hosts.connection import MainHost
from phonefleet.hosts.joining import join, leave
from phonefleet.hosts.remote import RemoteLedger
from phonefleet.ledger.fleet.addresses import AddressSeen
from phonefleet.scripts import SCRIPTS
from tests.apk_files import apk
from tests.integration.stack import AMPLE, Stack, until
from tests.page.conftest import AXE, NARROW, visiting

NOBODY = "nobody_has_this_name"


@pytest.fixture
def base(stack: Stack) -> str:
    return str(stack.endpoints["api"])


def named(stack: Stack, place: int) -> tuple[str, str]:
    """Return serial and name of a phone."""
    serial = stack.serials[place]
    return serial, str(stack.device(serial)["alias"] or serial)


def tile(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.locator("canvas"), has_text=name)


def account_of(stack: Stack, serial: str) -> dict[str, Any]:
    return stack.call("GET", f"/accounts?serial={serial}")["accounts"][0]


def test_the_wall_shows_every_phone_what_it_does_and_who_needs_a_person(
    stack: Stack, base: str, browser: Browser
) -> None:
    serial, name = named(stack, 0)
    stack.call("PATCH", f"/devices/{serial}", {"group": "window"})
    with visiting(browser, base) as visit:
        page = visit.go()
        expect(page.locator("canvas.painted")).to_have_count(len(stack.serials))

        # What happens elsewhere is seen here.
        stack.post("account_warmup", [], [serial], {"target_users": None, "task_duration": 600})
        expect(tile(page, name)).to_contain_text("Warm up")
        expect(tile(page, name).get_by_role("progressbar")).to_be_visible()
        account = account_of(stack, stack.serials[1])
        stack.call("POST", f"/accounts/{account['id']}/hold", {"reason": "it asks who you are"})
        page.reload()
        needs = page.get_by_role("region", name="Needs you")
        expect(needs).to_contain_text("it asks who you are")

        # A person finds phones by group, by state and by what they are called, and the address keeps it.
        page.get_by_label("Group").select_option("window")
        expect(tile(page, "")).to_have_count(1)
        page.reload()
        expect(tile(page, "")).to_have_count(1)
        page.get_by_label("Group").select_option("All groups")
        page.keyboard.press("/")
        page.keyboard.type("no phone of this name")
        expect(page.get_by_text("No phone fits the filters")).to_be_visible()
        page.get_by_role("button", name="Clear the filters").click()
        page.get_by_role("button", name="at work").click()
        expect(tile(page, "")).to_have_count(1)

        needs.get_by_role("button", name=f"Release @{account['username']}").press("Enter")
        expect(needs).to_have_count(0)
        assert stack.call("GET", f"/accounts/{account['id']}")["status"] == "enabled"


def test_a_person_takes_a_phone_over_touches_it_and_gives_it_back(stack: Stack, base: str, browser: Browser) -> None:
    serial, name = named(stack, 1)

    def shown() -> str:
        address = f"{base}/api/v1/devices/{serial}/hierarchy"
        return str(visit.page.request.get(address).text())

    with visiting(browser, base, language="ru-RU", dark=True) as visit:
        page = visit.go()
        tile(page, name).get_by_role("link").press("Enter")
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        page.get_by_role("button", name="Взять управление").click()
        page.get_by_role("button", name="Домой").click()
        until("the launcher", lambda: "com.android.launcher3" in shown())

        # The app's icon, by pointer: it stands where every launcher of virtual phones has it.
        screen = page.get_by_role("application")
        box = screen.bounding_box()
        assert box is not None
        screen.click(position={"x": box["width"] * 0.125, "y": box["height"] * 0.18})
        until("the app", lambda: "com.phonefleet.sample" in shown())

        # By keyboard alone: Escape is the phone's back button. The first may close what the app shows at its start.
        def left() -> bool:
            screen.press("Escape")
            return "com.phonefleet.sample" not in shown()

        until("the launcher again", left)

        assert stack.device(serial)["taken_over"]["state"] == "held"
        page.get_by_role("button", name="Вернуть").click()
        expect(page.get_by_role("button", name="Взять управление")).to_be_visible()
        assert stack.device(serial)["taken_over"] is None


def test_a_person_plans_creates_understands_and_deletes_tasks(stack: Stack, base: str, browser: Browser) -> None:
    serial, name = named(stack, 2)
    with visiting(browser, base, size=NARROW) as visit:
        page = visit.go(f"#/new/follow?phone={serial}")
        plan = page.get_by_role("region", name="Plan")
        expect(plan).to_contain_text("Target users: required")
        expect(page.get_by_role("button", name="Create tasks")).to_be_disabled()

        # Another address takes another phone while the form is open.
        other, other_name = named(stack, 1)
        page.evaluate(f"location.hash = '#/new/follow?phone={other}'")
        expect(page.get_by_role("checkbox", name=other_name)).to_be_checked()
        expect(page.get_by_role("checkbox", name=name)).not_to_be_checked()
        page.evaluate(f"location.hash = '#/new/follow?phone={serial}'")
        expect(page.get_by_role("checkbox", name=name)).to_be_checked()
        page.get_by_label("Target users").fill(f"{NOBODY}\nperson_0007")
        expect(plan).to_contain_text("2 tasks on 1 phone")
        page.get_by_role("button", name="Create 2 tasks").click()
        expect(page.get_by_role("row").filter(has_text=f"@{NOBODY}")).to_contain_text("failed")

        # Why it failed: the phone's screen at that moment, and what stood on it.
        page.get_by_role("link", name=f"Follow @{NOBODY}").click()
        evidence = page.get_by_role("region", name="What the phone showed")
        expect(evidence.get_by_role("button").first).to_be_visible()
        evidence.get_by_role("button").nth(3).click()
        expect(evidence.locator(".box")).to_be_visible()

        # All that failed, chosen by the filter: told before it is done.
        page.get_by_role("link", name="Tasks").first.click()
        page.get_by_role("button", name="failed").click()
        expect(page.get_by_role("row").filter(has_text=name)).to_have_count(1)
        page.get_by_role("button", name="Delete").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Delete 1 task")
        expect(dialog).to_contain_text(NOBODY)
        dialog.get_by_role("button", name="Delete 1 task").click()
        expect(page.get_by_text("No task fits the filters")).to_be_visible()
        assert stack.call("GET", "/task?status=3")["total"] == 0


def test_a_person_holds_tags_and_releases_an_account_and_sees_its_budgets(
    stack: Stack, base: str, browser: Browser
) -> None:
    account = account_of(stack, stack.serials[1])
    name = f"@{account['username']}"
    stack.finished(stack.post("follow", ["person_0031"], stack.serials[1:2], usernames=[account["username"]]))
    with visiting(browser, base) as visit:
        page = visit.go("#/accounts")
        row = page.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text("follow")
        expect(row).to_contain_text("100,000")
        row.get_by_role("button", name="Hold").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Hold")).to_be_disabled()
        dialog.get_by_label("Why").fill("it asks for a picture of its owner")
        dialog.get_by_label("Why").press("Enter")

        # Whoever is held stands first.
        first = page.locator("tbody tr").first
        expect(first).to_contain_text(name)
        expect(first).to_contain_text("it asks for a picture of its owner")
        assert stack.call("GET", f"/accounts/{account['id']}")["status"] == "held"

        page.get_by_role("link", name=name).click()
        page.get_by_label("add a tag").fill("window")
        page.get_by_label("add a tag").press("Enter")
        expect(page.get_by_role("button", name="Take off the tag window")).to_be_visible()
        expect(page.get_by_role("link", name="Follow @person_0031")).to_be_visible()
        page.get_by_role("button", name=f"Release {name}").click()
        expect(page.get_by_role("button", name=f"Hold {name}")).to_be_visible()
        page.get_by_role("button", name="Take off the tag window").click()
        expect(page.get_by_role("button", name="Take off the tag window")).to_have_count(0)
        shown = stack.call("GET", f"/accounts/{account['id']}")
        assert (shown["status"], shown["tags"]) == ("enabled", [])


def test_a_person_sees_what_campaigns_will_do_and_runs_pauses_and_resumes_one(
    stack: Stack, base: str, browser: Browser
) -> None:
    task = {"serials": stack.serials[:1], "script_name": "follow", "script_config": {"target_users": ["person_0032"]}}
    wanted = {"name": "Each morning", "task": task, "schedule": {"cron": "0 9 * * *", "timezone": "UTC"}}
    campaign = stack.call("POST", "/campaigns", wanted)
    with visiting(browser, base) as visit:
        page = visit.go("#/campaigns")
        week = page.get_by_role("region", name="The next 7 days")
        expect(week.get_by_role("link", name="Each morning")).to_have_count(7)
        card = page.get_by_role("listitem").filter(has_text="every day 09:00")
        card.get_by_role("button", name="Pause").click()
        expect(week.get_by_role("link", name="Each morning")).to_have_count(0)
        card.get_by_role("button", name="Resume").click()
        expect(week.get_by_role("link", name="Each morning")).to_have_count(7)

        card.get_by_role("link", name="Each morning").press("Enter")
        page.get_by_role("button", name="Run now").click()
        expect(page.get_by_role("row").filter(has_text="tasks made")).to_have_count(1)
        page.get_by_role("link", name="Its tasks").click()
        expect(page.get_by_role("link", name="Follow @person_0032")).to_be_visible()
        page.get_by_role("button", name="Campaign").click()
        expect(page.get_by_role("button", name="Campaign")).to_have_count(0)
    stack.call("DELETE", f"/campaigns/{campaign['id']}")


def test_the_report_tells_failures_by_kind_and_leads_to_the_latest(stack: Stack, base: str, browser: Browser) -> None:
    [failed] = stack.post("follow", [NOBODY], stack.serials[2:3])
    stack.finished([failed])
    with visiting(browser, base, language="ru-RU") as visit:
        page = visit.go("#/report")
        failures = page.get_by_role("region", name="Неудачи")
        expect(failures).to_contain_text(NOBODY)
        expect(failures.locator("canvas.painted").first).to_be_attached()
        failures.get_by_role("link", name=str(failed)).click()
        expect(page.get_by_role("heading", name=f"Подписка @{NOBODY}")).to_be_visible()


def test_limits_people_and_media_are_changed_on_the_page(
    stack: Stack, base: str, browser: Browser, tmp_path: Path
) -> None:
    before = stack.call("GET", "/limits")
    picture = tmp_path / "window.png"
    Image.effect_noise((40, 60), 80).save(picture)
    with visiting(browser, base) as visit:
        page = visit.go("#/limits")
        page.get_by_label("profile").fill("99999")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved", exact=True)).to_be_visible()
        after = stack.call("GET", "/limits")
        assert after["budgets"] == before["budgets"] | {"profile": 99_999}
        assert {name: after[name] for name in ("gap", "hours", "overrides")} == {
            name: before[name] for name in ("gap", "hours", "overrides")
        }
        page.get_by_label("Working hours").fill("9-12:30, 14:00-23:00")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_label("Working hours")).to_have_value("09:00-12:30, 14:00-23:00")
        hours = stack.call("GET", "/limits")["hours"]
        assert len(hours) == 7
        assert hours["sunday"] == ["09:00-12:30", "14:00-23:00"]
        page.get_by_label("Working hours").fill("")
        page.get_by_role("button", name="Save").click()
        until("no working hours", lambda: stack.call("GET", "/limits")["hours"] is None)
        page.get_by_label("Names").fill("@person_0033 person_0034")
        page.get_by_role("button", name="Add 2 people").click()
        page.get_by_role("button", name="Remove @person_0033").click()
        expect(page.get_by_role("button", name="Remove @person_0033")).to_have_count(0)
        assert [one["username"] for one in stack.call("GET", "/do-not-contact")["entries"]] == ["person_0034"]
        page.get_by_role("button", name="Remove @person_0034").click()
        expect(page.get_by_role("button", name="Remove @person_0034")).to_have_count(0)

        visit.go("#/media")
        page.get_by_label("Add files").set_input_files(picture)
        expect(page.get_by_role("row").filter(has_text="window")).to_contain_text("not yet")
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Really delete").click()
        expect(page.get_by_text("The library is empty")).to_be_visible()
    stack.call("PUT", "/limits", AMPLE)


def test_a_person_adds_a_computer_sees_it_come_and_go_and_removes_it(stack: Stack, base: str, browser: Browser) -> None:
    guest = Hardware("R58GUEST0001", "0123456789abcdef")
    with visiting(browser, base, language="ru-RU", dark=True, size=NARROW) as visit:
        page = visit.go("#/hosts")
        own = page.get_by_role("listitem").filter(has_text="главный компьютер")
        expect(own).to_contain_text(version("phonefleet"))
        page.get_by_label("Имя").fill("second")
        page.get_by_label("Имя").press("Enter")
        command = page.locator("code")
        expect(command).to_contain_text(f"phonefleet join {base} --token ph_host_")
        expect(page.get_by_text("никуда не ведёт")).to_be_visible()
        main = MainHost(base, command.inner_text().split()[-1], "installation-1")
        page.get_by_role("button", name="Токен сохранён").click()
        expect(command).to_have_count(0)

        # Its worker joins, and reports a phone.
        second = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="second"))
        expect(second).to_contain_text("ещё не присоединялся")
        joined = join(main, version("phonefleet"), SystemClock())
        expect(second).to_contain_text("идут как на главном")
        remote = RemoteLedger(main, joined.ledger_id).as_ledger()
        remote.devices.record_address(AddressSeen("R58GUEST0001", "device", "second", guest), SystemClock().now())
        expect(second.get_by_role("link", name="1 телефон")).to_be_visible()
        [task] = stack.post("follow", ["person_0001"], [guest.serial_number])
        second.get_by_role("link", name="1 телефон").click()
        expect(tile(page, "")).to_have_count(1)
        expect(page.get_by_role("combobox", name="Компьютер")).to_have_value("second")

        # It ends: one trouble, however many phones are away with it.
        leave(main)
        main.close()
        visit.go("#/hosts")
        expect(second).to_contain_text("нет связи")
        visit.go()
        needs = page.get_by_role("region", name="Ждут вас")
        expect(needs.get_by_role("listitem").filter(has_text="second")).to_have_count(1)
        expect(needs).not_to_contain_text(guest.serial_number)
        needs.get_by_role("link", name="second").click()

        # What becomes of its phones' tasks is told before it is removed.
        second.get_by_role("button", name="Удалить").press("Enter")
        expect(second).to_contain_text("1 задача подождёт")
        second.get_by_role("button", name="Отмена").click()
        expect(second.get_by_role("group")).to_have_count(0)
        second.get_by_role("button", name="Удалить").click()
        second.get_by_role("button", name="Точно удалить").click()
        expect(second).to_have_count(0)
    assert stack.call("GET", f"/task/{task}")["status"] == 0
    assert stack.call("GET", "/hosts")["hosts"] == []
    stack.call("DELETE", f"/devices/{guest.serial_number}")


def test_every_script_has_a_form_in_both_languages(stack: Stack, base: str, browser: Browser) -> None:
    phones = [named(stack, place)[1] for place in range(len(stack.serials))]
    with visiting(browser, base) as visit:
        for script in SCRIPTS:
            page = visit.go(f"#/new/{script}")
            expect(page.get_by_label("Script")).to_have_value(script)
            for phone in phones:  # they come last: before, the form is not complete
                expect(page.get_by_role("checkbox", name=phone)).to_be_visible()
            named_fields = page.locator("form label, form legend")
            english = named_fields.all_inner_texts()
            page.get_by_role("button", name="Русский").click()
            expect(page.get_by_role("heading", name="Новая задача")).to_be_visible()
            expect(named_fields).to_have_count(len(english))
            assert len(english) > 2
            page.get_by_role("button", name="English").click()


def test_a_person_chooses_phones_on_the_wall_and_sees_what_became_of_each(
    stack: Stack, base: str, browser: Browser
) -> None:
    name, other = named(stack, 0)[1], named(stack, 1)[1]
    with visiting(browser, base) as visit:
        page = visit.go()
        expect(page.locator("canvas.painted")).to_have_count(len(stack.serials))
        page.get_by_role("button", name="Choose phones").click()
        for each in (name, other):
            page.get_by_label(f"Choose {each}").check()
        page.get_by_role("link", name="Do something to 2 phones").click()
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)

        page.get_by_label("What to do").select_option("Time zone")
        page.get_by_label("Time zone", exact=True).fill("Asia/Tokyo")
        page.get_by_role("button", name="Time zone: 2 phones").click()
        for each in (name, other):
            row = page.get_by_role("row").filter(has_text=each)
            expect(row).to_contain_text("done")
            expect(row).to_contain_text("Asia/Tokyo; before, UTC")

        # An app comes from this computer; a phone that has it already is told as such.
        page.get_by_role("link", name="Do something else").click()
        page.get_by_label(name).check()
        page.get_by_label("What to do").select_option("Install an app")
        shop = FilePayload(name="shop.apk", mimeType="application/octet-stream", buffer=apk("org.example.window"))
        page.get_by_label("Add an APK").set_input_files(shop)
        expect(page.get_by_text("org.example.window 1.0 is in the library")).to_be_visible()
        for outcome in ("done", "was so already"):
            page.get_by_role("button", name="Install an app: 1 phone").click()
            expect(page.get_by_role("row").filter(has_text=name)).to_contain_text(outcome)
            page.get_by_role("link", name="Do something else").click()
            page.get_by_label(name).check()
            page.get_by_label("What to do").select_option("Install an app")
            page.get_by_label("APK of the library").select_option(index=1)
        expect(page.get_by_role("listitem").filter(has_text="Install an app")).to_have_count(2)


@pytest.mark.parametrize(("language", "dark"), [("en-US", False), ("ru-RU", True)])
def test_every_page_can_be_used_by_everybody(
    stack: Stack, base: str, browser: Browser, language: str, *, dark: bool
) -> None:
    if not AXE.exists():
        pytest.skip(f"axe-core is not installed: {AXE} is made by the build of the page")
    failed = stack.post("follow", [NOBODY], stack.serials[:1])
    stack.finished(failed)
    account = account_of(stack, stack.serials[0])
    stack.call("POST", f"/accounts/{account['id']}/hold", {"reason": "it asks who you are"})
    task = {"serials": stack.serials[:1], "script_name": "follow", "script_config": {"target_users": [NOBODY]}}
    wanted = {"name": f"Axe in {language}", "task": task, "schedule": {"interval": 7200}}
    campaign = stack.call("POST", "/campaigns", wanted)
    places = {
        "": "canvas.painted",
        f"#/phone/{stack.serials[0]}": "canvas",
        "#/tasks": "tbody tr",
        f"#/task/{failed[0]}": ".views li",
        "#/new/super_marketing": "fieldset",
        "#/accounts": "tr.held",
        f"#/account/{account['id']}": ".banner",
        "#/campaigns": ".days .entry",
        f"#/campaign/{campaign['id']}": "dl",
        "#/campaign-form": "fieldset",
        f"#/campaign-form/{campaign['id']}": "ol li",
        "#/report": "canvas.painted",
        "#/failures": "canvas.painted",
        "#/limits": "form input",
        "#/media": ".empty",
        "#/actions": "form",
        "#/hosts": "li dl",
        "#/persons": "tbody tr",
    }
    with visiting(browser, base, language=language, dark=dark) as visit:
        for place, sign in places.items():
            page = visit.go(place)
            expect(page.locator(sign).first).to_be_visible()
            for details in page.locator("main details").all():
                details.locator("summary").first.click()
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate("axe.run().then(({violations}) => violations)")
            told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
            assert told == [], place
    stack.call("DELETE", f"/campaigns/{campaign['id']}")


def test_a_person_makes_plans_changes_and_deletes_a_campaign(stack: Stack, base: str, browser: Browser) -> None:
    _, name = named(stack, 0)
    with visiting(browser, base, size=NARROW) as visit:
        page = visit.go("#/campaigns")
        page.get_by_role("link", name="New campaign").first.click()
        plan = page.get_by_role("region", name="What it will do")
        expect(plan).to_contain_text("Name")
        expect(page.get_by_role("button", name="Create the campaign")).to_be_disabled()
        page.get_by_label("Name", exact=True).fill("Evening follows")
        page.get_by_label("At", exact=True).fill("18:30")
        page.get_by_label("Time zone").fill("UTC")
        page.get_by_label("Script").select_option("follow")
        page.get_by_role("checkbox", name=name).check()
        page.get_by_label("Target users").fill("person_0035\nperson_0036")

        # What it will do stands there before there is any campaign.
        expect(plan).to_contain_text("14 tasks on 1 phone")
        expect(plan.get_by_role("listitem").filter(has_text="2 tasks")).to_have_count(7)
        assert stack.call("GET", "/campaigns")["total"] == 0
        page.get_by_label("cron rule").check()
        page.get_by_label("Rule of cron").fill("whenever")
        page.get_by_label("Time zone").focus()
        expect(page.get_by_text("whenever").or_(page.locator(".refusal")).first).to_be_visible()
        expect(page.get_by_role("button", name="Create the campaign")).to_be_disabled()
        page.get_by_label("at a time").check()
        expect(plan).to_contain_text("14 tasks on 1 phone")
        page.get_by_role("button", name="Create the campaign").click()

        expect(page.get_by_role("heading", name="Evening follows")).to_be_visible()
        [made] = stack.call("GET", "/campaigns")["campaigns"]
        assert made["schedule"]["cron"] == "30 18 * * *"
        assert made["task"]["script_config"]["target_users"].split() == ["person_0035", "person_0036"]

        page.get_by_role("link", name="Change").click()
        expect(page.get_by_label("At", exact=True)).to_have_value("18:30")
        expect(page.get_by_label("Target users")).to_have_value("person_0035\nperson_0036")
        page.get_by_label("again and again").check()
        page.get_by_label("Every").fill("12")
        page.get_by_label("Working days").get_by_label("Sun").check()
        expect(plan).to_contain_text("4 tasks on 1 phone")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("every 12 hours")).to_be_visible()
        [changed] = stack.call("GET", "/campaigns")["campaigns"]
        assert (changed["schedule"]["interval"], changed["working_days"]) == (12 * 3600, ["sunday"])

        # What became of a firing: its tasks, and how they ended.
        page.get_by_role("button", name="Run now").click()
        row = page.get_by_role("row").filter(has_text="tasks made")
        expect(row).to_contain_text("done: 2")
        row.get_by_role("link", name="2 tasks").click()
        expect(page.get_by_role("link", name="Follow @person_0035")).to_be_visible()
        expect(page.get_by_role("link", name="Follow @person_0036")).to_be_visible()

        visit.go(f"#/campaign/{changed['id']}")
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Really delete").click()
        expect(page.get_by_text("There is no campaign yet")).to_be_visible()
    assert stack.call("GET", "/campaigns")["total"] == 0


def test_a_profile_is_read_on_the_phone_and_its_days_are_drawn_and_saved(
    stack: Stack, base: str, browser: Browser
) -> None:
    account = account_of(stack, stack.serials[1])
    with visiting(browser, base, language="ru-RU", dark=True) as visit:
        page = visit.go(f"#/account/{account['id']}")
        days = page.get_by_role("region", name="По дням")
        days.get_by_role("button", name="Прочитать сейчас").click()
        expect(days.get_by_role("img")).to_be_visible()
        [day] = stack.call("GET", f"/accounts/{account['id']}/days")["days"]
        followers = day["numbers"]["followers"]
        assert (followers["step"], "followers" in followers["text"]) == (1, True)
        expect(days.get_by_role("button", name="подписчики")).to_contain_text(str(followers["value"]))
        days.get_by_role("button", name="публикации").click()
        expect(days.get_by_role("button", name="публикации")).to_have_attribute("aria-pressed", "true")
        days.get_by_text("Таблицей").click()
        expect(days.get_by_role("row")).to_have_count(2)
        with page.expect_download() as saved:
            days.get_by_role("button", name="CSV").click()
        table = Path(saved.value.path()).read_text(encoding="utf-8")
        assert f"\n{account['username']},sample,{day['day']},{followers['value']},1," in table.replace("\r", "")


def test_failures_stand_by_kind_and_all_of_a_kind_go_again(stack: Stack, base: str, browser: Browser) -> None:
    others = ["nobody_one", "nobody_two"]
    failed = stack.post("follow", others, stack.serials[2:3])
    stack.finished(failed)
    with visiting(browser, base) as visit:
        page = visit.go("#/failures")
        kind = page.get_by_role("listitem").filter(has_text="the app knows no user …")
        expect(kind).to_contain_text("TargetMissing")
        expect(kind).to_contain_text(re.compile(r"sample \d+\.\d+\.\d+"))
        expect(kind.locator("canvas.painted")).to_be_attached()
        expect(kind.get_by_role("link", name=str(failed[0]))).to_be_visible()
        kind.get_by_role("checkbox").check()
        page.get_by_role("button", name="Retry").first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("@nobody_one")
        dialog.get_by_role("button", name="Retry").click()
        expect(dialog).to_have_count(0)
    stack.finished(failed)
    assert all(stack.call("GET", f"/task/{task_id}")["retry_count"] == 1 for task_id in failed)
