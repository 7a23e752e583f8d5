"""The versions of the app as data: ids, texts and the choices by which their screens differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PACKAGE = "com.phonefleet.sample"

Tab = Literal["home", "search", "me"]

_IDS_1: Mapping[str, str] = {
    "action_bar": "action_bar",
    "title": "action_bar_title",
    "tab_home": "feed_tab",
    "tab_search": "search_tab",
    "tab_me": "profile_tab",
    "feed": "feed_list",
    "post_author": "post_author",
    "post_caption": "post_caption",
    "post_image": "post_image",
    "search_field": "search_edit_text",
    "search_list": "search_results",
    "search_username": "row_username",
    "search_name": "row_full_name",
    "search_nothing": "no_results",
    "profile_username": "profile_username",
    "profile_name": "profile_full_name",
    "profile_bio": "profile_bio",
    "profile_followers": "followers_count",
    "profile_following": "following_count",
    "profile_button": "follow_button",
    "profile_edit": "edit_profile_button",
    "people_list": "people_list",
    "people_username": "row_username",
    "people_button": "row_follow_button",
    "loading": "row_loading",
    "missing": "user_not_found",
    "confirm": "alert_panel",
    "confirm_title": "alert_title",
    "confirm_yes": "alert_positive",
    "confirm_no": "alert_negative",
    "confirm_other": "alert_neutral",
    "switcher_open": "account_dropdown",
    "switcher": "account_list",
    "switcher_username": "account_username",
    "switcher_mark": "account_check",
    "sign_in": "continue_button",
    "update": "update_dialog",
    "update_later": "update_later",
    "update_now": "update_now",
    "rating": "rating_dialog",
    "rating_bar": "rating_bar",
    "rating_no": "rating_not_now",
    "blocked": "action_blocked_dialog",
    "blocked_title": "action_blocked_title",
    "blocked_ok": "action_blocked_ok",
    "challenge": "challenge_root",
    "challenge_title": "challenge_title",
    "challenge_code": "challenge_code",
    "challenge_send": "challenge_continue",
}

_IDS_2: Mapping[str, str] = {
    **_IDS_1,
    "action_bar": "toolbar",
    "title": "toolbar_title",
    "tab_home": "nav_home",
    "tab_search": "nav_discover",
    "tab_me": "nav_you",
    "feed": "home_stream",
    "post_author": "card_author",
    "post_caption": "card_text",
    "post_image": "card_media",
    "search_field": "discover_input",
    "search_list": "discover_list",
    "search_username": "person_handle",
    "search_name": "person_title",
    "search_nothing": "discover_empty",
    "profile_username": "header_handle",
    "profile_name": "header_title",
    "profile_bio": "header_about",
    "profile_followers": "stat_followers",
    "profile_following": "stat_following",
    "profile_button": "cta_primary",
    "profile_edit": "cta_edit",
    "people_list": "relations_list",
    "people_username": "person_handle",
    "people_button": "person_cta",
    "loading": "spinner",
    "missing": "empty_state_title",
    "confirm": "sheet",
    "confirm_title": "sheet_title",
    "confirm_yes": "sheet_unfollow",
    "confirm_no": "sheet_cancel",
    "confirm_other": "sheet_mute",
    "switcher_open": "switch_accounts",
    "switcher": "accounts_sheet",
    "switcher_username": "accounts_radio",
    "switcher_mark": "accounts_radio",
    "update": "upgrade_sheet",
    "update_later": "upgrade_skip",
    "update_now": "upgrade_accept",
    "rating": "review_sheet",
    "rating_no": "review_dismiss",
    "blocked": "restriction_sheet",
    "blocked_title": "restriction_title",
    "blocked_ok": "restriction_close",
    "challenge": "checkpoint",
    "challenge_title": "checkpoint_title",
    "challenge_code": "checkpoint_input",
    "challenge_send": "checkpoint_submit",
}

_TEXTS_1: Mapping[str, str] = {
    "app": "Sample",
    "tab_home": "Home",
    "tab_search": "Search",
    "tab_me": "Profile",
    "search_hint": "Search",
    "search_nothing": "No results found",
    "handle": "{username}",
    "follow": "Follow",
    "following": "Following",
    "requested": "Requested",
    "follow_desc": "",
    "edit": "Edit profile",
    "followers": "{count} followers",
    "follows": "{count} following",
    "followers_title": "Followers",
    "following_title": "Following",
    "missing": "User not found",
    "confirm_title": "Unfollow @{username}?",
    "confirm_yes": "Unfollow",
    "confirm_no": "Cancel",
    "confirm_other": "",
    "switcher_open": "Switch accounts",
    "switcher_mark": "Selected",
    "switched": "Now you are {username}",
    "sign_in": "Continue as {username}",
    "update_title": "Update available",
    "update_text": "A newer version of Sample is out.",
    "update_later": "Not now",
    "update_now": "Update",
    "rating_title": "Enjoying Sample?",
    "rating_no": "Not now",
    "blocked_title": "Action blocked",
    "blocked_text": "This action was blocked. Please try again later.",
    "blocked_ok": "OK",
    "challenge_title": "Confirm it's you",
    "challenge_text": "Enter the code that we sent you to go on.",
    "challenge_send": "Continue",
    "anr_title": "Sample isn't responding",
    "anr_close": "Close app",
    "anr_wait": "Wait",
}

_TEXTS_2: Mapping[str, str] = {
    **_TEXTS_1,
    "tab_search": "Discover",
    "tab_me": "You",
    "search_hint": "Find people",
    "search_nothing": "We found nothing",
    "handle": "@{username}",
    "follow_desc": "{state} @{username}",
    "edit": "Edit",
    "followers": "Followers, {count}",
    "follows": "Following, {count}",
    "missing": "User not found",
    "confirm_title": "@{username}",
    "confirm_no": "Close",
    "confirm_other": "Mute",
    "switcher_open": "Accounts",
    "update_title": "Time for an update",
    "update_later": "Skip",
    "rating_title": "How do you like Sample?",
    "rating_no": "Maybe later",
    "blocked_title": "Action blocked",
    "blocked_text": "We restrict certain activity to protect our community.",
    "blocked_ok": "Got it",
    "challenge_title": "Verify your account",
    "challenge_send": "Submit",
}


@dataclass(frozen=True, slots=True)
class Skin:
    """How one version of the app looks.

    `ids` and `texts` are by role. `dialogs` tells whether questions come as a box in the middle or as a sheet at
    the bottom; `marks` whether the active account has a check mark beside it or is a checked radio button;
    `button_class` is the class of follow buttons.
    """

    version: str
    code: int
    tabs: tuple[Tab, ...]
    dialogs: Literal["box", "sheet"]
    marks: Literal["icon", "radio"]
    button_class: str
    ids: Mapping[str, str] = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)

    def id(self, role: str) -> str:
        """Return the full resource id of a role."""
        return f"{PACKAGE}:id/{self.ids[role]}"

    def text(self, role: str, **values: str | int) -> str:
        """Return the text of a role with its placeholders filled in."""
        return self.texts[role].format(**values)


VERSIONS: Mapping[str, Skin] = {
    "1.4.2": Skin(
        version="1.4.2",
        code=142,
        tabs=("home", "search", "me"),
        dialogs="box",
        marks="icon",
        button_class="android.widget.Button",
        ids=_IDS_1,
        texts=_TEXTS_1,
    ),
    "2.0.1": Skin(
        version="2.0.1",
        code=201,
        tabs=("home", "me", "search"),
        dialogs="sheet",
        marks="radio",
        button_class="android.widget.TextView",
        ids=_IDS_2,
        texts=_TEXTS_2,
    ),
}
"""The versions that exist, by versionName."""
