"""A proxy of the adb server, which shows phones under the names that USB, mDNS and people give them.

`front` passes everything on to the real server; `arrangement` says which phone is shown under which name, and which
lines stand in the list beside them.
"""
