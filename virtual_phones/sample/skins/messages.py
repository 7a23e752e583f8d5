"""What both versions call the inbox, its conversations and what is sent there."""

from __future__ import annotations

from collections.abc import Mapping

IDS_1: Mapping[str, str] = {
    "inbox_open": "inbox_icon",
    "inbox": "inbox_list",
    "inbox_username": "inbox_username",
    "inbox_preview": "inbox_last_message",
    "inbox_empty": "inbox_empty",
    "profile_message": "message_button",
    "profile_no_messages": "message_unavailable",
    "thread_title": "thread_title",
    "thread": "message_list",
    "thread_mine": "bubble_outgoing",
    "thread_theirs": "bubble_incoming",
    "thread_my_card": "card_outgoing",
    "thread_their_card": "card_incoming",
    "thread_request": "message_request_notice",
    "thread_closed": "thread_unavailable",
    "thread_entry": "message_edit_text",
    "thread_send": "send_button",
    "thread_attach": "attach_button",
    "attach": "attach_menu",
    "attach_card": "attach_profile_card",
    "attach_photo": "attach_photo",
}

IDS_2: Mapping[str, str] = {
    "inbox_open": "toolbar_chats",
    "inbox": "chats",
    "inbox_username": "chat_handle",
    "inbox_preview": "chat_excerpt",
    "inbox_empty": "chats_empty",
    "profile_message": "cta_chat",
    "profile_no_messages": "chat_off_note",
    "thread_title": "peer_handle",
    "thread": "chat_stream",
    "thread_mine": "chat_text",
    "thread_theirs": "chat_text",
    "thread_my_card": "chat_person",
    "thread_their_card": "chat_person",
    "thread_request": "chat_banner",
    "thread_closed": "chat_banner",
    "thread_entry": "chat_input",
    "thread_send": "chat_submit",
    "thread_attach": "chat_more",
    "attach": "share_sheet",
    "attach_card": "share_person",
    "attach_photo": "share_media",
}

TEXTS_1: Mapping[str, str] = {
    "inbox_open": "Messages",
    "inbox_title": "Messages",
    "inbox_empty": "No messages yet",
    "inbox_card": "Sent a profile",
    "message": "Message",
    "no_messages": "This account can't receive your messages",
    "mine_desc": "",
    "theirs_desc": "",
    "thread_request": "{username} doesn't follow you. Your message goes to their requests.",
    "thread_closed": "You can't message this account",
    "thread_hint": "Message...",
    "thread_send": "Send",
    "thread_attach": "Attach",
    "attach_card": "My profile card",
    "attach_photo": "Photo",
}

TEXTS_2: Mapping[str, str] = {
    "inbox_open": "Chats",
    "inbox_title": "Chats",
    "inbox_empty": "No chats so far",
    "inbox_card": "Profile",
    "message": "Chat",
    "no_messages": "@{username} doesn't take messages",
    "mine_desc": "Sent by you",
    "theirs_desc": "Received",
    "thread_request": "Message request to @{username}",
    "thread_closed": "@{username} doesn't take messages",
    "thread_hint": "Write something",
    "thread_send": "Send message",
    "thread_attach": "More",
    "attach_card": "Share my profile",
    "attach_photo": "Share a photo",
}
