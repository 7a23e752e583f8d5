"""Numbers as apps show them, in several languages, with the precision that they are shown with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.apps.shown_counts import number_in
from phonefleet.shown_number import ShownNumber

NARROW, HARD = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("text", "language", "value", "step"),
    [
        ("0", None, 0, 1),
        ("1,234", "en", 1234, 1),
        ("1.234", "de", 1234, 1),
        (f"1{NARROW}234{HARD}567", "fr", 1234567, 1),
        ("1\u2019234", "de-CH", 1234, 1),
        ("1,23,456", "hi", 123456, 1),
        ("61,234followers", "en", 61234, 1),
        ("8posts", "en", 8, 1),
        ("Followers, 56", "en", 56, 1),
        ("1.2K", "en", 1200, 100),
        ("1.23K", "en", 1230, 10),
        ("1.234K", "en", 1234, 1),
        ("12K", "en", 12000, 1000),
        ("1.2Kfollowers", "en", 1200, 100),
        ("3.8M", "en-US", 3800000, 100000),
        ("1.1B", "en", 1100000000, 100000000),
        ("1,234.5K", "en", 1234500, 100),
        (f"12,3{HARD}тыс.", "ru", 12300, 100),
        ("12,3 тыс. подписчиков", "ru-RU", 12300, 100),
        ("1,2 млн", "ru", 1200000, 100000),
        ("3 млрд", "ru", 3000000000, 1000000000),
        (f"1,5{HARD}k", "fr", 1500, 100),
        ("1,5 Mio.", "de", 1500000, 100000),
        ("12 mil", "es", 12000, 1000),
        ("12 mil seguidores", "es", 12000, 1000),
        ("4,5 rb", "id", 4500, 100),
        ("2.3万", "zh", 23000, 1000),
        ("1.2억", "ko", 120000000, 10000000),
        ("12 B", "tr", 12000, 1000),
        ("٣٤", "ar", 34, 1),
        ("12 тысяч подписчиков", "ru", 12000, 1000),
        ("12,3 тысячи", "ru-RU", 12300, 100),
        ("2 million", "en", 2000000, 1000000),
        ("12 mille abonnés", "fr", 12000, 1000),
        ("12 mil.", "cs", 12000000, 1000000),
        ("12 mil.", "ro", 12000000, 1000000),
        ("12 mil millones", "es", 12000000000, 1000000000),
        ("12 tn", "sv", 12000, 1000),
        ("12 E", "hu", 12000, 1000),
        ("1,2 хил.", "bg", 1200, 100),
        ("1,2 हज़ार", "hi", 1200, 100),
        ("12 тысяч", None, 12000, 1000),
        ("12 likes", None, 12, 1),
    ],
)
def test_a_number_is_read_with_its_precision(text: str, language: str | None, value: int, step: int) -> None:
    read = number_in(text, language)
    assert read is not None
    assert (read.value, read.step) == (value, step)
    assert read.is_exact == (step == 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "—",
        "-",
        "followers",
        "99+",
        "12 of 30",
        "1.2",
        "12,34",
        "-5",
        "1.2345K",
        "1,2.3,4K",
        "k",
        "12K+",
        "12K+ followers",
        "<1K",
        "~ 2K",
        "50%",
        "50 %",
        "1-2K",
        "1\u20132K",
        "1e5",
        "1.2KK",
        "1/2",
    ],
)
def test_what_is_no_clear_count_is_not_read(text: str) -> None:
    assert number_in(text, "en") is None


def test_a_sign_that_may_mean_two_things_is_decided_by_the_language_or_not_at_all() -> None:
    assert number_in("1.234 K", "en") == ShownNumber(1234, 1, "1.234 K")
    assert number_in("1.234 K", "de") == ShownNumber(1234000, 1000, "1.234 K")
    assert number_in("1.234 K") is None
    assert number_in("12 mil") is None


def test_the_same_count_shown_with_two_precisions_agrees() -> None:
    exact, rounded, other = ShownNumber(61234, 1, ""), ShownNumber(61200, 100, ""), ShownNumber(62000, 100, "")
    assert exact.agrees_with(rounded)
    assert rounded.agrees_with(exact)
    assert not exact.agrees_with(other)


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from([",", ".", " ", NARROW, HARD, "'"]))
def test_any_count_divided_into_thousands_is_exact(count: int, sign: str) -> None:
    read = number_in(f"{count:,}".replace(",", sign))
    assert read is not None
    assert (read.value, read.step) == (count, 1)


@given(st.integers(min_value=1000, max_value=999_999), st.sampled_from([(".", "K", "en"), (",", " тыс.", "ru")]))
def test_a_rounded_count_lies_within_one_step_of_the_true_one(count: int, form: tuple[str, str, str]) -> None:
    sign, word, language = form
    read = number_in(f"{count // 1000}{sign}{count % 1000 // 100}{word}", language)
    assert read is not None
    assert read.value <= count < read.value + read.step


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    read = number_in(text)
    assert read is None or (read.value >= 0 and read.step >= 1)
