from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uiautomator2

from virtual_phones.phone import VirtualPhone
from virtual_phones.windows.equipment import Equipment

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import Client, TrialApp


def Selector(**fields: object) -> Any:  # noqa: N802 - the library's class, whose methods have no types
    return uiautomator2.Selector(**fields)


def test_a_text_must_be_the_same(client: Client) -> None:
    assert client.texts(Selector(text="Press")) == ["Press"]
    assert client.texts(Selector(text="press")) == []
    assert client.texts(Selector(text="Pres")) == []


def test_a_text_can_be_matched_in_part(client: Client) -> None:
    assert client.texts(Selector(textContains="agr")) == ["I agree"]
    assert client.texts(Selector(textStartsWith="Row 1")) == ["Row 1"]
    assert client.texts(Selector(textStartsWith="ow")) == []


def test_a_pattern_must_match_the_whole_text(client: Client) -> None:
    assert client.texts(Selector(textMatches=r"Row [1-3]")) == ["Row 1", "Row 2", "Row 3"]
    assert client.texts(Selector(textMatches="Row")) == []
    assert client.texts(Selector(textMatches="(?i)PRESS|off")) == ["Press", "Off"]


def test_a_pattern_is_javas(client: Client) -> None:
    assert client.texts(Selector(textMatches=r"\QI agree\E")) == ["I agree"]
    assert client.texts(Selector(textMatches=r"\p{Upper}\p{L}+ss\z")) == ["Press"]
    assert client.texts(Selector(textMatches=r"(?<word>Row) \p{Digit}")) == [f"Row {number}" for number in range(8)]
    assert client.texts(Selector(textMatches=r"R[\p{L} ]+\P{L}")) == [f"Row {number}" for number in range(8)]
    assert client.texts(Selector(textMatches=r"Trial.*two")) == ["Trial 😀\nline two"]


def test_a_wrong_pattern_answers_an_error(client: Client) -> None:
    assert "PatternSyntaxException" in client.error("exist", Selector(textMatches="("))[1]
    assert "PatternSyntaxException" in client.error("exist", Selector(textMatches=r"\p{Klingon}"))[1]


def test_classes_descriptions_packages_and_ids_select(client: Client) -> None:
    assert client.call("count", Selector(className="android.widget.EditText")) == 2
    assert client.call("count", Selector(classNameMatches=r".*\.(EditText|CheckBox)")) == 3
    assert client.call("count", Selector(description="Settings icon")) == 1
    assert client.call("count", Selector(descriptionContains="ings")) == 1
    assert client.call("count", Selector(descriptionStartsWith="Settings")) == 1
    assert client.call("count", Selector(descriptionMatches="Desc.* [0-4]")) == 5
    assert client.call("count", Selector(resourceId="com.example.trial:id/row")) == 8
    assert client.call("count", Selector(resourceIdMatches=".*/row.*")) == 16
    assert client.call("count", Selector(packageName="com.example.trial", text="Off")) == 1
    assert client.call("count", Selector(packageNameMatches="org.*")) == 0


def test_states_select(client: Client) -> None:
    assert client.texts(Selector(enabled=False)) == ["Off"]
    assert client.texts(Selector(checkable=True, checked=False)) == ["I agree"]
    assert client.texts(Selector(longClickable=True)) == ["Press"]
    assert client.texts(Selector(focusable=True, focused=False)) == ["Your name"]
    assert client.call("count", Selector(scrollable=True)) == 2
    assert client.call("count", Selector(selected=True)) == 0
    assert client.texts(Selector(clickable=True, className="android.widget.EditText")) == ["Your name"]


def test_the_place_among_siblings_selects(client: Client) -> None:
    assert client.texts(Selector(className="android.widget.Button", index=2)) == ["Off"]


def test_fields_that_the_mask_leaves_out_do_not_count(client: Client) -> None:
    selector: dict[str, object] = {**Selector(text="Press"), "className": "android.widget.Nothing"}
    assert client.texts(selector) == ["Press"]


def test_an_instance_is_counted_from_zero(client: Client) -> None:
    assert client.texts(Selector(className="android.widget.Button", instance=1)) == ["Off"]
    assert client.texts(Selector(className="android.widget.Button", instance=99)) == []


def test_a_child_may_lie_anywhere_below(client: Client) -> None:
    assert client.texts(Selector(resourceId="com.example.trial:id/list").child(text="Open 3")) == ["Open 3"]
    assert client.texts(Selector(resourceId="com.example.trial:id/form").child(text="Open 3")) == []


def test_instances_of_children_are_counted_below_each_parent_anew(client: Client) -> None:
    row, listing = Selector(resourceId="com.example.trial:id/row"), Selector(resourceId="com.example.trial:id/list")
    assert client.call("getText", listing.child(className="android.widget.Button", instance=4)) == "Open 4"
    assert not client.call("exist", row.child(className="android.widget.Button", instance=1))
    third = Selector(resourceId="com.example.trial:id/row", instance=2)
    assert client.call("getText", third.child(className="android.widget.Button", instance=0)) == "Open 2"


def test_a_child_of_an_instance_is_found(client: Client) -> None:
    row = Selector(resourceId="com.example.trial:id/row", instance=2)
    assert client.texts(row.child(className="android.widget.Button"))[0] == "Open 2"


