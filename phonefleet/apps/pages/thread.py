"""The conversation with one person: what was written, and writing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from phonefleet import words
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.conversation import Bubble, Content, Ending, Side, joined
from phonefleet.apps.pages.finding import first_of
from phonefleet.apps.pages.identity import require_handles, shows_handles
from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import look, plain, reads, same_name, trimmed
from phonefleet.apps.steps import persistent
from phonefleet.errors import PhonefleetError, TakesNoMessages
from phonefleet.words import OR, say

_KINDS: dict[str, tuple[Side, Content]] = {
    "thread_mine": ("mine", "text"),
    "thread_theirs": ("theirs", "text"),
    "thread_my_card": ("mine", "card"),
    "thread_their_card": ("theirs", "card"),
}
_SCROLLS = 20
_SWIPES = 2
"""How many swipes must change nothing before a conversation counts as read to one of its ends."""

_IN_SOME_APPS = frozenset({"thread_my_card", "thread_their_card"})

E = TypeVar("E", bound=PhonefleetError)


class ThreadPage:
    """A conversation. Open it first; nothing is read or touched in anybody else's."""

    def __init__(self, driver: AppDriver) -> None:
        self._driver = driver
        self._partner = ""
        self._title = ""
        """What the conversation is called: the partner's handle, or the display name that the profile has shown."""

    def open_from(self, profile: ProfilePage) -> None:
        """Open the conversation from the profile of its partner, which is on the screen.

        Raises:
            TakesNoMessages: the profile or the conversation says that one cannot write to this person.
            HandleUnknown: conversations bear display names, and the profile shows none to compare with.

        """
        self._partner = profile.owner
        self._title = self._expected_title(profile)
        self._enter(profile)
        if self._await("thread_entry", "thread_closed")[0] == "thread_closed":
            raise self.witnessed(
                TakesNoMessages(
                    say(
                        "apps.takes_no_messages_conversation_closed",
                        "@{partner} takes no messages: the conversation is closed",
                        partner=self._partner,
                    )
                )
            )

    @persistent
    def _expected_title(self, profile: ProfilePage) -> str:
        if shows_handles(self._driver.profile, "thread_title"):
            return self._partner
        if not (name := profile.display_name()):
            require_handles(self._driver.profile, "thread_title")
        return name

    @persistent
    def _enter(self, profile: ProfilePage) -> None:
        if self._shown_on(self._driver.look()):
            return
        name, button = profile.message_button()
        if name == "messages_refused" or not button.enabled:
            raise self.witnessed(
                TakesNoMessages(
                    say(
                        "apps.takes_no_messages_profile_says",
                        "@{partner} takes no messages: the profile says so",
                        partner=self._partner,
                    )
                )
            )
        self._driver.tap(button)

    def ending(self) -> Ending:
        """Return how the conversation ends, as far as one screen shows it, once it has come to rest."""
        return self._ending(self._settled())

    def ending_until(self, is_enough: Callable[[Ending], bool]) -> Ending:
        """Return how the conversation ends, read upwards until that is enough or all there is."""
        screen = self._settled()
        ending, scrolls, ineffective = self._ending(screen), 0, 0
        while not (is_enough(ending) or ending.whole or scrolls == _SCROLLS):
            self._driver.scroll("up", self._driver.find(screen, "thread_list"))
            scrolls += 1
            screen, before = self._settled(), screen
            above = self._bubbles(screen)
            together = joined(above, ending.bubbles)
            if together is None:
                break
            ineffective = ineffective + 1 if above == self._bubbles(before) else 0
            ending = Ending(together, whole=ineffective == _SWIPES)
        for _ in range(scrolls):
            self._driver.scroll("down", self._driver.find(screen, "thread_list"))
        return ending

    @persistent
    def to_end(self) -> None:
        """Scroll down to the last message: an app may open a conversation further up."""
        screen, ineffective = self._settled(), 0
        for _ in range(_SCROLLS):
            listing, before = self._driver.find(screen, "thread_list"), self._bubbles(screen)
            if listing is None or not listing.scrollable:
                return
            self._driver.scroll("down", listing)
            screen = self._settled()
            ineffective = ineffective + 1 if self._bubbles(screen) == before else 0
            if ineffective == _SWIPES:
                return

    @persistent
    def reads_elsewhere(self, text: str) -> bool:
        """Tell whether something in the conversation reads like a text and is none of the known kinds of messages."""
        screen = self._settled()
        listing = self._driver.find(screen, "thread_list")
        known = [element for name in self._kinds for element in screen.find_all(self._driver.profile.selector(name))]
        return any(
            reads(element.label, text)
            and (listing is None or listing.bounds.contains(element.bounds.center))
            and not any(bubble.bounds.contains(element.bounds.center) for bubble in known)
            for element in screen.elements
            if element.label
        )

    @persistent
    def write(self, text: str) -> None:
        """Put a text into the field, without sending it."""
        self._driver.type_into(self._await("thread_entry")[1], trimmed(text))

    def holds(self, text: str) -> bool:
        """Tell whether a text stands in the field: what was written there leaves it when it is sent."""
        return reads(self._await("thread_entry")[1].text, text)

    def send(self) -> None:
        """Send what stands in the field. Whether it worked is for `ending` to tell."""
        self._driver.tap(self._only("thread_send", where=self._shown_on))

    @persistent
    def attach(self) -> None:
        """Open the choice of what else can be sent, which hides the conversation."""
        if not self._driver.finds(self._driver.look(), "attach_card"):
            self._driver.tap(self._await("thread_attach")[1])
        self._driver.wait_for("attach_card")

    def send_card(self) -> None:
        """Choose one's own profile card, which sends it. Whether it worked is for `ending` to tell."""
        self._driver.tap(self._only("attach_card"))

    @persistent
    def leave_choice(self) -> None:
        """Close the choice of what else can be sent, if a try that came to nothing has left it open."""
        self._driver.ensure_started()
        if self._driver.find(self._driver.look(), "attach_card") is not None:
            self._driver.leave()

    def witnessed(self, error: E) -> E:
        """Return the error with what the phone shows now as its evidence."""
        return self._driver.witnessed(error)

    @persistent
    def _await(self, *names: str) -> tuple[str, Element]:
        """Wait for one of the elements, in the partner's conversation only."""
        known = [name for name in names if name in self._driver.profile.selectors] or list(names[:1])

        def found(screen: Screen) -> tuple[str, Element] | None:
            hits = (first_of(self._driver, screen, name) for name in known if self._shown_on(screen))
            return next((hit for hit in hits if hit is not None and hit[1].enabled), None)

        complaint = say(
            "apps.conversation_does_not_show",
            "the conversation with {partner} does not show {names}",
            partner=self._partner,
            names=words.joined(OR, names),
        )
        return self._driver.wait_until(found, complaint)

    @persistent
    def _only(self, name: str, where: Callable[[Screen], bool] = lambda _: True) -> Element:
        """Wait until exactly one element is the one that sends, and takes touches."""

        def is_ready(screen: Screen) -> bool:
            found = self._driver.find(screen, name)
            return where(screen) and (found is None or found.enabled)

        complaint = say(
            "apps.conversation_does_not_show_2",
            "the conversation with {partner} does not show {name}",
            partner=self._partner,
            name=name,
        )
        return self._driver.only(name, where=is_ready, complaint=complaint)[1]

    @persistent
    def _settled(self) -> Screen:
        """Wait until two looks show the same messages and nothing loads."""
        before: list[tuple[Bubble, ...]] = []

        def settled(screen: Screen) -> Screen | None:
            if not self._shown_on(screen) or self._driver.find(screen, "loading") is not None:
                before.clear()
                return None
            bubbles = self._bubbles(screen)
            if before and bubbles == before[0]:
                return screen
            before[:] = [bubbles]
            return None

        return self._driver.wait_until(
            settled,
            say(
                "apps.conversation_does_not_come_rest",
                "the conversation with {partner} does not come to rest",
                partner=self._partner,
            ),
        )

    def _ending(self, screen: Screen) -> Ending:
        listing = self._driver.find(screen, "thread_list")
        return Ending(self._bubbles(screen), whole=listing is not None and not listing.scrollable)

    @property
    def _kinds(self) -> dict[str, tuple[Side, Content]]:
        """The kinds of messages; profile cards only where the app has them."""
        known = self._driver.profile.selectors
        return {name: kind for name, kind in _KINDS.items() if name in known or name not in _IN_SOME_APPS}

    def _bubbles(self, screen: Screen) -> tuple[Bubble, ...]:
        found = [
            (element.bounds.top, _bubble(*kind, element.label))
            for name, kind in self._kinds.items()
            for element in screen.find_all(self._driver.profile.selector(name))
        ]
        return tuple(bubble for _, bubble in sorted(found, key=lambda pair: pair[0]))

    def _shown_on(self, screen: Screen) -> bool:
        title = self._driver.find(screen, "thread_title")
        if shows_handles(self._driver.profile, "thread_title"):
            return title is not None and same_name(title.label, self._partner)
        return title is not None and bool(self._title) and reads(title.label, self._title)


def _bubble(side: Side, content: Content, label: str) -> Bubble:
    return Bubble(side, content, look(label) if content == "text" else plain(label))
