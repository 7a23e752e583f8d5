# ruff: noqa: RUF001 - words of Russian
"""Full screens that stay until a person acts: what no profile knows, and stops of the account.

They bear words that nothing else in the app has, and stand in a container whose content comes from the app's server, as
in real apps; tabs and bars are gone. A stop does not end by a touch: what it wants is nothing that a phone can give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from virtual_phones.sample.layout import Piece, Slot, column, inset, space
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button, text

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """What such a screen says; `container` is the role of its id, `leaves` whether its last button ends it."""

    container: str
    title: Words
    words: Words
    buttons: Sequence[Words]
    leaves: bool


@dataclass(slots=True)
class FullScreen:
    """One of these pages, in front of everything."""

    page: Page
    activity: str = ".ModalActivity"

    def body(self, stage: Stage) -> Piece:
        """Return the page."""
        page, language = self.page, stage.language
        return column(
            Slot(space(), 260),
            Slot(inset(text(page.title[language]), 60, 20), 160),
            Slot(inset(text(page.words[language]), 60, 20), 320),
            Slot(space()),
            *(Slot(inset(self._button(stage, label), 60, 20), 180) for label in page.buttons),
            resource_id=stage.skin.id(page.container),
            fill="#ffffff",
        )

    def _button(self, stage: Stage, label: Words) -> Piece:
        def touched() -> None:
            if self.page.leaves and label is self.page.buttons[-1]:
                stage.answer_challenge()

        return button(label[stage.language], touched, resource_id="")


_ONBOARDING, _REMOTE = "unknown", "stop"

UNKNOWN: Sequence[Page] = (
    Page(
        _ONBOARDING,
        {"en": "What's new here", "ru": "Что изменилось", "fr": "Quoi de neuf ici"},
        {
            "en": "Clips can now be turned upside down.",
            "ru": "Клипы теперь можно переворачивать.",
            "fr": "Les clips peuvent désormais être retournés.",
        },
        [
            {"en": "Show me", "ru": "Показать", "fr": "Montrer"},
            {"en": "Got it, thanks", "ru": "Понятно, спасибо", "fr": "Compris, merci"},
        ],
        leaves=True,
    ),
    Page(
        _ONBOARDING,
        {"en": "How was your week?", "ru": "Как прошла неделя?", "fr": "Comment était votre semaine\u00a0?"},
        {
            "en": "Three short questions help us to improve.",
            "ru": "Три коротких вопроса помогут нам стать лучше.",
            "fr": "Trois courtes questions nous aident à progresser.",
        },
        [
            {"en": "Begin the survey", "ru": "Начать опрос", "fr": "Commencer l\u2019enquête"},
            {"en": "Some other day", "ru": "В другой день", "fr": "Un autre jour"},
        ],
        leaves=True,
    ),
    Page(
        _ONBOARDING,
        {"en": "Pick what you love", "ru": "Выберите интересы", "fr": "Choisissez vos envies"},
        {
            "en": "Gardens, bread, running: choose three.",
            "ru": "Сады, хлеб, бег: выберите три.",
            "fr": "Jardins, pain, course\u00a0: choisissez-en trois.",
        },
        [{"en": "Take me in", "ru": "Войти", "fr": "Entrer"}],
        leaves=True,
    ),
)
"""Screens of the app that no profile knows: what is new, a survey, a first choice of interests."""

STOPS: Sequence[Page] = (
    Page(
        _REMOTE,
        {"en": "Are you a human?", "ru": "Вы человек?", "fr": "Êtes-vous humain\u00a0?"},
        {
            "en": "Something about this account looked automatic to us.",
            "ru": "Нам показалось, что этот аккаунт работает автоматически.",
            "fr": "Ce compte nous a semblé automatisé.",
        },
        [{"en": "I'm human", "ru": "Я человек", "fr": "Je suis humain"}],
        leaves=False,
    ),
    Page(
        _REMOTE,
        {
            "en": "Upload a photo of your ID",
            "ru": "Загрузите фото документа",
            "fr": "Envoyez votre passeport",
        },
        {
            "en": "We want to see that you are old enough.",
            "ru": "Мы хотим убедиться, что вам достаточно лет.",
            "fr": "Nous voulons voir que vous avez l\u2019âge requis.",
        },
        [{"en": "Choose a picture", "ru": "Выбрать снимок", "fr": "Choisir une image"}],
        leaves=False,
    ),
    Page(
        _REMOTE,
        {"en": "Your account is suspended", "ru": "Аккаунт приостановлен", "fr": "Votre compte est suspendu"},
        {
            "en": "You have 180 days to appeal against this decision.",
            "ru": "У вас есть 180 дней, чтобы обжаловать решение.",
            "fr": "Vous avez 180 jours pour contester cette décision.",
        },
        [
            {"en": "Read the rules", "ru": "Прочитать правила", "fr": "Lire les règles"},
            {"en": "Appeal", "ru": "Обжаловать", "fr": "Contester"},
        ],
        leaves=False,
    ),
)
"""Stops of an account: a check for humans, an upload of an ID, a suspension."""