def test_the_parent_that_has_the_child_is_searched_for(client: Client) -> None:
    row = Selector(className="android.widget.LinearLayout")
    assert client.texts(row.child(text="Row 5").sibling(className="android.widget.Button")) == ["Open 5"]


def test_a_sibling_is_named_once(client: Client) -> None:
    title = Selector(className="android.widget.Button")
    assert client.texts(title.sibling(resourceId="com.example.trial:id/title")) == ["Trial 😀\nline two"]


def test_chains_may_be_long(client: Client) -> None:
    chain = Selector(resourceId="com.example.trial:id/root").child(scrollable=True, instance=1)
    assert client.texts(chain.child(index=1).child(textStartsWith="Open")) == ["Open 1"]


# --- plain selectors, and those that are not ---------------------------------------------------------------


def test_case_counts_in_parts_of_texts_for_plain_selectors_only(client: Client) -> None:
    for field in ({"textContains": "AGR"}, {"textStartsWith": "i A"}, {"descriptionContains": "SETTINGS"}):
        assert client.call("exist", Selector(**field)) is False
        assert client.call("waitForExists", Selector(**field), 0) is False
        assert client.call("waitUntilGone", Selector(**field), 0) is True
        assert client.call("count", Selector(**field)) == 1
        assert len(client.call("objInfoOfAllInstances", Selector(**field))) == 1
        assert client.call("waitForExists", Selector(**field, instance=0), 0) is True
        assert client.call("exist", Selector(resourceId="com.example.trial:id/root").child(**field)) is True


def test_what_a_plain_selector_does_not_find_is_looked_for_without_case(client: Client, app: TrialApp) -> None:
    assert client.call("getText", Selector(textContains="PRES")) == "Press"
    client.call("click", Selector(textContains="PRES"))
    assert app.taps == ["Press"]
    assert client.call("objInfo", Selector(textContains="PRES"))["resourceName"] is None


def test_a_whole_text_is_compared_with_its_case_everywhere(client: Client) -> None:
    assert client.call("count", Selector(text="PRESS")) == 0
    assert client.call("exist", Selector(text="PRESS", instance=0)) is False


def test_exist_ignores_an_instance_but_not_that_of_a_child(client: Client) -> None:
    assert client.call("exist", Selector(text="Press", instance=99)) is True
    assert client.call("waitForExists", Selector(text="Press", instance=99), 0) is False
    assert client.call("exist", Selector(className="android.widget.Button", index=1, instance=99)) is False
    root = Selector(resourceId="com.example.trial:id/root")
    assert client.call("exist", root.child(text="Press", instance=99)) is False


def test_of_nested_views_a_plain_selector_means_the_innermost(client: Client) -> None:
    package = {"packageName": "com.example.trial"}
    assert client.call("objInfo", Selector(**package))["text"] == "Trial 😀\nline two"
    assert client.call("objInfo", Selector(**package, instance=0))["className"] == "android.widget.FrameLayout"


def test_a_plain_selector_may_not_ask_for_the_same_thing_twice(client: Client) -> None:
    twice = Selector(text="Press", textContains="Pr")
    assert client.error("exist", twice) == (-32001, "java.lang.IllegalStateException")
    assert "Text selector is already defined" in str(client.data("exist", twice))
    assert client.call("count", twice) == 1
    assert "Checkable selector is already defined" in str(client.data("exist", Selector(checkable=True, checked=True)))
    assert client.call("exist", Selector(checked=False, text="I agree")) is True


def test_a_point_matches_a_line_break_only_where_the_selector_is_not_plain(client: Client) -> None:
    title = "Trial.*two"
    assert client.call("exist", Selector(textMatches=title)) is False
    assert client.call("exist", Selector(textMatches=title, instance=0)) is False
    assert client.call("waitForExists", Selector(textMatches=title, instance=0), 0) is True


def test_a_view_without_a_text_has_an_empty_one_for_plain_selectors_only(client: Client) -> None:
    icon = {"description": "Settings icon"}
    assert client.call("exist", Selector(**icon, textMatches=".*")) is True
    assert client.call("count", Selector(**icon, textMatches=".*")) == 0


# --- windows -----------------------------------------------------------------------------------------------


def test_a_plain_selector_means_all_windows_and_any_other_the_active_one(client: Client, phone: VirtualPhone) -> None:
    phone.equipment = Equipment(navigation="buttons", second_display=True)
    for text in (
        {"resourceId": "com.android.systemui:id/back"},
        {"resourceId": "com.sec.android.app.launcher:id/clock"},
    ):
        assert client.call("exist", Selector(**text)) is True
        assert client.call("waitForExists", Selector(**text), 0) is True
        assert client.call("waitForExists", Selector(**text, instance=0), 0) is False
        assert client.call("count", Selector(**text)) == 0


def test_a_view_of_another_display_is_touched_there_and_not_here(
    client: Client, phone: VirtualPhone, app: TrialApp
) -> None:
    phone.equipment = Equipment(second_display=True)
    there = Selector(packageName="com.sec.android.app.launcher", description="Home")
    assert client.call("objInfo", there)["bounds"]["top"] == 500
    center = {"x": 540, "y": 560}
    app.extra_button = center["x"], center["y"]
    assert client.call("click", there) is True
    assert client.call("longClick", there) is True
    assert client.call("setText", there, "x") is True
    assert app.taps == []
    client.call("click", center["x"], center["y"])
    assert app.taps == ["extra"]
