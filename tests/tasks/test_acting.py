"""Whether an account may act is looked up when its task begins, before the phone is touched."""

from __future__ import annotations

import pytest

from phonefleet.errors import AccountBarred
from phonefleet.ledger.ledger import Ledger
from tasks.accounts import act_as
from tasks.context import RunContext


def test_an_account_that_was_held_after_its_task_was_created_does_not_act(context: RunContext, ledger: Ledger) -> None:
    ledger.accounts.sync("serial", "sample", ["shop"])
    ledger.accounts.hold("shop", "sample", "the app asks for a code", context.clock.now())
    with pytest.raises(AccountBarred, match=r"@shop is held since .*: the app asks for a code. .*release the account"):
        act_as("SHOP")


def test_a_disabled_account_does_not_act(context: RunContext, ledger: Ledger) -> None:
    assert context.app == "sample"
    ledger.accounts.sync("serial", "sample", ["shop"])
    account = ledger.accounts.get("shop", "sample")
    assert account is not None
    ledger.accounts.change(account.id, enabled=False)
    with pytest.raises(AccountBarred, match=r"@shop is disabled and does not act on serial\. To go on, enable"):
        act_as("shop")
