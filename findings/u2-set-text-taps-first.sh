#!/usr/bin/env bash
# uiautomator2 3.7.1 (u2.jar 0.4.1, read with androguard 4.1.4), seen on 2026-11-30.
#
# Behaviour: `d(text="Follow").set_text("x")` does not only set a text. In the server on the phone, setText by a selector
# without an index, instance, child or sibling first *touches the centre of the view*, then sets the text, drops what
# Android says about it (UiObject2.setText returns nothing), and answers the constant true. The same selector with
# `instance=0` is set without a touch, and the answer is Android's own.
#
# Output seen:
#   uiautomator2 3.7.1, androguard 4.1.4
#   setText(Selector, String) calls, in this order:
#     Selector.toUiObject2
#     UiObject2.click
#     Selector.toUiObject2
#     UiObject2.setText returns void
#     returns the constant 1
#   after NullPointerException or StaleObjectException:
#     UiDevice.findObject
#     UiObject.setText returns boolean
#     returns what it says
#
# Why it matters: whoever looks for "the focused view" or for any loose selector and sets its text may press a button, and
# True is no proof that a text was taken. Ask for `instance=0`, and read the text back.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check uiautomator2==3.7.1 androguard==4.1.4
cat > "$work/show.py" <<'PYTHON'
import importlib.metadata as metadata
import re
import sys
import zipfile
from importlib.resources import files

from loguru import logger

logger.remove()
from androguard.core.dex import DEX, determineException  # noqa: E402

print(f"uiautomator2 {metadata.version('uiautomator2')}, androguard {metadata.version('androguard')}")
jar = zipfile.ZipFile(files("uiautomator2") / "assets" / "u2.jar")
dexes = [DEX(jar.read(name)) for name in sorted(jar.namelist()) if name.endswith(".dex")]
dex, method = next(
    (dex, method)
    for dex in dexes
    for one in dex.get_classes() if one.get_name() == "Lcom/wetest/uia2/stub/AutomatorServiceImpl;"
    for method in one.get_methods()
    if method.get_name() == "setText" and "Selector;" in method.get_descriptor()
)
caught = {handler[0] for span in determineException(dex, method) for handler in span[2:]}
handler = min(target for span in determineException(dex, method) for _, target in span[2:])
parts, offset, constant = {"first": [], "else": []}, 0, None
for instruction in method.get_code().get_bc().get_instructions():
    name, operands = instruction.get_name(), instruction.get_output()
    said = parts["first" if offset < handler else "else"]
    call = re.search(r"/(\w+);->(\w+)\(.*\)(\S+)$", operands)
    if name.startswith("invoke") and call and call[2] != "toUiSelector":
        kind = {"V": " returns void", "Z": " returns boolean"}.get(call[3], "") if call[2] == "setText" else ""
        said.append(f"{call[1]}.{call[2]}{kind}")
    elif name == "const/4":
        constant = operands.split(", ")[1]
    elif name == "return":
        said.append(f"returns the constant {constant}" if offset < handler else "returns what it says")
    offset += instruction.get_length()
print("setText(Selector, String) calls, in this order:", *parts["first"], sep="\n  ")
print("after NullPointerException or StaleObjectException:", *parts["else"], sep="\n  ")
expected = {
    "first": [
        "Selector.toUiObject2", "UiObject2.click", "Selector.toUiObject2", "UiObject2.setText returns void",
        "returns the constant 1",
    ],
    "else": ["UiDevice.findObject", "UiObject.setText returns boolean", "returns what it says"],
}
wanted = {"Ljava/lang/NullPointerException;", "Landroidx/test/uiautomator/StaleObjectException;"}
sys.exit(0 if parts == expected and caught == wanted else "this has changed")
PYTHON
"$work/venv/bin/python" "$work/show.py"
