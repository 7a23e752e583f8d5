"""Reads Appium's page source, whose tags are the names of classes, as the `node` elements of a uiautomator dump.

The format is that of appium-uiautomator2-server's AccessibilityNodeInfoDumper: the attributes are those of uiautomator,
and `displayed` besides, which is false for what nobody sees; a toast has no bounds. `uiautomator dump` has no elements
for what is not seen, so they are left out.
"""

from __future__ import annotations

from lxml import etree

from phonefleet.apps.screens.windows import XmlNode

FRAMES = frozenset({"hierarchy", "displays", "display", "windows", "window"})
"""What stands around nodes: of a dump, and of `uiautomator dump --windows`."""


def without_namespaces(root: XmlNode) -> None:
    """Leave out the namespaces that tools for XML add to what they save again; no dump has any of its own."""
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
        for name in [each for each in element.attrib if str(each).startswith("{")]:
            del element.attrib[name]
    etree.cleanup_namespaces(root)


def as_nodes(root: XmlNode) -> None:
    """Make every element of a class the node that a dump has for it; a dump stays as it is."""
    for element in reversed(list(root.iter(etree.Element))):  # what is inside comes first, and keeps what it is in
        if element.tag in FRAMES or element.tag == "node":
            continue
        if "." in str(element.tag) or "class" in element.attrib:
            element.set("class", element.get("class") or str(element.tag))
            element.tag = "node"
            _leave_out_unseen(element)


def _leave_out_unseen(element: XmlNode) -> None:
    parent = element.getparent()
    unseen = element.get("displayed") == "false" or not element.get("bounds")
    if unseen and not len(element) and parent is not None:
        parent.remove(element)
