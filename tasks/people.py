"""Follows or unfollows one person, at most once, and verifies it on the profile."""

from __future__ import annotations

from phonefleet.apps.pages.user_profile import ProfilePage, Relation
from phonefleet.apps.steps import persistent
from phonefleet.errors import Permanent
from phonefleet.scripts.fields import AccessMethod
from phonefleet.words import say
from tasks.context import current
from tasks.once import Deed, Outcome, Seen, perform
from tasks.readiness import driver
from tasks.retries import device_task

_FOLLOW = {
    Relation.FOLLOWING: Seen.DONE, Relation.REQUESTED: Seen.DONE, Relation.NONE: Seen.ABSENT,
    Relation.SELF: Seen.UNCLEAR,
}  # fmt: skip
_UNFOLLOW = {
    Relation.NONE: Seen.DONE, Relation.FOLLOWING: Seen.ABSENT, Relation.REQUESTED: Seen.ABSENT,
    Relation.SELF: Seen.UNCLEAR,
}  # fmt: skip


@device_task(run_name="follow @{target}")
def follow_user(target: str, access_method: AccessMethod) -> Outcome:
    """Follow a person; done when the profile says Following or Requested."""
    page = ProfilePage(driver())
    deed = Deed(
        kind="follow",
        target=target,
        show=lambda: show_profile(page, target, access_method),
        is_done=lambda: _FOLLOW[page.relation()],
        act=page.follow,
    )
    return _report(target, perform(deed))


@device_task(run_name="unfollow @{target}")
def unfollow_user(target: str, access_method: AccessMethod) -> Outcome:
    """Stop following a person; done when the profile says Follow again."""
    page = ProfilePage(driver())
    deed = Deed(
        kind="unfollow",
        target=target,
        show=lambda: show_profile(page, target, access_method),
        is_done=lambda: _UNFOLLOW[page.relation()],
        act=page.unfollow,
    )
    return _report(target, perform(deed))


@persistent
def show_profile(page: ProfilePage, target: str, access_method: AccessMethod) -> None:
    """Open the profile of somebody else.

    Raises:
        TargetMissing: the app knows no such user.
        Permanent: the target is the account itself.

    """
    if access_method == "direct":
        page.open_direct(target)
    else:
        page.open_search(target)
    if page.relation() is Relation.SELF:
        message = say("runs.account_itself_2", "@{target} is the account itself", target=target)
        raise Permanent(message)


def _report(target: str, outcome: Outcome) -> Outcome:
    current().report.outcomes.append({"target": target, "outcome": outcome})
    return outcome
