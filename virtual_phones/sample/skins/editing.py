"""What both versions call the screen on which people change their profiles."""

from __future__ import annotations

from collections.abc import Mapping

IDS_1: Mapping[str, str] = {
    "profile_avatar": "profile_photo",
    "profile_link": "profile_website",
    "editor": "edit_profile_form",
    "editor_avatar": "edit_photo",
    "editor_photo": "change_photo_button",
    "editor_name": "edit_full_name",
    "editor_username": "edit_username",
    "editor_bio": "edit_bio",
    "editor_link": "edit_website",
    "editor_save": "edit_done",
    "editor_error": "edit_error",
}

IDS_2: Mapping[str, str] = {
    "profile_avatar": "header_avatar",
    "profile_link": "header_link",
    "editor": "about_you",
    "editor_avatar": "about_avatar",
    "editor_photo": "about_avatar_change",
    "editor_name": "about_title",
    "editor_username": "about_handle",
    "editor_bio": "about_text",
    "editor_link": "about_link",
    "editor_save": "about_save",
    "editor_error": "about_problem",
}

TEXTS_1: Mapping[str, str] = {
    "editor_title": "Edit profile",
    "editor_photo": "Change photo",
    "editor_name": "Name",
    "editor_username": "Username",
    "editor_bio": "Bio",
    "editor_link": "Website",
    "editor_save": "Done",
    "edited": "Profile updated",
    "username_taken": "This username isn't available. Please try another.",
    "username_malformed": "Usernames can only use letters, numbers, underscores and periods.",
    "username_length": "Usernames have 2 to 24 characters.",
    "name_length": "Names have 1 to 30 characters.",
    "bio_length": "Your bio may have 80 characters at most.",
    "link_malformed": "Enter a valid website.",
}

TEXTS_2: Mapping[str, str] = {
    "editor_title": "About you",
    "editor_photo": "New picture",
    "editor_name": "Display name",
    "editor_username": "Handle",
    "editor_bio": "About",
    "editor_link": "Link",
    "editor_save": "Save changes",
    "edited": "Saved",
    "username_taken": "That handle is taken",
    "username_malformed": "A handle takes a-z, 0-9, _ and . only",
    "username_length": "A handle takes 2 to 24 characters",
    "name_length": "A display name takes 1 to 30 characters",
    "bio_length": "80 characters are the most",
    "link_malformed": "This is no link",
}
