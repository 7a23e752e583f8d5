"""Changing between the accounts that are signed in on one phone."""

from __future__ import annotations

import pytest

from phonefleet.apps.pages import AccountMissing, AccountSwitcher, ProfilePage
from virtual_phones.sample import SampleApp
from virtual_phones.world import World


def test_the_signed_in_accounts_are_listed_and_the_active_one_is_known(switcher: AccountSwitcher) -> None:
    assert switcher.accounts() == ["shop_001", "studio_001"]
    assert switcher.active() == "shop_001"


def test_after_a_switch_the_other_account_acts(switcher: AccountSwitcher, page: ProfilePage, world: World) -> None:
    switcher.switch_to("@studio_001")
    assert switcher.active() == "studio_001"
    page.open_direct("person_0001")
    page.follow()
    assert [each["follower"] for each in world.dump()["follows"]] == ["studio_001"]


def test_switching_to_the_active_account_changes_nothing(switcher: AccountSwitcher, app: SampleApp) -> None:
    switcher.switch_to("shop_001")
    assert app.me == "shop_001"
    assert app.toast() is None


def test_an_account_that_is_not_signed_in_is_named_with_those_that_are(switcher: AccountSwitcher) -> None:
    with pytest.raises(AccountMissing, match="shop_002 is not signed in on this phone; shop_001, studio_001 are"):
        switcher.switch_to("shop_002")
    assert switcher.active() == "shop_001"


def test_the_switcher_opens_from_a_profile_and_survives_a_restart_of_the_app(
    switcher: AccountSwitcher, page: ProfilePage, app: SampleApp
) -> None:
    switcher.switch_to("studio_001")
    page.open_direct("example_user")
    app.stop()
    assert switcher.active() == "studio_001"
