"""What Android and its makers show around and over apps: bars, cutouts, dialogs, keyguard, shade, and other apps.

Each function returns windows of `building`, or says what is right about one. Words are as Android has them in the
languages of the tests.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.screens.building import HEIGHT, WIDTH, Box, View, Window, button, text, view, window
from tests.screens.wording import words_of

SYSTEM_UI = "com.android.systemui"
_DIALOG: Box = (36, 900, 1044, 1700)
_WORDS = words_of("android")


def say(what: str, language: str, app: str = "") -> str:
    """Return what Android says in a language, perhaps of an app."""
    return _WORDS[what][language].format(app=app)


# --- around the app -------------------------------------------------------------------------------------


def status_bar() -> Window:
    """The bar at the top."""
    clock = text((44, 18, 170, 92), "7:15", "clock")
    return window(SYSTEM_UI, clock, view("LinearLayout", (830, 0, 1036, 110), id="statusIcons"), box=(0, 0, WIDTH, 110))


def navigation() -> Window:
    """Three buttons at the bottom, one of them called Home."""
    top = HEIGHT - 96
    names = (("back", "Back"), ("home", "Home"), ("recent_apps", "Overview"))
    keys = [
        view("ImageView", (150 + 280 * place, top, 360 + 280 * place, HEIGHT), id=id_, desc=desc, taps=True)
        for place, (id_, desc) in enumerate(names)
    ]
    return window(SYSTEM_UI, *keys, box=(0, top, WIDTH, HEIGHT))


def cutout() -> Window:
    """The black part around a camera in the display."""
    return window(SYSTEM_UI, box=(480, 0, 600, 90), id="display_cutout")


def edge_handle() -> Window:
    """The handle of a maker's side panel."""
    handle = view("ImageView", (1052, 640, 1080, 900), desc="Edge panel handle", taps=True)
    return window("com.samsung.android.app.cocktailbarservice", handle, box=(1052, 640, 1080, 900))


def cover_display() -> Window:
    """What a foldable shows on its outer display meanwhile: a clock, and buttons that nobody can touch."""
    follow = button((40, 300, 500, 400), "Follow", desc="Home")
    return window(
        "com.sec.android.app.launcher", text((40, 80, 600, 200), "7:15"), follow, box=(0, 0, 748, 720), display=1
    )


def keyboard() -> Window:
    """A keyboard over the lower part."""
    keys = [button((20 + 350 * place, 1700, 340 + 350 * place, 1900), word) for place, word in enumerate("qwe")]
    return window("com.google.android.inputmethod.latin", *keys, box=(0, 1500, WIDTH, HEIGHT))


def bubble() -> Window:
    """Another app's small window over the app."""
    return window(
        "org.bubble", view("ImageView", (900, 1900, 1060, 2060), desc="Chat", taps=True), box=(900, 1900, 1060, 2060)
    )


# --- dialogs --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker's dialog about permissions: whose window it is, the package of its ids, and the ends of their names."""

    name: str
    package: str
    ids: str
    allow: tuple[str, ...]
    first: str
    second: str


_AOSP = "com.android.permissioncontroller"
_INSTALLER = "com.android.packageinstaller"
_FOREGROUND = "permission_allow_foreground_only_button"
_AGAIN = "permission_deny_and_dont_ask_again_button"
_DENY = "permission_deny_button"

MAKERS = (
    Maker(
        "google",
        "com.google.android.permissioncontroller",
        _AOSP,
        (_FOREGROUND, "permission_allow_one_time_button"),
        _DENY,
        _AGAIN,
    ),
    Maker("lineage", _AOSP, _AOSP, (_FOREGROUND,), _DENY, _AGAIN),
    Maker("android 9", "com.google.android.packageinstaller", _INSTALLER, ("permission_allow_button",), _DENY, _DENY),
    Maker("android 8", _INSTALLER, _INSTALLER, ("permission_allow_button",), _DENY, _DENY),
    Maker(
        "miui", "com.lbe.security.miui", "com.lbe.security.miui", (_FOREGROUND,), "permission_deny_button_new", _AGAIN
    ),
    Maker(
        "huawei", "com.huawei.systemmanager", "com.huawei.systemmanager", ("permission_allow_button",), _DENY, _AGAIN
    ),
    Maker("samsung", "com.samsung.android.permissioncontroller", _AOSP, (_FOREGROUND,), _DENY, _AGAIN),
)
"""Seven forms of six makers: Android 8 and 9 have the same dialog under two names."""


