"""Phones under the names that USB, mDNS and people give them, in front of the real adb server.

`front` passes everything on to the real server; `arrangement` says which phone is shown under which name, and which
lines stand in the list beside them.
"""
