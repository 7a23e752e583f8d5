"""Made-up screens of TikTok in the forms of several versions, in three languages.

Ids are those that public sources give for a version; where they give none, an id of the same look stands in its place.
Layout, people and numbers are our own. The functions return the app's window; bars and dialogs come from `system`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tests.screens.building import HEIGHT, WIDTH, Box, View, Window, button, text, view, window
from tests.screens.wording import words_of

PACKAGE = "com.zhiliaoapp.musically"
ACTIVITY = "com.ss.android.ugc.aweme.splash.SplashActivity"

OWNER, NAME = "kim.kitchen", "Kim's Kitchen"
ME, MY_NAME = "desk_one", "Desk One"
STRANGERS = ("Leo Hart", "Mia & Noa", "kim.kitchenn")

Relation = Literal["none", "back", "following", "friends", "requested"]


@dataclass(frozen=True, slots=True)
class Ids:
    """What elements are called in one version."""

    handle: str
    number: str
    label: str
    relation: str
    card_button: str
    card_name: str
    heading: str
    row_button: str
    row_handle: str
    like: str
    like_icon: str
    comment: str
    favorite: str
    share: str
    grid: str


IDS = {
    "43.1.4": Ids(
        "qh5", "qfw", "qfv", "eme", "c9t", "p3k", "yb1", "rdh", "ygv", "f57", "f4u", "dtv", "guh", "f57", "gxd"
    ),
    "46.6.3": Ids(
        "sh2", "sc_", "sc9", "fij", "ca7", "pv4", "z0d", "t4c", "z9e", "g2w", "g2c", "eax", "hv1", "g2w", "i4a"
    ),
    "47.0.3": Ids(
        "t3y", "t8_", "t89", "fmp", "chb", "q0b", "ze8", "u9f", "zzh", "g7h", "g6z", "ecb", "hzr", "g7h", "i9d"
    ),
}

WORDS = words_of("tiktok")

FOLLOW_BOX: Box = (48, 716, 760, 826)
"""Where the owner's own button stands on a profile."""
LIKE_BOX: Box = (920, 1280, WIDTH, 1430)


