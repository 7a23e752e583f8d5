"""A made-up app with all the screens that the ten scripts pass, in three languages; its profile is in `profiles`.

It is built like the apps that people have: names that people have chosen differ from handles, texts are padded, and
cards of strangers stand below every profile. The functions return the app's window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.screens.building import HEIGHT, WIDTH, Box, View, Window, button, text, view, window
from tests.screens.wording import words_of

NAME = "replayed"
PACKAGE = "org.example.replayed"
ACTIVITY = ".Main"
VERSION = "3.2.1"

OWNER, OWNER_NAME = "kim.kitchen", "Kim's Kitchen"
OTHER, OTHER_NAME = "leo_hart", "kim.kitchen"
"""Somebody who has chosen another one's handle as a name."""
ME, MY_NAME, MY_BIO = "desk_one", "Desk One", "Soups and breads"
SECOND = "desk_two"
STRANGERS = ("Mia & Noa", "kim.kitchenn", "Follow")

Relation = Literal["none", "back", "following", "requested"]

WORDS = words_of("replayed")

FOLLOW: Box = (40, 640, 640, 750)
MESSAGE: Box = (660, 640, 1040, 750)
CONFIRM: Box = (0, 1900, WIDTH, 2040)
LIKE: Box = (920, 1300, 1060, 1420)
SEND: Box = (900, 2120, 1060, 2220)
POST: Box = (560, 2100, 1040, 2220)
SAVE: Box = (880, 130, 1060, 220)


