"""An input that a slow phone takes late never meets a task: the phone goes back only after it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.fleet.takeover.inputs import Inputs
from phonefleet.errors import NotHeld


def test_a_phone_is_given_back_after_the_input_that_is_being_made() -> None:
    inputs, begun, may_end, told = Inputs(), threading.Event(), threading.Event(), list[str]()

    def touch() -> None:
        with inputs.one_on("phone-1"):
            begun.set()
            assert may_end.wait(60)
            told.append("touched")

    def give_back() -> None:
        with inputs.none_on("phone-1"):
            told.append("given back")

    with ThreadPoolExecutor(2) as people:
        touching = people.submit(touch)
        assert begun.wait(60)
        giving = people.submit(give_back)
        with inputs.none_on("phone-2"):  # that of another phone waits for nothing
            may_end.set()
        touching.result(60)
        giving.result(60)
    assert told == ["touched", "given back"]


def test_no_input_begins_while_a_phone_is_given_back_and_the_next_takeover_gets_its_inputs() -> None:
    inputs = Inputs()
    with inputs.none_on("phone-1"):
        with pytest.raises(NotHeld, match="being given back"), inputs.one_on("phone-1"):
            pass
        with inputs.one_on("phone-2"):
            pass
    with inputs.one_on("phone-1"), inputs.one_on("phone-1"):
        pass


def test_an_input_that_fails_keeps_no_phone() -> None:
    inputs = Inputs()
    with pytest.raises(ZeroDivisionError), inputs.one_on("phone-1"):
        raise ZeroDivisionError
    with inputs.none_on("phone-1"):
        pass
