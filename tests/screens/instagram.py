"""Made-up screens of Instagram as it was in December 2025, in three languages; ids as public sources give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.screens.building import HEIGHT, WIDTH, Box, View, Window, button, text, view, window
from tests.screens.wording import words_of

PACKAGE = "com.instagram.android"
ACTIVITY = "com.instagram.mainactivity.InstagramMainActivity"
VERSION = "410.1.0.63.71"

OWNER, NAME = "kim.kitchen", "Kim's Kitchen"
ME, MY_NAME = "desk_one", "Desk One"
STRANGERS = ("leo_hart", "mia.and.noa", "kim.kitchenn")

Relation = Literal["none", "back", "following", "requested"]

WORDS = words_of("instagram")

STOPS = {
    "upload an ID": ("Upload your ID", "Take a photo of it", "Continue"),
    "human": ("Confirm you're human to use your account", "Continue"),
    "video selfie": ("Take a video selfie", "We'll ask you to turn your head", "Start"),
    "suspended": ("We suspended your account", "170 days left to appeal", "Appeal"),
    "disabled": ("We disabled your account", "You no longer have access", "Download your information"),
    "in russian": ("Подтвердите, что это вы", "Загрузите документ", "Продолжить"),
    "in french": ("Nous avons suspendu votre compte", "Continuer"),
    "no words": ("◇ 4711 ◇",),
}
"""What stops of accounts say, by a name for each; they share their container and nothing else."""

FOLLOW_BOX: Box = (36, 720, 520, 820)


@dataclass(frozen=True, slots=True)
class App:
    """Instagram as one phone shows it."""

    version: str = VERSION
    language: str = "en"

    def say(self, key: str) -> str:
        """Return words in the language."""
        return WORDS[key][self.language]

    def page(self, *views: View) -> Window:
        """Return the whole screen with these views."""
        return window(PACKAGE, *views)

    def profile(self, relation: Relation, *, owner: str = OWNER, cards: bool = True, private: bool = False) -> Window:
        """Somebody's profile. The follow button is lit where nobody is followed, too."""
        follow = view(
            "Button", FOLLOW_BOX, id="profile_header_follow_button", text=self.say(relation), taps=True, selected=True
        )
        return self.page(
            *self._head(owner, NAME),
            view(
                "LinearLayout",
                (0, 710, WIDTH, 830),
                follow,
                view("Button", (540, 720, 960, 820), id="button_container", desc=self.say("message"), taps=True),
                view("ImageView", (974, 720, 1050, 820), id="row_profile_header_button_chaining", taps=True),
                id="profile_header_actions_top_row",
            ),
            *(self.suggestions() if cards else ()),
            *(
                [text((90, 1560, 990, 1620), self.say("private"), "private_profile_empty_state")]
                if private
                else self._grid()
            ),
            *self.tabs("profile"),
        )

    def own_profile(self) -> Window:
        """The profile of the account that is active."""
        edit = view("Button", (36, 720, 520, 820), id="button_container", desc=self.say("edit"), taps=True)
        return self.page(*self._head(ME, MY_NAME), edit, *self._grid(), *self.tabs("profile"))

    def missing(self) -> Window:
        """What shows where the app knows nobody of that name."""
        return self.page(text((90, 900, 990, 980), self.say("not found")), *self.tabs("home"))

    def _head(self, owner: str, name: str) -> list[View]:
        counts = (("followers", "61.2K", 400), ("following", "310", 640))
        words = {"followers": self.say("followers"), "following": self.say("followings")}
        return [
            view(
                "FrameLayout",
                (0, 110, WIDTH, 240),
                text((160, 140, 700, 210), owner, "action_bar_title"),
                id="action_bar",
            ),
            text((36, 480, 700, 540), name, "profile_header_full_name_above_vanity"),
            *(
                view(
                    "LinearLayout",
                    (left, 330, left + 220, 440),
                    text((left, 330, left + 220, 380), number),
                    text((left, 385, left + 220, 440), words[side]),
                    id=f"profile_header_{side}_stacked_familiar",
                    taps=True,
                )
                for side, number, left in counts
            ),
            text((36, 560, 900, 640), "Soups and breads", "profile_header_bio_text"),
        ]

    def suggestions(self, word: str | None = None) -> list[View]:
        """Cards of strangers, each with a button of its own."""
        cards = [
            view(
                "FrameLayout",
                (36 + 360 * place, 960, min(376 + 360 * place, WIDTH), 1400),
                text((60 + 360 * place, 1200, 360 + 360 * place, 1250), stranger, "suggested_entity_card_name"),
                view(
                    "Button",
                    (60 + 360 * place, 1290, min(360 + 360 * place, WIDTH), 1370),
                    id="suggested_user_card_follow_button",
                    text=word or self.say("back" if place == 0 else "none"),
                    taps=True,
                ),
                id="suggested_entity_card",
                taps=True,
            )
            for place, stranger in enumerate(STRANGERS)
        ]
        return [
            view(
                "androidx.recyclerview.widget.RecyclerView",
                (0, 950, WIDTH, 1420),
                *cards,
                scrolls=True,
                id="recycler_view",
            )
        ]

    def _grid(self) -> list[View]:
        cells = [
            view(
                "Button",
                (360 * place, 1500, 360 * place + 356, 1940),
                id="image_button",
                desc=f"Photo by {NAME} at row 1, column {place + 1}",
                taps=True,
            )
            for place in range(3)
        ]
        return [
            view(
                "androidx.recyclerview.widget.RecyclerView",
                (0, 1500, WIDTH, 2140),
                *cells,
                id="android:id/list",
                scrolls=True,
            )
        ]

    def tabs(self, selected: str) -> list[View]:
        """The tabs at the bottom."""
        names = (
            ("home", "feed_tab"),
            ("reels", "clips_tab"),
            ("message", "direct_tab"),
            ("search", "search_tab"),
            ("profile", "profile_tab"),
        )
        return [
            view(
                "FrameLayout",
                (216 * place, HEIGHT - 200, 216 * place + 216, HEIGHT - 100),
                id=id_,
                desc=self.say(key),
                selected=key == selected,
                taps=True,
            )
            for place, (key, id_) in enumerate(names)
        ]

    def feed(self, *, owner: str = OWNER, liked: bool = False, ad: bool = False, also: str = "") -> Window:
        """The feed: one post whose author is not followed, so that a Follow button stands beside the name."""
        label = f"{owner} and {also}" if also else owner
        post = [
            view(
                "Button", (140, 420, 560, 480), id="row_feed_photo_profile_name", text=f"{label}\u00a0\u00a0", taps=True
            ),
            view("Button", (700, 420, 900, 490), id="inline_follow_button", text=self.say("none"), taps=True),
            view("FrameLayout", (0, 500, WIDTH, 1580), id="row_feed_photo_imageview", desc="Photo"),
            view(
                "ImageView",
                (24, 1600, 130, 1700),
                id="row_feed_button_like",
                desc=self.say("liked" if liked else "like"),
                selected=liked,
                taps=True,
            ),
            view(
                "ImageView", (150, 1600, 256, 1700), id="row_feed_button_comment", desc=self.say("comment"), taps=True
            ),
            view("ImageView", (276, 1600, 382, 1700), id="row_feed_button_share", desc=self.say("send"), taps=True),
            view("ImageView", (940, 1600, 1046, 1700), id="row_feed_button_save", desc=self.say("save"), taps=True),
            *([text((140, 480, 560, 500), self.say("sponsored"), "secondary_label")] if ad else []),
        ]
        return self.page(
            view(
                "androidx.recyclerview.widget.RecyclerView",
                (0, 240, WIDTH, 2140),
                *post,
                id="android:id/list",
                scrolls=True,
            ),
            *self.tabs("home"),
        )

    def reel(self, *, owner: str = OWNER) -> Window:
        """A reel: a stranger's Follow button beside the name."""
        return self.page(
            view("FrameLayout", (0, 110, WIDTH, 2140), id="clips_viewer_view_pager", scrolls=True),
            button((140, 1900, 500, 1960), owner, "clips_author_username"),
            button((520, 1900, 720, 1960), self.say("none"), "inline_follow_button"),
            view("ImageView", (960, 1300, 1050, 1390), id="like_button", desc=self.say("like"), taps=True),
            view("ImageView", (960, 1440, 1050, 1530), id="comment_button", desc=self.say("comment"), taps=True),
            view("ImageView", (960, 1580, 1050, 1670), id="direct_share_button", desc=self.say("send"), taps=True),
            *self.tabs("reels"),
        )

    def people(self, handles: tuple[str, ...]) -> Window:
        """Rows of people, each with a Follow button of its own."""
        rows = [
            view(
                "LinearLayout",
                (0, 380 + 180 * place, WIDTH, 550 + 180 * place),
                text((200, 400 + 180 * place, 700, 450 + 180 * place), handle, "follow_list_username"),
                button(
                    (760, 410 + 180 * place, 1040, 500 + 180 * place),
                    self.say("none"),
                    "follow_list_row_large_follow_button",
                ),
                id="follow_list_container",
                taps=True,
            )
            for place, handle in enumerate(handles)
        ]
        title = view(
            "FrameLayout", (0, 110, WIDTH, 240), text((160, 140, 700, 210), OWNER, "action_bar_title"), id="action_bar"
        )
        return self.page(title, view("ListView", (0, 360, WIDTH, 2140), *rows, id="android:id/list", scrolls=True))

    def accounts(self) -> Window:
        """Who is signed in."""
        rows = [
            view(
                "LinearLayout",
                (0, 1500 + 200 * place, WIDTH, 1690 + 200 * place),
                text((200, 1540 + 200 * place, 800, 1600 + 200 * place), name, "row_user_textview"),
                *([view("ImageView", (960, 1540, 1040, 1620), id="acct_on")] if name == ME else []),
                taps=True,
            )
            for place, name in enumerate((ME, "desk_two"))
        ]
        return self.page(view("LinearLayout", (0, 1400, WIDTH, HEIGHT), *rows, id="acct_sheet"))

    def unfollow_sheet(self) -> Window:
        """What comes after a touch on Following."""
        return window(
            PACKAGE,
            button((0, 1900, WIDTH, 2040), self.say("unfollow"), "follow_sheet_unfollow_row"),
            box=(0, 1500, WIDTH, HEIGHT),
        )

    def stop(self, name: str) -> Window:
        """A screen by which the app stops the account."""
        inner = [
            view("android.view.View", (60, 300 + 160 * place, 1020, 400 + 160 * place), text=words, desc=words)
            for place, words in enumerate(STOPS[name])
        ]
        back = view("Button", (10, 130, 110, 230), desc="Back", taps=True)
        return self.page(view("FrameLayout", (0, 0, WIDTH, HEIGHT), back, *inner, id="bloks_container"))

    def rating(self) -> Window:
        """A dialog that asks for stars."""
        return window(
            PACKAGE,
            text((120, 1000, 960, 1060), "◇", "appirater_title_area"),
            button((120, 1100, 960, 1190), "◇◇", "appirater_rate_button"),
            button((120, 1200, 960, 1290), "◇◇◇", "appirater_rate_later_button"),
            button((120, 1300, 960, 1390), "◇◇◇◇", "appirater_cancel_button"),
            box=(60, 960, 1020, 1420),
        )