@dataclass(frozen=True, slots=True)
class App:
    """The app as one phone shows it."""

    language: str = "en"

    def say(self, key: str) -> str:
        """Return words in the language."""
        return WORDS[key][self.language]

    def page(self, *views: View) -> Window:
        """Return the whole screen with these views."""
        return window(PACKAGE, *views)

    def tabs(self, selected: str) -> list[View]:
        """The tabs at the bottom."""
        names = (("home", "tab_a"), ("search", "tab_b"), ("create", "tab_c"), ("me", "tab_d"))
        return [
            view(
                "FrameLayout",
                (270 * place, HEIGHT - 200, 270 * place + 270, HEIGHT - 100),
                id=id_,
                desc=self.say(key),
                selected=key == selected,
                taps=True,
            )
            for place, (key, id_) in enumerate(names)
        ]

    # --- profiles ---------------------------------------------------------------------------------------

    def profile(  # noqa: PLR0913 - each says one thing about the profile
        self,
        relation: Relation,
        *,
        owner: str = OWNER,
        name: str = OWNER_NAME,
        posts: tuple[str, ...] = ("Soup",),
        private: bool = False,
        extra: tuple[View, ...] = (),
    ) -> Window:
        """Somebody's profile, with cards of strangers below the button."""
        says = text(FOLLOW, self.say(relation), "rel")
        return self.page(
            *self._head(owner, name, "Ask @leo_hart about bread"),
            view("LinearLayout", FOLLOW, says, taps=True),
            view("LinearLayout", MESSAGE, text(MESSAGE, self.say("message"), "rel"), taps=True),
            *self.cards(),
            *([text((100, 1500, 900, 1560), self.say("private"), "wall_note")] if private else self._wall(posts)),
            *extra,
        )

    def me(
        self,
        *,
        name: str = MY_NAME,
        bio: str = MY_BIO,
        handle: str = ME,
        posts: tuple[str, ...] = (),
        uploading: bool = False,
    ) -> Window:
        """The profile of the account that is active."""
        return self.page(
            button((400, 130, 800, 210), handle, "switch"),
            *self._head(handle, name, bio),
            view("LinearLayout", FOLLOW, text(FOLLOW, self.say("edit"), "rel"), taps=True),
            *([text((40, 800, 900, 860), "72 %", "upload")] if uploading else []),
            *self._wall(posts),
            *self.tabs("me"),
        )

    def nobody(self) -> Window:
        """What shows where the app knows nobody of that name."""
        return self.page(text((100, 900, 980, 980), self.say("nobody"), "empty"))

    def _head(self, handle: str, name: str, bio: str) -> list[View]:
        return [
            button((40, 240, 700, 300), name, "shown_name"),
            button((40, 310, 700, 360), f"\u2068@{handle}\u2069", "handle"),
            text((40, 370, 1040, 430), bio, "about"),
            view(
                "LinearLayout",
                (40, 450, 400, 560),
                text((40, 450, 400, 500), "1,204"),
                text((40, 510, 400, 560), "Followers", "count_label"),
                id="followers",
                taps=True,
            ),
            view(
                "LinearLayout",
                (420, 450, 800, 560),
                text((420, 450, 800, 500), "88"),
                text((420, 510, 800, 560), self.say("following"), "count_label"),
                id="followings",
                taps=True,
            ),
        ]

    def cards(self) -> list[View]:
        """Cards of strangers, each with the same button in the same form as the owner's."""
        found: list[View] = [text((40, 800, 700, 850), self.say("suggested"), "cards_title")]
        for place, stranger in enumerate(STRANGERS):
            left = 40 + 340 * place
            says = text((left + 20, 1240, left + 300, 1330), self.say("back" if place == 0 else "none"), "rel")
            found.append(
                view(
                    "RelativeLayout",
                    (left, 870, left + 320, 1350),
                    text((left + 20, 1100, left + 300, 1150), stranger, "card_name"),
                    view("LinearLayout", (left + 20, 1240, left + 300, 1330), says, taps=True),
                    id="card",
                    taps=True,
                )
            )
        return found

    def _wall(self, posts: tuple[str, ...]) -> list[View]:
        if not posts:
            return [text((100, 1500, 900, 1560), self.say("no posts"), "wall_note")]
        tiles = [
            view("FrameLayout", (360 * place, 1400, 360 * place + 350, 1900), id="tile", desc=words, taps=True)
            for place, words in enumerate(posts)
        ]
        return [view("GridView", (0, 1390, WIDTH, 2130), *tiles, id="wall", scrolls=False)]

    def unfollow_sheet(self) -> Window:
        """What comes after a touch on Following, over the profile."""
        return window(PACKAGE, button(CONFIRM, self.say("unfollow"), "sheet_yes"), box=(0, 1700, WIDTH, HEIGHT))

    def accounts(self, active: str = ME) -> Window:
        """Who is signed in."""
        rows = [
            view(
                "LinearLayout",
                (0, 1500 + 200 * place, WIDTH, 1690 + 200 * place),
                text((200, 1540 + 200 * place, 800, 1600 + 200 * place), name, "account"),
                *(
                    [view("ImageView", (960, 1540 + 200 * place, 1040, 1620 + 200 * place), id="account_on")]
                    if name == active
                    else []
                ),
                taps=True,
            )
            for place, name in enumerate((ME, SECOND))
        ]
        return self.page(view("LinearLayout", (0, 1400, WIDTH, HEIGHT), *rows, id="accounts"))

    # --- posts ------------------------------------------------------------------------------------------

    def post(  # noqa: PLR0913 - each says one thing about the post
        self,
        *,
        owner: str = OWNER,
        name: str = OWNER_NAME,
        words: str = "Soup",
        liked: bool = False,
        tabs: bool = False,
        badge: str = "",
        relation: Relation = "none",
    ) -> Window:
        """One post over the whole screen; the author's own Follow button stands beside the name."""
        return self.page(
            view("FrameLayout", (0, 110, WIDTH, 2130), id="stage", scrolls=tabs),
            button((40, 1900, 400, 1950), name, "author_name"),
            button((40, 1960, 400, 2010), f"@{owner}", "author"),
            view(
                "LinearLayout",
                (420, 1900, 700, 1960),
                text((420, 1900, 700, 1960), self.say(relation), "rel"),
                taps=True,
            ),
            text((40, 2020, 880, 2080), words, "caption"),
            view("ImageView", LIKE, id="heart", desc=self.say("liked" if liked else "like"), taps=True),
            view("ImageView", (920, 1440, 1060, 1560), id="replies", taps=True),
            *([text((40, 1800, 300, 1860), self.say(badge), "badge")] if badge else []),
            *(self.tabs("home") if tabs else ()),
        )

    def gone(self) -> Window:
        """What shows instead of a post that is no more."""
        return self.page(text((100, 900, 980, 980), self.say("gone"), "empty"))

    def comments(self, *rows: tuple[str, str], owner: str = OWNER) -> Window:
        """The comments of a post: who wrote, and what."""
        found: list[View] = []
        for place, (handle, said) in enumerate(rows):
            top = 700 + 200 * place
            found += [
                text((160, top, 700, top + 50), f"@{handle}", "reply_author"),
                text((160, top + 60, 1000, top + 120), said, "reply_text"),
                button((160, top + 130, 400, top + 180), "Reply", "reply_reply"),
            ]
        return self.page(
            text((300, 560, 800, 620), f"{len(rows)}", "replies_count"),
            view("androidx.recyclerview.widget.RecyclerView", (0, 680, WIDTH, 2100), *found, id="replies_list"),
            *([] if rows else [text((300, 1000, 800, 1060), self.say("no comments"), "replies_none")]),
            view("EditText", (40, 2120, 880, 2220), id="reply_entry", taps=True),
            button(SEND, "", "reply_send", desc="➤", kind="ImageView"),
            button((40, 560, 240, 620), f"@{owner}", "author"),
        )

    # --- messages ---------------------------------------------------------------------------------------

    def thread(self, *said: tuple[str, str], partner: str = OWNER, closed: bool = False) -> Window:
        """A conversation: "mine" or "theirs", and what was written."""
        bubbles = [
            text(
                (500 if side == "mine" else 40, 500 + 160 * place, 1000 if side == "mine" else 540, 620 + 160 * place),
                words,
                side,
            )
            for place, (side, words) in enumerate(said)
        ]
        bottom = [
            view("EditText", (40, 2120, 880, 2220), id="entry", taps=True),
            button(SEND, "", "send", desc="➤", kind="ImageView"),
        ]
        note = [text((100, 2120, 980, 2220), self.say("closed"), "closed")]
        return self.page(
            text((200, 130, 800, 200), f"@{partner}", "partner"),
            text((200, 210, 800, 260), OWNER_NAME, "partner_name"),
            view("androidx.recyclerview.widget.RecyclerView", (0, 400, WIDTH, 2100), *bubbles, id="bubbles"),
            *(note if closed else bottom),
        )

    # --- people -----------------------------------------------------------------------------------------

    def people(self, handles: tuple[str, ...], *, scrolls: bool = True) -> Window:
        """Rows of people, with names that differ from their handles, and a Follow button in each."""
        rows = [
            view(
                "LinearLayout",
                (0, 400 + 220 * place, WIDTH, 600 + 220 * place),
                text((200, 420 + 220 * place, 700, 470 + 220 * place), STRANGERS[place % 3], "row_name"),
                text((200, 480 + 220 * place, 700, 530 + 220 * place), f"@{handle}\u00a0", "row_handle"),
                view(
                    "LinearLayout",
                    (760, 440 + 220 * place, 1040, 540 + 220 * place),
                    text((760, 440 + 220 * place, 1040, 540 + 220 * place), self.say("none"), "rel"),
                    taps=True,
                ),
                id="row",
                taps=True,
            )
            for place, handle in enumerate(handles)
        ]
        return self.page(
            text((300, 130, 800, 200), OWNER_NAME, "list_title"),
            view("androidx.recyclerview.widget.RecyclerView", (0, 380, WIDTH, 2240), *rows, id="rows", scrolls=scrolls),
        )

    def search(self, query: str, handles: tuple[str, ...]) -> Window:
        """The search, with whom it has found."""
        found = self.people(handles, scrolls=False)
        field = view("EditText", (40, 120, 900, 220), id="query", text=query, taps=True)
        return window(PACKAGE, field, *found.root.children[1:], *self.tabs("search"))

    # --- publishing and editing -------------------------------------------------------------------------

    def composer(self, *, titled: bool = False) -> Window:
        """The form of a new post; some have a box for a title."""
        title = [view("EditText", (40, 120, 1040, 220), id="title", taps=True)] if titled else []
        return self.page(
            *title,
            view("ImageView", (40, 240, 400, 700), id="preview"),
            view("EditText", (420, 240, 1040, 700), id="words", taps=True),
            button((40, 2100, 520, 2220), self.say("save"), "draft"),
            button(POST, "➤", "publish"),
        )

    def editor(self, *, name: str = MY_NAME, bio: str = MY_BIO) -> Window:
        """The form in which an account says who it is."""
        return self.page(
            button((20, 130, 200, 220), "✕", "leave"),
            button(SAVE, self.say("save"), "keep"),
            view("EditText", (40, 500, 1040, 600), id="edit_name", text=name, taps=True),
            view("EditText", (40, 640, 1040, 740), id="edit_handle", text=ME, taps=True),
            view("EditText", (40, 780, 1040, 980), id="edit_about", text=bio, taps=True),
        )

    # --- what comes in between --------------------------------------------------------------------------

    def stop(self) -> Window:
        """A screen by which the app stops the account, known to the profile by its container."""
        return self.page(
            view(
                "FrameLayout",
                (0, 0, WIDTH, HEIGHT),
                text((100, 700, 980, 800), self.say("stop")),
                button((100, 1900, 980, 2040), self.say("ok")),
                id="gate",
            )
        )

    def unheard_of(self) -> Window:
        """A full screen that nobody has described."""
        return self.page(text((90, 700, 990, 800), "◇ 4711 ◇"), button((90, 1900, 990, 2040), "◇"))

    def refusal(self) -> Window:
        """A dialog by which the app blocks what was done."""
        return window(
            PACKAGE,
            text((120, 1100, 960, 1200), self.say("slow"), "refusal"),
            button((560, 1400, 960, 1500), self.say("ok"), "refusal_ok"),
            box=(60, 1050, 1020, 1540),
        )

    def offer(self) -> Window:
        """A dialog that can be put off."""
        return window(
            PACKAGE,
            text((120, 1100, 960, 1200), "◇", "offer"),
            button((120, 1400, 520, 1500), self.say("later"), "offer_no"),
            button((560, 1400, 960, 1500), self.say("ok"), "offer_yes"),
            box=(60, 1050, 1020, 1540),
        )
