#!/usr/bin/env bash
# uiautomator2 3.7.1 (u2.jar 0.4.1, read with androguard 4.1.4), seen on 2026-11-30.
#
# Behaviour: `d(className="android.widget.Button", instance=99).exists` is True as soon as there is one button.
# The server's exist(Selector) asks for the bits of index (0x800000) and of children, but not for that of instance
# (0x1000000), and makes a BySelector of the rest: Selector.toBySelector reads every field but index and instance.
# waitForExists, waitUntilGone, getText, click and objInfo do ask for the bit, and find nothing.
#
# Output seen:
#   uiautomator2 3.7.1, androguard 4.1.4
#   d(..., instance=99).exists calls exist with mask 0x1000010
#   exist(Selector) looks at the bits 0x800000
#   waitForExists(Selector, long) looks at the bits 0x800000, 0x1000000
#   toBySelector reads no instance, toUiSelector reads it
#
# Why it matters: `if d(resourceId=..., instance=n).exists: ...click()` is a common way through a list. The test is true
# for every n; what follows raises "not found", or waits for as long as it may. Use `.wait(timeout=0)` or `.count`.
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
import uiautomator2  # noqa: E402
from androguard.core.dex import DEX  # noqa: E402

STUB = "Lcom/wetest/uia2/stub/"
INDEX, INSTANCE = 0x800000, 0x1000000
print(f"uiautomator2 {metadata.version('uiautomator2')}, androguard {metadata.version('androguard')}")
jar = zipfile.ZipFile(files("uiautomator2") / "assets" / "u2.jar")
classes = [
    one for name in sorted(jar.namelist()) if name.endswith(".dex") for one in DEX(jar.read(name)).get_classes()
]


def code(class_name, method_name, first="") -> list[str]:
    """Return the instructions of a method whose parameters begin so, and of checkBySelectorNull if it calls that."""
    method = next(
        method
        for one in classes if one.get_name() == f"{STUB}{class_name};"
        for method in one.get_methods()
        if method.get_name() == method_name and method.get_descriptor().startswith(f"({first}")
    )
    lines = [f"{each.get_name()} {each.get_output()}" for each in method.get_code().get_bc().get_instructions()]
    inner = any("checkBySelectorNull" in line for line in lines)
    return lines + (code("Selector", "checkBySelectorNull") if inner else [])


def bits(lines) -> list[int]:
    numbers = (re.match(r"const\S* v\d+, (-?\d+)$", line) for line in lines)
    constants = [int(number[1]) << (16 if "high16" in number[0] else 0) for number in numbers if number]
    return sorted({constant for constant in constants if constant in (INDEX, INSTANCE)})


def said(found) -> str:
    return ", ".join(hex(bit) for bit in found)


mask = uiautomator2.Selector(className="android.widget.Button", instance=99)["mask"]
print(f"d(..., instance=99).exists calls exist with mask {mask:#x}")
exist = bits(code("AutomatorServiceImpl", "exist", f"{STUB}Selector;"))
waiting = bits(code("AutomatorServiceImpl", "waitForExists", f"{STUB}Selector;"))
print(f"exist(Selector) looks at the bits {said(exist)}")
print(f"waitForExists(Selector, long) looks at the bits {said(waiting)}")
by, ui = (any("getInstance" in line for line in code("Selector", name, ")")) for name in ("toBySelector", "toUiSelector"))
print(f"toBySelector reads {'the' if by else 'no'} instance, toUiSelector reads {'it' if ui else 'none'}")
seen = mask == 0x1000010, exist == [INDEX], waiting == [INDEX, INSTANCE], not by, ui
sys.exit(0 if all(seen) else f"this has changed: {seen}")
PYTHON
"$work/venv/bin/python" "$work/show.py"
