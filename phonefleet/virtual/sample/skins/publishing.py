"""What both versions call the gallery, the sounds and the composer."""

from __future__ import annotations

from collections.abc import Mapping

IDS_1: Mapping[str, str] = {
    "gallery": "gallery_grid",
    "gallery_item": "gallery_item",
    "gallery_chosen": "gallery_check",
    "gallery_length": "gallery_duration",
    "gallery_done": "gallery_next",
    "gallery_empty": "gallery_empty",
}

IDS_2: Mapping[str, str] = {
    "gallery": "media_grid",
    "gallery_item": "media_tile",
    "gallery_chosen": "media_tile",
    "gallery_length": "media_length",
    "gallery_done": "media_add",
    "gallery_empty": "media_empty",
}

TEXTS_1: Mapping[str, str] = {
    "gallery_title": "Select",
    "gallery_image": "Photo {name}",
    "gallery_video": "Video {name}",
    "gallery_done": "Next ({count})",
    "gallery_empty": "No photos or videos",
}

TEXTS_2: Mapping[str, str] = {
    "gallery_title": "Library",
    "gallery_image": "Photo thumbnail",
    "gallery_video": "Video thumbnail",
    "gallery_done": "Add",
    "gallery_empty": "Nothing here yet",
}
