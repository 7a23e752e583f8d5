"""The screens that show instead of the app: a verification, and the sign-in after the data were cleared."""

from __future__ import annotations

from dataclasses import dataclass

from virtual_phones.sample.layout import Piece, Slot, column, inset, space
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button, entry, text

_CODE_LENGTH = 6


@dataclass(slots=True)
class ChallengeScreen:
    """Asks for a code that only a person can know; any six digits will do here."""

    activity: str = ".ChallengeActivity"
    code: str = ""

    def body(self, stage: Stage) -> Piece:
        """Return the question."""
        skin = stage.skin
        send = button(skin.text("challenge_send"), lambda: self._answer(stage), resource_id=skin.id("challenge_send"))
        return column(
            Slot(space(), 300),
            Slot(inset(text(skin.text("challenge_title"), resource_id=skin.id("challenge_title")), 60, 20), 140),
            Slot(inset(text(skin.text("challenge_text")), 60, 20), 140),
            Slot(inset(entry(self.code, "", skin.id("challenge_code"), self._typed), 60, 20), 180),
            Slot(inset(send, 60, 20), 180),
            Slot(space()),
            resource_id=skin.id("challenge"),
            fill="#ffffff",
        )

    def _typed(self, code: str) -> None:
        self.code = code

    def _answer(self, stage: Stage) -> None:
        if len(self.code) == _CODE_LENGTH and self.code.isdecimal():
            stage.answer_challenge()


@dataclass(slots=True)
class SignInScreen:
    """Offers the accounts that this phone remembers."""

    activity: str = ".SignInActivity"

    def body(self, stage: Stage) -> Piece:
        """Return a button for each account."""
        skin = stage.skin
        offers = (Slot(inset(_offer(stage, username), 60, 20), 180) for username in stage.accounts)
        return column(Slot(space(), 300), *offers, Slot(space()), resource_id=skin.id("action_bar"), fill="#ffffff")


def _offer(stage: Stage, username: str) -> Piece:
    skin = stage.skin
    return button(
        skin.text("sign_in", username=username), lambda: stage.switch(username), resource_id=skin.id("sign_in")
    )