def permission(
    maker: Maker, app: str = "the app", language: str = "en", *, again: bool = False, ticked: bool = False
) -> Window:
    """A dialog that asks whether an app may read the contacts, for the first or for the second time."""
    deny_id = f"{maker.ids}:id/{maker.second if again else maker.first}"
    inside: list[View] = [
        text((130, 960, 950, 1120), say("contacts", language, app), f"{maker.ids}:id/permission_message")
    ]
    top = 1160
    if again and maker.second == maker.first:
        inside.append(
            view(
                "CheckBox",
                (130, top, 950, top + 90),
                id=f"{maker.ids}:id/do_not_ask_checkbox",
                text=say("never", language),
                checked=ticked,
                taps=True,
            )
        )
        top += 110
    for id_ in maker.allow:
        inside.append(button((70, top, 1010, top + 120), say("allow", language), f"{maker.ids}:id/{id_}"))
        top += 130
    inside.append(button((70, top, 1010, top + 120), say("deny", language), deny_id))
    return window(maker.package, *inside, box=_DIALOG)


def keeps_stopping(app: str, language: str = "en") -> Window:
    """Android's dialog about an app that has crashed more than once."""
    return window(
        "android",
        text((120, 940, 960, 1010), say("stops", language, app), "android:id/alertTitle"),
        button((36, 1040, 1044, 1160), say("info", language), "android:id/aerr_app_info"),
        button((36, 1170, 1044, 1290), say("close", language), "android:id/aerr_close"),
        box=(36, 900, 1044, 1310),
    )


def not_responding(app: str, language: str = "en") -> Window:
    """Android's dialog about an app that does not answer."""
    return window(
        "android",
        text((120, 940, 960, 1010), say("hangs", language, app), "android:id/alertTitle"),
        button((36, 1040, 1044, 1160), say("close", language), "android:id/aerr_close"),
        button((36, 1170, 1044, 1290), say("wait", language), "android:id/aerr_wait"),
        box=(36, 900, 1044, 1310),
    )


def battery_low(language: str = "en") -> Window:
    """Android's dialog about an empty battery."""
    return window(
        SYSTEM_UI,
        text((120, 940, 960, 1010), say("battery", language), f"{SYSTEM_UI}:id/alertTitle"),
        button((500, 1170, 740, 1290), say("no thanks", language), "android:id/button2"),
        button((760, 1170, 1010, 1290), say("saver", language), "android:id/button1"),
        box=(36, 900, 1044, 1310),
    )


# --- instead of the app ---------------------------------------------------------------------------------


def keyguard(language: str = "en") -> Window:
    """The lock screen, asking for a PIN."""
    return window(
        SYSTEM_UI,
        view(
            "FrameLayout",
            (0, 0, WIDTH, HEIGHT),
            text((300, 500, 780, 580), say("pin", language), "keyguard_message_area"),
            id="keyguard_host_view",
        ),
        view("RelativeLayout", (0, 800, WIDTH, 2200), id="keyguard_pin_view"),
        view("ImageView", (500, 120, 580, 200), id="lock_icon"),
    )


def shade() -> Window:
    """The notifications, pulled down over everything."""
    row = view(
        "FrameLayout",
        (0, 700, WIDTH, 900),
        text((60, 720, 900, 780), "A stranger followed you"),
        id="expandableNotificationRow",
        taps=True,
    )
    stack = view("ScrollView", (0, 640, WIDTH, 2100), row, id="notification_stack_scroller", scrolls=True)
    return window(
        SYSTEM_UI,
        view("FrameLayout", (0, 0, WIDTH, HEIGHT), stack, id="notification_panel"),
        id="notification_shade_window",
    )


def broken() -> Window:
    """All that a broken accessibility service shows of any screen."""
    return window("android", box=(0, 0, 1080, 1920))


def other_app() -> Window:
    """A browser in front, on a page that bears the same words as the app."""
    page = view(
        "WebView",
        (0, 230, WIDTH, 2200),
        button((60, 900, 500, 1000), "Follow"),
        button((560, 900, 1000, 1000), "Following"),
        text((60, 700, 600, 760), "@kim.kitchen"),
    )
    return window("com.android.chrome", button((0, 110, WIDTH, 220), "example.org", "url_bar", kind="EditText"), page)


def launcher() -> Window:
    """The phone's home screen."""
    icons = [
        button((60 + 250 * place, 1400, 260 + 250 * place, 1640), name, kind="TextView")
        for place, name in enumerate(("Phone", "Camera", "Home"))
    ]
    return window("com.google.android.apps.nexuslauncher", *icons)
