# ruff: noqa: RUF001 - words of Russian
"""The dialogs of the phone's system over the app: permissions as makers ask for them, crash, no response, battery, USB.

Packages and endings of ids are those of public dumps of real phones. A dialog fades: it still shows at the next look
after it was answered, and takes no touches any more.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from virtual_phones.sample.layout import Piece, Slot, centered, column, inset, view
from virtual_phones.sample.stage import Effect, Stage
from virtual_phones.sample.widgets import button, text

Words = Mapping[str, str]
"""What is said, by language."""

ANDROID, SYSTEM_UI = "android", "com.android.systemui"

_GAP, _TITLE, _BUTTON = 40, 200, 150


@dataclass(frozen=True, slots=True)
class Answer:
    """A button: its full id, what it says, and what it does."""

    resource_id: str
    words: Words
    effect: Effect = "none"


@dataclass(frozen=True, slots=True)
class Form:
    """One dialog as one maker draws it; `box_id` is the id of a box to be ticked, or empty."""

    package: str
    title_id: str
    words: Words
    answers: Sequence[Answer]
    box_id: str = ""


@dataclass(eq=False, slots=True)
class SystemDialog:
    """A dialog of that form over the app."""

    form: Form
    cancelable: bool = False

    @property
    def package(self) -> str:
        """Whose window it is."""
        return self.form.package

    def panel(self, stage: Stage) -> Piece:
        """Return the box in the middle of the display."""
        form, language = self.form, stage.language
        box = view("android.widget.CheckBox", text=_NEVER[language], resource_id=form.box_id, checkable=True)
        slots = [
            Slot(inset(text(form.words[language], resource_id=form.title_id), _GAP), _TITLE),
            *([Slot(inset(box, _GAP, 10), _BUTTON)] if form.box_id else []),
            *(Slot(inset(self._button(stage, answer), _GAP, 10), _BUTTON) for answer in form.answers),
        ]
        height = sum(slot.size or 0 for slot in slots) + _GAP
        return centered(column(*slots, class_name="android.widget.FrameLayout", fill="#ffffff"), 900, height)

    def _button(self, stage: Stage, answer: Answer) -> Piece:
        def touched() -> None:
            stage.answered(answer.resource_id, answer.effect)
            stage.fade(self, stage.crash if answer.effect == "end" else None)

        return button(answer.words[stage.language], touched, resource_id=answer.resource_id)


@dataclass(frozen=True, slots=True)
class Maker:
    """Who asks for permissions how: the windows' package, the prefix of the ids, and the ids' endings.

    `deny` and `deny_again` are the buttons of the first and of the second request; `once` tells whether one can allow
    it for a time; on old phones (`box`) the second request has a box to be ticked instead of another button.
    """

    package: str
    prefix: str
    deny: str = "permission_deny_button"
    deny_again: str = "permission_deny_and_dont_ask_again_button"
    once: bool = True
    box: bool = False


_CONTROLLER, _INSTALLER = "com.android.permissioncontroller", "com.android.packageinstaller"
_MIUI, _HUAWEI = "com.lbe.security.miui", "com.huawei.systemmanager"
_DENY = "permission_deny_button"

MAKERS: Mapping[str, Maker] = {
    "google": Maker("com.google.android.permissioncontroller", _CONTROLLER),
    "aosp": Maker(_CONTROLLER, _CONTROLLER),
    "samsung": Maker("com.samsung.android.permissioncontroller", _CONTROLLER),
    "miui": Maker(_MIUI, _MIUI, deny="permission_deny_button_new"),
    "huawei": Maker(_HUAWEI, _HUAWEI, once=False),
    "android 9": Maker("com.google.android.packageinstaller", _INSTALLER, deny_again=_DENY, once=False, box=True),
    "android 8": Maker(_INSTALLER, _INSTALLER, deny_again=_DENY, once=False, box=True),
}
"""The makers by name; the last two are Android itself before version 10."""

_ASKS: Sequence[Words] = (
    {
        "en": "Allow Sample to access your contacts?",
        "ru": "Разрешить приложению Sample доступ к контактам?",
        "fr": "Autoriser Sample à accéder à vos contacts\u00a0?",
    },
    {
        "en": "Allow Sample to send you notifications?",
        "ru": "Разрешить приложению Sample отправлять уведомления?",
        "fr": "Autoriser Sample à vous envoyer des notifications\u00a0?",
    },
    {
        "en": "Allow Sample to access this device\u2019s location?",
        "ru": "Разрешить приложению Sample доступ к местоположению устройства?",
        "fr": "Autoriser Sample à accéder à la position de cet appareil\u00a0?",
    },
)
"""What the app asks for, one after the other, each twice if it is refused."""

_NEVER = {"en": "Don\u2019t ask again", "ru": "Больше не спрашивать", "fr": "Ne plus demander"}
_ALLOW = {"en": "Allow", "ru": "Разрешить", "fr": "Autoriser"}
_WHILE = {"en": "While using the app", "ru": "При использовании приложения", "fr": "Lorsque l\u2019appli est utilisée"}
_ONCE = {"en": "Only this time", "ru": "Только в этот раз", "fr": "Uniquement cette fois-ci"}
_REFUSE = {"en": "Don\u2019t allow", "ru": "Не разрешать", "fr": "Ne pas autoriser"}


def permission(maker: Maker, refused: int) -> Form | None:
    """Return the request that comes after so many refusals; None when the app may ask for nothing any more."""
    asked, again = divmod(refused, 2)
    if asked >= len(_ASKS):
        return None
    prefix = f"{maker.prefix}:id"
    grants = (
        [
            Answer(f"{prefix}/permission_allow_foreground_only_button", _WHILE, "grant"),
            Answer(f"{prefix}/permission_allow_one_time_button", _ONCE, "grant"),
        ]
        if maker.once
        else [Answer(f"{prefix}/permission_allow_button", _ALLOW, "grant")]
    )
    deny = Answer(f"{prefix}/{maker.deny_again if again else maker.deny}", _REFUSE, "refuse")
    box = f"{prefix}/do_not_ask_checkbox" if maker.box and again else ""
    return Form(maker.package, f"{prefix}/permission_message", _ASKS[asked], [*grants, deny], box)


_CLOSE = {"en": "Close app", "ru": "Закрыть приложение", "fr": "Fermer l\u2019application"}
_INFO = {"en": "App info", "ru": "О приложении", "fr": "Infos sur l\u2019appli"}
_WAIT = {"en": "Wait", "ru": "Подождать", "fr": "Attendre"}
_CANCEL = {"en": "Cancel", "ru": "Отмена", "fr": "Annuler"}
_OK = {"en": "OK", "ru": "ОК", "fr": "OK"}

KEEPS_STOPPING = Form(
    ANDROID,
    "android:id/alertTitle",
    {
        "en": "Sample keeps stopping",
        "ru": "В приложении \u00abSample\u00bb снова произошел сбой",
        "fr": "Sample s\u2019arrête systématiquement",
    },
    [Answer("android:id/aerr_app_info", _INFO, "end"), Answer("android:id/aerr_close", _CLOSE, "end")],
)
NOT_RESPONDING = Form(
    ANDROID,
    "android:id/alertTitle",
    {
        "en": "Sample isn't responding",
        "ru": "Приложение \u00abSample\u00bb не отвечает",
        "fr": "Sample ne répond pas",
    },
    [Answer("android:id/aerr_close", _CLOSE, "end"), Answer("android:id/aerr_wait", _WAIT)],
)
LOW_BATTERY = Form(
    SYSTEM_UI,
    "android:id/alertTitle",
    {"en": "Battery is low", "ru": "Низкий заряд батареи", "fr": "La batterie est faible"},
    [Answer("android:id/button1", _OK)],
)
DEBUGGING = Form(
    SYSTEM_UI,
    "android:id/alertTitle",
    {"en": "Allow USB debugging?", "ru": "Разрешить отладку по USB?", "fr": "Autoriser le débogage USB\u00a0?"},
    [Answer("android:id/button1", _ALLOW, "grant"), Answer("android:id/button2", _CANCEL)],
)
_USB_FOR = Form(
    SYSTEM_UI,
    "android:id/alertTitle",
    {"en": "Use USB for", "ru": "Использовать USB для", "fr": "Utiliser l\u2019USB pour"},
    [
        Answer("android:id/button1", {"en": "File transfer", "ru": "Передача файлов", "fr": "Fichiers"}, "grant"),
        Answer("android:id/button2", _CANCEL),
    ],
)
_PHONE_DATA = Form(
    "com.samsung.android.MtpApplication",
    "android:id/alertTitle",
    {
        "en": "Allow access to phone data?",
        "ru": "Разрешить доступ к данным телефона?",
        "fr": "Autoriser l\u2019accès aux données du téléphone\u00a0?",
    },
    [
        Answer("android:id/button2", {"en": "Deny", "ru": "Запретить", "fr": "Refuser"}),
        Answer("android:id/button1", _ALLOW, "grant"),
    ],
)


def usb(maker: Maker) -> Form:
    """Return what a maker's phone asks when a computer is connected."""
    return _PHONE_DATA if maker is MAKERS["samsung"] else _USB_FOR


def maker_of(seed: int) -> Maker:
    """Return who made the phone with this seed."""
    return MAKERS[random.Random(f"maker of seed {seed}").choice(sorted(MAKERS))]  # noqa: S311 - repeatable phones
