"""Any text arrives as it is: in a text field, and as an argument of a shell command."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phonefleet.apps.screen import Screen
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.geometry import Point

NOTE = "com.example.notebook:id/note"
FIELD = Point(500, 150)

pieces = st.sampled_from(
    ["'", '"', "$HOME", "$(id)", "`id`", "\\", "\n", "\t", "&&", ";", "*", "~", "#", "%s", "👩‍👩‍👧", "🇫🇷", "é", "مرحبا"]
)
texts_to_type = st.one_of(st.text(max_size=40), st.lists(pieces, max_size=8).map("".join))
arguments = texts_to_type.filter(lambda text: "\0" not in text)

one_phone_for_all = settings(
    max_examples=60,
    # The phone is meant to be the same for all examples: each replaces the text of the one before.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@one_phone_for_all
@given(text=texts_to_type)
@example(text='line one\nline two 😀 "it\'s" $5 `x`')
def test_a_text_field_holds_exactly_what_was_typed(session: PhoneSession, texts: list[str], text: str) -> None:
    session.set_text(FIELD, NOTE, text)
    assert texts[0] == text


@one_phone_for_all
@given(args=st.lists(arguments, min_size=1, max_size=4))
@example(args=["$HOME", "a b", "it's", "; reboot", ""])
def test_a_shell_argument_arrives_as_it_is(session: PhoneSession, args: list[str]) -> None:
    assert session.shell(["printf", "<%s>" * len(args), *args]) == "".join(f"<{arg}>" for arg in args)


def test_the_true_text_is_told_where_a_dump_has_dots(session: PhoneSession) -> None:
    session.set_text(FIELD, NOTE, "Hi 😀\n𠀀")
    screen = Screen.parse(session.hierarchy())
    element = next(element for element in screen.elements if element.id == NOTE)
    assert element.text == "Hi ..\n.."
    assert session.labels_at(element.bounds.center, NOTE) == ("Hi 😀\n𠀀", element.desc)
    assert session.labels_at(Point(0, 2399), NOTE) is None
    assert session.labels_at(element.bounds.center, "") is None
