"""The screens of social apps, as what a person can do on them."""

from phonefleet.apps.pages.account_switcher import AccountMissing, AccountSwitcher
from phonefleet.apps.pages.user_profile import ProfilePage, Relation

__all__ = ["AccountMissing", "AccountSwitcher", "ProfilePage", "Relation"]
