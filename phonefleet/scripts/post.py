"""The script `post`: publish a video or images."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from phonefleet.limits.kinds import Kind
from phonefleet.scripts.fields import AS_WHOLE, Captions, Path, Percent, Reuse, Sound, Words
from phonefleet.scripts.script import Script, ScriptConfig
from phonefleet.texts.captions import CaptionFormat
from phonefleet.words import say, say_many

Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]
Choice = Annotated[Literal[0, 1], BeforeValidator(lambda value: int(value) if value in (0, 1) else value)]
AddSound = Annotated[
    Literal["-1", "0", "1", "custom"],
    BeforeValidator(
        lambda value: str(value) if isinstance(value, int) else value,
        json_schema_input_type=Literal["-1", "0", "1", "custom"],
    ),
]


class PostConfig(ScriptConfig):
    """What to publish, and how."""

    only_action: ClassVar[Kind | None] = "post"

    content_type: Choice = Field(default=0, description="0 a video, 1 images.")
    image_count: Annotated[int, Field(ge=1, le=35), AS_WHOLE] = Field(
        default=1, description="How many images a post has."
    )
    caption_format: CaptionFormat = Field(
        default="multiline",
        description="`multiline`: a caption a line, `###` is a line break inside, `##` divides title and description. "
        "`spintax`: one string is one caption, line breaks included. A list has one caption per item.",
    )
    captions: Captions = Field(
        default=(),
        description="Captions, written in `caption_format`; `{a|b}` is one of several wordings, `\\n` a line break.",
    )
    post_way: Literal["share", "addButton", "useSound"] = Field(
        default="share", description="How the post is begun: from the gallery, with the app's button, from a sound."
    )
    material_list: Words = Field(default=(), description="Files to publish; when given, no other material counts.")
    material_source: Literal["materialLibrary", "localFolder"] = Field(
        default="materialLibrary", description="Where material comes from when no files are given."
    )
    material_path: Path = Field(
        default="",
        description="The folder, when material comes from a local one. It may hold a folder `@username` for each "
        "account, with its files, `caption.txt`, `sound_names.txt` and `sound_urls.txt`.",
    )
    materials_tags: Words = Field(default=(), description="Tags that material of the library must have.")
    reuse: Reuse | None = Field(
        default=None,
        description='When a file that somebody has published may be published again: `"always"`, `"never"`, or after '
        'so many days (`7` or `"7d"`). By default never from folders by account, else always. Unless always, no two '
        "tasks take the same file at once.",
    )
    upload_wait_time: Seconds = Field(default=30, description="How long an upload may take, in seconds.")
    sound_wait_time: Seconds = Field(default=10, description="How long a sound may take to load, in seconds.")
    add_sound: AddSound = Field(
        default="-1",
        description='"-1" as the app does, "0" no sound, "1" the first one recommended, "custom" the one named below.',
    )
    sound_name: Sound = Field(
        default="",
        description="The sound's whole name, as the app shows it; or its address, from whose page the post is begun.",
    )
    custom_sound_keyword: Sound = Field(
        default="",
        description="What to search a sound by; without a name, the first one found counts. Or a sound's address.",
    )
    origin_sound_volume: Percent = Field(default=50, description="Volume of the material's own sound, in percent.")
    add_sound_volume: Percent = Field(default=50, description="Volume of the added sound, in percent.")
    add_product_link: Choice = Field(default=0, description="1 adds the link of a product.")
    placement: Literal["reel", "story"] = Field(default="reel", description="Where the post appears.")
    ai_label: bool = Field(default=False, description="Label the post as made by artificial intelligence.")

    @model_validator(mode="after")
    def _material(self) -> Self:
        if not self.material_list and self.material_source == "localFolder" and not self.material_path:
            message = say(
                "scripts.material_source_localfolder_needs_material", "material_source localFolder needs material_path"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.material_source == "localFolder" and not self.material_list:
            return self  # folders by account may name the sounds
        if self.add_sound == "custom" and not (self.sound_name or self.custom_sound_keyword):
            message = say(
                "scripts.add_sound_custom_needs_sound", "add_sound custom needs sound_name or custom_sound_keyword"
            )
            raise ValueError(message)
        if self.post_way == "useSound" and not (self.sound_name or self.custom_sound_keyword):
            message = say(
                "scripts.post_way_usesound_needs_sound", "post_way useSound needs sound_name or custom_sound_keyword"
            )
            raise ValueError(message)
        return self

    @property
    def named_sound(self) -> dict[str, str]:
        """The fields that name the sound which the post is to have; empty where it is to have none of these."""
        given = {"sound_name": self.sound_name, "custom_sound_keyword": self.custom_sound_keyword}
        return {field: text for field, text in given.items() if text and self.wants_named_sound}

    @property
    def wants_named_sound(self) -> bool:
        """Whether the post is to have a sound of a certain name."""
        return self.post_way == "useSound" or self.add_sound == "custom"

    def usual_duration(self) -> timedelta:
        """Return how long it takes where none has run yet."""
        return timedelta(seconds=90)

    def summary(self) -> str:
        """Return what people read: "publish 3 images as a story"."""
        video, images = say("scripts.a_video", "a video"), self.image_count
        what = say_many("scripts.images", "an image", "{count} images", count=images) if self.content_type else video
        if self.placement == "story":
            return say("scripts.does_publish_story", "publish {what} as a story", what=what)
        return say("scripts.does_publish", "publish {what}", what=what)


SCRIPT = Script(name="post", title="Publish a post", config=PostConfig)