@dataclass(frozen=True, slots=True)
class App:
    """TikTok as one phone shows it: which version, in which language."""

    version: str = "47.0.3"
    language: str = "en"

    @property
    def ids(self) -> Ids:
        """What elements are called."""
        return IDS[self.version]

    def say(self, key: str, **values: object) -> str:
        """Return words in the language."""
        return WORDS[key][self.language].format(**values)

    def page(self, *views: View) -> Window:
        """Return the whole screen with these views."""
        return window(PACKAGE, *views)

    # --- profiles ---------------------------------------------------------------------------------------

    def profile(  # noqa: PLR0913 - each says one thing about the profile
        self,
        relation: Relation,
        *,
        cards: bool = True,
        private: bool = False,
        owner: str = OWNER,
        name: str = NAME,
        extra: tuple[View, ...] = (),
    ) -> Window:
        """Somebody's profile; `cards` are accounts that the app suggests below."""
        return self.page(
            button((960, 130, 1050, 220), desc="Share profile", id="more_share", kind="ImageView"),
            *self._head(owner, name),
            *self._relation(relation),
            *(self.suggestions() if cards else ()),
            *([text((120, 1560, 960, 1620), self.say("private"), "u1p")] if private else self._grid()),
            *extra,
        )

    def own_profile(self, owner: str = ME, name: str = MY_NAME) -> Window:
        """The profile of the account that is active."""
        return self.page(
            button((330, 120, 750, 210), owner, "switch_name"),
            *self._head(owner, name),
            button((300, 716, 780, 826), self.say("edit"), "edit_own"),
            *self._grid(),
            *self.tabs("profile"),
        )

    def missing(self) -> Window:
        """What shows where the app knows nobody of that name."""
        return self.page(text((200, 900, 880, 980), self.say("not found"), "empty_title"))

    def _head(self, owner: str, name: str) -> list[View]:
        numbers = (("214", "followings"), ("58.3K", "followers"), ("1.2M", "likes"))
        return [
            view("ImageView", (410, 250, 670, 480), id="avatar_border", desc="Profile photo", taps=True),
            button((48, 500, 640, 566), name, "user_display"),
            button((48, 572, 520, 618), f"@{owner}", self.ids.handle),
            *(
                view(
                    "LinearLayout",
                    (48 + 240 * place, 630, 270 + 240 * place, 704),
                    text((48 + 240 * place, 630, 270 + 240 * place, 668), number, self.ids.number),
                    text((48 + 240 * place, 668, 270 + 240 * place, 704), self.say(label), self.ids.label),
                    taps=True,
                )
                for place, (number, label) in enumerate(numbers)
            ),
        ]

    def _relation(self, relation: Relation) -> list[View]:
        word = text(FOLLOW_BOX, self.say(relation), self.ids.relation)
        box = view("LinearLayout", FOLLOW_BOX, word, taps=True)
        if self.version.startswith("46"):
            icon = view("ImageView", (800, 736, 870, 806), desc=self.say("send"), id="msg_icon")
            return [box, view("FrameLayout", (776, 716, 896, 826), icon, taps=True)]
        message = text((776, 716, 1036, 826), self.say("message"), self.ids.relation)
        return [box, view("LinearLayout", (776, 716, 1036, 826), message, taps=True)]

    def suggestions(self, *, word: str | None = None) -> list[View]:
        """Cards of strangers, each with a button of its own."""
        cards = [self._card(place, stranger, word) for place, stranger in enumerate(STRANGERS)]
        heading = text((48, 860, 600, 910), self.say("suggested"), self.ids.heading)
        return [heading, view("androidx.recyclerview.widget.RecyclerView", (0, 930, WIDTH, 1440), *cards, scrolls=True)]

    def _card(self, place: int, stranger: str, word: str | None) -> View:
        left = 48 + 370 * place
        says = word or self.say("back" if place == 0 else "none")
        return view(
            "RelativeLayout",
            (left, 940, min(left + 340, WIDTH), 1430),
            view("ImageView", (left + 90, 960, left + 250, 1120), desc=f"{stranger} profile"),
            text((left + 20, 1150, left + 320, 1200), stranger, self.ids.card_name),
            button((left + 20, 1310, left + 320, 1400), says, self.ids.card_button),
            taps=True,
        )

    def _grid(self) -> list[View]:
        cells = [
            view(
                "FrameLayout",
                (360 * place, 1580, 360 * place + 356, 2050),
                text((360 * place + 20, 1990, 360 * place + 200, 2040), views, "cell_views"),
                taps=True,
            )
            for place, views in enumerate(("12.4K", "8,091", "77"))
        ]
        tab = view("RelativeLayout", (0, 1450, 360, 1570), desc=self.say("videos"), selected=True, taps=True)
        return [tab, view("GridView", (0, 1580, WIDTH, 2200), *cells, id=self.ids.grid, scrolls=True)]

    # --- videos -----------------------------------------------------------------------------------------

    def tabs(self, selected: str) -> list[View]:
        """The tabs at the bottom."""
        names = (("home", "mkq"), ("shop", "mkp"), ("create", "mkn"), ("inbox", "mkr"), ("profile", "mks"))
        top = HEIGHT - 200
        return [
            view(
                "FrameLayout",
                (216 * place, top, 216 * place + 216, HEIGHT - 100),
                desc=self.say(key),
                id=id_ if self.version.startswith("43") else f"n{id_[1:]}",
                selected=key == selected,
                taps=True,
            )
            for place, (key, id_) in enumerate(names)
        ]

    def feed(self, *, name: str = NAME, liked: bool = False, ad: bool = False) -> Window:
        """The feed, with tabs."""
        return self.page(
            *self._video(name, liked=liked, ad=ad),
            *self.tabs("home"),
            button((980, 130, 1060, 210), desc=self.say("search"), id="irz", kind="ImageView"),
        )

    def video(self, *, name: str = NAME, liked: bool = False, ad: bool = False) -> Window:
        """One video that a link has opened: no tabs."""
        return self.page(*self._video(name, liked=liked, ad=ad))

    def _video(self, name: str, *, liked: bool, ad: bool) -> list[View]:
        ids, left = self.ids, 920
        icon = view("ImageView", (960, 1300, 1040, 1370), desc="", id=ids.like_icon, selected=liked)
        like: list[View] = []
        if not (liked and self.version.startswith("46")):
            says = self.say("liked" if liked else "like", n=412)
            like = [view("Button", LIKE_BOX, icon, id=ids.like, desc=says, taps=True)]
        else:
            like = [icon]
        return [
            view("FrameLayout", (0, 110, WIDTH, 2140), id="long_press_layout", desc=self.say("video")),
            view("ImageView", (940, 1080, 1060, 1200), desc=f"{name} profile", taps=True),
            *like,
            view("Button", (left, 1440, WIDTH, 1590), id=ids.comment, desc=self.say("comment", n=37), taps=True),
            view("Button", (left, 1600, WIDTH, 1750), id=ids.favorite, desc=self.say("favorite"), taps=True),
            view("Button", (left, 1760, WIDTH, 1910), id=ids.share, desc=self.say("share", n=9), taps=True),
            button((36, 1900, 600, 1960), name, "title"),
            text((36, 1970, 880, 2060), "Soup for cold days #kitchen", "desc"),
            *([text((36, 2070, 240, 2110), self.say("ad"), "ad_label")] if ad else []),
        ]

    # --- lists ------------------------------------------------------------------------------------------

    def people(self, handles: tuple[str, ...], *, top: int = 320) -> Window:
        """Rows of people, each with a Follow button of its own."""
        rows = [
            view(
                "LinearLayout",
                (0, top + 200 * place, WIDTH, top + 190 + 200 * place),
                text((200, top + 20 + 200 * place, 700, top + 70 + 200 * place), handle, self.ids.row_handle),
                text((200, top + 80 + 200 * place, 700, top + 130 + 200 * place), STRANGERS[place % 3], "row_name"),
                button(
                    (760, top + 40 + 200 * place, 1040, top + 140 + 200 * place), self.say("none"), self.ids.row_button
                ),
                taps=True,
            )
            for place, handle in enumerate(handles)
        ]
        title = text((380, 130, 700, 200), NAME, "list_title")
        return self.page(
            title, view("androidx.recyclerview.widget.RecyclerView", (0, 300, WIDTH, 2240), *rows, scrolls=True)
        )

    def accounts(self) -> Window:
        """Who is signed in."""
        rows = [
            view(
                "LinearLayout",
                (0, 1500 + 200 * place, WIDTH, 1690 + 200 * place),
                text((200, 1540 + 200 * place, 800, 1600 + 200 * place), name, "acct"),
                *([view("ImageView", (960, 1540, 1040, 1620), id="acct_on")] if name == ME else []),
                taps=True,
            )
            for place, name in enumerate((ME, "desk_two"))
        ]
        return self.page(view("LinearLayout", (0, 1400, WIDTH, HEIGHT), *rows, id="acct_sheet"))

    # --- what stops -------------------------------------------------------------------------------------

    def verification(self) -> Window:
        """A puzzle that only a person may solve."""
        return self.page(
            text((100, 500, 980, 580), self.say("verify")),
            view("ImageView", (100, 620, 980, 1200)),
            text((100, 1240, 980, 1300), self.say("slider")),
        )

    def unheard_of(self) -> Window:
        """A full screen of the app that nobody has described: no words and no ids that any profile knows."""
        return self.page(
            view(
                "WebView",
                (0, 110, WIDTH, HEIGHT - 100),
                text((90, 700, 990, 800), "◇ 4711 ◇", kind="android.view.View"),
                button((90, 1900, 990, 2040), "◇", kind="android.view.View"),
            ),
        )

    def offer(self) -> Window:
        """A dialog of the app that can be put off."""
        no = button((120, 1500, 520, 1600), self.say("not now"), "offer_no")
        yes = button((560, 1500, 960, 1600), "OK", "offer_yes")
        return window(PACKAGE, text((120, 1200, 960, 1300), "◇", "offer_text"), no, yes, box=(60, 1150, 1020, 1640))


def with_views(shown: Window, *more: View) -> Window:
    """Return a window with further views in it."""
    return replace(shown, root=replace(shown.root, children=(*shown.root.children, *more)))
