from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uiautomator2

if TYPE_CHECKING:
    from tests.virtual.u2.conftest import Client


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


def test_instances_of_children_are_counted_over_all_parents(client: Client) -> None:
    row = Selector(resourceId="com.example.trial:id/row")
    assert client.texts(row.child(className="android.widget.Button", instance=4)) == ["Open 4"]


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
