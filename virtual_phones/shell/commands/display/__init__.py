"""The display and its windows: `wm`, `input`, `screencap`, `screenrecord`, `uiautomator dump`, `dumpsys window`."""
